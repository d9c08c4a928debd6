"""Causes of gaps: how many by reason, counted from what published plans tell of their unmet needs and uncovered subjects."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.encode import key_index, plain
from graph.gap_tree import GapTree
from graph.model import ALERTS, LEVELS, URGENCIES
from graph.snapshot import NONE, Bools, Ints, Snapshot


@dataclass(frozen=True)
class Explained:
    """What one published plan tells: its scope, its snapshot, and its tables `unmet` and `uncovered`."""

    scope: str
    snapshot: Snapshot
    unmet: pa.Table
    uncovered: pa.Table


NEEDS, HOUSEHOLDS, PLACES = ("region", "kind", "urgency"), ("region", "alert"), ("region", "level", "real")
"""Columns by which causes are counted."""


@dataclass(frozen=True)
class Causes:
    """Causes by region and more, a JSON object in `causes`: of needs (kind, urgency), households (alert), places (level, real)."""

    needs: pa.Table
    households: pa.Table
    places: pa.Table


def causes_of(tree: GapTree, explained: Iterable[Explained]) -> Causes:
    """Causes as published plans tell them; plans come with the newest first, which wins in its scope.

    Each plan is reduced to its counts, and let go, before the next is taken.
    """
    newer: list[str] = []
    needs, households, places = [], [], []
    for each in explained:
        mine = _own(each, newer)
        needs.append(_counted(NEEDS, _unmet(tree, each, mine)))
        households.append(_counted(HOUSEHOLDS, _households(tree, each, mine)))
        places.append(_counted(PLACES, _places(tree, each, mine)))
        newer.append(each.scope)
        del each
    return Causes(_as_json(NEEDS, needs), _as_json(HOUSEHOLDS, households), _as_json(PLACES, places))


def _own(told: Explained, newer: Sequence[str]) -> Bools:
    """The places (of its snapshot) of which a plan tells and no newer plan does."""
    regions = told.snapshot.regions
    mine = np.ones(len(regions.key), bool)
    for scope in key_index(pa.array(newer, pa.string()), regions.key):
        if scope != NONE:
            mine &= regions.ancestor[:, regions.level[scope]] != scope
    return mine


def _unmet(tree: GapTree, told: Explained, mine: Bools) -> dict[str, pa.Array]:
    needs, unmet = told.snapshot.needs, told.unmet
    rows = key_index(unmet["need"], needs.key)
    at = _placed(needs.place, rows, mine)
    rows = rows[at]
    return {
        "region": _region(tree, told.snapshot, needs.place[rows]),
        "kind": told.snapshot.kinds.key.take(pa.array(needs.kind[rows])),
        "urgency": _names(needs.urgency[rows], [code.code for code in URGENCIES]),
        "reason": plain(unmet["reason"]).take(pa.array(at)),
    }


def _households(tree: GapTree, told: Explained, mine: Bools) -> dict[str, pa.Array]:
    homes, lacking = told.snapshot.households, told.uncovered
    lacking = lacking.filter(pc.equal(plain(lacking["subject_type"]), "household"))
    rows = key_index(lacking["subject"], homes.key)
    at = _placed(homes.village, rows, mine)
    rows = rows[at]
    return {
        "region": _region(tree, told.snapshot, homes.village[rows]),
        "alert": _names(homes.alert[rows], [code.code for code in ALERTS]),
        "reason": plain(lacking["reason"]).take(pa.array(at)),
    }


def _places(tree: GapTree, told: Explained, mine: Bools) -> dict[str, pa.Array]:
    regions, lacking = told.snapshot.regions, told.uncovered
    lacking = lacking.filter(pc.is_in(plain(lacking["subject_type"]), value_set=pa.array(["town", "village"])))
    rows = key_index(lacking["subject"], regions.key)
    at = _placed(np.arange(len(regions.key), dtype=np.int32), rows, mine)
    rows = rows[at]
    return {
        "region": _region(tree, told.snapshot, rows),
        "level": _names(regions.level[rows], [code.code for code in LEVELS]),
        "real": pa.array(regions.real[rows]),
        "reason": plain(lacking["reason"]).take(pa.array(at)),
    }


def _placed(place: Ints, rows: Ints, mine: Bools) -> Ints:
    """Which rows are known to the snapshot and lie at a place of this plan's own."""
    there = rows != NONE
    at = np.where(there, place[np.where(there, rows, 0)] if len(place) else NONE, NONE)
    found: Ints = np.flatnonzero((at != NONE) & mine[at]).astype(np.int32)
    return found


def _region(tree: GapTree, snapshot: Snapshot, place: Ints) -> pa.Array:
    """Code of the report's row in which each place counts, null outside its scope."""
    known = key_index(snapshot.regions.key, tree.regions.key)[place]
    return tree.regions.key.take(pa.array(tree.row[known], mask=known == NONE))


def _names(codes: np.ndarray, names: Sequence[str]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(codes.astype(np.int32)))


def _counted(by: tuple[str, ...], told: dict[str, pa.Array]) -> pa.Table:
    """How many rows inside the report are alike in `by` and `reason`: their number is in `count_all`."""
    rows = pa.table(told)
    return rows.filter(pc.is_valid(rows["region"])).group_by([*by, "reason"]).aggregate([([], "count_all")])


def _as_json(by: tuple[str, ...], parts: Sequence[pa.Table]) -> pa.Table:
    """One row for each combination of `by`, with `causes`: how many by reason, the most frequent first, as JSON."""
    if not parts:
        return pa.table({"region": pa.array([], pa.string()), "causes": pa.array([], pa.string())})
    counts = pa.concat_tables(parts).group_by([*by, "reason"]).aggregate([("count_all", "sum")])
    ordered = counts.sort_by([("count_all_sum", "descending"), ("reason", "ascending")])
    found: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
    for *key, reason, count in zip(
        *(ordered[name].to_pylist() for name in (*by, "reason", "count_all_sum")), strict=True
    ):
        found[tuple(key)][reason] = count
    columns = {name: pa.array([key[at] for key in found], counts[name].type) for at, name in enumerate(by)}
    return pa.table(columns | {"causes": pa.array([json.dumps(each) for each in found.values()], pa.string())})
