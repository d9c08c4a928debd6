"""Who may cover what: workers by station, places, and the minutes between them (model (7), (21))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, VILLAGE, Bools, Ints, Longs, Regions
from matching.problem import Problem

Numbers = npt.NDArray[Any]
"""Positions or figures, of any width."""


@dataclass(frozen=True)
class Workers:
    """Workers who count and may reach a place of the scope, sorted by station, then minutes limit, then key.

    `station` is a position in `Reach.stations`, `limit` in minutes (FOREVER without one), `room` the villages still
    free (all of them without a limit), `capacity` and `taken` in load, `most` the load that the worker may carry in
    the scope; `taken` and the villages gone are what the published state holds outside the scope.
    """

    index: Ints
    station: Ints
    limit: Ints
    room: Longs
    capacity: Longs
    taken: Longs
    most: Longs


@dataclass(frozen=True)
class Reach:
    """The towns and villages of the scope, the stations around them and the pairs within `cover_across`.

    Pairs are sorted by place, then minutes, then station; `minutes` counts 600 for an unreachable pair and `within` is
    what a worker's limit is held against, FOREVER where unreachable; `rank` counts the pairs of the place before each,
    `by_station` sorts them by place, then station.
    `left_out` marks the places with further stations whose workers may go there, and `beyond` is what the nearest of
    these counts in minutes. `position` is that of each region among the places, or NONE. `group` numbers the regions of
    `cover_across` among the places, `station_group` those of the stations. A worker with forbidden places has a station
    of its own.
    """

    workers: Workers
    stations: Ints
    places: Ints
    village: Bools
    real: Bools
    place: Ints
    station: Ints
    minutes: Ints
    within: Ints
    rank: Longs
    by_station: Longs
    left_out: Bools
    beyond: Ints
    position: Ints
    group: Ints
    station_group: Ints

    def pair_at(self, place: Numbers, worker: Numbers) -> Longs:
        """Row of the pair of each place and the station of each worker; NONE where there is none."""
        many = len(self.stations)
        known = (self.place.astype(np.int64) * many + self.station)[self.by_station]
        if not len(known):
            return np.full(len(place), NONE, np.int64)
        wanted = place.astype(np.int64) * many + self.workers.station[worker]
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, self.by_station[at], NONE).astype(np.int64)


def slots(regions: Regions, level: int) -> Ints:
    """For each region its ancestor of a level, or the next above where there is none; all alike for level -1."""
    if level < 0:
        return np.zeros(len(regions.level), np.int32)
    found = regions.ancestor[:, level].copy()
    for above in range(level - 1, -1, -1):
        found = np.where(found == NONE, regions.ancestor[:, above], found)
    return found.astype(np.int32)


def most_load(problem: Problem, caseworker: Numbers) -> Longs:
    """Most load that caseworkers may carry: `overload_max` times capacity, whole units."""
    capacity = problem.snapshot.caseworkers.capacity[caseworker]
    # a millionth of a unit forgives what 1.6 lacks as a binary fraction
    most: Longs = np.floor(problem.policy.overload_max * capacity + 1e-6).astype(np.int64)
    return most


def taken_outside(problem: Problem) -> tuple[Longs, Longs]:
    """Villages and load that the published state gives each caseworker outside the scope (model (2))."""
    snapshot, published = problem.snapshot, problem.snapshot.published
    staff = len(snapshot.caseworkers.type)
    elsewhere = (snapshot.regions.level[published.place] == VILLAGE) & ~problem.place_in_scope[published.place]
    villages = np.bincount(published.place_caseworker[elsewhere], minlength=staff).astype(np.int64)
    village = snapshot.households.village[published.household]
    outside = (village == NONE) | ~problem.place_in_scope[village]
    weight = snapshot.households.weight[published.household[outside]]
    load = np.bincount(published.household_caseworker[outside], weights=weight, minlength=staff).astype(np.int64)
    return villages, load
