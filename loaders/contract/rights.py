"""Rows that whoever loads them may write: those of a region, or the offers of one organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from graph.schema import PLACED
from loaders.contract.check import Rule
from loaders.contract.distinct import Bools, true
from loaders.contract.finding import Finding
from loaders.contract.households import looked_up
from loaders.contract.world import World, plain

_EVERYWHERE = ("regions", "travel", "service_kinds")
_OWNERS = {
    "persons": ("household", "households"),
    "needs": ("household", "households"),
    "offers": ("organization", "organizations"),
}
"""Column that names the row where a row lies, and its table."""
_NOWHERE = ("no region", "未定区域")

Columns = Mapping[str, pa.Array]


def within(region: str) -> Rule:
    """Rows lie within a region, and those that the graph has of the same keys did."""

    def region_of_the_account(world: World) -> Iterator[Finding]:
        inside = world.inside(region)
        for name, part in world.parts.items():
            if name in _EVERYWHERE:
                zh = f"表“{TABLES[name].zh}”（{name}）"
                yield Finding("table_for_everywhere", name, "", np.zeros(0, np.int64), hints=name, hints_zh=zh)
                continue
            key = TABLES[name].key or ""
            columns = _columns_of(name)
            keys = plain(part.rows[key])
            held = world.existing.rows(name, (key, *columns), key, keys)
            there = {column: plain(held[column]) for column in (key, *columns)}
            at = pc.index_in(keys, value_set=there[key])
            before = _place(world, name, there, inside).take(at)
            row = {key: keys} | {column: world.column(name, column) for column in columns}
            place = _place(world, name, row, inside)
            moved = true(at.is_valid()) & ~true(pc.is_in(before, value_set=inside, skip_nulls=True))
            known = world.place_index(place) >= 0  # others are nowhere, which another rule tells
            outside = known & ~true(pc.is_in(place, value_set=inside))
            outside = (outside | (~true(place.is_valid()) & _to_lie_somewhere(world, name, row))) & ~moved
            if moved.any():
                rows, values, hints = _cells(moved, keys, before)
                said, said_zh = (hints.fill_null(nowhere) for nowhere in _NOWHERE)
                yield Finding("row_held_outside_region", name, key, rows, values, said, hints_zh=said_zh)
            if outside.any():
                rows, values, _ = _cells(outside, place, place)
                yield Finding("row_outside_region", name, key, rows, values.fill_null("–"), region)

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
    if table in PLACED:
        return (PLACED[table],)
    if table == "needs":
        return ("household", "incident_place")
    return (_OWNERS[table][0],) if table in _OWNERS else ("subject_type", "subject")


def _to_lie_somewhere(world: World, table: str, row: Columns) -> Bools:
    """Rows that may not lie nowhere, since whoever comes next would take them; what they refer to exists."""
    if table in _OWNERS:
        column, owner = _OWNERS[table]
        return np.asarray(true(row[column].is_valid()) & ~world.missing(row[column], owner), np.bool_)
    return np.full(len(row[TABLES[table].key or ""]), table in {"organizations", "households"})


def _place(world: World, table: str, row: Columns, inside: pa.Array) -> pa.Array:
    """Where rows lie; null where nothing says so."""
    if table == "households":
        return pc.coalesce(row["village"], _incident(world, row["household"], inside))
    if table in PLACED:
        return row[PLACED[table]]
    if table == "needs":
        return _place_of_need(world, row["household"], row["incident_place"], inside)
    if table in _OWNERS:
        return _place_of(world, _OWNERS[table][1], row[_OWNERS[table][0]], inside)
    return _subject_place(world, row["subject_type"], row["subject"], inside)


def _place_of(world: World, table: str, keys: pa.Array, inside: pa.Array) -> pa.Array:
    """Where households or organisations lie, those of the graph as it has them: a row of the file may yet be refused."""
    place = _standing(world, table, PLACED[table], keys)
    return pc.coalesce(place, _incident(world, keys, inside)) if table == "households" else place


def _place_of_need(world: World, household: pa.Array, incident: pa.Array, inside: pa.Array) -> pa.Array:
    """Where something happened, provided that the household is of the region as well; else where that is."""
    home = _place_of(world, "households", household, inside)
    return pc.if_else(pc.is_in(home, value_set=inside, skip_nulls=True), pc.coalesce(incident, home), home)


def _incident(world: World, households: pa.Array, inside: pa.Array) -> pa.Array:
    """Where something happened to households, inside if anything did; of those in the graph, what the graph knows."""
    names = ("household", "incident_place")
    parts = [pa.table({name: pa.array([], pa.string()) for name in names})]
    if world.existing.count("needs"):
        held = world.existing.rows("needs", names, "household", households.unique())
        parts.append(pa.table({name: plain(held[name]) for name in names}))
    if "needs" in world.parts:
        given = pa.table({name: world.column("needs", name) for name in names})
        known = world.existing.rows("households", ("household",), "household", households.unique())
        parts.append(given.filter(pc.invert(pc.is_in(given["household"], value_set=plain(known["household"])))))
    places = pa.concat_tables(parts)
    places = places.filter(places["incident_place"].is_valid())
    mine = pc.is_in(places["incident_place"], value_set=inside)
    places = pa.concat_tables([places.filter(mine), places.filter(pc.invert(mine))])
    at = pc.index_in(households, value_set=plain(places["household"]), skip_nulls=True)
    return plain(places["incident_place"]).take(at)


def _standing(world: World, table: str, column: str, keys: pa.Array) -> pa.Array:
    """A column of rows as the graph has them, of new ones as the file does."""
    key = TABLES[table].key or ""
    held = world.existing.rows(table, (key, column), key, keys.unique())
    at = pc.index_in(keys, value_set=plain(held[key]), skip_nulls=True)
    return pc.if_else(at.is_valid(), plain(held[column]).take(at), looked_up(world, table, key, column, keys))


def _subject_place(world: World, kind: pa.Array, subject: pa.Array, inside: pa.Array) -> pa.Array:
    """Where the need, village or household of a lock lies."""

    def of(code: str) -> pa.Array:
        return pc.if_else(pc.fill_null(pc.equal(kind, code), False), subject, pa.scalar(None, pa.string()))

    household, incident = (_standing(world, "needs", column, of("need")) for column in ("household", "incident_place"))
    need = _place_of_need(world, household, incident, inside)
    return pc.coalesce(of("village"), _place_of(world, "households", of("household"), inside), need)


def _cells(mask: Bools, values: pa.Array, hints: pa.Array) -> tuple[np.ndarray, pa.Array, pa.Array]:
    at = np.flatnonzero(mask)
    return at, values.take(pa.array(at)), hints.take(pa.array(at))
