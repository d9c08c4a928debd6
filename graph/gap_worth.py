"""What one more of anything is worth, region by region, as published plans tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.encode import key_index, plain
from graph.gap_tree import GapTree
from graph.model import URGENCIES
from graph.snapshot import NONE, Ints, Regions

WORTH = pa.schema(
    [
        ("region", pa.string()),
        ("kind", pa.string()),
        ("what", pa.string()),
        ("amount", pa.int64()),
        ("urgency", pa.string()),
        ("places", pa.int64()),
        ("households", pa.int64()),
        ("towns", pa.int64()),
    ]
)
"""A row for each region, kind and `what` there is one more of; `amount` is the least that does it in one of the `towns`.

One more worker has no kind and no urgency, but the places and the households that it is for.
"""
_ORDER = ("unit", "hours", "yuan", "worker")
_PLACE = 2**32
"""One place more counts for more than any households."""


def worth_told(worth: pa.Table, regions: Regions) -> pa.Table:
    """What a plan tells, with `place`, the index of the region for its town, and `rank`, the less the better.

    That is the place of the urgency, and of a worker less than nothing.
    """
    place = key_index(worth["town"], regions.key)
    urgency = key_index(plain(worth["urgency"]), _codes()).astype(np.int64)
    places, households = (pc.fill_null(worth[name], 0).to_numpy() for name in ("places", "households"))
    rank = np.where(urgency == NONE, -(places * _PLACE + households), urgency)
    columns = {
        "what": plain(worth["what"]),
        "kind": pc.fill_null(plain(worth["kind"]), ""),  # rows are joined by it
        "amount": worth["amount"],
        "place": pa.array(place),
        "rank": pa.array(rank),
    }
    return pa.table(columns).filter(pa.array(place != NONE))


def in_rows(tree: GapTree, row: Ints, told: pa.Table) -> pa.Table:
    """What is told inside the report, by the region in whose row each counts."""
    region = row[told["place"].to_numpy()]
    mine = told.append_column("region", pa.array(region)).filter(pa.array(region != NONE))
    return mine.set_column(mine.num_columns - 1, "region", tree.regions.key.take(mine["region"].combine_chunks()))


def best_worth(parts: Sequence[pa.Table]) -> pa.Table:
    """The best that one more is worth for each region and kind, with the least amount and the towns where it is that."""
    if not parts:
        return WORTH.empty_table()
    by = ["region", "kind", "what"]
    told = pa.concat_tables(parts)
    best = told.group_by(by).aggregate([("rank", "min")])
    mine = told.join(best, by)
    mine = mine.filter(pc.equal(mine["rank"], mine["rank_min"]))
    found = mine.group_by([*by, "rank"]).aggregate([("amount", "min"), ("place", "count_distinct")])
    order = np.array([_ORDER.index(each) for each in found["what"].to_pylist()], np.int8)
    found = found.append_column("order", pa.array(order)).sort_by(
        [(name, "ascending") for name in ("region", "kind", "order")]
    )
    rank = found["rank"].to_numpy()
    places, households = np.divmod(np.maximum(-rank, 0), _PLACE)
    worker = rank < 0
    columns = {
        "region": found["region"],
        "kind": pc.if_else(pa.array(worker), pa.scalar(None, pa.string()), plain(found["kind"])),
        "what": found["what"],
        "amount": found["amount_min"],
        "urgency": _codes().take(pa.array(rank, mask=worker)),
        "places": pa.array(places, mask=~worker),
        "households": pa.array(households, mask=~worker),
        "towns": found["place_count_distinct"],
    }
    return pa.table(list(columns.values()), schema=WORTH)


def _codes() -> pa.Array:
    return pa.array([code.code for code in URGENCIES], pa.string())
