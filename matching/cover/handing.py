"""Households to the workers who cover their village, whole, the most urgent first."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from graph.snapshot import Ints, Longs
from matching.cover.demand import Demand
from matching.cover.packing import Pairs
from matching.cover.reach import Workers


def hand_out(demand: Demand, pairs: Pairs, workers: Workers) -> tuple[Ints, Ints]:
    """Households with their workers; those who find none are left out.

    A place gives out the load that its pairs are to take: the most urgent classes first and the lightest of them, the
    heaviest of those to the pairs first so that light ones fill what is left. What does not fit goes to a worker with
    load to spare, if need be in the stead of less urgent households, and so do households that a lock bars from some.
    """
    places = int(max(demand.place.max(initial=-1), pairs.place.max(initial=-1))) + 1
    taking = np.bincount(pairs.place, weights=pairs.load, minlength=places).astype(np.int64)
    given = _first_served(demand, taking)
    rows = _fill(demand, given, pairs)
    rows = _settle(demand, pairs, rows, workers)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    rows = rows[order]
    # the households of a class stand together, the first of them in the order of keys are handed out
    start = demand.first[:-1][rows[:, 0]] + _running(rows[:, 0], rows[:, 2])
    total = int(rows[:, 2].sum())
    at = np.arange(total) - np.repeat(np.cumsum(rows[:, 2]) - rows[:, 2], rows[:, 2])
    household = demand.household[np.repeat(start, rows[:, 2]) + at]
    return household, np.repeat(pairs.worker[rows[:, 1]], rows[:, 2])


def _running(group: Longs, amount: Longs) -> Longs:
    """Sum of the amounts before each row within its group; rows are sorted by group."""
    before = np.cumsum(amount) - amount
    first = np.searchsorted(group, group, "left")
    return before - before[first] if len(group) else before


def _ranks(sorted_groups: Ints) -> Longs:
    """Position of each row within its group."""
    return np.arange(len(sorted_groups)) - np.searchsorted(sorted_groups, sorted_groups, "left")


def _first_served(demand: Demand, taking: Longs) -> Longs:
    """How many of each class their place gives out: classes in order, as many as still fit."""
    given = demand.count.copy()
    short = np.bincount(demand.place, weights=demand.load, minlength=len(taking)) > taking
    rows = np.flatnonzero(short[demand.place])
    if not len(rows):
        return given
    rank, rest = _ranks(demand.place[rows]), taking.copy()
    for step in range(int(rank.max()) + 1):
        now = rows[rank == step]
        place, weight = demand.place[now], demand.weight[now]
        given[now] = np.where(
            weight > 0, np.minimum(demand.count[now], rest[place] // np.maximum(weight, 1)), given[now]
        )
        rest[place] -= given[now] * weight
    return given


def _fill(demand: Demand, given: Longs, pairs: Pairs) -> Longs:
    """Rows (class, pair, count) that fill the pairs of each place one after the other, heavy households first."""
    left = given.copy()
    left[list(demand.barred)] = 0
    classes = np.flatnonzero(left > 0)
    classes = classes[np.lexsort((demand.level[classes], -demand.weight[classes], demand.place[classes]))]
    class_rank = _ranks(demand.place[classes])
    first_pair = np.searchsorted(pairs.place, np.arange(int(demand.place.max(initial=-1)) + 2))
    many = np.diff(first_pair)[demand.place[classes]]
    rest = pairs.load.copy()
    out = [np.zeros((0, 3), np.int64)]
    for step in range(int(class_rank.max(initial=-1)) + 1):
        here = class_rank == step
        now, pairs_here = classes[here], many[here]
        for turn in range(int(pairs_here.max(initial=0))):
            open_ = (pairs_here > turn) & (left[now] > 0)
            now, pairs_here = now[open_], pairs_here[open_]
            pair = first_pair[demand.place[now]] + turn
            weight = demand.weight[now]
            count = np.where(weight > 0, np.minimum(left[now], rest[pair] // np.maximum(weight, 1)), left[now])
            left[now] -= count
            rest[pair] -= count * weight
            some = count > 0
            out.append(np.column_stack([now[some], pair[some], count[some]]))
    return np.concatenate(out)


def _settle(demand: Demand, pairs: Pairs, rows: Longs, workers: Workers) -> Longs:
    """The rows with what did not fit settled one by one, the most urgent first; rows are (class, pair, count)."""
    held = np.bincount(rows[:, 0], weights=rows[:, 2], minlength=len(demand.first) - 1).astype(np.int64)
    missing = np.flatnonzero(demand.count > held)
    if not len(missing):
        return rows
    load = np.bincount(
        pairs.worker[rows[:, 1]], weights=rows[:, 2] * demand.weight[rows[:, 0]], minlength=len(workers.most)
    ).astype(np.int64)
    short = np.zeros(int(demand.place.max()) + 1, bool)
    short[demand.place[missing]] = True
    here = short[demand.place[rows[:, 0]]]
    counter = _Counter(demand, pairs, rows[here], workers, (workers.most - load).tolist())
    for cls in missing[np.lexsort((missing, demand.weight[missing], demand.level[missing]))].tolist():
        counter.place(cls, int(demand.count[cls] - held[cls]))
    return np.concatenate([rows[~here], counter.rows()])


class _Counter:
    """How many of each class each pair holds, while households are placed one by one."""

    def __init__(self, demand: Demand, pairs: Pairs, rows: Longs, workers: Workers, spare: list[int]) -> None:
        self.demand, self.worker, self.spare = demand, pairs.worker.tolist(), spare
        self.caseworker = workers.index
        self.first_pair = np.searchsorted(pairs.place, np.arange(int(demand.place.max()) + 2)).tolist()
        self.held: dict[int, dict[int, int]] = defaultdict(dict)
        for cls, pair, count in rows.tolist():
            self.held[pair][cls] = count

    def rows(self) -> Longs:
        """The rows (class, pair, count) as they stand."""
        found = [(cls, pair, count) for pair, held in self.held.items() for cls, count in held.items() if count]
        return np.array(found, np.int64).reshape(-1, 3)

    def place(self, cls: int, count: int) -> None:
        """Hand households of a class to workers of their place, as many as go."""
        place, weight = int(self.demand.place[cls]), int(self.demand.weight[cls])
        barred = self.demand.barred.get(cls, ())
        pairs = range(self.first_pair[place], self.first_pair[place + 1])
        choices = [pair for pair in pairs if int(self.caseworker[self.worker[pair]]) not in barred]
        for _ in range(count):
            pair = max(choices, key=lambda each: (self.spare[self.worker[each]], -each), default=None)
            if pair is not None and self.spare[self.worker[pair]] < weight:
                pair = self._make_way(choices, int(self.demand.level[cls]), weight)
            if pair is None:
                return
            self.held[pair][cls] = self.held[pair].get(cls, 0) + 1
            self.spare[self.worker[pair]] -= weight

    def _make_way(self, choices: list[int], level: int, weight: int) -> int | None:
        """The first pair where giving up less urgent households makes room for the weight; they are given up."""
        weights, levels = self.demand.weight, self.demand.level
        for pair in choices:
            held, worker = self.held[pair], self.worker[pair]
            less = sorted((cls for cls, count in held.items() if count and levels[cls] > level), reverse=True)
            if self.spare[worker] + sum(int(weights[cls]) * held[cls] for cls in less) < weight:
                continue
            for cls in less:
                while self.spare[worker] < weight and held[cls]:
                    held[cls] -= 1
                    self.spare[worker] += int(weights[cls])
            return pair
        return None
