"""Gaps, region by region: places without a worker, households without one, needs unmet, capacity unused, with causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.consistent import read_whole
from graph.encode import key_index, plain
from graph.gap_causes import HOUSEHOLDS, NEEDS, PLACES, Explained, Told, causes_of, told_of
from graph.gap_figures import Figures, read_figures
from graph.gap_offers import capacity_table
from graph.gap_tree import GapTree, gap_tree, tree_of
from graph.model import ALERTS, LEVELS, URGENCIES, Code
from graph.snapshot import NONE, TOWN, VILLAGE, Ints, Keys
from graph.state import State


@dataclass(frozen=True)
class Gaps:
    """What is lacking within a scope, as of a revision; every table names its row's `region`, and all but `worth` and `capacity` add up.

    Attributes
    ----------
    summary
        region, name, level, itself (a region wider than the rows, for what is placed at it and in none of them), towns,
        towns_stationed, towns_covered, villages, villages_covered (real ones), other_places, other_places_covered,
        households, households_cared_for, needs, needs_met, units, units_met.
    places
        region, level, real, total, stationed (with a station's worker; towns alone), covered, helped, uncovered, causes.
    households
        region, alert, needing, cared_for, helped, without, causes.
    needs
        region, kind, urgency, needs, needs_met, needs_unmet, units, units_met, units_unmet, causes.
    workers
        region, missing (workers of average capacity, at least), unreached (places that nobody may cover), villages_limit
        (the least that would cover all others; blank where none need be raised), causes: of the regions that lack workers.
    worth
        region, kind, what (one more unit, hours of a volunteer, yuan of an organisation or a fund there, or a worker),
        amount (the least that does it), urgency (of the best unserved need that it lets in), places and households (that a
        worker is for, beside a kind), towns (in how many): as plans tell.
    capacity
        region, kind, offers, unlimited, capacity, used, unused: of the offers that reach the region, wherever used.

    Covered and cared for is what a Double Hundred worker covers or answers for; helped is what only another worker does.
    `causes` says how many by reason, as a JSON object, where the published plans' own tables tell; else blank.
    """

    scope: str
    level: str
    revision: int
    summary: pa.Table
    places: pa.Table
    households: pa.Table
    needs: pa.Table
    workers: pa.Table
    worth: pa.Table
    capacity: pa.Table


def gaps(
    graph: Graph,
    on: date,
    region: str | None = None,
    level: str | None = None,
    explained: Iterable[Explained] = (),
) -> Gaps:
    """What is lacking in a region, by its regions of a level.

    Parameters
    ----------
    on
        Needs opened later do not count, offers not valid then give nothing.
    region
        Code of twelve digits or the first six; by default everything loaded.
    level
        Level of the rows; by default the next one down that has regions.
    explained
        What published plans say of causes, the newest first; each is let go before the next is taken.

    Raises
    ------
    RegionUnknown, LevelNotInside
        There is no such region, or nothing of that level inside it.
    NotPrepared, LoadUnderWay, AlwaysChanging
        The graph holds nothing, or not one whole.
    """

    def read(state: State) -> tuple[GapTree, Figures]:
        tree = gap_tree(graph, region, level)
        return tree, read_figures(graph, tree, state.revision, on)

    (tree, found), state = read_whole(graph, read)
    return _report(tree, found, state.revision, map(told_of, explained))


def every_figure(graph: Graph, on: date) -> tuple[Figures, State]:
    """The finest figures of the whole graph on a day, and the state that they are of.

    Raises
    ------
    NotPrepared, LoadUnderWay, AlwaysChanging
        The graph holds nothing, or not one whole.
    """

    def read(state: State) -> Figures:
        return read_figures(graph, gap_tree(graph, None, None), state.revision, on, finest=True)

    return read_whole(graph, read)


def gaps_from(found: Figures, revision: int, region: str | None, level: str | None, told: Iterable[Told]) -> Gaps:
    """The same as `gaps` from figures read before, for any region within their scope. Raises RegionUnknown and LevelNotInside."""
    tree = tree_of(found.regions, found.scope if region is None else region.ljust(12, "0"), level)
    return _report(tree, found, revision, told)


def needs_from(found: Figures, region: str | None, level: str | None) -> pa.Table:
    """The table `needs` of such a report alone, without causes. Raises RegionUnknown and LevelNotInside."""
    tree = tree_of(found.regions, found.scope if region is None else region.ljust(12, "0"), level)
    return _named(_needs_table(tree.row_of(found.regions), found), tree.regions.key)


def _report(tree: GapTree, found: Figures, revision: int, told: Iterable[Told]) -> Gaps:
    row = tree.row_of(found.regions)
    needs, households, places = _needs_table(row, found), _households_table(row, found), _places_table(row, found)
    needs, households, places = (_named(each, tree.regions.key) for each in (needs, households, places))
    causes = causes_of(tree, told)
    return Gaps(
        scope=tree.scope,
        level=LEVELS[tree.level].code,
        revision=revision,
        summary=_summary(tree, needs, households, places),
        places=_with_causes(places, causes.places, PLACES),
        households=_with_causes(households, causes.households, HOUSEHOLDS),
        needs=_with_causes(needs, causes.needs, NEEDS),
        workers=causes.workers,
        worth=causes.worth,
        capacity=capacity_table(tree, found.regions, found.offers),
    )


def _summed(row: Ints, found: pa.Table, by: tuple[str, ...], figures: tuple[str, ...]) -> pa.Table:
    """Figures summed over the rows alike in `by`, whose `region` is a row of the report; what counts in none is left out."""
    region = row[found["cell"].to_numpy()]
    mine = found.append_column("region", pa.array(region))
    if (region == NONE).any():
        mine = mine.filter(pa.array(region != NONE))
    sums = mine.group_by(list(by)).aggregate([(name, "sum") for name in figures])
    columns = {name: plain(sums[name]) for name in by}
    return pa.table(columns | {name: sums[f"{name}_sum"] for name in figures})


def _named(table: pa.Table, keys: Keys) -> pa.Table:
    """The table with codes of regions for their indices."""
    return table.set_column(0, "region", keys.take(table["region"].combine_chunks()))


def _needs_table(row: Ints, found: Figures) -> pa.Table:
    sums = _summed(row, found.needs, NEEDS, ("needs", "met", "units", "met_units"))
    columns = {
        "needs": sums["needs"],
        "needs_met": sums["met"],
        "needs_unmet": pc.subtract(sums["needs"], sums["met"]),
        "units": sums["units"],
        "units_met": sums["met_units"],
        "units_unmet": pc.subtract(sums["units"], sums["met_units"]),
    }
    return _ordered(pa.table({name: sums[name] for name in NEEDS} | columns), NEEDS, urgency=URGENCIES)


def _households_table(row: Ints, found: Figures) -> pa.Table:
    sums = _summed(row, found.households, HOUSEHOLDS, ("needing", "cared_for", "helped"))
    without = pc.subtract(sums["needing"], sums["cared_for"])
    return _ordered(sums.append_column("without", without), HOUSEHOLDS, alert=ALERTS)


def _places_table(row: Ints, found: Figures) -> pa.Table:
    """By region, level and reality: how many towns and villages, how many of them stationed, covered, helped."""
    at = found.places["cell"].to_numpy()
    level = found.regions.level[at]
    columns = {
        "level": pa.array([code.code for code in LEVELS]).take(pa.array(level.astype(np.int32))),
        "real": pa.array(found.regions.real[at]),
        "total": pa.array(np.ones(len(at), np.int64)),
    }
    marks = pa.table({name: found.places[name] for name in found.places.column_names} | columns)
    sums = _summed(row, marks.filter(pa.array(level >= TOWN)), PLACES, ("total", "stationed", "covered", "helped"))
    village = pc.equal(sums["level"], LEVELS[VILLAGE].code)
    stations = pc.if_else(village, pa.scalar(None, pa.int64()), sums["stationed"])
    sums = sums.set_column(sums.column_names.index("stationed"), "stationed", stations)
    return _ordered(sums.append_column("uncovered", pc.subtract(sums["total"], sums["covered"])), PLACES, level=LEVELS)


def _ordered(table: pa.Table, by: tuple[str, ...], **codes: tuple[Code, ...]) -> pa.Table:
    """Rows in the order of `by`, codes in that of their lists."""
    listed = {name: pa.array([code.code for code in each], pa.string()) for name, each in codes.items()}
    places = {name: pc.index_in(table[name], value_set=listed[name]) if name in listed else table[name] for name in by}
    return table.take(pc.sort_indices(pa.table(places), [(name, "ascending") for name in by]))


def _with_causes(table: pa.Table, causes: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """The table with the column `causes`, blank where none is told."""
    if not len(causes):
        return table.append_column("causes", pa.nulls(len(table), pa.string()))
    numbered = table.append_column("row", pa.array(np.arange(len(table))))
    return numbered.join(causes, list(by), join_type="left outer").sort_by("row").drop_columns("row")


def _summary(tree: GapTree, needs: pa.Table, households: pa.Table, places: pa.Table) -> pa.Table:
    """One row for each region of the report with what matters first."""
    found = pa.chunked_array(
        [*needs["region"].chunks, *households["region"].chunks, *places["region"].chunks], pa.string()
    )
    rows = np.union1d(tree.rows, key_index(found, tree.regions.key))
    keys = tree.regions.key.take(pa.array(rows))
    level = pa.array([LEVELS[at].code for at in tree.regions.level[rows].tolist()], pa.string())

    def total(table: pa.Table, figure: str) -> pa.Array:
        sums = np.bincount(key_index(table["region"], keys), pc.fill_null(table[figure], 0).to_numpy(), len(rows))
        return pa.array(sums.astype(np.int64))

    real = places.filter(places["real"])
    other = places.filter(pc.invert(places["real"]))
    towns, villages = (real.filter(pc.equal(real["level"], LEVELS[at].code)) for at in (TOWN, VILLAGE))
    return pa.table(
        {
            "region": keys,
            "name": tree.regions.name.take(pa.array(rows)),
            "level": level,
            "itself": pa.array(~np.isin(rows, tree.rows)),
            "towns": total(towns, "total"),
            "towns_stationed": total(towns, "stationed"),
            "towns_covered": total(towns, "covered"),
            "villages": total(villages, "total"),
            "villages_covered": total(villages, "covered"),
            "other_places": total(other, "total"),
            "other_places_covered": total(other, "covered"),
            "households": total(households, "needing"),
            "households_cared_for": total(households, "cared_for"),
            "needs": total(needs, "needs"),
            "needs_met": total(needs, "needs_met"),
            "units": total(needs, "units"),
            "units_met": total(needs, "units_met"),
        }
    )
