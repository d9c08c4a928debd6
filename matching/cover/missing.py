"""How many workers are missing in each region at least, and which `villages_limit` would do for its places (model (42))."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, SHUANGBAI, Bools, Longs
from matching.cover.case import Case
from matching.cover.network import Network, elsewhere
from matching.cover.places import most_covered
from matching.cover.reach import slots, taken_outside
from matching.cover.reasons import texts
from matching.cover.staffing import with_load
from matching.plan import Shortfall
from matching.policy import COVER_LEVEL
from matching.problem import Problem

REASONS = ("short_of_load", "short_of_villages", "towns_without_worker")
"""What most workers are missing for; of equal ones the first."""


def shortfall(case: Case, *, flows: bool = True) -> Shortfall:
    """For each region that workers stay in and that lacks some: how many of average capacity are missing at least.

    Average is the mean of the scope's own workers, of those elsewhere where they have nothing to go by. A place that
    nobody covers, and load that nobody could carry though it were parted at will, tell what is missing; where no worker
    has any capacity to go by, one at least.
    `villages_limit` is the least that covers every place which somebody reaches, NONE where none needs to be raised.
    Without flows nothing is known of load.
    """
    reach, problem = case.reach, case.problem
    groups = int(reach.group.max(initial=NONE)) + 1
    covered, loads = _most_covered(case), _uncarried(case) if flows else np.zeros(groups, np.int64)
    bare, village = ~covered, reach.village
    reached = case.done.copy()
    reached[reach.place] = True
    average = _average(problem)
    villages = np.bincount(reach.group[bare & village], minlength=groups)
    towns = np.bincount(reach.group[bare & ~village], minlength=groups)
    needed = np.column_stack([average.for_load(loads), average.for_villages(villages), np.minimum(towns, 1)])
    unknown = (loads > 0) & (average.load <= 0)
    workers = np.maximum(needed.max(1), unknown)
    limit = _least_limit(case, np.isin(reach.group, reach.group[bare & village & reached]))
    slot = slots(problem.snapshot.regions, COVER_LEVEL[problem.policy.cover_across])
    region = np.full(groups, problem.scope, np.int32)
    if COVER_LEVEL[problem.policy.cover_across] >= 0:
        region[reach.group] = slot[reach.places]
    rows = np.flatnonzero(workers)
    reason = np.where(unknown, "no_average_worker", np.array(REASONS)[needed.argmax(1)])[rows]
    facts = [
        json.dumps({"load": int(loads[at]), "villages": int(villages[at]), "towns": int(towns[at])})
        for at in rows.tolist()
    ]
    unreached = np.bincount(reach.group[bare & ~reached], minlength=groups)
    return Shortfall(region[rows], workers[rows], limit[rows], unreached[rows], texts(reason.tolist()), texts(facts))


@dataclass(frozen=True)
class _Average:
    """What one more worker would bring: the most load, and the villages; `villages` NONE without a limit."""

    load: float
    villages: float

    def for_load(self, load: Longs) -> Longs:
        """Least workers who carry so much."""
        return np.ceil(load / self.load - 1e-9).astype(np.int64) if self.load > 0 else np.zeros(len(load), np.int64)

    def for_villages(self, villages: Longs) -> Longs:
        """Least workers who cover so many."""
        if self.villages == NONE:
            return np.minimum(villages, 1)
        # nobody covers a village at all: one for each is all that can be said
        return np.ceil(villages / (self.villages or 1) - 1e-9).astype(np.int64)


def _average(problem: Problem) -> _Average:
    staff = problem.snapshot.caseworkers
    counting = staff.type == SHUANGBAI
    own = counting & problem.place_in_scope[staff.town]
    capacity, limit = (
        next((column[some] for some in (own, counting & ~own) if column[some].any()), column[counting])
        for column in (staff.capacity, staff.villages_limit)
    )
    if not len(limit):
        return _Average(0.0, NONE)
    villages = NONE if (limit == NONE).any() else float(limit.mean())
    return _Average(float(problem.policy.overload_max * capacity.mean()), villages)


def _most_covered(case: Case) -> Bools:
    """The places of a cover that no other exceeds, shape (places,)."""
    if not case.best.wanting.any():
        return case.best.covered
    merit = case.reach.real.astype(np.int64)
    return most_covered(case.reach, case.ladder, case.room, case.done, merit, relaxed=True).covered


def _uncarried(case: Case) -> Longs:
    """Load of each group that its workers cannot carry, however it is parted and whatever they cover, shape (groups,)."""
    reach, ladder, places = case.reach, case.ladder, len(case.reach.places)
    burdened = with_load(case.problem, reach, case.locked)
    load = case.demand.load_at(places)
    everyone = np.flatnonzero(load > 0)
    groups = int(reach.group.max(initial=NONE)) + 1
    if not len(everyone):
        return np.zeros(groups, np.int64)
    network = Network()
    at_place, first = network.add_nodes(places), network.add_nodes(ladder.size)
    network.add_arcs(0, at_place + everyone, load[everyone], 0)
    network.add_arcs(at_place + reach.place, first + ladder.entry, load[reach.place], 0)
    elsewhere(network, reach, ladder, np.where(load > 0, at_place + np.arange(places), NONE), first, load)
    network.add_arcs(first + ladder.up_from, first + ladder.up_to, int(load.sum()), 0)
    network.add_arcs(first + np.arange(ladder.size), 1, ladder.total(burdened.workers.most), 0)
    missed = network.add_arcs(at_place + everyone, 1, load[everyone], 1)
    flows = network.solve()
    return np.bincount(reach.group[everyone], weights=flows[missed], minlength=groups).astype(np.int64)


def _least_limit(case: Case, among: Bools) -> Longs:
    """For each group the least limit by which, where it is more than a worker's own, all that are reached are covered.

    `among`, shape (places,), marks the groups in question; the others are NONE. A search of halves, each step one flow
    for all groups together.
    """
    reach, workers = case.reach, case.reach.workers
    groups = int(reach.group.max(initial=NONE)) + 1
    of_worker = reach.station_group[workers.station]
    asked = np.isin(np.arange(groups), reach.group[among])
    locked = np.bincount(case.locked.pairs.worker, minlength=len(workers.index))
    used = taken_outside(case.problem)[0][workers.index] + locked
    reached = np.zeros(len(reach.places), bool)
    reached[reach.place] = True
    wanted = reached & reach.village & ~case.done & among
    low = np.zeros(groups, np.int64)
    high = np.bincount(reach.group[wanted], minlength=groups) + int(used.max(initial=0))
    while (asked & (high - low > 1)).any():
        middle = (low + high) // 2
        room = np.maximum(case.room, middle[of_worker] - used)
        cover = most_covered(reach, case.ladder, room, case.done, reach.real.astype(np.int64), among)
        short = np.bincount(reach.group[wanted & ~cover.covered], minlength=groups) > 0
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(asked, high, NONE)
