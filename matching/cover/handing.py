"""Households to the workers who cover their village, whole, the most urgent first."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Ints, Longs
from matching.cover.demand import Demand
from matching.cover.packing import Pairs


def hand_out(demand: Demand, pairs: Pairs, most: Longs) -> tuple[Ints, Ints, Longs]:
    """Households with their workers, and the count of each class that finds none.

    A place gives out the load that its pairs are to take: the most urgent classes first and the lightest of them, the
    heaviest of those to the pairs first so that light ones fill what is left. What does not fit goes to a worker with
    load to spare below `most`, shape (workers,), if need be in the stead of less urgent households.
    """
    places = int(max(demand.place.max(initial=-1), pairs.place.max(initial=-1))) + 1
    taking = np.bincount(pairs.place, weights=pairs.load, minlength=places).astype(np.int64)
    given = _first_served(demand, taking)
    rows = _fill(demand, given, pairs)
    rows = _settle(demand, pairs, rows, most)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    rows = rows[order]
    held = np.bincount(rows[:, 0], weights=rows[:, 2], minlength=len(demand.place)).astype(np.int64)
    # the households of a class stand together, the first of them in the order of keys are handed out
    start = demand.first[:-1][rows[:, 0]] + _running(rows[:, 0], rows[:, 2])
    total = int(rows[:, 2].sum())
    at = np.arange(total) - np.repeat(np.cumsum(rows[:, 2]) - rows[:, 2], rows[:, 2])
    household = demand.household[np.repeat(start, rows[:, 2]) + at]
    return household, np.repeat(pairs.worker[rows[:, 1]], rows[:, 2]), demand.count - held


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
    classes = np.flatnonzero(given > 0)
    classes = classes[np.lexsort((demand.level[classes], -demand.weight[classes], demand.place[classes]))]
    class_rank = _ranks(demand.place[classes])
    first_pair = np.searchsorted(pairs.place, np.arange(int(demand.place.max(initial=-1)) + 2))
    many = np.diff(first_pair)[demand.place[classes]]
    rest, left = pairs.load.copy(), given.copy()
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


def _settle(demand: Demand, pairs: Pairs, rows: Longs, most: Longs) -> Longs:
    """The rows with what did not fit settled one by one, the most urgent first; rows are (class, pair, count)."""
    held = np.bincount(rows[:, 0], weights=rows[:, 2], minlength=len(demand.place)).astype(np.int64)
    missing = np.flatnonzero(demand.count > held)
    if not len(missing):
        return rows
    load = np.bincount(
        pairs.worker[rows[:, 1]], weights=rows[:, 2] * demand.weight[rows[:, 0]], minlength=len(most)
    ).astype(np.int64)
    spare = (most - load).tolist()
    first_pair = np.searchsorted(pairs.place, np.arange(int(demand.place.max()) + 2))
    worker = pairs.worker.tolist()
    count = {(int(cls), int(pair)): int(number) for cls, pair, number in rows}
    held_by: dict[int, set[int]] = {}
    touched = np.zeros(len(first_pair), bool)
    touched[demand.place[missing]] = True
    for cls, pair, _ in rows[touched[demand.place[rows[:, 0]]]].tolist():
        held_by.setdefault(pair, set()).add(cls)
    for cls in missing[np.lexsort((missing, demand.weight[missing], demand.level[missing]))].tolist():
        level, weight = int(demand.level[cls]), int(demand.weight[cls])
        place = int(demand.place[cls])
        choices = range(int(first_pair[place]), int(first_pair[place + 1]))
        for _ in range(int(demand.count[cls] - held[cls])):
            best = max(choices, key=lambda pair: (spare[worker[pair]], -pair), default=None)
            if best is None:
                break
            if spare[worker[best]] < weight:
                best = _make_way(demand, choices, worker, spare, count, held_by, level, weight)
                if best is None:
                    break
            count[cls, best] = count.get((cls, best), 0) + 1
            held_by.setdefault(best, set()).add(cls)
            spare[worker[best]] -= weight
    settled = [(cls, pair, number) for (cls, pair), number in count.items() if number]
    return np.array(settled, np.int64).reshape(-1, 3)


def _make_way(
    demand: Demand,
    choices: range,
    worker: list[int],
    spare: list[int],
    count: dict[tuple[int, int], int],
    held_by: dict[int, set[int]],
    level: int,
    weight: int,
) -> int | None:
    """The first pair where giving up less urgent households makes room for the weight; they are given up."""
    for pair in choices:
        less = sorted((cls for cls in held_by.get(pair, ()) if demand.level[cls] > level), reverse=True)
        freed = sum(int(demand.weight[cls]) * count.get((cls, pair), 0) for cls in less)
        if spare[worker[pair]] + freed < weight:
            continue
        for cls in less:
            while spare[worker[pair]] < weight and count.get((cls, pair), 0):
                count[cls, pair] -= 1
                spare[worker[pair]] += int(demand.weight[cls])
        return pair
    return None
