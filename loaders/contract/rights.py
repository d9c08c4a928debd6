"""Rows that whoever loads them may write: those of a region, or the offers of one organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from loaders.contract.check import Rule
from loaders.contract.distinct import Bools, true
from loaders.contract.finding import Finding
from loaders.contract.households import looked_up
from loaders.contract.world import World, plain

_EVERYWHERE = ("regions", "travel", "service_kinds")
_PLACES = {
    "households": "village",
    "organizations": "region",
    "funds": "region",
    "volunteers": "village",
    "caseworkers": "town",
}
"""Column that says where a row lies."""
_OWNERS = {"persons": ("household", "households"), "offers": ("organization", "organizations")}
"""Column that names the row where a row lies, and its table."""

Columns = Mapping[str, pa.Array]


def within(region: str) -> Rule:
    """Rows lie within a region, and those that the graph has of the same keys did."""

    def region_of_the_account(world: World) -> Iterator[Finding]:
        inside = _inside(world, region)
        for name, part in world.parts.items():
            if name in _EVERYWHERE:
                zh = f"表“{TABLES[name].zh}”（{name}）"
                yield Finding("table_for_everywhere", name, "", np.zeros(0, np.int64), hints=name, hints_zh=zh)
                continue
            key = TABLES[name].key or ""
            columns = _columns_of(name)
            keys = plain(part.rows[key])
            held = world.existing.rows(name, (key, *columns), key, keys)
            there = {column: plain(held[column]) for column in columns}
            before = _place(world, name, there).take(pc.index_in(keys, value_set=plain(held[key])))
            place = _place(world, name, {column: world.column(name, column) for column in columns})
            moved = _outside(before, inside)
            known = world.place_index(place) >= 0  # others are nowhere, which another rule tells
            outside = _outside(place, inside) & ~moved & known
            if name == "organizations":
                outside |= ~true(place.is_valid()) & ~moved  # it would lie nowhere
            if moved.any():
                yield Finding("row_held_outside_region", name, key, *_cells(moved, keys, before))
            if outside.any():
                at = np.flatnonzero(outside)
                yield Finding("row_outside_region", name, key, at, place.take(pa.array(at)).fill_null("–"), region)

    return region_of_the_account


def own_offers(organization: str) -> Rule:
    """Offers are those of one organisation, which gives no fund and brings back nothing withdrawn."""

    def offers_of_the_account(world: World) -> Iterator[Finding]:
        if "offers" not in world.parts:
            return
        columns = ("offer", "organization", "closed_on")
        keys = plain(world.parts["offers"].rows["offer"])
        held = world.existing.rows("offers", columns, "offer", keys)
        at = pc.index_in(keys, value_set=plain(held["offer"]))
        owner, closed = plain(held["organization"]).take(at), pc.is_valid(held["closed_on"]).combine_chunks().take(at)
        others = true(pc.not_equal(owner, organization))
        named = plain(world.parts["offers"].rows["organization"])
        wrong = true(pc.not_equal(named, organization))
        fund = plain(world.parts["offers"].rows["fund"])
        given = true(fund.is_valid())
        gone = true(closed) & ~others
        for mask, code, column, values in (
            (others, "offer_of_another", "offer", keys),
            (gone, "offer_withdrawn", "offer", keys),
            (wrong, "not_your_organization", "organization", named),
            (given, "fund_not_yours", "fund", fund),
        ):
            if mask.any():
                rows = np.flatnonzero(mask)
                yield Finding(code, "offers", column, rows, values.take(pa.array(rows)), organization)

    return offers_of_the_account


def _columns_of(table: str) -> tuple[str, ...]:
    """What of a row says where it lies."""
    if table in _PLACES:
        return (_PLACES[table],)
    if table in _OWNERS:
        return (_OWNERS[table][0],)
    return ("household", "incident_place") if table == "needs" else ("subject_type", "subject")


def _place(world: World, table: str, row: Columns) -> pa.Array:
    """Where rows lie; null where nothing says so."""
    if table in _PLACES:
        return row[_PLACES[table]]
    if table in _OWNERS:
        column, owner = _OWNERS[table]
        return _place_of(world, owner, row[column])
    if table == "needs":
        return pc.coalesce(row["incident_place"], _place_of(world, "households", row["household"]))
    return _subject_place(world, row["subject_type"], row["subject"])


def _place_of(world: World, table: str, keys: pa.Array) -> pa.Array:
    return looked_up(world, table, TABLES[table].key or "", _PLACES[table], keys)


def _subject_place(world: World, kind: pa.Array, subject: pa.Array) -> pa.Array:
    """Where the need, village or household of a lock lies."""

    def of(code: str) -> pa.Array:
        return pc.if_else(pc.fill_null(pc.equal(kind, code), False), subject, pa.scalar(None, pa.string()))

    need = of("need")
    incident = looked_up(world, "needs", "need", "incident_place", need)
    home = _place_of(world, "households", looked_up(world, "needs", "need", "household", need))
    return pc.coalesce(of("village"), _place_of(world, "households", of("household")), incident, home)


def _inside(world: World, region: str) -> pa.Array:
    """Codes of a region and of everything within it."""
    rows = world.places.rows
    codes = rows["code"].combine_chunks()
    parent = world.place_index(rows["parent"].combine_chunks())
    mine = true(pc.equal(codes, region))
    for _level in range(4):
        mine |= np.append(mine, False)[parent]
    return codes.filter(pa.array(mine))


def _outside(place: pa.Array, inside: pa.Array) -> Bools:
    return true(place.is_valid()) & ~true(pc.is_in(place, value_set=inside))


def _cells(mask: Bools, values: pa.Array, hints: pa.Array) -> tuple[np.ndarray, pa.Array, pa.Array]:
    at = np.flatnonzero(mask)
    return at, values.take(pa.array(at)), hints.take(pa.array(at))
