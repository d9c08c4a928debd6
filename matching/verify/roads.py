"""Minutes, reckoned anew: between places, and of an assignment by the area that serves it (model (6), (7))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import CITY, COUNTY, NONE, TOWN, VILLAGE, Floats, Ints, Snapshot
from matching.policy import UNREACHABLE_MINUTES
from matching.verify.joins import entries

EARTH_KM = 6371.0088
"""Mean radius of the Earth."""


@dataclass(frozen=True)
class Roads:
    """The ways of a snapshot: its travel table, or else estimates from coordinates."""

    snapshot: Snapshot

    def minutes(self, origin: Ints, destination: Ints) -> Ints:
        """Minutes between regions of equal positions; NONE where unreachable."""
        found = (
            self._estimated(origin, destination) if self.snapshot.travel is None else self._told(origin, destination)
        )
        return np.where(origin == destination, 0, found).astype(np.int32)

    def leg(self, origin: Ints, destination: Ints) -> Ints:
        """Minutes of a leg of an assignment: 0 where one of its ends is NONE, 600 where unreachable."""
        there = (origin != NONE) & (destination != NONE)
        found = self.minutes(np.where(there, origin, 0), np.where(there, destination, 0))
        return np.where(there, np.where(found == NONE, UNREACHABLE_MINUTES, found), 0).astype(np.int32)

    def _told(self, origin: Ints, destination: Ints) -> Ints:
        travel, places = self.snapshot.travel, len(self.snapshot.regions.level)
        if travel is None or not len(travel.minutes):
            return np.full(len(origin), NONE, np.int32)
        known = travel.origin.astype(np.int64) * places + travel.destination
        order = np.argsort(known, kind="stable")
        wanted = origin.astype(np.int64) * places + destination
        at = order[np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)]
        return np.where(known[at] == wanted, travel.minutes[at], NONE).astype(np.int32)

    def _estimated(self, origin: Ints, destination: Ints) -> Ints:
        # the chord between two points of the unit sphere gives the angle between them
        chord = np.linalg.norm(self.points[origin] - self.points[destination], axis=1)
        kilometres = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
        minutes = np.rint(kilometres * 1.4 / 30 * 60) + 5
        town = self.snapshot.regions.ancestor[:, TOWN]
        neighbours = (town[origin] == town[destination]) & (town[origin] != NONE)
        without = np.where(neighbours, 10, NONE)
        return np.where(np.isnan(kilometres), without, np.nan_to_num(minutes)).astype(np.int32)

    @cached_property
    def points(self) -> Floats:
        """Shape (regions, 3): each place on the unit sphere, NaN without coordinates."""
        lon, lat = np.radians(self.snapshot.regions.lon), np.radians(self.snapshot.regions.lat)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)

    @cached_property
    def seat(self) -> Ints:
        """The seat of each region: itself where it has coordinates or nothing within, else its first child's seat."""
        regions = self.snapshot.regions
        own = ~np.isnan(regions.lon) & ~np.isnan(regions.lat)
        seats = np.arange(len(regions.level), dtype=np.int32)
        children = np.flatnonzero(regions.parent != NONE)
        first = np.full(len(seats), NONE, np.int32)
        # rows are sorted by code, so that the last one written, backwards, is the first child
        first[regions.parent[children[::-1]]] = children[::-1]
        for level in (TOWN, COUNTY, CITY, 0):
            moved = np.flatnonzero((regions.level == level) & ~own & (first != NONE))
            seats[moved] = seats[first[moved]]
        return seats


def outermost_area(snapshot: Snapshot, offer: Ints, place: Ints) -> Ints:
    """The widest of each offer's areas that the place of the same position lies in; NONE where it lies in none."""
    regions, serves = snapshot.regions, snapshot.offers.serves
    row, area = entries(serves, offer)
    holds = regions.inside(place[row], area)
    row, area = row[holds], area[holds]
    # areas that hold one place lie one within the other: the widest is written last
    order = np.argsort(-regions.level[area].astype(np.int64), kind="stable")
    found = np.full(len(offer), NONE, np.int32)
    found[row[order]] = area[order]
    return found


def assignment_minutes(snapshot: Snapshot, offer: Ints, place: Ints) -> Ints:
    """Minutes of offers serving places of equal positions: the sum of the legs of the area that serves (model (6)).

    A village area has none; a town the way to the town's seat; a county, or a city without counties, also that to the
    town seat of the offer's place; a wider one that to the county's seat and on to that of the offer's county. NONE
    where no area serves.
    """
    ways = Roads(snapshot)
    regions, seat = snapshot.regions, ways.seat
    area, base = outermost_area(snapshot, offer, place), snapshot.offers.place[offer]
    level = np.where(area == NONE, VILLAGE, regions.level[area])
    level[(level == CITY) & ~np.isin(area, regions.ancestor[regions.level == COUNTY, CITY])] = COUNTY
    # a place above the towns stands for its own town
    towns = np.where(regions.level < TOWN, np.arange(len(regions.level)), regions.ancestor[:, TOWN]).astype(np.int32)
    town, county = _seats(towns, seat, place), _seats(regions.county_slot, seat, place)
    own_town, own_county = _seats(towns, seat, base), _seats(regions.county_slot, seat, base)
    # a town, or a place above it, stands at its own seat
    stands = np.where((place != NONE) & (regions.level[place] < VILLAGE), seat[place], place)
    total = np.where(level <= TOWN, ways.leg(stands, town), 0)
    total += np.where(level == COUNTY, ways.leg(town, own_town), 0)
    total += np.where(level < COUNTY, ways.leg(town, county) + ways.leg(county, own_county), 0)
    return np.where(area == NONE, NONE, total).astype(np.int32)


def _seats(above: Ints, seat: Ints, place: Ints) -> Ints:
    """The seats of what stands above each place; NONE where there is no place, or nothing above it."""
    region = np.where(place == NONE, NONE, above[place])
    return np.where(region == NONE, NONE, seat[region]).astype(np.int32)
