"""Workers within a limit on changes: what is published is kept, and gives way swap by swap where that is worth it (model (41)).

The published state with what it needs beside, and the plan without a limit, differ in swaps that share neither a worker
nor a place. Each of them stands alone, so that any choice of swaps is a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.cover.case import Case
from matching.cover.changes import worker_positions
from matching.cover.demand import LEVELS, demand_of
from matching.cover.packing import Pairs, no_pairs
from matching.cover.staffing import Staffing, loaded, staff
from matching.cover.standing import Standing
from matching.cover.towns import cover_towns


@dataclass(frozen=True)
class Limited:
    """A plan within the limit: villages and households, towns, and the case with the places that it covers."""

    case: Case
    plan: Staffing
    towns: Pairs

    @staticmethod
    def of(case: Case, plan: Staffing, towns: Pairs) -> Limited:
        """The plan with the case that covers what it does, locks included."""
        covered = case.done.copy()
        covered[plan.pairs.place] = True
        covered[towns.place] = True
        real = case.reach.real
        value = (int((covered & real).sum()), int((covered & ~real).sum()))
        return Limited(replace(case, best=replace(case.best, covered=covered, value=value)), plan, towns)


def within_changes(case: Case, standing: Standing, free: Staffing, most: int) -> Limited:
    """The plan with at most so many free changes; `free` is the one without a limit."""
    plan = _swapped(case, standing, _kept(case, standing), free, most)
    return Limited.of(case, plan, towns_kept(case, standing))


def towns_kept(case: Case, standing: Standing) -> Pairs:
    """The workers of towns that may stand, and one for each other town."""
    reach = case.reach
    place = reach.position[standing.place]
    worker = worker_positions(case.problem, reach)[standing.place_caseworker]
    town = standing.place_may & (worker != NONE) & ~reach.village[place] & ~case.done[place]
    held = Pairs(worker[town], place[town], np.zeros(int(town.sum()), np.int64))
    done = case.done.copy()
    done[held.place] = True
    return held.joined(cover_towns(reach, done, no_pairs()))


def _kept(case: Case, standing: Standing) -> Staffing:
    """The published state kept whole; only places that have nobody, or cannot keep whom they had, get further workers."""
    start, reach = standing.start, case.reach
    held = np.zeros(len(reach.places), bool)
    held[reach.position[standing.place[standing.place_may]]] = True
    firm = replace(start, firm=np.ones(len(start.pairs.place), bool))
    demand = demand_of(case.problem, reach.position, start.settled, case.kept.barred)
    return staff(case.problem, reach, case.best.covered & ~held, firm, demand, improve=False)


def _swapped(case: Case, standing: Standing, kept: Staffing, free: Staffing, most: int) -> Staffing:
    """The kept plan with swaps to the other one, those first by which most is covered, then served, within the limit."""
    swaps = _Swaps.of(case, kept, free)
    gains, costs = swaps.gains(case), swaps.changes(case, standing)
    order = np.lexsort((costs, *(-column for column in gains.T[::-1])))
    taken = np.zeros(len(costs), bool)
    for swap in order.tolist():
        better = next((bool(each > 0) for each in gains[swap].tolist() if each), False)
        if better and costs[swap] <= most:
            taken[swap] = True
            most -= int(costs[swap])
    return swaps.mixed(case, taken)


@dataclass(frozen=True)
class _Swaps:
    """Two plans cut into swaps: `place_swap` and `household_swap` say where each belongs, NONE where both plans agree."""

    kept: Staffing
    free: Staffing
    worker_of: tuple[Ints, Ints]
    place_swap: Ints
    household_swap: Ints
    many: int

    @staticmethod
    def of(case: Case, kept: Staffing, free: Staffing) -> _Swaps:
        """The swaps between two plans."""
        reach, households = case.reach, case.problem.snapshot.households
        workers, places = len(reach.workers.index), len(reach.places)
        codes = [each.pairs.place.astype(np.int64) * workers + each.pairs.worker for each in (kept, free)]
        differ = np.setxor1d(codes[0], codes[1])
        holders = []
        for each in (kept, free):
            holder = np.full(len(households.key), NONE, np.int32)
            holder[each.household] = each.worker
            holders.append(holder)
        moved = np.flatnonzero(holders[0] != holders[1])
        home = workers + reach.position[households.village[moved]]
        ends = [(differ % workers, workers + differ // workers)]
        ends += [(holder[moved][there], home[there]) for holder in holders for there in (holder[moved] != NONE,)]
        tail, head = (np.concatenate(each).astype(np.int64) for each in zip(*ends, strict=True))
        size = workers + places
        joined = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
        part = connected_components(joined, directed=False)[1]
        swaps, number = np.unique(part[head], return_inverse=True)
        of_part = np.full(size, NONE, np.int32)
        of_part[swaps] = np.arange(len(swaps))
        place_swap = np.full(places, NONE, np.int32)
        place_swap[head - workers] = number
        household_swap = np.full(len(households.key), NONE, np.int32)
        household_swap[moved] = place_swap[home - workers]
        return _Swaps(kept, free, (holders[0], holders[1]), place_swap, household_swap, len(swaps))

    def gains(self, case: Case) -> Longs:
        """Shape (swaps, 2 + levels): real places and others that each covers more, and households by level."""
        found = np.zeros((self.many, 2 + LEVELS), np.int64)
        alert = case.problem.snapshot.households.alert
        for plan, holder, sign in ((self.free, self.worker_of[1], 1), (self.kept, self.worker_of[0], -1)):
            place = np.unique(plan.pairs.place)
            place = place[self.place_swap[place] != NONE]
            np.add.at(found, (self.place_swap[place], np.where(case.reach.real[place], 0, 1)), sign)
            mine = np.flatnonzero((self.household_swap != NONE) & (holder != NONE))
            np.add.at(found, (self.household_swap[mine], 2 + alert[mine]), sign)
        return found

    def changes(self, case: Case, standing: Standing) -> Longs:
        """Free changes that each swap makes; the kept plan makes none."""
        reach, position = case.reach, worker_positions(case.problem, case.reach)
        workers = len(reach.workers.index)
        rows = standing.place_may & (position[standing.place_caseworker] != NONE)
        place, worker = reach.position[standing.place[rows]], position[standing.place_caseworker[rows]]
        place, worker = place[reach.village[place]], worker[reach.village[place]]
        pairs = self.free.pairs
        now = pairs.place.astype(np.int64) * workers + pairs.worker
        differ = np.setxor1d(now, place.astype(np.int64) * workers + worker) // max(1, workers)
        changed = np.intersect1d(differ, reach.position[standing.place[standing.place_may]])
        found = np.bincount(self.place_swap[changed], minlength=self.many)
        mine = standing.household_may & (
            self.worker_of[1][standing.household] != position[standing.household_caseworker]
        )
        swap = self.household_swap[standing.household[mine]]
        return np.asarray(found + np.bincount(swap[swap != NONE], minlength=self.many), np.int64)

    def mixed(self, case: Case, taken: Bools) -> Staffing:
        """The kept plan with some swaps made."""
        swapped = np.append(taken, False)  # where both agree there is no swap
        kept, free = self.kept, self.free
        stays = np.flatnonzero(~swapped[self.place_swap[kept.pairs.place]])
        comes = np.flatnonzero(swapped[self.place_swap[free.pairs.place]])
        pairs = kept.pairs.chosen(stays).joined(free.pairs.chosen(comes))
        holder = np.where(swapped[self.household_swap], self.worker_of[1], self.worker_of[0])
        household = np.flatnonzero(holder != NONE).astype(np.int32)
        worker = holder[household]
        return Staffing(loaded(case.problem, case.reach, pairs, household, worker), household, worker)
