"""Caseworkers: how many at each town's station, how much they carry, how far they go."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graph.model import CASEWORKER_TYPES, WEIGHT_BY_ALERT
from graph.snapshot import CITY, COUNTY, TOWN, Bools
from loaders.sample.columns import Integers, assembled, chosen, coded, running, whole
from loaders.sample.households import ALERT_ODDS, TONGUES, tongues
from loaders.sample.world import HOUSEHOLDS, World, roll_up, rounded, stream

CASEWORKERS = 30_000
TYPE_ODDS = (0.86, 0.07, 0.07)
"""In the order of the code list."""
EMPTY = 0.02
"""Share of stations without anybody."""
UNEVENNESS = {"county": 0.2, "town": 0.25}
"""Spread (of the logarithm) of staffing between counties and between towns."""
VACANT = 0.55
"""Share of posts vacant in one county of each city that has several: there some villages stay without a worker."""
BY_VILLAGES = 0.6
"""Part of the workers that is shared out by villages; the rest goes by load."""
SLACK = 1.3
"""Capacity of all workers over the load of all households."""
LIMITS = ((20, 30, 45, 60, 90), (0.1, 0.25, 0.3, 0.25, 0.1))
VILLAGES = ((1, 2, 3), (0.25, 0.45, 0.3))


def stations(world: World) -> Integers:
    """Workers at each region of the province: at its real towns alone, some of which have none."""
    rng = stream(world.seed, "caseworkers", "stations")
    places = world.regions
    numbers = np.array([int(code[6:9]) for code in places.key.to_pylist()])
    real = (places.level == TOWN) & (numbers < 400)
    village = np.zeros(len(real), np.int64)
    village[world.villages] = 1
    villages = roll_up(places, village)
    pull = np.zeros(len(real))
    for figure, part in ((villages, BY_VILLAGES), (world.households, 1 - BY_VILLAGES)):
        # The households and villages of town-like units are looked after from the county's real towns.
        at_towns = np.where(real, figure, 0)
        pull += part * at_towns / max(1, at_towns.sum())
    county = rng.lognormal(0, UNEVENNESS["county"], len(real))[places.county_slot]
    town = rng.lognormal(0, UNEVENNESS["town"], len(real))
    pull *= county * town * (rng.random(len(real)) >= EMPTY)
    pull *= np.where(_short(world)[places.county_slot], 1 - VACANT, 1.0)
    expected = CASEWORKERS * world.scale * pull / pull.sum()
    return rounded(rng, expected)


def _short(world: World) -> Bools:
    """The counties with vacancies: one of each city that has more than one."""
    rng = stream(world.seed, "caseworkers", "vacancies")
    places = world.regions
    short = np.zeros(len(places.level), bool)
    for city in np.flatnonzero(places.level == CITY):
        counties = np.flatnonzero((places.parent == city) & (places.level == COUNTY))
        if len(counties) > 1:
            short[rng.choice(counties)] = True
    return short


def caseworker_table(world: World) -> pa.Table:
    """The `caseworkers` table."""
    staffed = stations(world)
    here = np.flatnonzero(world.inside & (staffed > 0))
    town = np.repeat(here, staffed[here])
    rng = stream(world.seed, "caseworkers", "table")
    count = len(town)
    load = HOUSEHOLDS / CASEWORKERS * float(np.dot(ALERT_ODDS, list(WEIGHT_BY_ALERT.values())))
    capacity = np.round(load * SLACK * np.clip(rng.normal(1, 0.18, count), 0.5, 1.6)).astype(np.int64)
    both = [*TONGUES, *(f"{tongue};普通话" for tongue in TONGUES)]
    local = tongues(world)[town]
    spoken = np.where(
        (rng.random(count) < 0.85) & (TONGUES[-1] != np.array(TONGUES)[local]), local + len(TONGUES), local
    )
    return assembled(
        "caseworkers",
        count,
        caseworker=running("W", count),
        town=chosen(world.regions.key, town),
        type=coded(CASEWORKER_TYPES, rng.choice(len(CASEWORKER_TYPES), count, p=TYPE_ODDS)),
        capacity=whole(capacity),
        dialects=chosen(both, spoken),
        minutes_limit=whole(rng.choice(LIMITS[0], count, p=LIMITS[1]), rng.random(count) < 0.5),
        villages_limit=whole(rng.choice(VILLAGES[0], count, p=VILLAGES[1])),
    )
