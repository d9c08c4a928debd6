"""The workers' half of a run, stage by stage (model (21) to (26))."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from graph.snapshot import FOREVER, NONE, Bools, Ints, Longs
from matching.certificate import Band, Stage
from matching.cover.changes import changes, changes_stage, published_pairs, published_start, worker_positions
from matching.cover.demand import LEVELS, Demand, demand_of
from matching.cover.locks import Kept, kept_by_locks
from matching.cover.network import Ladder, ladder_of
from matching.cover.operating import operating_bound, operating_cost, strain
from matching.cover.packing import Pairs
from matching.cover.places import MostCovered, most_covered
from matching.cover.planning import minutes_of
from matching.cover.reach import SHUANGBAI, Reach, build_reach, slots
from matching.cover.reasons import kept_with_others, uncovered_of, uncovered_places, unserved_households, unused_workers
from matching.cover.responsible import (
    bounded,
    bounded_by_load,
    by_cover,
    merit,
    most_carried,
    responsible_stage,
)
from matching.cover.staffing import Fixed, Staffing, staff, with_load
from matching.cover.towns import cover_towns
from matching.plan import Coverage, Responsibilities, Uncovered, Unused
from matching.policy import COVER_LEVEL, UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.travel import Roads

NEAREST = 48
"""Stations looked at for each place to begin with; more where that leaves a place uncovered."""


@dataclass(frozen=True)
class Covered:
    """The workers' half of a plan."""

    coverage: Coverage
    responsibilities: Responsibilities
    stages: tuple[Stage, ...]
    uncovered: Uncovered
    unused: Unused


@dataclass(frozen=True)
class Case:
    """What the stages share: the reach with what locks take, the households to hand out, and the best cover.

    `households`, shape (places, levels), counts the demand; `room` is what locks leave of each worker's villages.
    """

    problem: Problem
    kept: Kept
    reach: Reach
    ladder: Ladder
    locked: Fixed
    demand: Demand
    households: Longs
    room: Longs
    done: Bools
    best: MostCovered


def cover(problem: Problem) -> Covered:
    """Staff the scope: stages `cover`, `responsible`, `worker_changes` (when something is published) and `operating`.

    Raises WorkerLockError for a lock `keep` that cannot be held.
    """
    clock = time.perf_counter()
    kept = kept_by_locks(problem)
    nearest = NEAREST
    case = _case(problem, kept, nearest)
    while not case.best.exact:
        nearest *= 4
        case = _case(problem, kept, nearest)
    stages = [_cover_stage(case, time.perf_counter() - clock)]

    clock = time.perf_counter()
    old = published_pairs(problem, case.reach)
    group = _groups(case)
    choices = [staff(problem, case.reach, group, case.best.covered, case.locked, case.demand, improve=True)]
    published = problem.snapshot.published
    again = bool(problem.place_in_scope[published.place].any())
    if again:
        start = published_start(problem, case.reach, case.best.covered, case.locked)
        demand = demand_of(problem, case.reach.position, start.settled, kept.barred)
        choices.insert(0, staff(problem, case.reach, group, case.best.covered, start, demand, improve=False))
    plan = max(choices, key=lambda each: each.by_level(problem).tolist())
    unserved = _unserved(case, plan)
    stages.append(_responsible_stage(case, unserved, time.perf_counter() - clock))

    clock = time.perf_counter()
    coverage, responsibilities = _rows(case, plan, cover_towns(case.reach, case.done, old))
    if again:
        changed = changes(
            problem, coverage.place, coverage.caseworker, responsibilities.household, responsibilities.caseworker
        )
        stages.append(changes_stage(changed, time.perf_counter() - clock))
    clock = time.perf_counter()
    value, bound = _operating(case, plan, unserved)
    status = "optimal" if value <= bound else "bounded"
    stages.append(
        Stage("operating", value, bound, value <= bound, time.perf_counter() - clock, "flow, packing", status)
    )
    return Covered(
        coverage,
        responsibilities,
        tuple(stages),
        _uncovered(case, plan),
        _unused(case, coverage, responsibilities),
    )


def _case(problem: Problem, kept: Kept, nearest: int) -> Case:
    households = problem.snapshot.households
    reach = build_reach(problem, kept.forbidden_places, nearest)
    position = worker_positions(problem, reach)
    worker, place = position[kept.place_caseworker], reach.position[kept.place]
    mine = worker >= 0
    done = np.zeros(len(reach.places), bool)
    done[place[mine]] = True
    village = mine & reach.village[place]
    pairs = Pairs(worker[village], place[village], np.zeros(int(village.sum()), np.int64))
    holder = position[kept.household_caseworker]
    counted = holder >= 0
    settled = np.zeros(len(households.key), bool)
    settled[kept.household] = True
    firm = np.ones(len(pairs.worker), bool)
    locked = Fixed(pairs, firm, kept.household[counted], holder[counted], settled, kept.barred)
    demand = demand_of(problem, reach.position, settled, kept.barred)
    counts = demand.by_level(demand.count, len(reach.places))
    room = reach.workers.room - np.bincount(pairs.worker, minlength=len(reach.workers.index))
    ladder = ladder_of(reach)
    best = most_covered(reach, ladder, room, done, merit(reach, counts))
    return Case(problem, kept, reach, ladder, locked, demand, counts, room, done, best)


def _cover_stage(case: Case, seconds: float) -> Stage:
    covered, real = case.best.covered, case.reach.real
    first, others = int((covered & real).sum()), int((covered & ~real).sum())
    bands = (Band(0, first, first), Band(1, others, others))
    value = first + others
    return Stage("cover", value, value, case.best.exact, seconds, "flow", "optimal", bands)


def _unserved(case: Case, plan: Staffing) -> Longs:
    """Households of each class of the demand without a responsible worker."""
    served = np.zeros(len(case.problem.snapshot.households.key), np.int64)
    served[plan.household] = 1
    if not len(case.demand.household):
        return case.demand.count
    return case.demand.count - np.add.reduceat(served[case.demand.household], case.demand.first[:-1])


def _reachable(case: Case) -> Bools:
    """Places that some worker may cover."""
    found = case.done.copy()
    found[case.reach.place] = True
    return found


def _groups(case: Case) -> Ints:
    """For each place the number of the region within which its workers come from."""
    problem = case.problem
    slot = slots(problem.snapshot.regions, COVER_LEVEL[problem.policy.cover_across])
    return np.unique(slot[case.reach.places], return_inverse=True)[1].astype(np.int32)


def _responsible_stage(case: Case, unserved: Longs, seconds: float) -> Stage:
    clock = time.perf_counter()
    locked = np.bincount(case.problem.snapshot.households.alert[case.locked.household], minlength=LEVELS)
    reachable = _reachable(case)
    counts = np.where(reachable[:, None], case.households, 0)
    value = case.households.sum(0) - np.bincount(case.demand.level, weights=unserved, minlength=LEVELS).astype(np.int64)
    bounds = counts.sum(0)
    if (value != bounds).any():
        group = _groups(case)
        tight = np.isin(group, group[reachable & ~case.best.covered])
        covers = by_cover(case.reach, case.ladder, case.room, case.done, counts, tight)
        others = counts[~tight].sum(0)
        by_room = bounded(value, bounds, lambda turn: covers(turn) + np.where(turn == NONE, 0, others))
        missing = case.demand.place[(unserved > 0) & reachable[case.demand.place]]
        short = np.isin(group, group[missing]) & reachable
        rest = counts[~short].sum(0)
        burdened = with_load(case.problem, case.reach, case.locked)
        carried = most_carried(burdened, case.ladder, case.demand, short, group, _further(case, group), case.done)
        by_load = rest + bounded_by_load(value - rest, carried, case.demand, short)
        bounds = np.minimum(by_room, by_load)
    return responsible_stage(value + locked, (bounds + locked).tolist(), seconds + time.perf_counter() - clock)


def _further(case: Case, group: Ints) -> Longs:
    """For each group of places the pairs that its workers' room allows beyond one for each covered village."""
    reach, groups = case.reach, int(group.max(initial=-1)) + 1
    of_station = np.full(len(reach.stations), groups)
    of_station[reach.station] = group[reach.place]
    room = np.minimum(case.room, len(reach.places))
    room = np.bincount(of_station[reach.workers.station], weights=room, minlength=groups + 1)[:groups]
    first = case.best.covered & reach.village & ~case.done
    further: Longs = room.astype(np.int64) - np.bincount(group[first], minlength=groups)
    return further


def _operating(case: Case, plan: Staffing, unserved: Longs) -> tuple[float, float]:
    prices, reach = case.problem.policy.operating, case.reach
    value = operating_cost(reach, plan.pairs, minutes_of(reach, plan.pairs).astype(np.int64), prices)
    households = case.problem.snapshot.households
    weight = households.weight[case.locked.household].astype(np.int64)
    burden = np.bincount(case.locked.worker, weights=weight, minlength=len(reach.workers.index))
    home = Pairs(case.locked.worker, reach.position[households.village[case.locked.household]], weight)
    carried = int((minutes_of(reach, home) * weight).sum()) + strain(reach.workers, burden, prices)
    demand, pairs = case.demand, plan.pairs
    load = np.bincount(demand.place, weights=(demand.count - unserved) * demand.weight, minlength=len(reach.places))
    added = np.bincount(pairs.worker, weights=pairs.load, minlength=len(reach.workers.index)).astype(np.int64)
    burdened = with_load(case.problem, case.reach, case.locked)
    bound = operating_bound(burdened, case.ladder, added, load.astype(np.int64), case.best.covered, prices)
    return value, bound + carried


def _rows(case: Case, plan: Staffing, towns: Pairs) -> tuple[Coverage, Responsibilities]:
    """The plan's rows as indices of the snapshot, what locks give to other types of workers included."""
    reach, kept = case.reach, case.kept
    pairs = Pairs(
        np.concatenate([plan.pairs.worker, towns.worker]), np.concatenate([plan.pairs.place, towns.place]), towns.load
    )
    place = np.concatenate([reach.places[pairs.place], kept.place])
    caseworker = np.concatenate([reach.workers.index[pairs.worker], kept.place_caseworker])
    code = np.unique(place.astype(np.int64) << 32 | caseworker)
    place, caseworker = (code >> 32).astype(np.int32), (code & 0xFFFFFFFF).astype(np.int32)
    way = Roads(case.problem.snapshot).minutes(case.problem.snapshot.caseworkers.town[caseworker], place)
    others = _kept_with_others(case)
    household = np.concatenate([plan.household, kept.household[others]]).astype(np.int32)
    worker = np.concatenate([reach.workers.index[plan.worker], kept.household_caseworker[others]]).astype(np.int32)
    order = np.argsort(household, kind="stable")
    return (
        Coverage(place, caseworker, np.where(way < 0, UNREACHABLE_MINUTES, way).astype(np.int32)),
        Responsibilities(household[order], worker[order]),
    )


def _kept_with_others(case: Case) -> Bools:
    """Locks that keep a household with a worker who is no `shuangbai`: they hold, and do not count."""
    others: Bools = case.problem.snapshot.caseworkers.type[case.kept.household_caseworker] != SHUANGBAI
    return others


def _uncovered(case: Case, plan: Staffing) -> Uncovered:
    problem, reach = case.problem, case.reach
    regions = problem.snapshot.regions
    slot = slots(regions, COVER_LEVEL[problem.policy.cover_across])
    missed = np.flatnonzero(~case.best.covered)
    near = np.bincount(slot[reach.stations], minlength=len(regions.level))[slot[reach.places[missed]]]
    rows = uncovered_places(problem, reach, missed, near)
    served = np.zeros(len(problem.snapshot.households.key), bool)
    served[plan.household] = True
    households = np.sort(case.demand.household[~served[case.demand.household]])
    covered_by = np.bincount(reach.places[plan.pairs.place], minlength=len(regions.level))
    load = np.bincount(plan.pairs.worker, weights=plan.pairs.load, minlength=len(reach.workers.index))
    spare = np.zeros(len(regions.level))
    np.maximum.at(spare, reach.places[plan.pairs.place], (reach.workers.most - load)[plan.pairs.worker])
    village = problem.snapshot.households.village[households]
    free = spare[village] >= problem.snapshot.households.weight[households]
    kept = kept_with_others(np.sort(case.kept.household[_kept_with_others(case)]))
    return uncovered_of([*rows, unserved_households(problem, households, covered_by, free), kept])


def _unused(case: Case, coverage: Coverage, responsibilities: Responsibilities) -> Unused:
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
