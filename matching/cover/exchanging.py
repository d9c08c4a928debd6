"""Villages handed on: in each round every worker gives one up, and the best assignment of them all is taken."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from graph.snapshot import FOREVER, Bools, Floats, Longs
from matching.cover.demand import Demand
from matching.cover.dialects import Dialects
from matching.cover.improving import strain_of
from matching.cover.packing import Pairs, no_pairs
from matching.cover.reach import Numbers, Reach
from matching.policy import OperatingCost

BLOCK = 200
"""About as many workers exchange villages among themselves: an assignment takes up to the cube of their number."""
TURNS = 2
"""How often all blocks are gone through, cut elsewhere each time."""
ROUNDS, CROWDED_ROUNDS = 2, 6
"""Most rounds of a block in each turn, and of one whose workers have villages with more load than they may carry."""
UNSERVED, MORE_URGENT = 135, 8
"""Minutes that a unit of the least urgent load is worth which nobody could take otherwise, and how many times that the next level.

Much more than a station nearby costs would spend minutes on the least urgent for hardly more of them.
"""
NEVER = 1e15
"""Cost of what may not be."""
TINY = 1e-6
"""Cost below which one worker is no better than another."""


def exchange(
    reach: Reach,
    pairs: Pairs,
    load: Longs,
    protected: Bools,
    demand: Demand,
    dialects: Dialects,
    prices: OperatingCost,
) -> Pairs:
    """The pairs after rounds in which one village of each worker goes where all of these cost least together.

    Each pair is taken to carry what its village has left for it. `load`, shape (places,), is what each place has to
    hand out, `protected`, shape (pairs,), marks pairs that stay, `demand` says how urgent the load is and which `dialects`
    its households ask for; the loads of the pairs that come back are to be shared anew.
    """
    left = load - np.bincount(pairs.place, weights=pairs.load, minlength=len(load)).astype(np.int64)
    want = pairs.load + np.where(np.diff(pairs.place, prepend=-1) != 0, left[pairs.place], 0)
    pairs, stays = replace(pairs, load=want), protected
    urgent = np.cumsum(demand.by_level(demand.load, len(load)), axis=1)[:, :-1]
    of_village = np.bincount(pairs.place, weights=want, minlength=len(load))
    tongues = dialects.asked_at(demand, len(load)) if dialects.asked and prices.dialect else None
    row_of = np.argsort(reach.station, kind="stable")
    row_start = np.searchsorted(reach.station[row_of], np.arange(len(reach.stations) + 1))
    for turn in range(TURNS):
        order = np.argsort(reach.workers.station[pairs.worker], kind="stable")
        pairs, stays = pairs.chosen(order), stays[order]
        station = reach.workers.station[pairs.worker]
        for start, end in _blocks(reach, turn):
            first, last = np.searchsorted(station, [start, end])
            if first == last:
                continue
            rows = row_of[row_start[start] : row_start[end]]
            mine = pairs.chosen(np.arange(first, last))
            share = mine.load / np.maximum(of_village[mine.place], 1)
            block = _Block(
                reach, start, end, rows, mine, stays[first:last], urgent[mine.place] * share[:, None], prices
            )
            if tongues is not None:
                speakers = dialects.spoken_by(reach.workers.index[block.staff])
                heard = (tongues[mine.place] @ speakers.T).toarray()
                block.unheard = prices.dialect * share[:, None] * (tongues.sum(1)[mine.place][:, None] - heard)
            pairs.worker[first:last] = block.exchanged()
    return pairs.joined(no_pairs())


def _blocks(reach: Reach, turn: int) -> Iterator[tuple[int, int]]:
    """Runs of stations of one group with about BLOCK workers each: the first station and the end."""
    workers = np.bincount(reach.workers.station, minlength=len(reach.stations))
    before = np.cumsum(workers) - workers
    first = np.flatnonzero(np.diff(reach.station_group, prepend=-1) != 0).tolist()
    for start, end in itertools.pairwise([*first, len(workers)]):
        count = int(workers[start:end].sum())
        many = -(-count // BLOCK)
        width = count / many
        block = np.floor((before[start:end] - before[start]) / width + (turn % 2) / 2 * (many > 1))
        cut = start + np.flatnonzero(np.diff(block, prepend=-1) != 0)
        yield from itertools.pairwise([*cut.tolist(), end])


class _Block:
    """The pairs of the workers of some stations, while villages are handed on among them."""

    def __init__(
        self,
        reach: Reach,
        start: int,
        end: int,
        rows: Longs,
        pairs: Pairs,
        stays: Bools,
        urgent: Floats,
        prices: OperatingCost,
    ) -> None:
        workers = reach.workers
        self.first, last = np.searchsorted(workers.station, [start, end])
        self.staff = staff = slice(self.first, last)
        # what the households of each pair who do not hear their dialect cost with each worker
        self.unheard: Floats = np.zeros((len(pairs.worker), 1))
        self.worker, self.want, self.movable = pairs.worker - self.first, pairs.load, np.flatnonzero(~stays)
        self.places, self.place = np.unique(pairs.place, return_inverse=True)
        self.room, self.capacity, self.taken = workers.room[staff], workers.capacity[staff], workers.taken[staff]
        self.most, self.prices, self.urgent = workers.most[staff] + self.taken, prices, urgent
        self.unserved = UNSERVED + prices.busy + prices.overload
        at = np.minimum(np.searchsorted(self.places, reach.place[rows]), len(self.places) - 1)
        rows, at = rows[self.places[at] == reach.place[rows]], at[self.places[at] == reach.place[rows]]
        minutes = np.full((end - start, len(self.places)), NEVER)
        within = np.full((end - start, len(self.places)), FOREVER, np.int64)
        minutes[reach.station[rows] - start, at] = reach.minutes[rows]
        within[reach.station[rows] - start, at] = reach.within[rows]
        station = workers.station[staff] - start
        self.minutes = np.where(within[station] <= workers.limit[staff][:, None], minutes[station], NEVER)

    def exchanged(self) -> Numbers:
        """Worker of each pair after some rounds, or when all pairs have had their turn for nothing."""
        total = self.taken + np.bincount(self.worker, weights=self.want, minlength=len(self.room))
        idle = 0
        for turn in range(CROWDED_ROUNDS if (total > self.most).any() else ROUNDS):
            idle = 0 if self._round(turn) else idle + 1
            if idle == int(np.bincount(self.worker[self.movable], minlength=1).max()):
                break
        found: Numbers = self.worker + self.first
        return found

    def _round(self, turn: int) -> bool:
        """Hand on the village of each worker whose turn it is, the largest first; whether that makes it cheaper."""
        workers, movable = len(self.room), self.movable
        movable = movable[np.lexsort((-self.want[movable], self.worker[movable]))]
        count = np.bincount(self.worker[movable], minlength=workers)
        rank = np.arange(len(movable)) - (np.cumsum(count) - count)[self.worker[movable]]
        given = movable[rank == turn % np.maximum(count, 1)[self.worker[movable]]]
        held = np.zeros((workers, len(self.places)), bool)
        others = np.ones(len(self.worker), bool)
        others[given] = False
        held[self.worker[others], self.place[others]] = True
        rest = self.taken + np.bincount(self.worker[others], weights=self.want[others], minlength=workers)
        has, minutes = held[:, self.place[given]].T, self.minutes[:, self.place[given]].T
        amount = self.want[given][:, None]
        charge = np.where(has, 0, self.prices.pair + self.prices.pair_minute * minutes)
        cost = self._strain(rest + amount) - self._strain(rest) + charge + minutes * amount
        cost += self._unserved(given, others) + self.unheard[given]
        cost = np.where(has | (held.sum(1) < self.room), np.minimum(cost, NEVER), NEVER)
        # a village at its best worker, whom no other village would rather have, stays
        own = self.worker[given]
        better = cost < cost[np.arange(len(given)), own][:, None] - TINY
        takers = better.any(0)
        row = np.flatnonzero(better.any(1) | takers[own])
        takers[own[row]] = True
        taker = np.flatnonzero(takers)
        cost = cost[np.ix_(row, taker)]
        at, to = linear_sum_assignment(cost)
        gain = cost[np.arange(len(row)), np.searchsorted(taker, own[row])].sum() - cost[at, to].sum()
        if gain < 1:
            return False
        self.worker[given[row[at]]] = taker[to]
        return True

    def _unserved(self, given: Longs, others: Bools) -> Numbers:
        """What more of urgent load, level by level, stays unserved where each of the villages given is handed to."""
        found: Numbers = np.zeros((len(given), len(self.room)))
        levels = self.urgent.shape[1]
        for level in range(levels):
            price = self.unserved * float(MORE_URGENT) ** (levels - 1 - level)
            amount, worker = self.urgent[:, level], self.worker
            rest = (
                self.taken + np.bincount(worker[others], weights=amount[others], minlength=len(self.room)) - self.most
            )
            if (rest.max() + amount[given].max(initial=0)) > 0:
                found += price * (np.maximum(rest + amount[given][:, None], 0) - np.maximum(rest, 0))
        return found

    def _strain(self, total: Numbers) -> Numbers:
        """Cost of what each worker carries; what is above the most they may counts as unserved."""
        unserved = np.maximum(total - self.most, 0)
        strain: Numbers = strain_of(self.capacity, total - unserved, self.prices) + self.unserved * unserved
        return strain
