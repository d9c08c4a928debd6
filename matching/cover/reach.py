"""Who may cover what: workers by station, places, and the minutes between them (model (7), (21))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import FOREVER, NONE, TOWN, VILLAGE, Bools, Ints, Longs, Regions
from matching.policy import COVER_LEVEL, UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.travel import Roads

Numbers = npt.NDArray[Any]
"""Positions or figures, of any width."""
SHUANGBAI = 0
"""Position in `graph.model.CASEWORKER_TYPES` of the workers that the guarantee counts."""
PAIRS_AT_ONCE = 4_000_000
"""Most station–place pairs whose minutes are held at once."""


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
    what a worker's limit is held against, FOREVER where unreachable. `beyond` holds, for each place, the minutes of
    the nearest station left out (FOREVER where none is), `position` the position of each region among the places, or
    NONE. A worker with forbidden places has a station of its own.
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
    beyond: Ints
    position: Ints


def slots(regions: Regions, level: int) -> Ints:
    """For each region its ancestor of a level, or the next above where there is none; all alike for level -1."""
    if level < 0:
        return np.zeros(len(regions.level), np.int32)
    found = regions.ancestor[:, level].copy()
    for above in range(level - 1, -1, -1):
        found = np.where(found == NONE, regions.ancestor[:, above], found)
    return found.astype(np.int32)


def build_reach(problem: Problem, forbidden: dict[int, set[int]], nearest: int) -> Reach:
    """Reach of the scope with at most `nearest` stations for each place.

    `forbidden` maps a caseworker to the regions that a lock forbids it.
    """
    regions, roads = problem.snapshot.regions, Roads(problem.snapshot)
    places = np.flatnonzero(problem.place_in_scope & (regions.level >= TOWN)).astype(np.int32)
    slot = slots(regions, COVER_LEVEL[problem.policy.cover_across])
    workers, stations = _workers(problem, np.unique(slot[places]), slot, forbidden)
    order = np.argsort(slot[stations], kind="stable").astype(np.int32)
    start = np.searchsorted(slot[stations][order], slot[places], "left")
    count = np.searchsorted(slot[stations][order], slot[places], "right") - start
    longest = _longest_limit(workers, len(stations))
    owner = np.full(len(stations), NONE, np.int64)
    for worker in np.flatnonzero(np.isin(workers.index, list(forbidden))):
        owner[workers.station[worker]] = workers.index[worker]
    parts = []
    beyond = np.full(len(places), FOREVER, np.int32)
    for rows in np.split(np.arange(len(places)), np.flatnonzero(np.diff(np.cumsum(count) // PAIRS_AT_ONCE)) + 1):
        place = np.repeat(rows, count[rows]).astype(np.int32)
        within_row = np.arange(len(place)) - np.repeat(np.cumsum(count[rows]) - count[rows], count[rows])
        station = order[np.repeat(start[rows], count[rows]) + within_row]
        found = roads.minutes(stations[station], places[place])
        within = np.where(found == NONE, FOREVER, found).astype(np.int32)
        allowed = within <= longest[station]
        for at in np.flatnonzero(owner[station] != NONE):
            allowed[at] &= int(places[place[at]]) not in forbidden[int(owner[station[at]])]
        place, station, within = place[allowed], station[allowed], within[allowed]
        sort = np.lexsort((station, within, place))
        place, station, within = place[sort], station[sort], within[sort]
        rank = np.arange(len(place)) - np.searchsorted(place, place, "left")
        first_out = rank == nearest
        beyond[place[first_out]] = within[first_out]
        kept = rank < nearest
        parts.append((place[kept], station[kept], within[kept]))
    place, station, within = (np.concatenate(each).astype(np.int32) for each in zip(*parts, strict=True))
    minutes = np.where(within == FOREVER, UNREACHABLE_MINUTES, within).astype(np.int32)
    village = regions.level[places] == VILLAGE
    position = np.full(len(regions.level), NONE, np.int32)
    position[places] = np.arange(len(places), dtype=np.int32)
    real = regions.real[places]
    return Reach(workers, stations, places, village, real, place, station, minutes, within, beyond, position)


def _longest_limit(workers: Workers, stations: int) -> Ints:
    """Longest minutes limit at each station; NONE at one without workers."""
    longest = np.full(stations, NONE, np.int32)
    np.maximum.at(longest, workers.station, workers.limit)
    return longest


def _workers(problem: Problem, reached: Ints, slot: Ints, forbidden: dict[int, set[int]]) -> tuple[Workers, Ints]:
    snapshot = problem.snapshot
    staff = snapshot.caseworkers
    index = np.flatnonzero((staff.type == SHUANGBAI) & np.isin(slot[staff.town], reached))
    apart = np.where(np.isin(index, list(forbidden)), index, NONE)
    limit = np.where(staff.minutes_limit == NONE, FOREVER, staff.minutes_limit)[index]
    _, station = np.unique(staff.town[index].astype(np.int64) << 32 | (apart + 1), return_inverse=True)
    order = np.lexsort((index, limit, station))
    index, station, limit = index[order], station[order], limit[order]
    first = np.unique(station, return_index=True)[1]
    villages, load = taken_outside(problem)
    all_villages = int((snapshot.regions.level == VILLAGE).sum())
    most_villages = np.where(staff.villages_limit == NONE, all_villages, staff.villages_limit - villages)[index]
    most = most_load(problem, np.arange(len(staff.type))) - load
    workers = Workers(
        index=index.astype(np.int32),
        station=station.astype(np.int32),
        limit=limit.astype(np.int32),
        room=np.maximum(most_villages, 0).astype(np.int64),
        capacity=staff.capacity[index],
        taken=load[index],
        most=np.maximum(most[index], 0),
    )
    return workers, staff.town[index][first].astype(np.int32)


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
