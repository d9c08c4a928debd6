"""Organisations: where they sit, what they are, and the budgets that hold some of them back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.model import ORGANIZATION_TYPES
from graph.snapshot import CITY, COUNTY, PROVINCE, TOWN, Bools, Floats
from loaders.sample.columns import Integers, assembled, chosen, coded, running, whole
from loaders.sample.credit_codes import credit_codes
from loaders.sample.world import World, stream

ORGANIZATIONS = 5_000
LEVEL_ODDS = (0.03, 0.10, 0.40, 0.47)
"""Province, city, county, town."""
TYPE_ODDS = (0.12, 0.08, 0.18, 0.22, 0.22, 0.14, 0.04)
"""In the order of the code list."""
TIGHT = 0.14
"""Share of organisations whose budget is well below what their offers would cost (it binds at most of them)."""
AMPLE = 0.25
"""Share of organisations with a budget that hardly binds; the others have none."""

MOST = 20.0
"""Cap on how many more offers one organisation makes than another: no place hangs on a single one."""

_NAMES = {
    "government": ("民政局", "退役军人事务局", "人力资源和社会保障局"),
    "mass_organisation": ("残疾人联合会", "妇女联合会", "总工会"),
    "public_institution": ("敬老院", "社会福利院", "卫生院"),
    "charity": ("慈善会", "慈善基金会", "济困基金会"),
    "social_organisation": ("社会工作服务中心", "养老服务协会", "志愿服务联合会"),
    "enterprise": ("家政服务公司", "康养服务公司", "配餐公司"),
    "utility": ("供水公司", "供电服务公司", "燃气公司"),
}


@dataclass(frozen=True)
class Bodies:
    """One entry an organisation of the province, in the order of its seat's code."""

    level: Integers
    """Level it works at."""
    home: Integers
    """The village its work is about: region index."""
    seat: Integers
    """Region index of its seat."""
    type: Integers
    weight: Floats
    """How many offers it tends to make."""


def draw_bodies(world: World) -> Bodies:
    """The organisations of the province."""
    rng = stream(world.seed, "organizations")
    count = max(len(LEVEL_ODDS), round(ORGANIZATIONS * world.scale))
    counts = np.diff(np.round(np.cumsum((0.0, *LEVEL_ODDS)) * count)).astype(int)
    level = np.repeat([PROVINCE, CITY, COUNTY, TOWN], counts)
    villages = world.villages
    people = world.households[villages] + 1.0
    home = villages[rng.choice(len(villages), count, p=people / people.sum() * 0.6 + 0.4 / len(villages))]
    own = world.regions.ancestor[home, level]
    at_level = np.where(own >= 0, own, world.regions.county_slot[home])
    seat = np.where(rng.random(count) < 0.4, world.regions.ancestor[home, TOWN], at_level)
    order = np.argsort(seat, kind="stable")
    kind = rng.choice(len(ORGANIZATION_TYPES), count, p=TYPE_ODDS)
    weight = np.minimum(rng.pareto(1.3, count), MOST) + 0.1
    return Bodies(level[order].astype(np.int8), home[order], seat[order].astype(np.int32), kind.astype(np.int8), weight)


def nearest_listed(world: World, region: Integers) -> Integers:
    """Each region, or its nearest ancestor that the sample lists."""
    found = region.copy()
    for _ in range(4):
        found = np.where(world.listed[found], found, world.regions.parent[found])
    return found


def organization_table(world: World, bodies: Bodies, kept: Integers, value: Integers) -> pa.Table:
    """The `organizations` table of those kept; `value` is what all offers of each would cost in a year, in yuan."""
    rng = stream(world.seed, "organizations", "table")
    count = len(bodies.seat)
    chance, tight, ample = rng.random(count), rng.uniform(0.2, 0.55, count), rng.uniform(1.2, 3.0, count)
    serial = rng.choice(1_000_000, count, replace=False)
    factor = np.where(chance < TIGHT, tight, ample)[kept]
    budget = np.maximum(1, np.round(value * factor, -2).astype(np.int64))
    limited: Bools = (chance[kept] < TIGHT + AMPLE) & (value > 0)
    names = world.regions.name.to_pylist()
    keys = world.regions.key.to_pylist()
    types = [ORGANIZATION_TYPES[number].code for number in bodies.type[kept].tolist()]
    seats = bodies.seat[kept].tolist()
    variant = (serial[kept] % 3).tolist()
    return assembled(
        "organizations",
        len(kept),
        organization=running("G", len(kept)),
        name=pa.array(
            f"{names[seat]}示例{_NAMES[kind][which]}{number:04d}"
            for number, (seat, kind, which) in enumerate(zip(seats, types, variant, strict=True), 1)
        ),
        type=coded(ORGANIZATION_TYPES, bodies.type[kept]),
        credit_code=pa.array(credit_codes(types, [keys[seat] for seat in seats], serial[kept])),
        region=chosen(world.regions.key, nearest_listed(world, bodies.seat[kept])),
        budget=whole(budget, ~limited),
    )
