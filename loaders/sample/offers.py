"""Offers: what each organisation gives, where, to whom and how much; seen from the region asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import SERVICE_KINDS
from graph.snapshot import CITY, COUNTY, PROVINCE, TOWN, VILLAGE, Bools, Bytes, Floats, Ints, Longs
from loaders.sample.catalogue import BROADER, DEMANDS, KIND_NUMBER, Rule, frequencies, rules
from loaders.sample.columns import assembled, chosen, dated, day_number, numbered, running, whole
from loaders.sample.households import stamped
from loaders.sample.organizations import Bodies
from loaders.sample.world import HOUSEHOLDS, NEEDS_PER_HOUSEHOLD, World, stream

OFFERS = 20_000
LEVEL_ODDS = (0.04, 0.10, 0.34, 0.36, 0.16)
"""Province, city, county, town, village."""
USUAL_CAPACITY = (2500.0, 900.0, 260.0, 70.0, 14.0)
"""Relative capacity of an offer at each level."""
SUPPLY = 0.72
"""Capacity over needs; it differs between kinds by up to SCARCITY either way."""
SCARCITY = 0.3
BROADER_SHARE = 0.10
"""Share of offers of a kind that includes others."""
BROADER_PART = 0.12
"""Part of the supply of the kinds included that comes as the broader kind."""
SEVERAL_AREAS = 0.17
RULED = 0.5
"""Share of offers with an acceptance rule."""
UNLIMITED = 0.005
AREAS = 5
"""Most areas of one offer."""


@dataclass(frozen=True)
class Supply:
    """One entry an offer of the province, in the order of its organisation."""

    organization: Ints
    level: Bytes
    kind: Ints
    areas: Ints
    """Shape (n, AREAS): region indices, -1 unused; the first is the chief one."""
    size: Floats
    """Relative capacity."""
    valid_from: Ints
    valid_to: Ints
    """Days, -1 for open."""
    cost: Longs


def draw_supply(world: World, bodies: Bodies, on: date) -> Supply:
    """The offers of the province."""
    rng = stream(world.seed, "offers")
    organization, level = _makers(rng, world, bodies)
    count = len(organization)
    kind = _kinds(rng, count)
    areas = _areas(rng, world, bodies, organization, level)
    size = np.array(USUAL_CAPACITY)[level] * rng.lognormal(-0.3, 0.9, count)
    valid_from, valid_to = _validity(rng, count, on)
    typical = np.array([{demand.kind: demand.cost for demand in DEMANDS}[kind.kind] for kind in SERVICE_KINDS])
    cost = np.where(typical[kind] > 1, np.maximum(1, typical[kind] * rng.uniform(0.6, 1.5, count)), 1).astype(np.int64)
    cost[rng.random(count) < 0.15] = 0
    return Supply(organization, level, kind, areas, size, valid_from, valid_to, cost)


def _makers(rng: np.random.Generator, world: World, bodies: Bodies) -> tuple[Ints, Bytes]:
    """Organisation and level of each offer: one at the organisation's own level, the rest by weight."""
    total = max(len(bodies.level), round(OFFERS * world.scale))
    by_level = np.diff(np.round(np.cumsum((0.0, *LEVEL_ODDS)) * total)).astype(int)
    makers, levels = [np.arange(len(bodies.level))], [bodies.level.astype(int)]
    made_by = {PROVINCE: [PROVINCE], CITY: [CITY], COUNTY: [COUNTY], TOWN: [COUNTY, TOWN], VILLAGE: [TOWN]}
    for level, wanted in enumerate(by_level.tolist()):
        able = np.flatnonzero(np.isin(bodies.level, made_by[level]))
        more = max(0, wanted - int((bodies.level == level).sum()))
        weight = bodies.weight[able]
        makers.append(able[rng.choice(len(able), more, p=weight / weight.sum())])
        levels.append(np.full(more, level))
    organization, level_of = np.concatenate(makers), np.concatenate(levels)
    order = np.argsort(organization, kind="stable")
    return organization[order].astype(np.int32), level_of[order].astype(np.int8)


def _kinds(rng: np.random.Generator, count: int) -> Ints:
    """Half by how often a kind is needed, half evenly; a fixed share of broader kinds."""
    share = frequencies()
    narrow = [kind.kind for kind in SERVICE_KINDS if kind.kind not in BROADER]
    weight = np.array([share[kind] for kind in narrow])
    narrow_kind = rng.choice(
        [KIND_NUMBER[kind] for kind in narrow], count, p=0.5 * weight / weight.sum() + 0.5 / len(narrow)
    )
    broad_kind = rng.choice([KIND_NUMBER[kind] for kind in BROADER], count)
    return np.where(rng.random(count) < BROADER_SHARE, broad_kind, narrow_kind).astype(np.int32)


def _village_within(rng: np.random.Generator, world: World, area: Ints) -> Ints:
    """A village inside each region, all equally likely; a village gives itself."""
    villages = world.villages
    level = world.regions.level[area]
    low, high = np.zeros(len(area), np.int64), np.zeros(len(area), np.int64)
    for each in range(VILLAGE + 1):
        rows = np.flatnonzero(level == each)
        # Villages are sorted by code, so those of one region stand together.
        ancestor = world.regions.ancestor[villages, each]
        if each == COUNTY:
            ancestor = np.maximum.accumulate(ancestor)
        low[rows] = np.searchsorted(ancestor, area[rows], "left")
        high[rows] = np.searchsorted(ancestor, area[rows], "right")
    return villages[low + np.floor(rng.random(len(area)) * np.maximum(high - low, 1)).astype(np.int64)]


def _areas(
    rng: np.random.Generator, world: World, bodies: Bodies, organization: Ints, level: Bytes
) -> npt.NDArray[np.int32]:
    """The areas of each offer: about its organisation's home, some with sisters of the same level, few nested."""
    places = world.regions
    home = bodies.home[organization]
    whole = np.where(level == TOWN, places.county_slot[home], places.ancestor[home, TOWN])
    own_town = (level == TOWN) & (bodies.level[organization] == TOWN)
    local = np.where((level >= TOWN) & ~own_town, _village_within(rng, world, whole), home)
    chief = _at_level(world, local, level)
    areas = np.full((len(level), AREAS), -1, np.int32)
    areas[:, 0] = chief
    several = np.flatnonzero((rng.random(len(level)) < SEVERAL_AREAS) & (level > PROVINCE))
    extra = rng.integers(1, AREAS - 1, len(several))
    for slot in range(1, AREAS - 1):
        rows = several[extra >= slot]
        sister = _at_level(world, _village_within(rng, world, places.parent[chief[rows]]), level[rows])
        known = (areas[rows] == sister[:, None]).any(axis=1)
        areas[rows, slot] = np.where(known, -1, sister)
    nested = np.flatnonzero((rng.random(len(level)) < 0.01) & (level >= CITY) & (level <= TOWN))
    areas[nested, AREAS - 1] = _village_within(rng, world, chief[nested])
    return areas


def _at_level(world: World, village: Ints, level: Bytes) -> Ints:
    """The village's ancestor at each level; the city where there is no county."""
    found = world.regions.ancestor[village, level]
    return np.where(found >= 0, found, world.regions.county_slot[village]).astype(np.int32)


def _validity(rng: np.random.Generator, count: int, on: date) -> tuple[Ints, Ints]:
    """Most offers run through the year, some from mid-year or without end, a few are over or not yet begun."""
    year = on.year
    spans = [
        (day_number(date(year, 1, 1)), day_number(date(year, 12, 31))),
        (-1, -1),
        (day_number(date(year - 1, 7, 1)), day_number(date(year + 1, 6, 30))),
        (day_number(on) - 400, day_number(on) - 3),
        (day_number(on) + 20, day_number(on) + 400),
    ]
    pick = rng.choice(len(spans), count, p=[0.58, 0.22, 0.16, 0.02, 0.02])
    bounds = np.array(spans, np.int32)[pick]
    return bounds[:, 0], bounds[:, 1]


def capacities(world: World, supply: Supply, on: date) -> Longs:
    """Units each offer can give inside what is asked for; 0 where it reaches nobody there.

    Summed over the province, a kind's offers in force hold SUPPLY of its expected needs, give or take SCARCITY.
    """
    rng = stream(world.seed, "offers", "capacity")
    luck = rng.uniform(1 - SCARCITY, 1 + SCARCITY, len(SERVICE_KINDS))
    share = frequencies()
    weight = np.array([share[kind.kind] for kind in SERVICE_KINDS])
    luck *= SUPPLY / float(luck @ weight)
    needs = HOUSEHOLDS * world.scale * NEEDS_PER_HOUSEHOLD
    mean = np.array([{demand.kind: demand.mean for demand in DEMANDS}[kind.kind] for kind in SERVICE_KINDS])
    target = luck * needs * weight * mean
    for number, kind in enumerate(SERVICE_KINDS):
        for broader in kind.broader:
            part = target[number] * BROADER_PART
            target[number] -= part
            target[KIND_NUMBER[broader]] += part
    today = day_number(on)
    in_force = ((supply.valid_from < 0) | (supply.valid_from <= today)) & (
        (supply.valid_to < 0) | (supply.valid_to >= today)
    )
    drawn = np.bincount(supply.kind, supply.size * in_force, len(SERVICE_KINDS))
    per_size = np.divide(target, drawn, out=np.ones(len(target)), where=drawn > 0)
    whole_capacity = np.maximum(1.0, supply.size * per_size[supply.kind])
    used = supply.areas >= 0
    reach = np.where(used, world.households[supply.areas] + 1e-9, 0.0)
    here = reach * world.share[supply.areas]
    part_here = here.sum(axis=1) / reach.sum(axis=1)
    return np.floor(whole_capacity * part_here + rng.random(len(used))).astype(np.int64)


def offer_table(
    world: World, supply: Supply, kept: Ints, capacity: Longs, makers: Ints, fund: Ints, on: date
) -> pa.Table:
    """The `offers` table of those kept; `makers` and `fund` are positions in the sample's own tables."""
    rng = stream(world.seed, "offers", "table")
    count = len(supply.kind)
    rule, ruled = rng.random(count), rng.random(count) < RULED
    accepts = _rules(supply.kind, np.where(ruled, rule, -1.0))
    unlimited = (rng.random(count) < UNLIMITED) & (supply.level >= TOWN)
    from_town = world.regions.ancestor[_village_within(rng, world, supply.areas[:, 0]), TOWN]
    place = np.where((rng.random(count) < 0.6) & world.listed[from_town], from_town, -1)
    department = rng.integers(0, 8, count)
    mine = [accepts[row] for row in kept.tolist()]

    def ages(values: list[int]) -> pa.Array:
        return whole(np.array(values, np.int64), np.array(values, np.int64) < 0)

    return assembled(
        "offers",
        len(kept),
        offer=running("F", len(kept)),
        organization=numbered("G", makers),
        kind=chosen([kind.kind for kind in SERVICE_KINDS], supply.kind[kept]),
        capacity=whole(capacity[kept], unlimited[kept]),
        unit_cost=whole(supply.cost[kept], supply.cost[kept] == 0),
        fund=numbered("M", fund),
        place=chosen(world.regions.key, place[kept]),
        serves=pa.array(_served(world, supply.areas[kept])),
        categories=pa.array([rule.categories or None for rule in mine], pa.string()),
        traits=pa.array([rule.traits or None for rule in mine], pa.string()),
        min_age=ages([rule.min_age for rule in mine]),
        max_age=ages([rule.max_age for rule in mine]),
        valid_from=dated(supply.valid_from[kept], supply.valid_from[kept] < 0),
        valid_to=dated(supply.valid_to[kept], supply.valid_to[kept] < 0),
        updated_on=stamped(on, department[kept]),
    )


def _rules(kind: Ints, chance: Floats) -> list[Rule]:
    """The rule of each offer from its kind's short list, the first ones likelier; none where the chance is negative."""
    audience = {demand.kind: demand.audience for demand in DEMANDS}
    of_kind = [rules(audience[kind.kind]) for kind in SERVICE_KINDS]
    odds = [np.cumsum(1 / np.arange(2, len(each) + 2)) for each in of_kind]
    picked = []
    for number, luck in zip(kind.tolist(), chance.tolist(), strict=True):
        rank = np.searchsorted(odds[number], luck * odds[number][-1]) if luck >= 0 else -1
        picked.append(of_kind[number][rank] if rank >= 0 else Rule())
    return picked


def _served(world: World, areas: Ints) -> list[str]:
    """The areas that the sample lists, as `;`-separated codes."""
    keys = world.regions.key.to_pylist()
    return [
        ";".join(keys[area] for area in row if area >= 0 and world.listed[area]) for row in areas.tolist()
    ]


def reachable(world: World, supply: Supply, capacity: Longs) -> Bools:
    """Offers with something to give in an area of the sample."""
    return (capacity > 0) & ((supply.areas >= 0) & world.listed[supply.areas]).any(axis=1)
