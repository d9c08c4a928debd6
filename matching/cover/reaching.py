"""The reach of a scope: its workers by station, and for each place the stations nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graph.snapshot import FOREVER, NONE, SHUANGBAI, TOWN, VILLAGE, Bools, Ints, Longs
from matching.cover.reach import Reach, Workers, most_load, slots, taken_outside
from matching.policy import COVER_LEVEL, UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.travel import Roads

Forbidden = Mapping[int, Collection[int]]
"""Regions that locks forbid each caseworker."""
PAIRS_AT_ONCE = 1_000_000
"""About as many station–place pairs have their minutes held at once."""


@dataclass(frozen=True)
class Held:
    """Pairs of regions and caseworkers that stand in the reach however far they are; indices of the snapshot."""

    place: Ints
    caseworker: Ints


def build_reach(problem: Problem, forbidden: Forbidden, nearest: Longs, held: Held) -> Reach:
    """Reach of the scope with at most `nearest` stations for each place, shape (regions,), and those of held pairs."""
    regions = problem.snapshot.regions
    places = np.flatnonzero(problem.place_in_scope & (regions.level >= TOWN)).astype(np.int32)
    slot = slots(regions, COVER_LEVEL[problem.policy.cover_across])
    groups = np.unique(slot[places])
    workers, stations = _workers(problem, groups, slot, forbidden)
    position = np.full(len(regions.level), NONE, np.int32)
    position[places] = np.arange(len(places), dtype=np.int32)
    order = np.argsort(slot[stations], kind="stable").astype(np.int32)
    start = np.searchsorted(slot[stations][order], slot[places], "left")
    end = np.searchsorted(slot[stations][order], slot[places], "right")
    barred = [(place, caseworker) for caseworker, taken in forbidden.items() for place in taken]
    stands = zip(held.place.tolist(), held.caseworker.tolist(), strict=True)
    search = _Search(
        Roads(problem.snapshot),
        places,
        stations,
        longest=_longest_limit(workers, len(stations)),
        barred=_codes(workers, position, len(stations), barred),
        held=_codes(workers, position, len(stations), stands),
        left_out=np.zeros(len(places), bool),
        beyond=np.zeros(len(places), np.int32),
    )
    parts = [
        search.nearest(rows, order[start[rows[0]] : end[rows[0]]], nearest[places[rows]])
        for rows in _at_once(start, end - start)
    ]
    pairs = np.concatenate([np.zeros((3, 0), np.int64), *parts], axis=1).astype(np.int32)
    place, station, within = pairs[:, np.argsort(pairs[0], kind="stable")]
    return Reach(
        workers,
        stations,
        places,
        village=regions.level[places] == VILLAGE,
        real=regions.real[places],
        place=place,
        station=station,
        minutes=_counted(within),
        within=within,
        rank=np.arange(len(place)) - np.searchsorted(place, place, "left"),
        by_station=np.lexsort((station, place)),
        left_out=search.left_out,
        beyond=_counted(search.beyond),
        position=position,
        group=np.searchsorted(groups, slot[places]).astype(np.int32),
        station_group=np.searchsorted(groups, slot[stations]).astype(np.int32),
    )


@dataclass(frozen=True)
class _Search:
    """The nearest stations of places, and what is left out of them; `barred` and `held` are codes of pairs."""

    roads: Roads
    places: Ints
    stations: Ints
    longest: Ints
    barred: Longs
    held: Longs
    left_out: Bools
    beyond: Ints

    def nearest(self, rows: Longs, among: Ints, most: Longs) -> Longs:
        """Rows of places, stations and minutes, sorted by them but for the held pairs, `most` for each place."""
        place, station = np.repeat(rows, len(among)), np.tile(among, len(rows))
        found = self.roads.minutes(self.stations[station], self.places[place])
        within = np.where(found == NONE, FOREVER, found).astype(np.int32)
        code = place * len(self.stations) + station
        allowed = (within <= self.longest[station]) & ~np.isin(code, self.barred)
        held = np.isin(code, self.held)
        few = np.flatnonzero(allowed & (held | _among_least(np.where(allowed, within, FOREVER), most)))
        few = few[np.lexsort((station[few], within[few], place[few]))]
        place, station, within, held = place[few], station[few], within[few], held[few]
        rank = np.arange(len(place)) - np.searchsorted(place, place, "left")
        most = np.repeat(most, np.bincount(np.searchsorted(rows, place), minlength=len(rows)))
        first_out = rank == most
        self.left_out[place[first_out]] = True
        self.beyond[place[first_out]] = within[first_out]
        kept = held | (rank < most)
        return np.stack([place[kept], station[kept], within[kept]]).astype(np.int64)


def _counted(within: Ints) -> Ints:
    """What minutes count, unreachable ones too."""
    return np.where(within == FOREVER, UNREACHABLE_MINUTES, within).astype(np.int32)


def _codes(workers: Workers, position: Ints, stations: int, pairs: Iterable[tuple[int, int]]) -> Longs:
    """Codes (place × stations + station) of pairs of regions and caseworkers, those of the reach alone."""
    station_of = dict(zip(workers.index.tolist(), workers.station.tolist(), strict=True))
    known = [(int(position[place]), station_of.get(caseworker, NONE)) for place, caseworker in pairs]
    codes = [place * stations + station for place, station in known if NONE not in (place, station)]
    return np.array(codes, np.int64)


def _at_once(start: Longs, count: Longs) -> Iterator[Longs]:
    """Places whose stations are the same ones, about PAIRS_AT_ONCE pairs at a time, in their order."""
    order = np.argsort(start, kind="stable")
    batch = np.cumsum(count[order]) // PAIRS_AT_ONCE
    change = np.flatnonzero((np.diff(start[order]) != 0) | (np.diff(count[order]) != 0) | (np.diff(batch) != 0))
    yield from np.split(order, change + 1) if len(order) else ()


def _among_least(within: Ints, most: Longs) -> Bools:
    """Whether each figure of a row is among the row's `most` and one more least, or as little as the last of them.

    `within` holds the rows, all of one length, one after the other.
    """
    table = within.reshape(len(most), -1)
    last = int(most.max())
    if table.shape[1] <= last:
        return np.ones(len(within), bool)
    least: Bools = table <= np.partition(table, last, axis=1)[:, last : last + 1]
    return least.ravel()


def _longest_limit(workers: Workers, stations: int) -> Ints:
    """Longest minutes limit at each station; NONE at one without workers."""
    longest = np.full(stations, NONE, np.int32)
    np.maximum.at(longest, workers.station, workers.limit)
    return longest


def _workers(problem: Problem, reached: Ints, slot: Ints, forbidden: Forbidden) -> tuple[Workers, Ints]:
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
