"""What one more worker at a town is worth: places that more are covered, and households that get one (model (45))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.snapshot import FOREVER, NONE, SHUANGBAI, Bools, Ints, Longs
from matching.cover.case import Case
from matching.cover.reach import Numbers
from matching.cover.responsible import merit
from matching.flow import most
from matching.plan import Coverage, Responsibilities
from matching.problem import Problem
from matching.travel import Roads


@dataclass(frozen=True)
class OneMore:
    """Towns (indices of regions) where one more worker helps, with real places more covered and households more cared for."""

    town: Ints
    places: Longs
    households: Longs

    @staticmethod
    def none() -> OneMore:
        """Nowhere."""
        nobody = np.zeros(0, np.int64)
        return OneMore(nobody.astype(np.int32), nobody, nobody)


@dataclass(frozen=True)
class Usual:
    """A worker as there are: the lower medians of the scope's own; `villages` and `minutes` FOREVER without a limit."""

    load: int
    villages: int
    minutes: int


def usual_worker(problem: Problem) -> Usual | None:
    """The scope's usual `shuangbai` worker, None where it has none; its load is the most that it may carry."""
    staff = problem.snapshot.caseworkers
    mine = (staff.type == SHUANGBAI) & problem.place_in_scope[staff.town]
    if not mine.any():
        return None
    capacity, villages, minutes = (
        int(np.sort(each)[(len(each) - 1) // 2])
        for each in (staff.capacity[mine], _limits(staff.villages_limit[mine]), _limits(staff.minutes_limit[mine]))
    )
    return Usual(int(np.floor(problem.policy.overload_max * capacity + 1e-6)), villages, minutes)


def one_more_worker(case: Case, coverage: Coverage, responsibilities: Responsibilities) -> OneMore:
    """What one more usual worker is worth to a plan at each town of its scope where it is worth anything.

    `places` is by how many more real villages and towns a best cover has, of all covers. `households` is how many without
    anybody the worker could answer for beside the plan as it is, in as many of the villages as the worker may cover,
    uncovered ones first, then those with the most urgent households: at least so many more are cared for.
    """
    usual, reach = usual_worker(case.problem), case.reach
    rows = np.zeros((0, 3), np.int64)
    if usual is not None:
        lacking = _Lacking.of(case, coverage, responsibilities)
        for town, near in _towns(case, usual, lacking.groups):
            towns = int((near & ~case.best.covered & reach.real & ~reach.village).sum())
            more = towns + _more_villages(case, near, usual.villages)
            rows = np.append(rows, [[town, more, lacking.cared_for(near, usual)]], axis=0)
    rows = rows[rows[:, 1:].any(1)]
    return OneMore(rows[:, 0].astype(np.int32), rows[:, 1], rows[:, 2])


@dataclass(frozen=True)
class _Lacking:
    """What a plan leaves: places in the order in which one more worker would take them, and their households.

    `order` holds those with something to do alone; `household`, of place `home`, stand the most urgent first, then the
    lightest, `weight` in load. `groups` marks the groups of places where something is left.
    """

    order: Longs
    home: Ints
    weight: Longs
    groups: Bools

    @staticmethod
    def of(case: Case, coverage: Coverage, responsibilities: Responsibilities) -> _Lacking:
        """What a plan leaves of a case."""
        snapshot, reach, places = case.problem.snapshot, case.reach, len(case.reach.places)
        served = np.zeros(len(snapshot.households.key), bool)
        served[responsibilities.household] = True
        left = case.demand.household[~served[case.demand.household]]
        home, alert = reach.position[snapshot.households.village[left]], snapshot.households.alert[left]
        weight = snapshot.households.weight[left].astype(np.int64)
        covered = np.zeros(len(snapshot.regions.level), bool)
        counted = snapshot.caseworkers.type[coverage.caseworker] == SHUANGBAI
        covered[coverage.place[counted]] = True
        bare = ~covered[reach.places]
        levels = np.zeros((places, int(alert.max(initial=0)) + 1), np.int64)
        np.add.at(levels, (home, alert), 1)
        order = np.lexsort((-merit(reach, levels), ~bare, ~(bare & reach.real)))
        todo = reach.village & (bare | (levels.sum(1) > 0))
        groups = np.zeros(int(reach.group.max(initial=NONE)) + 1, bool)
        groups[reach.group[todo | bare]] = True
        rank = np.lexsort((left, weight, alert))
        return _Lacking(order[todo[order]], home[rank], weight[rank], groups)

    def cared_for(self, near: Bools, usual: Usual) -> int:
        """How many households one more worker with these places in reach takes."""
        chosen = np.zeros(len(near), bool)
        chosen[self.order[near[self.order]][: usual.villages]] = True
        return int(np.searchsorted(np.cumsum(self.weight[chosen[self.home]]), usual.load, "right"))


def _limits(limits: Numbers) -> Longs:
    return np.where(limits == NONE, FOREVER, limits).astype(np.int64)


def _towns(case: Case, usual: Usual, groups: Bools) -> Iterator[tuple[int, Bools]]:
    """The towns of groups where something is lacking, with the places that one more worker there may cover."""
    reach, roads = case.reach, Roads(case.problem.snapshot)
    for at in np.flatnonzero(~reach.village & groups[reach.group]).tolist():
        there = np.flatnonzero(reach.group == reach.group[at])
        minutes = roads.minutes(np.full(len(there), reach.places[at]), reach.places[there])
        near = np.zeros(len(reach.places), bool)
        near[there] = np.where(minutes == NONE, FOREVER, minutes) <= usual.minutes
        yield int(reach.places[at]), near


def _more_villages(case: Case, near: Bools, limit: int) -> int:
    """By how many real villages a cover grows with one more worker who may cover `limit` of those near.

    Real villages come before all others, so that they alone are looked at: a maximum flow with the worker, less the one
    without. As many uncovered ones near as the worker may cover need none.
    """
    reach, ladder = case.reach, case.ladder
    group = reach.group[np.flatnonzero(near)[:1]]
    mine = reach.village & reach.real & np.isin(reach.group, group) & ~case.done
    villages = np.flatnonzero(mine)
    uncovered = mine & ~case.best.covered
    highest = min(limit, int(uncovered.sum()), int((near & mine).sum()))
    if int((near & uncovered).sum()) >= highest:
        return highest
    # nodes: source, sink, the worker, villages, the ladder
    node = np.full(len(reach.places), NONE, np.int64)
    node[villages] = 3 + np.arange(len(villages))
    first = 3 + len(villages)
    pairs = np.flatnonzero(mine[reach.place])
    room = np.minimum(ladder.total(np.minimum(case.room, len(villages))), len(villages))
    able = node[np.flatnonzero(near & mine)]
    arcs = [
        (np.zeros(len(villages), np.int64), node[villages], np.ones(len(villages), np.int64)),
        (node[reach.place[pairs]], first + ladder.entry[pairs], np.ones(len(pairs), np.int64)),
        (first + ladder.up_from, first + ladder.up_to, np.full(len(ladder.up_from), len(villages))),
        (first + np.arange(ladder.size), np.ones(ladder.size, np.int64), room),
        (able, np.full(len(able), 2), np.ones(len(able), np.int64)),
        (np.array([2]), np.array([1]), np.array([min(limit, len(able))])),
    ]
    tail, head, capacity = (np.concatenate([arc[end] for arc in arcs]) for end in range(3))
    flows, _ = most(tail, head, capacity.astype(np.int64), 0, 1)
    return int(flows[: len(villages)].sum() - (mine & case.best.covered).sum())
