"""The workers' half of a run, stage by stage (model (21) to (26))."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.certificate import Band, Stage
from matching.cover.by_paths import by_paths
from matching.cover.case import Case, case_of
from matching.cover.changes import changes_stage, published_pairs, published_start
from matching.cover.demand import LEVELS, demand_of
from matching.cover.dialects import Dialects
from matching.cover.few_changes import Limited, within_changes
from matching.cover.locks import kept_by_locks
from matching.cover.missing import shortfall
from matching.cover.operating import operating_bound, operating_cost, strain
from matching.cover.packing import Pairs
from matching.cover.places import all_reached
from matching.cover.planning import minutes_of
from matching.cover.reach import slots
from matching.cover.responsible import (
    bounded,
    bounded_by_load,
    by_cover,
    most_carried,
    responsible_stage,
)
from matching.cover.shortfall import uncovered, unused
from matching.cover.staffing import Staffing, staff, with_load
from matching.cover.stand_ins import stand_ins
from matching.cover.standing import Changed, Standing, changed, standing_of
from matching.cover.towns import cover_towns
from matching.plan import Coverage, Responsibilities, Shortfall, StandIns, Uncovered, Unused
from matching.policy import COVER_LEVEL, UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.short import FAULTS, Short, failed, told_short
from matching.travel import Roads

NEAREST = 48
"""Stations looked at for each place to begin with; more where that may leave a place uncovered."""
MOST_PAIRS = 6_000_000
"""Pairs of stations and places above which no more are looked at: what is not proven then is said to be open."""


@dataclass(frozen=True)
class Covered:
    """The workers' half of a plan; no plan with this coverage has more than `stand_ins_most` stand-ins."""

    coverage: Coverage
    stand_ins: StandIns
    stand_ins_most: int
    responsibilities: Responsibilities
    stages: tuple[Stage, ...]
    changes: Changed
    uncovered: Uncovered
    shortfall: Shortfall
    unused: Unused


def cover(problem: Problem, *, nearest: int = NEAREST) -> Covered:
    """Staff the scope: stages `cover`, `responsible`, `worker_changes` (when something is published) and `operating`.

    `nearest` stations are looked at for each place to begin with. Where the solver fails, what stands is kept and paths
    alone add to it. Raises WorkerLockError for a lock `keep` that cannot be held.
    """
    try:
        return _covered(problem, nearest, _best(problem, nearest), None)
    except FAULTS as fault:
        return _covered(problem, nearest, _without_flows(problem, nearest), failed(fault))


@dataclass(frozen=True)
class _Staffed:
    """A plan with the case of as much cover as can be, `free` of limits on changes, and the seconds that this one took."""

    free: Case
    standing: Standing
    limited: Limited
    seconds: float


def _best(problem: Problem, nearest: int) -> _Staffed:
    """The best plan that is found, within the limit on changes. Raises FlowError."""
    clock = time.perf_counter()
    case = wide_case(problem, nearest=nearest)
    seconds = time.perf_counter() - clock
    choices = [staff(problem, case.reach, case.best.covered, case.locked, case.demand, improve=True)]
    if _published(problem):
        start = published_start(problem, case.reach, case.best.covered, case.locked)
        demand = demand_of(problem, case.reach.position, start.settled, case.kept.barred)
        choices.insert(0, staff(problem, case.reach, case.best.covered, start, demand, improve=False))
    plan = max(choices, key=lambda each: each.by_level(problem).tolist())
    towns = cover_towns(case.reach, case.done, published_pairs(problem, case.reach))
    standing = standing_of(problem, case.kept, case.reach, case.locked)
    limited, limit = Limited(case, plan, towns), problem.policy.max_changes
    if limit is not None and changed(problem, standing, *_rows(limited)).free > limit:
        limited = within_changes(case, standing, plan, limit)
    return _Staffed(case, standing, limited, seconds)


def _without_flows(problem: Problem, nearest: int) -> _Staffed:
    """A plan by paths alone, held against every place in reach."""
    clock = time.perf_counter()
    most = np.full(len(problem.snapshot.regions.level), nearest, np.int64)
    case = case_of(problem, kept_by_locks(problem), most, all_reached)
    standing = standing_of(problem, case.kept, case.reach, case.locked)
    return _Staffed(case, standing, by_paths(case, standing), time.perf_counter() - clock)


def _published(problem: Problem) -> bool:
    """Whether somebody is published to cover a place of the scope."""
    return bool(problem.place_in_scope[problem.snapshot.published.place].any())


def _covered(problem: Problem, nearest: int, staffed: _Staffed, short: Short | None) -> Covered:
    """The plan with what is proven of it; where flows are `short`, with bounds that need none. Raises FlowError otherwise."""
    clock = time.perf_counter()
    free, limited, flows = staffed.free, staffed.limited, short is None
    case, plan = limited.case, limited.plan
    coverage, responsibilities = _rows(limited)
    changes = changed(problem, staffed.standing, coverage, responsibilities)
    stages = [_cover_stage(case, staffed.seconds)]
    unserved = _unserved(case, plan)
    fewer = not flows or case.best.value != free.best.value
    stages.append(_responsible_stage(free, unserved, time.perf_counter() - clock, fewer=fewer))
    if _published(problem):
        stages.append(changes_stage(changes.total, 0.0))
    clock = time.perf_counter()
    value, bound = _operating(case, plan, unserved, flows=flows)
    status = "optimal" if value <= bound else "bounded"
    stages.append(
        Stage("operating", value, bound, value <= bound, time.perf_counter() - clock, "flow, packing", status)
    )
    beside, most_beside = StandIns.none(), 0
    if problem.policy.stand_ins and flows:
        beside, most_beside = stand_ins(case, coverage, nearest, MOST_PAIRS)
    elif problem.policy.stand_ins:
        most_beside = int((case.best.covered & case.reach.village & case.reach.real).sum())
    return Covered(
        coverage,
        beside,
        most_beside,
        responsibilities,
        told_short(tuple(stages), short),
        changes,
        uncovered(case, plan),
        shortfall(free, flows=flows),
        unused(case, coverage, responsibilities),
    )


def wide_case(problem: Problem, *, nearest: int = NEAREST) -> Case:
    """The case of a problem with as many stations looked at as its best cover wants. Raises WorkerLockError."""
    kept = kept_by_locks(problem)
    most = np.full(len(problem.snapshot.regions.level), nearest, np.int64)
    case = case_of(problem, kept, most)
    while case.best.wanting.any() and len(case.reach.place) < MOST_PAIRS:
        most[case.reach.places[case.best.wanting]] *= 4
        case = case_of(problem, kept, most)
    return case


def _cover_stage(case: Case, seconds: float) -> Stage:
    best, others = case.best, int((~case.reach.real).sum())
    exact = best.value == best.bound
    # what the plan lacks of real places may be others in another cover
    bands = (
        Band(0, best.value[0], best.bound[0]),
        Band(1, best.value[1], best.bound[1] if exact else min(sum(best.bound) - best.value[0], others)),
    )
    value, bound = sum(best.value), sum(best.bound)
    if bound == value and not exact:
        bound = sum(int(band.bound) for band in bands)  # model (27)
    return Stage("cover", value, bound, exact, seconds, "flow", "optimal" if exact else "bounded", bands)


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


def _responsible_stage(case: Case, unserved: Longs, seconds: float, *, fewer: bool) -> Stage:
    """The stage with its bound: of a plan that covers `fewer` places than it could, all households in reach."""
    clock = time.perf_counter()
    locked = np.bincount(case.problem.snapshot.households.alert[case.locked.household], minlength=LEVELS)
    reachable = _reachable(case)
    counts = np.where(reachable[:, None], case.households, 0)
    value = case.households.sum(0) - np.bincount(case.demand.level, weights=unserved, minlength=LEVELS).astype(np.int64)
    bounds = counts.sum(0)
    if not fewer and (value != bounds).any():
        group = case.reach.group
        tight = np.isin(group, group[reachable & ~case.best.covered])
        covers = by_cover(case.reach, case.ladder, case.room, case.done, counts, tight)
        others = counts[~tight].sum(0)
        by_room = bounded(value, bounds, lambda turn: covers(turn) + np.where(turn == NONE, 0, others))
        missing = case.demand.place[(unserved > 0) & reachable[case.demand.place]]
        short = np.isin(group, group[missing]) & reachable
        rest = counts[~short].sum(0)
        burdened = with_load(case.problem, case.reach, case.locked)
        carried = most_carried(burdened, case.ladder, case.demand, short, _further(case), case.done)
        by_load = rest + bounded_by_load(value - rest, carried, case.demand, short)
        bounds = np.minimum(by_room, by_load)
    return responsible_stage(value + locked, (bounds + locked).tolist(), seconds + time.perf_counter() - clock)


def _further(case: Case) -> Longs:
    """For each group of places the pairs that its workers' room allows beyond one for each covered village."""
    reach = case.reach
    groups = int(reach.group.max(initial=-1)) + 1
    room = np.minimum(case.room, len(reach.places))
    room = np.bincount(reach.station_group[reach.workers.station], weights=room, minlength=groups)
    first = case.best.covered & reach.village & ~case.done
    further: Longs = room.astype(np.int64) - np.bincount(reach.group[first], minlength=groups)
    return further


def _operating(case: Case, plan: Staffing, unserved: Longs, *, flows: bool) -> tuple[float, float]:
    prices, reach = case.problem.policy.operating, case.reach
    value = operating_cost(reach, plan.pairs, minutes_of(reach, plan.pairs).astype(np.int64), prices)
    households = case.problem.snapshot.households
    weight = households.weight[case.locked.household].astype(np.int64)
    burden = np.bincount(case.locked.worker, weights=weight, minlength=len(reach.workers.index))
    home = Pairs(case.locked.worker, reach.position[households.village[case.locked.household]], weight)
    carried = int((minutes_of(reach, home) * weight).sum()) + strain(reach.workers, burden, prices)
    value += prices.dialect * int(_unheard(case, plan.household, plan.worker).sum())
    carried += prices.dialect * int(_unheard(case, case.locked.household, case.locked.worker).sum())
    slot = slots(case.problem.snapshot.regions, COVER_LEVEL[case.problem.policy.cover_across])
    open_ = plan.household[~np.isin(plan.household, case.locked.household)]
    carried += prices.dialect * int(Dialects(case.problem.snapshot).nobody(open_, slot).sum())
    if not flows:
        return value, carried
    demand = case.demand
    load = np.bincount(demand.place, weights=(demand.count - unserved) * demand.weight, minlength=len(reach.places))
    burdened = with_load(case.problem, case.reach, case.locked)
    bound = operating_bound(burdened, case.ladder, load.astype(np.int64), case.best.covered, prices)
    return value, bound + carried


def _unheard(case: Case, household: Ints, worker: Ints) -> Bools:
    """Whether each household asks for a dialect that its worker, a position in `Workers`, does not speak."""
    dialect = case.problem.snapshot.households.dialect[household]
    return Dialects(case.problem.snapshot).missed(dialect, case.reach.workers.index[worker])


def _rows(limited: Limited) -> tuple[Coverage, Responsibilities]:
    """The plan's rows as indices of the snapshot, what locks give to other types of workers included."""
    case, plan, towns = limited.case, limited.plan, limited.towns
    reach, kept = case.reach, case.kept
    pairs = Pairs(
        np.concatenate([plan.pairs.worker, towns.worker]), np.concatenate([plan.pairs.place, towns.place]), towns.load
    )
    place = np.concatenate([reach.places[pairs.place], kept.place])
    caseworker = np.concatenate([reach.workers.index[pairs.worker], kept.place_caseworker])
    code = np.unique(place.astype(np.int64) << 32 | caseworker)
    place, caseworker = (code >> 32).astype(np.int32), (code & 0xFFFFFFFF).astype(np.int32)
    way = Roads(case.problem.snapshot).minutes(case.problem.snapshot.caseworkers.town[caseworker], place)
    others = case.with_others
    household = np.concatenate([plan.household, kept.household[others]]).astype(np.int32)
    worker = np.concatenate([reach.workers.index[plan.worker], kept.household_caseworker[others]]).astype(np.int32)
    order = np.argsort(household, kind="stable")
    return (
        Coverage(place, caseworker, np.where(way < 0, UNREACHABLE_MINUTES, way).astype(np.int32)),
        Responsibilities(household[order], worker[order]),
    )
