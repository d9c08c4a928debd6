"""Volunteers as suppliers of the flow: what they can do, how long, and which places they reach (model (33))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import networkx as nx
import numpy as np

from graph.snapshot import NONE, TOWN, VOLUNTEER, Bools, Ints, Longs, Ragged
from matching.problem import Problem
from matching.ranges import distinct, expand, offsets, pack
from matching.serve.eligibility import narrower_or_same
from matching.serve.nearby import nearby
from matching.serve.supply import UNLIMITED, Promises, Supply
from matching.travel import Roads

MOST_SIZES = 1 << 16
"""Minutes up to which sums of tasks are looked up one by one."""


@dataclass(frozen=True)
class Teams:
    """Volunteers as suppliers; those without a travel limit whom nothing tells apart are one.

    `able` has shape (teams, kinds): what the members have time for, and needs of the scope ask; `minutes` is what each
    member can fill, a row for each of `members`; None in `timeless` teams, whose kinds take no time. `barred` is the
    volunteer whom some need may not have, NONE for others. `team`, `place` and `way` are the places that those with a
    limit reach, in order of teams. `weight` says for each kind how a unit of it compares with one of the kinds that take
    other minutes and are tied to it by somebody's hours: 1 where there are none.
    """

    members: Ragged
    minutes: Longs
    able: Bools
    timeless: Bools
    anywhere: Bools
    barred: Ints
    team: Longs
    place: Ints
    way: Ints
    weight: Longs

    def __len__(self) -> int:
        return len(self.able)

    def capacity(self, grain: int) -> Longs:
        """Units of `grain` minutes that each team can give."""
        total = np.zeros(len(self), np.int64)
        np.add.at(total, self.members.owners, self.minutes // grain)
        return np.where(self.timeless, UNLIMITED, total)


def open_to_volunteers(problem: Problem, supply: Supply, needs: Ints) -> Bools:
    """Which needs a volunteer may serve at all: at a village or a town, and nobody has given a part of them."""
    table, level = problem.snapshot.needs, problem.snapshot.regions.level
    found: Bools = (level[table.place[needs]] >= TOWN) & (supply.units[needs] == table.quantity[needs])
    return found


def teams_of(problem: Problem, roads: Roads, supply: Supply, forbidden: Promises) -> Teams:
    """The volunteers who could serve a need of the scope."""
    snapshot = problem.snapshot
    volunteers, kinds = snapshot.volunteers, snapshot.kinds
    needs = problem.counting[open_to_volunteers(problem, supply, problem.counting)]
    asked_at = np.zeros((len(snapshot.regions.level), len(kinds.key)), bool)
    asked_at[snapshot.needs.place[needs], snapshot.needs.kind[needs]] = True
    places: Bools = np.logical_or.reduce(asked_at, axis=1)
    able = np.zeros((len(volunteers.key), len(kinds.key)), bool)
    np.logical_or.at(able, volunteers.skills.owners, narrower_or_same(kinds)[volunteers.skills.values])
    able &= asked_at.any(axis=0) & (kinds.minutes <= supply.minutes[:, None])
    timed = able & (kinds.minutes > 0)
    barred = np.zeros(len(volunteers.key), bool)
    barred[forbidden.of_type(VOLUNTEER).provider] = True
    rows, what = np.flatnonzero(timed.any(axis=1)), [timed[timed.any(axis=1)]]
    # what takes no time is no reason to look at two kinds together
    idle, kind = np.nonzero(able & (kinds.minutes == 0))
    what.append(np.eye(len(kinds.key), dtype=bool)[kind])
    who, able = np.concatenate([rows, idle]).astype(np.int32), np.concatenate(what)
    timeless = np.arange(len(who)) >= len(rows)
    free = volunteers.minutes_limit[who] == NONE
    alone = np.where(free & ~barred[who], 0, np.arange(1, len(who) + 1))
    first, number = distinct(alone, timeless.astype(np.int8), *np.packbits(able, axis=1).astype(np.int64).T)
    order = np.argsort(number, kind="stable")
    filled = _filled(supply.minutes[who], able & timed[who], kinds.minutes)
    teams = Teams(
        Ragged(offsets(number, len(first)), who[order]),
        np.where(timeless, 0, filled)[order],
        able[first],
        timeless[first],
        free[first],
        np.where(barred[who[first]], who[first], NONE).astype(np.int32),
        *_ways(roads, volunteers.village[who[first]], volunteers.minutes_limit[who[first]], places),
        _weights(timed, kinds.minutes),
    )
    return _reaching(teams, asked_at)


def _reaching(teams: Teams, asked_at: Bools) -> Teams:
    """Those teams that reach a need which they may serve, and their ways to such places."""
    useful = (pack(teams.able)[teams.team] & pack(asked_at)[teams.place]).any(axis=1)
    found = teams.anywhere.copy()
    found[teams.team[useful]] = True
    number = np.cumsum(found) - 1
    held = found[teams.members.owners]
    return Teams(
        Ragged(offsets(number[teams.members.owners[held]], int(found.sum())), teams.members.values[held]),
        teams.minutes[held],
        teams.able[found],
        teams.timeless[found],
        teams.anywhere[found],
        teams.barred[found],
        number[teams.team[useful]],
        teams.place[useful],
        teams.way[useful],
        teams.weight,
    )


def _weights(able: Bools, minutes: Ints) -> Longs:
    """Weight of a unit of each kind among those that volunteers' hours tie to it, by what each may do."""
    graph: nx.Graph[int] = nx.Graph()
    for kinds in able[distinct(*pack(able).T)[0]]:
        nx.add_path(graph, np.unique(minutes[kinds]).tolist())
    weight = np.ones(len(minutes), np.int64)
    for tied in nx.connected_components(graph):
        mine = np.isin(minutes, list(tied))
        weight[mine] = minutes[mine] // gcd(*tied)
    return weight


def _ways(roads: Roads, village: Ints, limit: Ints, asked: Bools) -> tuple[Longs, Ints, Ints]:
    """Rows of those with a limit, places that they reach and minutes."""
    rows = np.flatnonzero(limit != NONE)
    homes, home = np.unique(village[rows], return_inverse=True)
    most = np.zeros(len(homes), np.int32)
    np.maximum.at(most, home, limit[rows])
    near = nearby(roads, homes, most, np.flatnonzero(asked).astype(np.int32))
    # the places of a home stand by their minutes, so that a limit takes the first of them
    owners = np.repeat(np.arange(len(homes)), np.diff(near.start))
    longest = int(most.max(initial=0)) + 1
    end = np.searchsorted(owners * longest + near.minutes, home * longest + limit[rows], "right")
    owner, at = expand(near.start[home], end)
    return rows[owner], near.place[at], near.minutes[at]


def _filled(minutes: Longs, able: Bools, each: Ints) -> Longs:
    """Most minutes that tasks of these kinds fill, of so many."""
    first, number = distinct(minutes, *np.packbits(able, axis=1).astype(np.int64).T)
    found = [most_filled(tuple(sorted(set(each[able[row]].tolist()))), int(minutes[row])) for row in first.tolist()]
    return np.array(found, np.int64)[number]


def most_filled(sizes: tuple[int, ...], minutes: int) -> int:
    """The most minutes up to a number that any tasks of such sizes fill."""
    if not sizes or minutes < sizes[0]:
        return 0
    unit = gcd(*sizes)
    # from so many on, every multiple of the greatest common divisor can be filled
    if minutes >= sizes[0] * sizes[-1] // unit or sizes[0] * sizes[-1] // unit > MOST_SIZES:
        return minutes - minutes % unit
    sums = _sums(tuple(size // unit for size in sizes), sizes[0] * sizes[-1] // unit // unit)
    return int(sums[minutes // unit]) * unit


@lru_cache(maxsize=4096)
def _sums(sizes: tuple[int, ...], most: int) -> Longs:
    """For each number up to `most` the largest sum of sizes that is no more."""
    filled = np.zeros(most + 1, bool)
    filled[0] = True
    for number in range(1, most + 1):
        filled[number] = any(number >= size and filled[number - size] for size in sizes)
    return np.maximum.accumulate(np.where(filled, np.arange(most + 1), 0))
