"""Offers: what each organisation gives, where, to whom and how much; seen from the region asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from graph.model import ORGANIZATION_TYPES, SERVICE_KINDS
from graph.snapshot import CITY, COUNTY, PROVINCE, TOWN, VILLAGE, Floats
from loaders.sample.areas import draw_areas, narrowed, village_within
from loaders.sample.catalogue import BROADER, DEMANDS, KIND_NUMBER, Rule, frequencies, rules
from loaders.sample.columns import Integers, assembled, chosen, dated, day_number, numbered, running, whole
from loaders.sample.households import SOURCES, stamped
from loaders.sample.organizations import Bodies
from loaders.sample.world import World, stream

OFFERS = 20_000
LEVEL_ODDS = (0.04, 0.10, 0.34, 0.36, 0.16)
"""Province, city, county, town, village."""
USUAL_CAPACITY = (2500.0, 900.0, 260.0, 70.0, 14.0)
"""Relative capacity of an offer at each level."""
BROADER_EVERY = 9
"""One offer in so many, along the order of the seats' codes, is of a kind that includes others: a tenth or more anywhere."""
USUAL_CLASSES = {
    "government": ("cash", "special", "development"),
    "mass_organisation": ("cash", "goods", "support", "special"),
    "public_institution": ("care", "living", "special"),
    "charity": ("cash", "goods", "support", "special"),
    "social_organisation": ("living", "care", "support"),
    "enterprise": ("living", "care", "goods", "development"),
    "utility": ("cash", "goods", "living"),
}
"""What organisations of each type mostly offer: classes of kinds."""
UNUSUAL = 0.15
"""Weight of the other classes against these."""
RULED = 0.5
"""Share of offers with an acceptance rule."""
UNLIMITED = 0.005


@dataclass(frozen=True)
class Supply:
    """One entry an offer of the province, in the order of its organisation."""

    organization: Integers
    level: Integers
    kind: Integers
    areas: Integers
    """Shape (n, AREAS) as `draw_areas` says."""
    size: Floats
    """Relative capacity."""
    valid_from: Integers
    valid_to: Integers
    """Days, -1 for open."""
    cost: Integers


def draw_supply(world: World, bodies: Bodies, on: date) -> Supply:
    """The offers of the province."""
    rng = stream(world.seed, "offers")
    organization, level = _makers(rng, world, bodies)
    count = len(organization)
    kind = _kinds(rng, bodies.type[organization])
    areas = narrowed(world, draw_areas(rng, world, bodies, organization, level))
    size = np.array(USUAL_CAPACITY)[level] * rng.lognormal(-0.3, 0.9, count)
    valid_from, valid_to = _validity(rng, count, on)
    typical = np.array([{demand.kind: demand.cost for demand in DEMANDS}[kind.kind] for kind in SERVICE_KINDS])
    cost = np.where(typical[kind] > 1, np.maximum(1, typical[kind] * rng.uniform(0.6, 1.5, count)), 1).astype(np.int64)
    cost[rng.random(count) < 0.15] = 0
    return Supply(organization, level, kind, areas, size, valid_from, valid_to, cost)


def _makers(rng: np.random.Generator, world: World, bodies: Bodies) -> tuple[Integers, Integers]:
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


def _kinds(rng: np.random.Generator, types: Integers) -> Integers:
    """Half by how often a kind is needed, half evenly, but mostly what such an organisation does; some broader kinds."""
    share = frequencies()
    broad = (np.arange(len(types)) + rng.integers(BROADER_EVERY)) % BROADER_EVERY == 0
    kinds = np.zeros(len(types), np.int32)
    for number, organization in enumerate(ORGANIZATION_TYPES):
        for broader in (False, True):
            rows = np.flatnonzero((types == number) & (broad == broader))
            able = [kind for kind in SERVICE_KINDS if (kind.kind in BROADER) == broader]
            weight = np.array([share[kind.kind] for kind in able])
            weight = weight / weight.sum() + 1 / len(able)
            weight *= [1.0 if kind.kind_class in USUAL_CLASSES[organization.code] else UNUSUAL for kind in able]
            drawn = rng.choice(len(able), len(rows), p=weight / weight.sum())
            kinds[rows] = np.array([KIND_NUMBER[kind.kind] for kind in able])[drawn]
    return kinds


def _validity(rng: np.random.Generator, count: int, on: date) -> tuple[Integers, Integers]:
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


def offer_table(
    world: World, supply: Supply, kept: Integers, capacity: Integers, makers: Integers, fund: Integers, on: date
) -> pa.Table:
    """The `offers` table of those kept; `makers` and `fund` are positions in the sample's own tables."""
    rng = stream(world.seed, "offers", "table")
    count = len(supply.kind)
    rule, ruled = rng.random(count), rng.random(count) < RULED
    accepts = _rules(supply.kind, np.where(ruled, rule, -1.0))
    unlimited = (rng.random(count) < UNLIMITED) & (supply.level >= TOWN)
    from_town = world.regions.ancestor[village_within(rng, world, supply.areas[:, 0]), TOWN]
    place = np.where((rng.random(count) < 0.6) & world.listed[from_town], from_town, -1)
    department = rng.integers(0, len(SOURCES), count)
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


def _rules(kind: Integers, chance: Floats) -> list[Rule]:
    """The rule of each offer from its kind's short list, the first ones likelier; none where the chance is negative."""
    audience = {demand.kind: demand.audience for demand in DEMANDS}
    of_kind = [rules(audience[kind.kind]) for kind in SERVICE_KINDS]
    odds = [np.cumsum(1 / np.arange(2, len(each) + 2)) for each in of_kind]
    picked = []
    for number, luck in zip(kind.tolist(), chance.tolist(), strict=True):
        rank = np.searchsorted(odds[number], luck * odds[number][-1]) if luck >= 0 else -1
        picked.append(of_kind[number][rank] if rank >= 0 else Rule())
    return picked


def _served(world: World, areas: Integers) -> list[str]:
    """The areas that the sample lists, as `;`-separated codes."""
    keys = world.regions.key.to_pylist()
    return [";".join(keys[area] for area in row if area >= 0 and world.listed[area]) for row in areas.tolist()]
