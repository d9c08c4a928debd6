"""What is told of people by kind, urgency or alert, region by region, so that no sum which is told gives the rest away.

Rows are held against all that anybody is told of the same people: the region's own sums, and the same rows of every wider
region. So they are found for the whole graph at once, whatever part of it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from api.service.counting import withheld
from api.service.hiding import few_of, hidden, with_one
from graph.encode import key_index
from graph.gap_figures import Figures
from graph.gap_tree import rows_at
from graph.snapshot import NONE, TOWN, Bools, Keys, Longs, Regions


@dataclass(frozen=True)
class Hides:
    """Which rows of a level hide: all rows with somebody, in order of region and part.

    A row is numbered by its region times `parts` and the number of its part, which is a kind, an urgency of a kind or an alert.
    """

    regions: Regions
    values: tuple[Keys, ...]
    """The kinds and urgencies, or alerts, in the order of their numbers."""
    number: Longs
    wholes: Bools
    """Those of which even the whole is withheld: how many needs or households there are."""
    hides: Bools
    """Those of which anything is."""
    alone: Bools
    """Those that are not even named: their region hides all of its rows, or all red ones, and its sum says what they hold."""

    def numbers(self, table: pa.Table, by: tuple[str, ...]) -> Longs:
        """The numbers of a report's rows, by the codes of their region and of these columns; NONE where there is nobody."""
        found = key_index(table["region"], self.regions.key).astype(np.int64)
        for name, values in zip(by, self.values, strict=True):
            one = key_index(table[name], values)
            found = np.where((found == NONE) | (one == NONE), NONE, found * len(values) + one)
        return found

    def among(self, numbers: Longs, rows: Bools) -> Bools:
        """Which of these numbers are of such rows."""
        if not len(self.number):
            return np.zeros(len(numbers), bool)
        # looked up in order: a report has few rows, a province more than a million
        at = np.minimum(np.searchsorted(self.number, numbers), len(self.number) - 1)
        found: Bools = (self.number[at] == numbers) & rows[at]
        return found


@dataclass(frozen=True)
class Telling:
    """What is told at each level above villages, by its position in LEVELS."""

    needs: dict[int, Hides]
    """By kind and urgency."""
    kinds: dict[int, Hides]
    households: dict[int, Hides]
    """By alert."""


def telling(figures: Figures) -> Telling:
    """What is told of everything that was counted."""
    needs, homes = figures.needs, figures.households
    met, whole = (needs[name].to_numpy().astype(np.int64) for name in ("met", "needs"))
    needing, cared, helped = (homes[name].to_numpy().astype(np.int64) for name in ("needing", "cared_for", "helped"))
    parts = whole, met, whole - met
    kinds = _by_level(figures.regions, needs, ("kind",), parts, 3)
    return Telling(
        needs=_by_level(figures.regions, needs, ("kind", "urgency"), parts, 3, kinds),
        kinds=kinds,
        households=_by_level(figures.regions, homes, ("alert",), (needing, cared, needing - cared, helped), 3),
    )


def _by_level(
    regions: Regions,
    table: pa.Table,
    by: tuple[str, ...],
    figures: tuple[Longs, ...],
    summed: int,
    sums: dict[int, Hides] | None = None,
) -> dict[int, Hides]:
    """Rows of every level from the widest, each held against those above it; the first of the figures is the whole of the `summed`."""
    coded = [table[name].combine_chunks() for name in by]
    values = tuple(each.dictionary for each in coded)
    part, parts = np.zeros(len(table), np.int64), 1
    for each in coded:
        part, parts = part * len(each.dictionary) + each.indices.to_numpy(), parts * len(each.dictionary)
    finest, figures = _added(rows_at(regions, TOWN)[table["cell"].to_numpy()] * parts + part, figures)
    place, part = finest // parts, finest % parts
    found = dict[int, Hides]()
    for level in (int(each) for each in np.unique(regions.level) if each <= TOWN):
        number, totals = _added(rows_at(regions, level)[place] * parts + part, figures)
        region, mine = number // parts, number % parts
        above = [(hides, rows_at(regions, wider)[region] * parts + mine) for wider, hides in found.items()]
        groups, reds = [region], np.zeros(0, np.int64)
        if sums is not None:
            last, red = len(values[-1]), key_index(pa.array(["red"]), values[-1])[0]
            above.append((sums[level], number // last))
            reds = np.flatnonzero(number % last == red)
            groups.append(np.where(number % last == red, region, NONE))
        few = few_of(totals[:1])
        for hides, sum_of in above:
            hide = hides.among(sum_of, hides.hides)
            groups.append(np.where(hide, NONE, sum_of))
            few = with_one(few, totals[0], np.where(hide, sum_of, NONE))
        wholes = hidden(few, totals[:1], groups)
        every = hidden(wholes | few_of(totals), totals[:summed], groups)
        alone = _alone(every, totals[0], region)
        alone[reds] |= _alone(every[reds], totals[0][reds], region[reds])
        if sums is not None:
            alone |= sums[level].among(number // len(values[-1]), sums[level].alone)
        found[level] = Hides(regions, values, number, wholes, every, alone)
    return found


def _added(number: Longs, figures: tuple[Longs, ...]) -> tuple[Longs, tuple[Longs, ...]]:
    """Each number once, in order, and the figures of the rows that have it added up."""
    once, at = np.unique(number, return_inverse=True)
    return once, tuple(np.bincount(at, each, len(once)).astype(np.int64) for each in figures)


def _alone(hides: Bools, whole: Longs, region: Longs) -> Bools:
    """Rows of regions that hide all of theirs, where it is one row or their sum is few."""
    rows = np.bincount(region)
    few = (rows == 1) | withheld(np.bincount(region, whole).astype(np.int64), rows)
    found: Bools = (few & (np.bincount(region, hides) == rows))[region]
    return found
