"""Needs to offers: the needs' half of a run, from a problem to assignments with their proof (model (9) to (20))."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from graph.snapshot import NONE, Longs
from matching.budget import Budget
from matching.certificate import Stage
from matching.counts import Counts, served_counts
from matching.execute import Job, Workers, workers
from matching.plan import Assignments, Prices, Unmet, Unused
from matching.problem import Problem
from matching.serve.assigning import assignments_of, handed_by, promised
from matching.serve.baseline import by_greedy, serves_more
from matching.serve.budgets import Purses, allot, payers_of, purses_of
from matching.serve.changes import Changed, changed, standing_of
from matching.serve.components import Part, parts_of
from matching.serve.decided import Decided, outcomes_given
from matching.serve.exclusions import exclusions_of
from matching.serve.few_changes import best_within_limit, within_changes
from matching.serve.greedy import Taken, greedy
from matching.serve.hand_out import Pieces
from matching.serve.handing_anew import handed_anew
from matching.serve.idle import idle_of
from matching.serve.last_stages import Evened
from matching.serve.levels import Usual, usual_quantities
from matching.serve.locks import hold_locks
from matching.serve.more_money import Money
from matching.serve.outcome import Outcome, by_its_flow
from matching.serve.priced_money import priced_allotment
from matching.serve.prices import prices_of
from matching.serve.proof import stages
from matching.serve.rates import told_rates
from matching.serve.settling import Spending, settled, taken_by_members
from matching.serve.short_budgets import short_budgets
from matching.serve.solve import Solution, tried
from matching.serve.supply import Promises, Supply, fixed_assignments, standing_supply
from matching.serve.teams import teams_of
from matching.serve.unmet import unmet_of
from matching.serve.unused import unused_of
from matching.short import FAULTS, STOPPED, Short, told_short
from matching.travel import Roads

FEW_NEEDS = 200_000
"""Runs of fewer needs stay in this process: starting others would take longer."""
Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""


@dataclass(frozen=True)
class Served:
    """The needs' half of a plan."""

    assignments: Assignments
    stages: tuple[Stage, ...]
    changes: Changed
    unmet: Unmet
    unused: Unused
    prices: Prices
    budgets: tuple[Budget, ...]
    baseline: Counts
    rates: dict[str, Any]


def serve(
    problem: Problem,
    *,
    spent: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
    executor: Executor | None = None,
    hold: Callable[[], None] = lambda: None,
) -> Served:
    """Hand every counting need of the scope its offers, lexicographically most by level (model (9)).

    With `max_changes` in the policy, most among plans that change no more than is left of it, where others have `spent`
    some (model (40)). `jobs` processes solve the components; an `executor` of the caller's takes their place. Neither
    changes the result. `hold` is called once the flows are found: what is left to do is not to be interrupted.

    Raises
    ------
    LockError
        A lock `keep` cannot hold; the message names it.
    """
    told = progress or (lambda _step, _share: None)
    processes = jobs if len(problem.counting) > FEW_NEEDS else 1
    with workers(processes, executor, tried.__module__) as at_work:
        roads, usual, excluded = Roads(problem.snapshot), usual_quantities(problem), exclusions_of(problem)
        forbidden = excluded.pairs()
        decide = partial(_decided, problem, roads, usual, forbidden, at_work, hold)
        found = standing_supply(problem)
        free = decide(hold_locks(problem, roads, found, forbidden), told)
        standing = standing_of(problem, roads, free.supply, forbidden)
        plan, outcomes, best = free, free.outcomes, False
        if problem.policy.max_changes is not None:
            most = max(0, problem.policy.max_changes - spent)
            # what is decided again goes through the same steps: a share that is told goes on, never back
            again = partial(decide, told=lambda _step, _share: None)
            plan, best = within_changes(problem, usual, standing, free, again, most)
            best &= problem.policy.flow_arcs is None and not (free.short or plan.short)
            if plan is not free:
                outcomes = outcomes_given(free.outcomes, free.supply.fixed, plan.assignments)
        told("reasons", 0.85)
        proven = stages(problem, roads, free.supply, outcomes, plan.assignments, free.money, usual, standing)
    lacking = problem.snapshot.needs.quantity.copy()
    np.subtract.at(lacking, plan.assignments.need, plan.assignments.quantity)
    return Served(
        plan.assignments,
        told_short(best_within_limit(proven) if best else proven, free.short or plan.short),
        changed(standing, plan.assignments),
        unmet_of(problem, plan.outcomes, plan.assignments, plan.supply, plan.left, excluded),
        unused_of(problem, plan.outcomes, plan.assignments, plan.supply, plan.left, forbidden).and_others(
            idle_of(problem, plan.outcomes, lacking, plan.supply, plan.left)
        ),
        prices_of(plan.outcomes, plan.left),
        short_budgets(problem, plan.outcomes, found, plan.left, free=plan is free),
        free.baseline,
        told_rates(problem, roads, free.supply, outcomes, plan.assignments, usual),
    )


def _decided(
    problem: Problem,
    roads: Roads,
    usual: Usual,
    forbidden: Promises,
    at_work: Workers,
    hold: Callable[[], None],
    supply: Supply,
    told: Progress,
) -> Decided:
    """What is handed out of a supply."""
    most = supply.payable(problem)
    parts = list(parts_of(problem, roads, supply, forbidden, usual, teams_of(problem, roads, supply, forbidden)))
    told("greedy", 0.15)
    purses = purses_of(problem, supply, np.minimum(most, supply.units.sum()))
    first = greedy(problem, [(part.component, part.network) for part in parts], purses)
    first = [taken_by_members(problem, roads, part, taken) for part, taken in zip(parts, first, strict=True)]
    told("flow", 0.3)
    limits = _allotted(parts, purses, most, first)
    within, spending = _within(parts, problem.policy.flow_arcs), Spending(purses, most, usual)
    solved = _solved(parts, within, limits, purses, at_work, lambda share: told("flow", 0.3 + 0.5 * share))
    hold()
    short = next((found for found in solved if isinstance(found, Short)), None)
    if short is None and any(solved[at] is None for at in within):
        short = STOPPED
    outcomes = [
        by_its_flow(part, found) if isinstance(found, Solution) else by_greedy(part, taken)
        for part, found, taken in zip(parts, solved, first, strict=True)
    ]
    outcomes, limits = settled(problem, roads, supply, outcomes, limits, first, spending)
    baseline = _baseline(problem, supply, parts, first)
    del first
    if problem.policy.money_rounds and len(purses.money) and not short and len(within) == len(parts):
        priced, short = _by_prices(problem, roads, supply, parts, at_work, spending)
        if priced and serves_more(priced[0], outcomes, usual):
            outcomes, limits = priced
    outcomes = _handed_anew(outcomes, [isinstance(found, Solution) for found in solved], purses, at_work)
    handed = [handed_by(problem, roads, outcome) for outcome in outcomes]
    assignments = assignments_of(problem, fixed_assignments(problem, roads, supply.fixed), handed)
    left = supply.without(problem, promised(handed))
    return Decided(supply, outcomes, assignments, left, Money(purses, limits, most), baseline, short)


def _by_prices(
    problem: Problem, roads: Roads, supply: Supply, parts: list[Part], at_work: Workers, spending: Spending
) -> tuple[tuple[list[Outcome], Longs] | None, Short | None]:
    """What is handed out where prices allot shared money, with the limits of offers; None where a flow fails or is stopped."""
    purses = spending.purses
    try:
        limits = priced_allotment(parts, purses, spending.most, problem.policy.money_rounds)
    except FAULTS:
        return None, None
    solved = _solved(parts, _within(parts, None), limits, purses, at_work, lambda _share: None)
    outcomes = [
        by_its_flow(part, found) for part, found in zip(parts, solved, strict=True) if isinstance(found, Solution)
    ]
    if len(outcomes) < len(parts):
        return None, STOPPED if None in solved else None
    return settled(problem, roads, supply, outcomes, limits, None, spending), None


def _handed_anew(outcomes: list[Outcome], solved: list[bool], purses: Purses, at_work: Workers) -> list[Outcome]:
    """Components whose flow was found, handed out anew as they stand where something was rounded or money is shared."""
    shares = (purses.of_offer != NONE).any(axis=1)
    some = [
        at
        for at, outcome in enumerate(outcomes)
        if solved[at] and not (outcome.exact and not shares[outcome.part.component.offers].any())
    ]
    work: list[Job[tuple[Pieces, Evened | None] | None]] = [
        (handed_anew, (each.part.component, each.part.network, each.pieces)) for each in (outcomes[at] for at in some)
    ]
    found = dict(zip(some, at_work.run(work, lambda _share: None), strict=True))
    return [outcome.handing(*anew) if (anew := found.get(at)) else outcome for at, outcome in enumerate(outcomes)]


def _within(parts: list[Part], most: int | None) -> frozenset[int]:
    """The components to be solved: those of the fewest arcs, as many as have so many arcs together; all without a limit."""
    order = sorted(range(len(parts)), key=lambda at: (parts[at].network.arcs, at))
    arcs = np.cumsum([parts[at].network.arcs for at in order])
    return frozenset(at for at, total in zip(order, arcs.tolist(), strict=True) if most is None or total <= most)


def _solved(
    parts: list[Part],
    within: frozenset[int],
    limits: Longs,
    purses: Purses,
    at_work: Workers,
    told: Callable[[float], None],
) -> list[Solution | Short | None]:
    """The flow of each component `within`, those with the most arcs begun first; None where a run was stopped before."""
    order = sorted(within, key=lambda at: (-parts[at].network.arcs, at))
    work = []
    for part in (parts[at] for at in order):
        component = part.component
        payers = payers_of(purses, component.offers).and_none(component.teams)
        work.append((tried, (component, part.network, component.by_offers(limits), payers)))
    found = dict(zip(order, at_work.run(work, told), strict=True))
    return [found.get(at) for at in range(len(parts))]


def _allotted(parts: list[Part], purses: Purses, most: Longs, first: list[Taken]) -> Longs:
    """What each offer may give, shared money allotted after greedy's own use of it."""
    spent = np.zeros(len(most), np.int64)
    for part, taken in zip(parts, first, strict=True):
        spent += part.component.units_of_offers(taken.offer, taken.units, len(spent))
    return allot(purses, most, spent)


def _baseline(problem: Problem, supply: Supply, parts: list[Part], first: list[Taken]) -> Counts:
    """Needs met whole and units assigned by greedy, what stands included, by urgency."""
    fixed, served = supply.fixed, list(zip(parts, first, strict=True))
    need = np.concatenate([fixed.need, *(part.component.needs[taken.need] for part, taken in served)])
    units = [part.component.whole_units(taken.need, taken.units) for part, taken in served]
    quantity = np.concatenate([fixed.quantity, *units])
    return served_counts(problem, replace(Assignments.none(), need=need, quantity=quantity))
