"""Where a plan falls short: places, households and workers that are left, and why."""

from __future__ import annotations

import numpy as np

from graph.snapshot import FOREVER
from matching.cover.case import Case
from matching.cover.reach import slots
from matching.cover.reasons import (
    kept_with_others,
    locks_in_the_way,
    uncovered_of,
    uncovered_places,
    unserved_households,
    unused_workers,
)
from matching.cover.staffing import Staffing
from matching.plan import Coverage, Responsibilities, Uncovered, Unused
from matching.policy import COVER_LEVEL


def uncovered(case: Case, plan: Staffing) -> Uncovered:
    """Places that nobody covers and households without a responsible worker who counts, with the reason of each."""
    problem, reach = case.problem, case.reach
    regions = problem.snapshot.regions
    slot = slots(regions, COVER_LEVEL[problem.policy.cover_across])
    missed = np.flatnonzero(~case.best.covered)
    near = np.bincount(slot[reach.stations], minlength=len(regions.level))[slot[reach.places[missed]]]
    workers, pairs = reach.workers, plan.pairs
    left = workers.room - np.bincount(pairs.worker, minlength=len(workers.index))
    locks = locks_in_the_way(problem, reach, case.kept.forbidden_places, missed, left)
    rows = uncovered_places(problem, reach, missed, near, locks)
    served = np.zeros(len(problem.snapshot.households.key), bool)
    served[plan.household] = True
    households = np.sort(case.demand.household[~served[case.demand.household]])
    covered_by = np.bincount(reach.places[pairs.place], minlength=len(regions.level))
    spare = workers.most - np.bincount(pairs.worker, weights=pairs.load, minlength=len(workers.index))

    barring = {}
    for household in sorted(case.kept.barred.keys() & set(households.tolist())):
        barred, weight = case.kept.barred[household], problem.snapshot.households.weight[household]
        there = pairs.worker[pairs.place == reach.position[problem.snapshot.households.village[household]]]
        free = workers.index[there[spare[there] >= weight]].tolist()
        if free and barred.keys() >= set(free):
            barring[household] = sorted(barred[each] for each in free)
    kept = kept_with_others(np.sort(case.kept.household[case.with_others]))
    return uncovered_of([*rows, unserved_households(problem, households, covered_by, barring), kept])


def unused(case: Case, coverage: Coverage, responsibilities: Responsibilities) -> Unused:
    """Workers of the scope with load to spare, with the reason of each."""
    problem, reach = case.problem, case.reach
    staff_ = problem.snapshot.caseworkers
    index = np.sort(reach.workers.index[problem.place_in_scope[staff_.town[reach.workers.index]]])
    order = np.argsort(reach.workers.index)
    at = order[np.searchsorted(reach.workers.index[order], index)]
    weight = problem.snapshot.households.weight[responsibilities.household]
    load = np.bincount(responsibilities.caseworker, weights=weight, minlength=len(staff_.type)).astype(np.int64)
    covering = np.bincount(coverage.caseworker, minlength=len(staff_.type))[index] > 0
    nearest = np.full(len(reach.stations), FOREVER, np.int64)
    np.minimum.at(nearest, reach.station, reach.within.astype(np.int64))
    reaching = np.isin(reach.workers.station[at], reach.station) & (
        nearest[reach.workers.station[at]] <= reach.workers.limit[at]
    )
    remaining = np.maximum(staff_.capacity[index] - reach.workers.taken[at] - load[index], 0)
    return unused_workers(index.astype(np.int32), remaining, covering, reaching)
