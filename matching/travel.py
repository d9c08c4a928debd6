"""Minutes: between places, and of an assignment by the legs of the area that serves it (model (6), (7))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import CITY, COUNTY, NONE, PROVINCE, TOWN, VILLAGE, Floats, Ints, Regions, Snapshot
from matching.policy import UNREACHABLE_MINUTES
from matching.ranges import expand

EARTH_KM = 6371.0088
"""Mean radius of the Earth."""
ROAD_FACTOR, KM_PER_HOUR, START_MINUTES, WITHIN_TOWN_MINUTES = 1.4, 30, 5, 10
"""What an estimate assumes: roads longer than the straight line, the speed, getting ready, one town without coordinates."""


def seats_of(regions: Regions) -> Ints:
    """The seat of each region: itself where it has coordinates or nothing within, else its first child's by code."""
    n = len(regions.level)
    placed = ~(np.isnan(regions.lon) | np.isnan(regions.lat))
    first = np.full(n, NONE, np.int32)
    children = np.flatnonzero(regions.parent != NONE)[::-1]
    first[regions.parent[children]] = children  # the last one written is the first by code
    seat = np.arange(n, dtype=np.int32)
    for level in (TOWN, COUNTY, CITY, PROVINCE):
        moved = np.flatnonzero((regions.level == level) & ~placed & (first != NONE))
        seat[moved] = seat[first[moved]]
    return seat


@dataclass(frozen=True)
class Roads:
    """The ways of a snapshot: its travel table, or estimates from coordinates where it has none."""

    snapshot: Snapshot

    @cached_property
    def seat(self) -> Ints:
        """The seat of each region."""
        return seats_of(self.snapshot.regions)

    @cached_property
    def town(self) -> Ints:
        """The town of each place; a place without one, such as a county, is its own."""
        town = self.snapshot.regions.ancestor[:, TOWN]
        return np.where(town == NONE, np.arange(len(town)), town).astype(np.int32)

    @property
    def county(self) -> Ints:
        """The county slot of each place."""
        return self.snapshot.regions.county_slot

    @cached_property
    def to_town(self) -> Ints:
        """Minutes from each place to the seat of its town; a town, or a place above it, stands at its own seat."""
        places = np.arange(len(self.town), dtype=np.int32)
        stands = np.where(self.snapshot.regions.level < VILLAGE, self.seat[places], places)
        return self.leg(stands, self.seat[self.town])

    @cached_property
    def to_county(self) -> Ints:
        """Minutes from the seat of each town, or place without one, to the seat of its county slot."""
        places = np.arange(len(self.town), dtype=np.int32)
        return self.leg(self.seat[places], self.seat[self.county])

    def minutes(self, origin: Ints, destination: Ints) -> Ints:
        """Minutes between places of equal positions, NONE where unreachable (model (7))."""
        known = self._told if self.snapshot.travel is not None else self._estimated
        return np.where(origin == destination, 0, known(origin, destination)).astype(np.int32)

    def leg(self, origin: Ints, destination: Ints) -> Ints:
        """Minutes of a leg: 600 where unreachable, 0 where an end is NONE."""
        given = (origin != NONE) & (destination != NONE)
        found = self.minutes(np.where(given, origin, 0), np.where(given, destination, 0))
        return np.where(given, np.where(found == NONE, UNREACHABLE_MINUTES, found), 0).astype(np.int32)

    def _told(self, origin: Ints, destination: Ints) -> Ints:
        travel = self.snapshot.travel
        if travel is None or not len(travel.minutes):
            return np.full(len(origin), NONE, np.int32)
        places = len(self.snapshot.regions.level)
        pairs = travel.origin.astype(np.int64) * places + travel.destination
        wanted = origin.astype(np.int64) * places + destination
        at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
        return np.where(pairs[at] == wanted, travel.minutes[at], NONE).astype(np.int32)

    @cached_property
    def _radians(self) -> tuple[Floats, Floats, Floats]:
        """Longitude, latitude and the cosine of the latitude of each region; single ways are asked for very often."""
        lon, lat = np.radians(self.snapshot.regions.lon), np.radians(self.snapshot.regions.lat)
        return lon, lat, np.cos(lat)

    def _estimated(self, origin: Ints, destination: Ints) -> Ints:
        lon, lat, cos_lat = self._radians
        haversine = (
            np.sin((lat[destination] - lat[origin]) / 2) ** 2
            + cos_lat[origin] * cos_lat[destination] * np.sin((lon[destination] - lon[origin]) / 2) ** 2
        )
        kilometres = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1)))
        town = self.snapshot.regions.ancestor[:, TOWN]
        same_town = (town[origin] == town[destination]) & (town[origin] != NONE)
        unplaced = np.where(same_town, WITHIN_TOWN_MINUTES, NONE)
        estimate = np.rint(ROAD_FACTOR * kilometres / KM_PER_HOUR * 60) + START_MINUTES
        return np.where(np.isnan(kilometres), unplaced, np.nan_to_num(estimate)).astype(np.int32)


def serving_area(snapshot: Snapshot, offer: Ints, place: Ints) -> Ints:
    """The widest area of each offer that holds the place of the same position; NONE where none does."""
    regions, serves = snapshot.regions, snapshot.offers.serves
    row, at = expand(serves.offsets[offer], serves.offsets[offer + 1])
    area = serves.values[at]
    holds = regions.inside(place[row], area)
    row, area = row[holds], area[holds]
    widest_last = np.argsort(-regions.level[area].astype(np.int64), kind="stable")
    found = np.full(len(offer), NONE, np.int32)
    found[row[widest_last]] = area[widest_last]
    return found


def assignment_minutes(roads: Roads, offer: Ints, place: Ints) -> Ints:
    """Minutes of offers serving places of equal positions, NONE where no area serves (model (6))."""
    regions = roads.snapshot.regions
    area, base = serving_area(roads.snapshot, offer, place), roads.snapshot.offers.place[offer]
    level = np.where(area == NONE, VILLAGE, regions.breadth[area])
    start = np.where(base == NONE, 0, base)
    town, county = roads.town[place], roads.county[place]
    to_town = roads.leg(roads.seat[town], roads.seat[roads.town[start]])
    to_county = roads.leg(roads.seat[county], roads.seat[roads.county[start]])
    total = np.where(level <= TOWN, roads.to_town[place], 0) + np.where(level < COUNTY, roads.to_county[town], 0)
    total += np.where(base == NONE, 0, np.where(level == COUNTY, to_town, np.where(level < COUNTY, to_county, 0)))
    return np.where(area == NONE, NONE, total).astype(np.int32)
