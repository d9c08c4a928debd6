"""Offers that a file brings back though they were withdrawn, and those that it would make a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.world import World, plain

_TOLD = tuple(column.name for column in TABLES["offers"].columns if column.name not in {"offer", "updated_on"})
"""What an offer says of itself: two that say the same are one, but for their numbers."""
_LISTS = tuple(column.name for column in TABLES["offers"].columns if column.type in {"refs", "codes"})


def opened_again(world: World) -> Iterator[Finding]:
    """Rows of offers that are closed, and that the load opens again: their row is of a later moment than the closing."""
    if not _both(world):
        return
    keys = world.keys["offers"]
    held = world.existing.rows("offers", ("offer", "closed_on", "edited_at"), "offer", keys)
    at = pc.index_in(keys, value_set=plain(held["offer"]))
    closed, edited = (plain(held[name]).take(at) for name in ("closed_on", "edited_at"))
    stays = true(pc.greater(edited, plain(world.parts["offers"].rows["updated_on"])))
    rows = np.flatnonzero(true(closed.is_valid()) & ~stays)
    if len(rows):
        chosen = pa.array(rows)
        days = closed.take(chosen).cast(pa.string())
        yield Finding("offer_opened_again", "offers", "offer", rows, keys.take(chosen), days)


def offers_twice(world: World) -> Iterator[Finding]:
    """New rows that say the same as an offer of the organisation that stands already, in the graph or in the file."""
    if not _both(world):
        return
    keys = world.keys["offers"]
    known = pc.is_in(keys, value_set=plain(world.existing.rows("offers", ("offer",), "offer", keys)["offer"]))
    new = np.flatnonzero(~true(known))
    if not len(new):
        return
    # a fund is named by those who have it, so that a file without the column may be of an offer that has one
    told = [name for name in _TOLD if name != "fund" or name in world.parts["offers"].present]
    given = pa.table({"offer": keys} | {name: world.column("offers", name) for name in told})
    numbers: dict[tuple[Any, ...], str] = {}
    for row in (*_others(world, keys, told).to_pylist(), *given.filter(known).to_pylist()):
        numbers.setdefault(_said(row, told), row["offer"])
    twins = [numbers.get(_said(row, told)) for row in given.take(pa.array(new)).to_pylist()]
    again = np.array([twin is not None for twin in twins])
    if again.any():
        yield Finding("offer_twice", "offers", "offer", new[again], pa.array(twins, pa.string()).drop_null())


def _both(world: World) -> bool:
    """Whether there are offers in the file and in the graph."""
    return "offers" in world.parts and world.existing.count("offers") > 0


def _others(world: World, keys: pa.Array, told: Sequence[str]) -> pa.Table:
    """The offers of the file's organisations that are not closed and that the file does not name."""
    organizations = plain(world.parts["offers"].rows["organization"]).drop_null().unique()
    rows = world.existing.rows("offers", ("offer", "closed_on", *told), "organization", organizations)
    named = pc.is_in(plain(rows["offer"]), value_set=keys)
    return rows.filter(pc.and_(plain(rows["closed_on"]).is_null(), pc.invert(named))).sort_by("offer")


def _said(row: Mapping[str, Any], told: Sequence[str]) -> tuple[Any, ...]:
    """What an offer says, in whatever order its lists stand; a blank cost is none."""
    lists = {name: frozenset((row[name] or "").split(";")) for name in _LISTS}
    return tuple({**row, **lists, "unit_cost": row["unit_cost"] or 0}[name] for name in told)
