"""Households: where they live, how large they are, how urgent; and strangers passing through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from graph.model import ALERTS
from graph.snapshot import CITY, COUNTY, Bools
from loaders.sample.columns import Integers, assembled, chosen, coded, dated, day_number, midnight, running, whole
from loaders.sample.world import NEEDS_PER_HOUSEHOLD, World, stream

ALERT_ODDS = (0.02, 0.05, 0.12, 0.25, 0.40, 0.16)
"""Red, orange, yellow, blue, green, none."""
ALONE = 0.2
"""Share of households of one person."""
LARGEST = 9
EMERGENCIES = 0.02
"""Share of needs that are emergencies away from home."""
STRANGERS = 0.1
"""Share of emergencies that befall strangers with no village here."""

ELSEWHERE = (
    "430100",
    "450100",
    "450300",
    "360700",
    "350200",
    "510100",
    "410100",
    "520100",
    "420100",
    "340100",
    "500101",
)
"""Where strangers are registered: divisions of other provinces."""
SOURCES = ("民政", "乡村振兴", "残联", "医保", "人社", "教育", "工会", "妇联")
SOURCE_ODDS = (0.45, 0.2, 0.1, 0.08, 0.06, 0.04, 0.04, 0.03)
TONGUES = ("粤语", "客家话", "潮汕话", "雷州话", "普通话")
_TONGUE_OF_CITY = {
    "4402": 1, "4405": 2, "4408": 3, "4413": 1, "4414": 1, "4415": 2, "4416": 1, "4451": 2, "4452": 2, "4403": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Homes:
    """One entry a household in region order; strangers come last, with village -1."""

    village: Integers
    size: Integers
    alert: Integers
    """Position in ALERTS."""
    rural: Bools

    @property
    def strangers(self) -> int:
        """How many households have no village here."""
        return int((self.village < 0).sum())


def draw_homes(world: World) -> Homes:
    """The households of the sample."""
    villages = np.flatnonzero(world.inside & (world.regions.level == 4))
    village = np.repeat(villages, world.households[villages]).astype(np.int32)
    rng = stream(world.seed, "households")
    mean = world.household_size[village]
    larger = np.maximum((mean - ALONE) / (1 - ALONE) - 2, 0.05)
    size = np.where(rng.random(len(village)) < ALONE, 1, 2 + rng.poisson(larger))
    alert = rng.choice(len(ALERTS), len(village), p=ALERT_ODDS)
    strangers = round(len(village) * NEEDS_PER_HOUSEHOLD * EMERGENCIES * STRANGERS)
    passing = np.full(strangers, -1, np.int32)
    return Homes(
        np.concatenate([village, passing]),
        np.concatenate([np.minimum(size, LARGEST), np.ones(strangers, int)]).astype(np.int8),
        np.concatenate([alert, rng.choice([0, 1, 2], strangers, p=[0.3, 0.4, 0.3])]).astype(np.int8),
        np.concatenate([world.rural[village], passing == 0]),
    )


def household_table(world: World, homes: Homes, on: date) -> pa.Table:
    """The `households` table."""
    rng = stream(world.seed, "households", "table")
    count, today = len(homes.village), day_number(on)
    home = homes.village >= 0
    since = today - rng.integers(200, 20_000, count)
    weight = rng.integers(1, 13, count)
    tongue = np.where(rng.random(count) < 0.92, tongues(world)[homes.village], rng.integers(0, len(TONGUES), count))
    source = rng.choice(len(SOURCES), count, p=SOURCE_ODDS)
    streets = ["示例路", "样本街", "演示巷", "虚构村道"]
    doors = [f"{street}{door}号" for street in streets for door in range(1, 251)]
    return assembled(
        "households",
        count,
        household=running("H", count),
        village=chosen(world.regions.key, homes.village),
        hukou=_hukou(world, homes, rng),
        alert=coded(ALERTS, np.where((homes.alert == 5) & (rng.random(count) < 0.8), -1, homes.alert)),
        registered_on=dated(today - rng.integers(1, 2_000, count)),
        resident_since=dated(since, ~home | (rng.random(count) < 0.3)),
        weight=whole(weight, rng.random(count) < 0.95),
        dialect=chosen(TONGUES, tongue),
        address=chosen(doors, np.where(home, rng.integers(0, len(doors), count), -1)),
        source=chosen(SOURCES, source),
        as_of=stamped(on, source),
    )


def stamped(on: date, source: Integers) -> pa.Array:
    """When each row was true: each department reports on its own day before the run."""
    days = [midnight(date.fromordinal(on.toordinal() - 1 - 2 * number)) for number in range(len(SOURCES))]
    return pa.DictionaryArray.from_arrays(
        source.astype(np.int32), pa.array(days, pa.timestamp("us", tz="UTC"))
    ).dictionary_decode()


def tongues(world: World) -> Integers:
    """The usual tongue at each region, as a position in TONGUES."""
    keys = world.regions.key.to_pylist()
    of_city = np.array([_TONGUE_OF_CITY.get(key[:4], 0) for key in keys], np.int32)
    return of_city[np.maximum(world.regions.ancestor[:, CITY], 0)]


def _hukou(world: World, homes: Homes, rng: np.random.Generator) -> pa.DictionaryArray:
    """Registration: mostly the own county, some elsewhere in Guangdong, some in other provinces; always for strangers."""
    counties = np.flatnonzero((world.regions.level == COUNTY) | (world.regions.level == CITY))
    codes = [key[:6] for key in world.regions.key.take(pa.array(counties)).to_pylist()]
    position = np.full(len(world.regions.level), -1, np.int32)
    position[counties] = np.arange(len(counties))
    count = len(homes.village)
    own = position[world.regions.county_slot[homes.village]]
    where = rng.random(count)
    there = len(codes) + rng.integers(0, len(ELSEWHERE), count)
    hukou = np.where(where < 0.88, own, np.where(where < 0.96, rng.integers(0, len(codes), count), there))
    return chosen(codes + list(ELSEWHERE), np.where(homes.village < 0, there, hukou))
