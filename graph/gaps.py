"""Gaps, region by region: places without a worker, households without one, needs unmet, capacity unused, with causes."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.consistent import read_whole
from graph.encode import key_index
from graph.gap_causes import HOUSEHOLDS, NEEDS, PLACES, Explained, causes_of
from graph.gap_offers import capacity_table
from graph.gap_tree import GapTree, gap_tree
from graph.model import ALERTS, LEVELS, URGENCIES, Code
from graph.queries import query
from graph.snapshot import TOWN, VILLAGE

READERS = 2
_PLACES = 250
"""Places in one question: some 15,000 households in the countryside."""
_COUNTED, _OTHER = 2, 1
"""Who covers a place, as the statements say it."""


@dataclass(frozen=True)
class Gaps:
    """What is lacking within a scope, as of a revision; every table names its row's `region`, and all but `capacity` add up.

    Attributes
    ----------
    summary
        region, name, level, towns, towns_stationed, towns_covered, villages, villages_covered (real ones), other_places,
        other_places_covered, households, households_cared_for, needs, needs_met, units, units_met.
    places
        region, level, real, total, stationed (with a station's worker; towns alone), covered, helped, uncovered, causes.
    households
        region, alert, needing, cared_for, helped, without, causes.
    needs
        region, kind, urgency, needs, needs_met, needs_unmet, units, units_met, units_unmet, causes.
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
    (tree, found), state = read_whole(graph, lambda state: _figures(graph, state.revision, on, region, level))
    causes = causes_of(tree, explained)
    return Gaps(
        scope=tree.scope,
        level=LEVELS[tree.level].code,
        revision=state.revision,
        summary=_summary(tree, found.needs, found.households, found.places),
        places=_with_causes(found.places, causes.places, PLACES),
        households=_with_causes(found.households, causes.households, HOUSEHOLDS),
        needs=_with_causes(found.needs, causes.needs, NEEDS),
        capacity=found.capacity,
    )


@dataclass(frozen=True)
class _Figures:
    """What the graph says, without causes."""

    needs: pa.Table
    households: pa.Table
    places: pa.Table
    capacity: pa.Table


def _figures(graph: Graph, revision: int, on: date, region: str | None, level: str | None) -> tuple[GapTree, _Figures]:
    tree = gap_tree(graph, region, level)
    ask = partial(_asked, graph, tree, revision)
    return tree, _Figures(
        needs=_needs_table(ask("gap_needs", on=on)),
        households=_households_table(ask("gap_households")),
        places=_places_table(tree, ask("gap_places")),
        capacity=capacity_table(graph, tree, revision, on),
    )


def _asked(graph: Graph, tree: GapTree, revision: int, name: str, **given: Any) -> pa.Table:
    """What a statement answers about all places of the tree, `cell` replaced by the region of its row."""
    places = [list(each) for each in zip(tree.regions.key.to_pylist(), tree.cell.tolist(), strict=True)]

    def read(start: int) -> pa.Table:
        return pa.table(graph.columns(query(name), places=places[start : start + _PLACES], revision=revision, **given))

    with ThreadPoolExecutor(READERS) as pool:
        parts = [part for part in pool.map(read, range(0, len(places), _PLACES)) if len(part)]
    if not parts:
        return pa.table({})
    found = pa.concat_tables(parts)
    region = tree.regions.key.take(pa.array(tree.row).take(found["cell"].combine_chunks()))
    return found.drop_columns("cell").append_column("region", region)


def _summed(found: pa.Table, by: tuple[str, ...], figures: tuple[str, ...]) -> pa.Table:
    """Figures summed over the rows alike in `by`, in the order of their texts."""
    if not len(found):
        texts = dict.fromkeys(by, pa.array([], pa.string()))
        return pa.table(texts | dict.fromkeys(figures, pa.array([], pa.int64())))
    sums = found.group_by(list(by)).aggregate([(name, "sum") for name in figures])
    return sums.select([*by, *(f"{name}_sum" for name in figures)]).rename_columns([*by, *figures])


def _needs_table(found: pa.Table) -> pa.Table:
    sums = _summed(found, NEEDS, ("needs", "met", "units", "met_units"))
    columns = {
        "needs": sums["needs"],
        "needs_met": sums["met"],
        "needs_unmet": pc.subtract(sums["needs"], sums["met"]),
        "units": sums["units"],
        "units_met": sums["met_units"],
        "units_unmet": pc.subtract(sums["units"], sums["met_units"]),
    }
    return _ordered(pa.table({name: sums[name] for name in NEEDS} | columns), NEEDS, urgency=URGENCIES)


def _households_table(found: pa.Table) -> pa.Table:
    sums = _summed(found, HOUSEHOLDS, ("needing", "cared_for", "helped"))
    without = pc.subtract(sums["needing"], sums["cared_for"])
    return _ordered(sums.append_column("without", without), HOUSEHOLDS, alert=ALERTS)


def _places_table(tree: GapTree, found: pa.Table) -> pa.Table:
    """By region, level and reality: how many towns and villages, how many of them stationed, covered, helped."""
    at = key_index(found["code"], tree.regions.key)
    level = tree.regions.level[at]
    covered, stationed = found["covered"].to_numpy(), found["stationed"].to_numpy()
    marks = pa.table(
        {
            "region": found["region"],
            "level": pa.array([code.code for code in LEVELS]).take(pa.array(level.astype(np.int32))),
            "real": tree.regions.real[at],
            "total": np.ones(len(at), np.int64),
            "stationed": pa.array((stationed > 0).astype(np.int64)),
            "covered": (covered == _COUNTED).astype(np.int64),
            "helped": (covered == _OTHER).astype(np.int64),
        }
    ).filter(pa.array(level >= TOWN))
    sums = _summed(marks, PLACES, ("total", "stationed", "covered", "helped"))
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
