"""A plan made cheaper: overload relieved by further pairs, and pairs that are not worth their charge merged away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import Bools, Longs
from matching.cover.network import ladder_of
from matching.cover.packing import Pairs, pack
from matching.cover.planning import left_over, minutes_of
from matching.cover.reach import Numbers, Reach, Workers
from matching.cover.stations import NEAR, missed_price, station_loads
from matching.policy import OperatingCost
from matching.ranges import expand

MERGES = 30
"""Most rounds of merging; in each, every worker and every village takes part once at most."""
ROOM_WORTH = 300
"""What a freed place of a worker's villages is worth where households go without one."""


def relieve(reach: Reach, pairs: Pairs, load: Longs, prices: OperatingCost, missed_only: bool) -> Pairs:
    """The pairs and further ones that may take overload off the workers, and load that nobody takes yet.

    One flow offers the overload of each worker's largest village to all workers with room, against the price of
    staying where it is; `load`, shape (places,), is what each place has to hand out. New pairs come without load.
    """
    workers = reach.workers
    places = len(load)
    asked = load - np.bincount(pairs.place, weights=pairs.load, minlength=places).astype(np.int64)
    stay = np.where(asked > 0, missed_price(prices), 0)
    if not missed_only:
        carried = _carried(workers, pairs)
        order = np.lexsort((pairs.place, -pairs.load, pairs.worker))
        largest = order[np.flatnonzero(np.diff(pairs.worker[order], prepend=-1))]
        over = np.maximum(carried - workers.capacity, 0)[pairs.worker[largest]]
        released = np.minimum(over, pairs.load[largest])
        asked += np.bincount(pairs.place[largest], weights=released, minlength=places).astype(np.int64)
        price = int(prices.overload + prices.busy) + minutes_of(reach, pairs)[largest]
        np.maximum.at(stay, pairs.place[largest], price)
    if not asked.any():
        return pairs
    free = left_over(workers, pairs)
    flow = station_loads(replace(reach, workers=free), ladder_of(reach), asked, prices, stay=stay, near=NEAR)
    rows = np.flatnonzero(flow.pair > 0)
    aim = np.where(free.room > 0, np.clip(free.capacity - free.taken, 0, free.most), 0)
    found = pack(free, aim, reach.station[rows], reach.place[rows], flow.pair[rows], reach.within[rows])
    return pairs.joined(replace(found, load=np.zeros(len(found.load), np.int64)))


def without_idle(pairs: Pairs, protected: Bools) -> Pairs:
    """The pairs but for those without load that neither are protected nor alone cover their village."""
    needed = (pairs.load > 0) | protected
    served = np.zeros(int(pairs.place.max(initial=-1)) + 1, bool)
    served[pairs.place[needed]] = True
    first = np.diff(pairs.place, prepend=-1) != 0
    return pairs.chosen(np.flatnonzero(needed | (first & ~served[pairs.place])))


def merge(reach: Reach, pairs: Pairs, protected: Bools, scarce: Bools, prices: OperatingCost) -> Pairs:
    """The pairs after handing the whole load of a pair to another worker of the same village wherever that is cheaper.

    `protected`, shape (pairs,), marks pairs that stay; `scarce`, shape (places,), the places where room is wanted.
    """
    workers = reach.workers
    minutes = minutes_of(reach, pairs).astype(np.int64)
    for _ in range(MERGES):
        carried = _carried(workers, pairs)
        given, taken = _same_place(pairs)
        amount, giver, taker = pairs.load[given], pairs.worker[given], pairs.worker[taken]
        gain = (
            prices.pair
            + prices.pair_minute * minutes[given]
            + amount * (minutes[given] - minutes[taken])
            + np.where(scarce[pairs.place[given]], ROOM_WORTH, 0)
            - _strain(workers, taker, carried[taker] + amount, prices)
            + _strain(workers, taker, carried[taker], prices)
            - _strain(workers, giver, carried[giver] - amount, prices)
            + _strain(workers, giver, carried[giver], prices)
        )
        bearable = carried[taker] - workers.taken[taker] + amount <= workers.most[taker]
        good = np.flatnonzero(bearable & ~protected[given] & (gain > 1e-6))
        if not len(good):
            break
        good = good[np.argsort(-gain[good], kind="stable")]
        good = _apart(good, given, taken, pairs)
        load = pairs.load.copy()
        load[taken[good]] += load[given[good]]
        stays = np.ones(len(load), bool)
        stays[given[good]] = False
        rows = np.flatnonzero(stays)
        pairs, minutes, protected = replace(pairs, load=load).chosen(rows), minutes[rows], protected[rows]
    return pairs


def _carried(workers: Workers, pairs: Pairs) -> Longs:
    added = np.bincount(pairs.worker, weights=pairs.load, minlength=len(workers.index))
    return workers.taken + added.astype(np.int64)


def _strain(workers: Workers, worker: Numbers, carried: Numbers, prices: OperatingCost) -> Numbers:
    return strain_of(workers.capacity[worker], carried, prices)


def strain_of(capacity: Numbers, carried: Numbers, prices: OperatingCost) -> Numbers:
    """Cost of busy load and overload for workers of some capacity who carry some load."""
    busy = prices.busy * np.maximum(carried - prices.busy_above * capacity, 0)
    strain: Numbers = busy + prices.overload * np.maximum(carried - capacity, 0)
    return strain


def _same_place(pairs: Pairs) -> tuple[Longs, Longs]:
    """Every ordered two of pairs of one place; pairs are sorted by place."""
    start, end = (np.searchsorted(pairs.place, pairs.place, side) for side in ("left", "right"))
    one, other = expand(start, np.where(end - start == 1, start, end))
    apart = one != other
    return one[apart], other[apart]


def _apart(good: Longs, given: Longs, taken: Longs, pairs: Pairs) -> Longs:
    """Of merges from the best down, those that are the first for each worker and place that they touch."""
    rank = np.arange(len(good))
    touched = [pairs.worker[given[good]], pairs.worker[taken[good]], pairs.place[given[good]]]
    first_worker = np.full(int(pairs.worker.max()) + 1, len(good))
    np.minimum.at(first_worker, touched[0], rank)
    np.minimum.at(first_worker, touched[1], rank)
    first_place = np.full(int(pairs.place.max()) + 1, len(good))
    np.minimum.at(first_place, touched[2], rank)
    alone = (first_worker[touched[0]] == rank) & (first_worker[touched[1]] == rank) & (first_place[touched[2]] == rank)
    best: Longs = good[alone]
    return best
