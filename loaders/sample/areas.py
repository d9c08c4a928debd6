"""Areas that offers serve: one or several, of one level or nested."""

from __future__ import annotations

import numpy as np

from graph.snapshot import CITY, COUNTY, PROVINCE, TOWN, VILLAGE
from loaders.sample.columns import Integers
from loaders.sample.organizations import Bodies
from loaders.sample.world import World, stream

AREAS = 5
"""Most areas of one offer."""
SEVERAL = 0.19
"""Share of offers with sisters of their area."""
NESTED = 0.01
"""Share of offers that name a place inside their area beside it."""
NARROWED = 0.16
"""Share of the offers that reach beyond what is asked for which serve but a few places inside."""


def village_within(rng: np.random.Generator, world: World, area: Integers) -> Integers:
    """A village inside each region, all equally likely; a village gives itself."""
    villages = world.villages
    level = world.regions.level[area]
    low, high = np.zeros(len(area), np.int64), np.zeros(len(area), np.int64)
    for each in range(VILLAGE + 1):
        rows = np.flatnonzero(level == each)
        # Villages are sorted by code, so those of one region stand together.
        ancestor = world.regions.county_slot[villages] if each == COUNTY else world.regions.ancestor[villages, each]
        low[rows] = np.searchsorted(ancestor, area[rows], "left")
        high[rows] = np.searchsorted(ancestor, area[rows], "right")
    found: Integers = villages[rng.integers(low, np.maximum(high, low + 1))]
    return found


def draw_areas(
    rng: np.random.Generator, world: World, bodies: Bodies, organization: Integers, level: Integers
) -> Integers:
    """The areas of each offer: about its organisation's home, some with sisters of the same level, few nested.

    Shape (n, AREAS): region indices, -1 unused; the first is the chief one.
    """
    places = world.regions
    home = bodies.home[organization]
    whole = np.where(level == TOWN, places.county_slot[home], places.ancestor[home, TOWN])
    own_town = (level == TOWN) & (bodies.level[organization] == TOWN)
    local = np.where((level >= TOWN) & ~own_town, village_within(rng, world, whole), home)
    chief = _at_level(world, local, level)
    areas = np.full((len(level), AREAS), -1, np.int32)
    areas[:, 0] = chief
    several = np.flatnonzero((rng.random(len(level)) < SEVERAL) & (level > PROVINCE))
    # a city without counties is one area: who serves several places there serves towns
    undivided = several[(level[several] == COUNTY) & (places.level[chief[several]] == CITY)]
    chief[undivided] = areas[undivided, 0] = places.ancestor[local[undivided], TOWN]
    extra = rng.integers(1, AREAS - 1, len(several))
    for slot in range(1, AREAS - 1):
        rows = several[extra >= slot]
        sister = _at_level(world, village_within(rng, world, places.parent[chief[rows]]), places.level[chief[rows]])
        known = (areas[rows] == sister[:, None]).any(axis=1)
        areas[rows, slot] = np.where(known, -1, sister)
    nested = np.flatnonzero((rng.random(len(level)) < NESTED) & (level >= CITY) & (level <= TOWN))
    areas[nested, AREAS - 1] = village_within(rng, world, chief[nested])
    return areas


def _at_level(world: World, village: Integers, level: Integers) -> Integers:
    """The village's ancestor at each level; the city where there is no county."""
    found = world.regions.ancestor[village, level]
    return np.where(found >= 0, found, world.regions.county_slot[village]).astype(np.int32)


def narrowed(world: World, areas: Integers) -> Integers:
    """Some of the offers that reach beyond what is asked for name up to four places inside instead."""
    rng = stream(world.seed, "offers", "narrowed")
    top = np.flatnonzero(world.inside)[0]
    beyond = world.regions.ancestor[top, world.regions.level[areas[:, 0]]] == areas[:, 0]
    rows = np.flatnonzero(beyond & (areas[:, 0] != top) & (rng.random(len(areas)) < NARROWED))
    children = world.regions.level[world.regions.parent == top]
    level = np.full(len(rows), children.min() if len(children) else VILLAGE, np.int8)
    places = areas.copy()
    places[rows] = -1
    for slot in range(AREAS - 1):
        place = _at_level(world, village_within(rng, world, np.full(len(rows), top, np.int32)), level)
        known = (places[rows] == place[:, None]).any(axis=1)
        places[rows, slot] = np.where(known | (rng.random(len(rows)) < slot / 4), -1, place)
    return places
