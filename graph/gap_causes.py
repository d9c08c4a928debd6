"""Causes of gaps: how many by reason, counted from what published plans tell of their unmet needs and uncovered subjects."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.encode import key_index, plain
from graph.gap_tree import GapTree
from graph.gap_worth import best_worth, in_rows, worth_told
from graph.model import ALERTS, LEVELS, URGENCIES, Code
from graph.snapshot import NONE, Bools, Ints, Regions, Snapshot


@dataclass(frozen=True)
class Explained:
    """What one published plan tells: its scope, its snapshot, its tables, and what one more is `worth` to it.

    `worth` has the columns town, what, kind, amount, urgency, places and households.
    """

    scope: str
    snapshot: Snapshot
    unmet: pa.Table
    uncovered: pa.Table
    shortfall: pa.Table
    worth: pa.Table


_MISSING = {
    "region": pa.string(),
    "missing": pa.int64(),
    "unreached": pa.int64(),
    "villages_limit": pa.int64(),
    "causes": pa.string(),
}
NEEDS, HOUSEHOLDS, PLACES = ("region", "kind", "urgency"), ("region", "alert"), ("region", "level", "real")
"""Columns by which causes are counted."""


@dataclass(frozen=True)
class Causes:
    """Causes by region and more, a JSON object in `causes`: of needs (kind, urgency), households (alert), places (level, real).

    `workers` says how many are missing by region: missing, unreached, villages_limit, causes; `worth` what one more is worth.
    """

    needs: pa.Table
    households: pa.Table
    places: pa.Table
    workers: pa.Table
    worth: pa.Table


@dataclass(frozen=True)
class Told:
    """What a published plan tells, counted: tables with `place` (index among its snapshot's regions), `reason` and `count`.

    Attributes
    ----------
    needs, households, places
        Beside those: kind and urgency; alert; level and real.
    workers
        Place, reason, missing, unreached and villages_limit of each region that lacks workers.
    worth
        Place, what, kind, amount and rank of the urgency: what one more is worth.
    """

    scope: str
    regions: Regions
    needs: pa.Table
    households: pa.Table
    places: pa.Table
    workers: pa.Table
    worth: pa.Table


def told_of(explained: Explained) -> Told:
    """The counts of a plan; nothing of its snapshot but the regions is held on to."""
    return Told(
        explained.scope,
        explained.snapshot.regions,
        _counted(_unmet(explained)),
        _counted(_households(explained)),
        _counted(_places(explained)),
        _workers(explained),
        worth_told(explained.worth, explained.snapshot.regions),
    )


def causes_of(tree: GapTree, told: Iterable[Told]) -> Causes:
    """Causes as published plans tell them; plans come with the newest first, which wins in its scope."""
    newer: list[str] = []
    parts: dict[str, list[pa.Table]] = {"needs": [], "households": [], "places": []}
    workers: list[pa.Table] = []
    worth: list[pa.Table] = []
    for each in told:
        row = np.where(_own(each, newer), tree.row_of(each.regions), NONE)
        for name, found in parts.items():
            found.append(_by_region(tree, row, getattr(each, name)))
        workers.append(in_rows(tree, row, each.workers))
        worth.append(in_rows(tree, row, each.worth))
        newer.append(each.scope)
    return Causes(
        _as_json(NEEDS, parts["needs"]),
        _as_json(HOUSEHOLDS, parts["households"]),
        _as_json(PLACES, parts["places"]),
        _missing(workers),
        best_worth(worth),
    )


def _own(told: Told, newer: Sequence[str]) -> Bools:
    """The places (of its snapshot) of which a plan tells and no newer plan does."""
    mine = np.ones(len(told.regions.key), bool)
    for scope in key_index(pa.array(newer, pa.string()), told.regions.key):
        if scope != NONE:
            mine &= told.regions.ancestor[:, told.regions.level[scope]] != scope
    return mine


def _unmet(told: Explained) -> dict[str, Any]:
    needs, unmet = told.snapshot.needs, told.unmet
    rows = key_index(unmet["need"], needs.key)
    at = _placed(needs.place, rows)
    rows = rows[at]
    return {
        "place": needs.place[rows],
        "kind": told.snapshot.kinds.key.take(pa.array(needs.kind[rows])).dictionary_encode(),
        "urgency": _names(needs.urgency[rows], URGENCIES),
        "reason": _reasons(unmet, at),
    }


def _households(told: Explained) -> dict[str, Any]:
    homes, lacking = told.snapshot.households, told.uncovered
    lacking = lacking.filter(pc.equal(plain(lacking["subject_type"]), "household"))
    rows = key_index(lacking["subject"], homes.key)
    at = _placed(homes.village, rows)
    rows = rows[at]
    return {
        "place": homes.village[rows],
        "alert": _names(homes.alert[rows], ALERTS),
        "reason": _reasons(lacking, at),
    }


def _places(told: Explained) -> dict[str, Any]:
    regions, lacking = told.snapshot.regions, told.uncovered
    lacking = lacking.filter(pc.is_in(plain(lacking["subject_type"]), value_set=pa.array(["town", "village"])))
    rows = key_index(lacking["subject"], regions.key)
    at = _placed(np.arange(len(regions.key), dtype=np.int32), rows)
    rows = rows[at]
    return {
        "place": rows,
        "level": _names(regions.level[rows], LEVELS),
        "real": pa.array(regions.real[rows]),
        "reason": _reasons(lacking, at),
    }


def _workers(told: Explained) -> pa.Table:
    lacking = told.shortfall
    rows = key_index(lacking["place"], told.snapshot.regions.key)
    limit = lacking["villages_limit"].cast(pa.int64())
    columns = {
        "place": pa.array(rows),
        "reason": plain(lacking["reason"]),
        "missing": lacking["workers"],
        "unreached": lacking["unreached"],
        "villages_limit": pc.if_else(pc.less(limit, 0), pa.scalar(None, pa.int64()), limit),
    }
    return pa.table(columns).filter(pa.array(rows != NONE))


def _missing(parts: Sequence[pa.Table]) -> pa.Table:
    """One row for each region of the report that lacks workers: how many at least, and why, the most frequent reason first.

    The limit is that by which every place is covered which somebody reaches: the largest of those inside.
    """
    empty = pa.table({name: pa.array([], kind) for name, kind in _MISSING.items()})
    found: dict[str, dict[str, Any]] = {}
    for row in (row for part in parts for row in part.to_pylist()):
        of = found.setdefault(
            row["region"], dict.fromkeys(("missing", "unreached"), 0) | {"limits": [], "causes": Counter()}
        )
        of["missing"] += row["missing"]
        of["unreached"] += row["unreached"]
        of["limits"] += [row["villages_limit"]] if row["villages_limit"] is not None else []
        of["causes"][row["reason"]] += row["missing"]
    rows = [
        {
            "region": region,
            "missing": of["missing"],
            "unreached": of["unreached"],
            "villages_limit": max(of["limits"], default=None),
            "causes": json.dumps(dict(sorted(of["causes"].items(), key=lambda each: (-each[1], each[0])))),
        }
        for region, of in sorted(found.items())
    ]
    return pa.Table.from_pylist(rows, empty.schema)


def _placed(place: Ints, rows: Ints) -> Ints:
    """Which rows are known to the snapshot and lie at a place."""
    there = rows != NONE
    at = np.where(there, place[np.where(there, rows, 0)] if len(place) else NONE, NONE)
    found: Ints = np.flatnonzero(at != NONE).astype(np.int32)
    return found


def _names(codes: np.ndarray, names: Sequence[Code]) -> pa.Array:
    listed = pa.array([code.code for code in names], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), listed)


def _reasons(table: pa.Table, at: Ints) -> Any:
    return plain(table["reason"]).take(pa.array(at)).dictionary_encode()


def _counted(told: dict[str, Any]) -> pa.Table:
    """How many rows are alike in everything."""
    rows = pa.table(told)
    counts = rows.group_by(rows.column_names).aggregate([([], "count_all")])
    return counts.rename_columns([*counts.column_names[:-1], "count"])


def _by_region(tree: GapTree, row: Ints, counts: pa.Table) -> pa.Table:
    """The counts inside the report, by the region in whose row each counts; texts plain."""
    region = row[counts["place"].to_numpy()]
    mine = counts.append_column("region", pa.array(region)).filter(pa.array(region != NONE))
    by = [name for name in mine.column_names if name not in {"place", "count"}]
    sums = mine.group_by(by).aggregate([("count", "sum")])
    columns = {name: plain(sums[name]) for name in (*by, "count_sum")}
    return pa.table(columns | {"region": tree.regions.key.take(sums["region"].combine_chunks())})


def _as_json(by: tuple[str, ...], parts: Sequence[pa.Table]) -> pa.Table:
    """One row for each combination of `by`, with `causes`: how many by reason, the most frequent first, as JSON."""
    if not parts:
        return pa.table({"region": pa.array([], pa.string()), "causes": pa.array([], pa.string())})
    counts = pa.concat_tables(parts).group_by([*by, "reason"]).aggregate([("count_sum", "sum")])
    ordered = counts.sort_by([("count_sum_sum", "descending"), ("reason", "ascending")])
    found: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
    for *key, reason, count in zip(
        *(ordered[name].to_pylist() for name in (*by, "reason", "count_sum_sum")), strict=True
    ):
        found[tuple(key)][reason] = count
    columns = {name: pa.array([key[at] for key in found], counts[name].type) for at, name in enumerate(by)}
    return pa.table(columns | {"causes": pa.array([json.dumps(each) for each in found.values()], pa.string())})
