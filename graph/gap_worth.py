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
        ("towns", pa.int64()),
    ]
)
"""A row for each region, kind and `what` there is one more of; `amount` is the least that does it in one of the `towns`."""
_ORDER = ("unit", "hours", "yuan")


def worth_told(worth: pa.Table, regions: Regions) -> pa.Table:
    """What a plan tells, with `place`, the index of the region for its town, and `rank`, that of the urgency."""
    place = key_index(worth["town"], regions.key)
    rank = key_index(plain(worth["urgency"]), _codes())
    told = worth.select(["what", "kind", "amount"])
    told = told.append_column("place", pa.array(place)).append_column("rank", pa.array(rank))
    return told.filter(pa.array(place != NONE))


def in_rows(tree: GapTree, row: Ints, told: pa.Table) -> pa.Table:
    """What is told inside the report, by the region in whose row each counts."""
    region = row[told["place"].to_numpy()]
    mine = told.append_column("region", pa.array(region)).filter(pa.array(region != NONE))
    return mine.set_column(mine.num_columns - 1, "region", tree.regions.key.take(mine["region"].combine_chunks()))


def best_worth(parts: Sequence[pa.Table]) -> pa.Table:
    """The most urgent need that one more lets in, for each region and kind, with the least amount and the towns where it does."""
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
    columns = [found["region"], found["kind"], found["what"], found["amount_min"], _codes().take(found["rank"])]
    return pa.table([*columns, found["place_count_distinct"]], schema=WORTH)


def _codes() -> pa.Array:
    return pa.array([code.code for code in URGENCIES], pa.string())
