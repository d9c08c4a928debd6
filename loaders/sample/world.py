"""The invented province: which real village holds how many households.

It depends on seed and scale alone, so that a county's sample has the same villages, stations and offers as the
province's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS
from graph.snapshot import CITY, COUNTY, TOWN, VILLAGE, Bools, Floats, Ints, Longs, Regions
from loaders.guangdong import divisions, regions
from loaders.guangdong.census import CITIES

HOUSEHOLDS = 1_600_000
"""Households monitored in the province (an estimate)."""
PERSONS_PER_HOUSEHOLD = 4.9 / 1.6
NEEDS_PER_HOUSEHOLD = 4.0 / 1.6

RURAL_RISK = 2.5
"""How much likelier a household in the countryside is to be monitored than one in town."""
VILLAGE_LIKE = 0.15
"""Weight of a village-like unit (farm, zone, port) against a real village."""
UNEVENNESS = {"county": 0.2, "town": 0.3, "village": 0.85}
"""Spread (of the logarithm) of poverty between counties, towns and villages: it makes the heavy tail of villages."""


def stream(seed: int, *name: str) -> np.random.Generator:
    """The random numbers of one table: the same for the same seed, whatever else is drawn."""
    key = tuple("/".join(name).encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def rounded(rng: np.random.Generator, expected: Floats) -> Longs:
    """Whole numbers, each rounded up with the chance that its fraction says, so that sums keep."""
    up: Floats = np.floor(expected + rng.random(len(expected)))
    return up.astype(np.int64)


@dataclass(frozen=True)
class World:
    """All of Guangdong's regions and, for each, the households within; what is asked for is `inside`."""

    seed: int
    scale: float
    table: pa.Table
    """The `regions` table of the sample: what is inside and its ancestors."""
    regions: Regions
    """The whole province, sorted by code; every index below is a position here."""
    inside: Bools
    listed: Bools
    """In the sample's `regions` table: inside, or an ancestor."""
    households: Longs
    """Households living in each region of the province."""
    rural: Bools
    """Whether a village lies in the countryside."""
    household_size: Floats
    """Mean size of a household at each village."""

    @property
    def villages(self) -> Ints:
        """Every village of the province."""
        return np.flatnonzero(self.regions.level == VILLAGE).astype(np.int32)

    @property
    def share(self) -> Floats:
        """For each region, the share of its households that lives inside what is asked for."""
        within = roll_up(self.regions, np.where(self.inside & (self.regions.level == VILLAGE), self.households, 0))
        return np.divide(within, self.households, out=np.zeros(len(within)), where=self.households > 0)


def province_regions() -> Regions:
    """The whole province as columns."""
    table = divisions()
    parent = pc.index_in(table["parent"], value_set=table["code"].combine_chunks()).fill_null(-1)
    level = pc.index_in(table["level"], value_set=pa.array([level.code for level in LEVELS]))
    return Regions(
        table["code"].combine_chunks(),
        table["name"].combine_chunks(),
        np.asarray(level, np.int8),
        np.asarray(parent, np.int32),
        np.asarray(table["lon"]),
        np.asarray(table["lat"]),
        np.zeros(len(table), np.int64),
    )


def roll_up(places: Regions, at_villages: Longs) -> Longs:
    """Sums over everything within each region, from figures at the villages."""
    total = at_villages.astype(np.int64)
    for level in (VILLAGE, TOWN, COUNTY, CITY):
        rows = np.flatnonzero(places.level == level)
        np.add.at(total, places.parent[rows], total[rows])
    return total


def build_world(region: str, seed: int, scale: float) -> World:
    """The world of this seed, seen from one region (twelve or six digits)."""
    table = regions(region)
    places = province_regions()
    listed = np.asarray(pc.is_in(places.key, table["code"].combine_chunks()))
    here = pc.index(places.key, region.ljust(12, "0")).as_py()
    everyone = np.arange(len(places.level), dtype=np.int32)
    inside = places.inside(everyone, np.full(len(everyone), here))
    numbers = np.array([int(code[9:]) for code in places.key.to_pylist()])
    village = places.level == VILLAGE
    rural = village & (numbers >= 200)
    size = _household_sizes(places)
    expected = _expected_households(places, numbers, size, seed)
    drawn = rounded(stream(seed, "world", "rounding"), expected * scale)
    households = roll_up(places, np.where(village, drawn, 0))
    size *= PERSONS_PER_HOUSEHOLD * expected.sum() / (size * expected).sum()
    return World(seed, scale, table, places, inside, listed, households, rural, size)


def _household_sizes(places: Regions) -> Floats:
    size_of = {city.code: city.household_size for city in CITIES}
    keys = places.key.to_pylist()
    size = np.array([size_of.get(key, 0.0) for key in keys])
    return np.where(places.level == VILLAGE, size[places.ancestor[:, CITY]], 0.0)


def _expected_households(places: Regions, numbers: Longs, size: Floats, seed: int) -> Floats:
    """Expected monitored households of each village: people of its city, its kind, and chance about its level."""
    expected = np.zeros(len(size))
    keys = places.key.to_pylist()
    city = places.ancestor[:, CITY]
    village = places.level == VILLAGE
    for facts in CITIES:
        mine = village & (city == keys.index(facts.code))
        # Monitored households are more frequent where more of the city is countryside.
        rate = 0.25 + 1.5 * facts.rural_share
        for rural, people in ((False, 1 - facts.rural_share), (True, facts.rural_share * RURAL_RISK)):
            kind = mine & ((numbers >= 200) == rural)
            unit = np.where(numbers[kind] < 400, 1.0, VILLAGE_LIKE)
            if len(unit):
                expected[kind] = facts.population * people * rate * unit / unit.sum() / size[kind]
    for level, spread in ((COUNTY, "county"), (TOWN, "town"), (VILLAGE, "village")):
        factor = stream(seed, "world", spread).lognormal(0, UNEVENNESS[spread], len(size))
        ancestor = places.ancestor[:, level]
        expected *= np.where(ancestor >= 0, factor[ancestor], 1.0)
    expected *= HOUSEHOLDS / expected.sum()
    return expected
