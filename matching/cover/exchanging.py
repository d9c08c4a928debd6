"""Villages exchanged between workers where there is no room left to share them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import FOREVER, Bools, Ints, Longs
from matching.cover.improving import strain_of
from matching.cover.packing import Pairs
from matching.cover.reach import Numbers, Reach
from matching.policy import OperatingCost

EXCHANGES = 40
"""Most rounds in a region; in each, every worker takes part once at most."""
UNSERVED = 2_000
"""Cost of a unit of load that a worker's villages have and nobody can take."""


def exchange(
    reach: Reach, pairs: Pairs, load: Longs, protected: Bools, group: Ints, tight: Bools, prices: OperatingCost
) -> Pairs:
    """The pairs after two workers of a region exchange a village each, or one takes a village over, while that is cheaper.

    Looked at are the regions of `tight`, shape (places,), and there the villages of workers who carry more than their
    capacity. Each pair is taken to carry what its village has left for it. `load` is what each place has to hand out;
    the loads of the pairs that come back are to be shared anew.
    """
    for number in np.unique(group[pairs.place[tight[pairs.place]]]).tolist():
        rows = np.flatnonzero(group[pairs.place] == number)
        region = _Region(reach, pairs.chosen(rows), load, protected[rows], prices)
        worker = pairs.worker.copy()
        worker[rows] = region.exchanged()
        pairs = replace(pairs, worker=worker)
    order = np.lexsort((pairs.worker, pairs.place))
    return pairs.chosen(order)


class _Region:
    """The pairs of one region and the free room of its workers, as slots: each holds a village and its load, or nothing."""

    def __init__(self, reach: Reach, pairs: Pairs, load: Longs, protected: Bools, prices: OperatingCost) -> None:
        workers = reach.workers
        stations = np.unique(reach.station[np.isin(reach.place, np.unique(pairs.place))])
        self.staff = np.flatnonzero(np.isin(workers.station, stations))
        self.places, place = np.unique(pairs.place, return_inverse=True)
        self.capacity, self.taken = workers.capacity[self.staff], workers.taken[self.staff]
        self.most = workers.most[self.staff] + self.taken
        self.prices = prices
        self._ways(reach, stations)
        worker = np.searchsorted(self.staff, pairs.worker)
        left = load[self.places] - np.bincount(place, weights=pairs.load, minlength=len(self.places))
        first = np.diff(place, prepend=-1) != 0
        want = pairs.load + np.where(first, left[place], 0).astype(np.int64)
        free = np.maximum(workers.room[self.staff] - np.bincount(worker, minlength=len(self.staff)), 0)
        empty = np.repeat(np.arange(len(self.staff)), np.minimum(free, 1))
        self.pairs = len(worker)
        self.worker = np.concatenate([worker, empty])
        self.place = np.concatenate([place, np.full(len(empty), len(self.places))])
        self.want = np.concatenate([want, np.zeros(len(empty), np.int64)])
        self.movable = np.concatenate([~protected, np.ones(len(empty), bool)])

    def _ways(self, reach: Reach, stations: Ints) -> None:
        """Minutes of each worker to each place, FOREVER where not allowed; the last place is none and 0 from everywhere."""
        minutes = np.full((len(stations), len(self.places)), FOREVER, np.int64)
        within = np.full((len(stations), len(self.places)), FOREVER, np.int64)
        rows = np.flatnonzero(np.isin(reach.place, self.places) & np.isin(reach.station, stations))
        at = np.searchsorted(stations, reach.station[rows]), np.searchsorted(self.places, reach.place[rows])
        minutes[at], within[at] = reach.minutes[rows], reach.within[rows]
        station = np.searchsorted(stations, reach.workers.station[self.staff])
        allowed = within[station] <= reach.workers.limit[self.staff][:, None]
        found = np.where(allowed, minutes[station], FOREVER)
        self.minutes = np.column_stack([found, np.zeros(len(self.staff), np.int64)])

    def exchanged(self) -> Ints:
        """Worker of each pair after the exchanges."""
        for _ in range(EXCHANGES):
            if not self._round():
                break
        found: Ints = self.staff[self.worker[: self.pairs]].astype(np.int32)
        return found

    def _round(self) -> bool:
        total = self.taken + np.bincount(self.worker, weights=self.want, minlength=len(self.staff)).astype(np.int64)
        over = total > self.capacity
        one = np.flatnonzero(over[self.worker] & self.movable & (self.want > 0))
        two = np.flatnonzero(self.movable)
        if not len(one):
            return False
        w1, w2 = self.worker[one][:, None], self.worker[two][None, :]
        p1, p2 = self.place[one][:, None], self.place[two][None, :]
        d1, d2 = self.want[one][:, None], self.want[two][None, :]
        there, back = self.minutes[w2, p1], self.minutes[w1, p2]
        held = np.zeros((len(self.staff), len(self.places) + 1), bool)
        held[self.worker, self.place] = True
        held[:, -1] = False
        allowed = (there < FOREVER) & (back < FOREVER) & (w1 != w2) & ~held[w2, p1] & ~held[w1, p2]
        before = self._cost(total)
        gain = before[w1] + before[w2] - self._cost(total[w1] - d1 + d2, w1) - self._cost(total[w2] - d2 + d1, w2)
        charge = self.prices.pair_minute
        carried = np.minimum(self.want, int(self.most.max(initial=0)))
        first, second = carried[one][:, None] + charge, carried[two][None, :] + charge
        gain += (self.minutes[w1, p1] - there) * first + (self.minutes[w2, p2] - back) * second
        gain = np.where(allowed, gain, 0)
        best = gain.argmax(1)
        value = gain[np.arange(len(one)), best]
        done = np.zeros(len(self.staff), bool)
        changed = False
        for row in np.argsort(-value, kind="stable").tolist():
            if value[row] < 1:
                break
            a, b = one[row], two[best[row]]
            if done[self.worker[a]] or done[self.worker[b]]:
                continue
            done[[self.worker[a], self.worker[b]]] = True
            self.worker[a], self.worker[b] = self.worker[b], self.worker[a]
            changed = True
        return changed

    def _cost(self, total: Longs, worker: Numbers | None = None) -> Numbers:
        """Cost of what workers carry; what is above the most they may counts as unserved."""
        who = np.arange(len(self.staff)) if worker is None else worker
        capacity, most = self.capacity[who], self.most[who]
        unserved = np.maximum(total - most, 0)
        cost: Numbers = strain_of(capacity, np.minimum(total, most), self.prices) + UNSERVED * unserved
        return cost
