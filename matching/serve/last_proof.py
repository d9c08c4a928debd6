"""What the last stages reach and what is proven of them (model (19), (37), (38))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import ACCEPTED, NONE, OFFER, Bools, Longs
from matching.certificate import Stage
from matching.plan import Assignments
from matching.problem import Problem
from matching.ranges import dot
from matching.serve.changes import Standing, changed
from matching.serve.components import ranks_of
from matching.serve.fairness import Cells, cells_of, least_unfair, unfairness
from matching.serve.least import Least, least_of
from matching.serve.more_money import Money
from matching.serve.outcome import Outcome
from matching.serve.supply import Supply, fixed_assignments
from matching.travel import Roads

LAST = "minimum-cost flow"
"""What finds the last stages."""


def last_stages(
    problem: Problem,
    roads: Roads,
    supply: Supply,
    outcomes: list[Outcome],
    assignments: Assignments,
    money: Money,
    standing: Standing,
) -> list[Stage]:
    """The stages `fairness`, where the policy asks for it, `changes`, where something is published, and those after."""
    proven = [_is_proven(outcome, money) for outcome in outcomes]
    proposed = _proposed(problem)
    counted = [_counts_needs(outcome, standing, proposed) for outcome in outcomes]
    told = []
    if problem.policy.fairness:
        told.append(_fairness(problem, cells_of(problem, roads.county, supply), outcomes, assignments, proven))
    if len(standing.need):
        told.append(_changes(standing, proposed, outcomes, assignments, np.logical_and(proven, counted)))
    value = _taken(problem, assignments)
    bound = _taken(problem, fixed_assignments(problem, roads, supply.fixed))
    for outcome, is_proven, is_counted in zip(outcomes, proven, counted, strict=True):
        if is_proven and is_counted and not _kept_by_teams(outcome):
            bound = bound.plus(_least(outcome))
        else:
            bound = bound.plus(least_of(outcome.part, outcome.units, outcome.solution.by_better))
    return [
        *told,
        _last("provider_order", value.rank, bound.rank),
        _last("travel", value.minutes, bound.minutes),
        _last("cost", value.cost, bound.cost),
    ]


def _is_proven(outcome: Outcome, money: Money) -> bool:
    """Whether what a component hands out is what its flow was proven best with: nothing rounded, no money shared."""
    tied = bool((money.purses.of_offer[outcome.part.component.offers] != NONE).any())
    return outcome.exact and outcome.solution.bound is not None and not tied


def _fairness(
    problem: Problem, cells: Cells, outcomes: list[Outcome], assignments: Assignments, proven: list[bool]
) -> Stage:
    """Units met, each weighed by the full segments of its cell before it, against the least of all that are as even."""
    value = unfairness(cells.open, met_of(problem, cells, assignments))
    bound = value
    for outcome, is_proven in zip(outcomes, proven, strict=True):
        evened = outcome.evened
        if is_proven and evened is not None and evened.proven:
            continue
        component, pieces = outcome.part.component, outcome.pieces
        if component.cells is not None:
            met = component.cells.met(pieces.need, component.whole_units(pieces.need, pieces.units))
            bound -= unfairness(component.cells.open, met) - least_unfair(component.cells, met)
    return _last("fairness", value, bound)


def met_of(problem: Problem, cells: Cells, assignments: Assignments) -> Longs:
    """Units met in each cell of a run's counting needs."""
    table, counting = problem.snapshot.needs, problem.counting
    given = np.zeros(len(table.key), np.int64)
    np.add.at(given, assignments.need, assignments.quantity)
    met = np.minimum(given[counting], table.quantity[counting])
    return np.bincount(cells.of_need[counting], met, len(cells.open)).astype(np.int64)


def _proposed(problem: Problem) -> Longs:
    """For each need of the snapshot, units published for it that nobody has answered."""
    state = problem.snapshot.published
    waiting = state.status < ACCEPTED
    units = np.bincount(state.need[waiting], state.quantity[waiting], len(problem.snapshot.needs.key))
    return units.astype(np.int64)


def _counts_needs(outcome: Outcome, standing: Standing, proposed: Longs) -> bool:
    """Whether units that the flow keeps are needs that do not change: one of each is open, and one is proposed."""
    component = outcome.part.component
    mine = np.intersect1d(standing.need, component.needs)
    units = component.units[np.searchsorted(component.needs, mine)]
    return bool((units == 1).all() and (proposed[mine] == 1).all())


def _kept_by_teams(outcome: Outcome) -> bool:
    """Whether an old pair is with a team of several, who may do for one another and change the need by it."""
    component = outcome.part.component
    several = np.append(np.zeros(len(component.offers), bool), component.members.lengths > 1)
    return bool(several[component.old_offer].any())


def _changes(
    standing: Standing, proposed: Longs, outcomes: list[Outcome], assignments: Assignments, counted: Bools
) -> Stage:
    """Needs with other providers or quantities than published; where units `counted` are needs, no flow as even keeps more."""
    differing = changed(standing, assignments).all
    few = 0
    unseen = np.ones(len(standing.need), bool)
    for outcome, is_counted in zip(outcomes, counted, strict=True):
        component = outcome.part.component
        here = np.isin(standing.need, component.needs)
        unseen &= ~here
        mine = standing.need[here]
        if is_counted and outcome.solution.bound is not None:
            few += len(mine) - outcome.solution.bound.kept
        else:
            # what nobody could keep as it is changes, and so does what is proposed by nobody who could still serve it
            gone = np.setdiff1d(mine[proposed[mine] > 0], component.needs[component.old_need])
            few += len(np.union1d(gone, np.intersect1d(mine, standing.lost)))
    # what stands in no component gets nothing but what was answered
    few += int(np.isin(standing.need[unseen], differing).sum())
    return _last("changes", len(differing), few)


def _least(outcome: Outcome) -> Least:
    """What the flow of a component is proven to have least of."""
    component, proven = outcome.part.component, outcome.solution.bound
    if proven is None:
        raise ValueError("the flow of the component proves nothing")
    if component.anywhere.any():
        # the flow does not know their ways
        least = least_of(outcome.part, outcome.units, ())
        return Least(proven.rank, least.minutes, least.cost)
    cost = dot(component.unit_cost[outcome.pieces.offer], outcome.pieces.units)
    return Least(proven.rank, proven.minutes, cost)


def _taken(problem: Problem, assignments: Assignments) -> Least:
    """Provider order, minutes and cost of assignments."""
    ranks = np.full(len(assignments.need), problem.policy.provider_order["volunteer"], np.int64)
    offers = assignments.provider_type == OFFER
    ranks[offers] = ranks_of(problem, assignments.provider[offers])
    prices = np.zeros(len(assignments.need), np.int64)
    prices[offers] = problem.snapshot.offers.unit_cost[assignments.provider[offers]]
    return Least(
        dot(ranks, assignments.quantity),
        dot(assignments.minutes, assignments.quantity),
        dot(prices, assignments.quantity),
    )


def _last(name: str, value: int, bound: int) -> Stage:
    exact = value == bound
    return Stage(name, value, bound, exact, 0.0, LAST, "optimal" if exact else "bounded")
