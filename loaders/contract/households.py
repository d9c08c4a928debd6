"""A need's person is of its household, and a household without a village has emergencies alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.world import World, plain


def members(world: World) -> Iterator[Finding]:
    """Needs that name a person of another household."""
    if "needs" not in world.parts or {"persons", "households"} & world.unread:
        return
    yield from _of_other_households(world, world.column("needs", "person"), world.column("needs", "household"))


def _of_other_households(world: World, person: pa.Array, household: pa.Array) -> Iterator[Finding]:
    home = looked_up(world, "persons", "person", "household", person)
    wrong = np.flatnonzero(true(pc.not_equal(home, household)))
    if len(wrong):
        at = pa.array(wrong)
        yield Finding("person_not_member", "needs", "person", wrong, person.take(at), home.take(at))


def villages(world: World) -> Iterator[Finding]:
    """Households without a village of which a need has no incident place."""
    if "households" in world.parts:
        yield from _homeless_in_file(world)
    if "needs" in world.parts and "households" not in world.unread:
        yield from _needs_of_homeless_in_graph(world)


def _homeless_in_file(world: World) -> Iterator[Finding]:
    homeless = np.flatnonzero(true(world.column("households", "village").is_null()))
    if not len(homeless):
        return
    keys = world.keys["households"].take(pa.array(homeless))
    need, household = _placeless_needs(world, keys)
    first = pc.index_in(keys, value_set=household, skip_nulls=True)
    wrong = true(first.is_valid())
    if wrong.any():
        hints = need.take(first.filter(pa.array(wrong)))
        yield Finding("village_missing", "households", "village", homeless[wrong], hints=hints)


def _placeless_needs(world: World, households: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Needs of these households without an incident place, and their households."""
    names = ("need", "household", "incident_place")
    parts = [world.existing.rows("needs", names, "household", households)] if world.existing.count("needs") else []
    if "needs" in world.parts:
        given = pa.table({name: world.column("needs", name) for name in names})
        parts = [each.filter(pc.invert(pc.is_in(each["need"], value_set=world.keys["needs"]))) for each in parts]
        parts.insert(0, given)
    if not parts:
        return pa.array([], pa.string()), pa.array([], pa.string())
    needs = pa.concat_tables(parts)
    needs = needs.filter(pc.and_(needs["incident_place"].is_null(), pc.is_in(needs["household"], value_set=households)))
    return plain(needs["need"]), plain(needs["household"])


def _needs_of_homeless_in_graph(world: World) -> Iterator[Finding]:
    if not world.existing.count("households"):
        return
    placeless = np.flatnonzero(true(world.column("needs", "incident_place").is_null()))
    household = world.column("needs", "household").take(pa.array(placeless))
    if "households" in world.parts:
        elsewhere = ~true(pc.is_in(household, value_set=world.keys["households"]))
        placeless, household = placeless[elsewhere], household.filter(pa.array(elsewhere))
    held = world.existing.rows("households", ("household", "village"), "household", household.unique())
    homeless = plain(held["household"]).filter(plain(held["village"]).is_null())
    wrong = true(pc.is_in(household, value_set=homeless, skip_nulls=True))
    if wrong.any():
        keys = world.keys["needs"].take(pa.array(placeless[wrong]))
        yield Finding("village_missing", "needs", "incident_place", placeless[wrong], hints=keys)


def looked_up(world: World, table: str, key: str, column: str, keys: pa.Array) -> pa.Array:
    """The column of the rows with these keys, null where there is none."""
    parts = []
    if table in world.parts:
        parts.append(pa.table({key: world.keys[table], column: world.column(table, column)}))
    if world.existing.count(table):
        asked = keys.filter(pa.array(world_missing(world, keys, table))).unique()
        parts.append(world.existing.rows(table, (key, column), key, asked).select([key, column]))
    if not parts:
        return pa.nulls(len(keys), pa.string())
    rows = pa.concat_tables(parts)
    return plain(rows[column]).take(pc.index_in(keys, value_set=plain(rows[key]), skip_nulls=True))


def world_missing(world: World, keys: pa.Array, table: str) -> np.ndarray:
    """Which keys the file of the table lacks."""
    given = true(keys.is_valid())
    return given & ~true(pc.is_in(keys, value_set=world.keys[table])) if table in world.parts else given
