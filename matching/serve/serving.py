"""Needs to offers: the needs' half of a run, from a problem to assignments with their proof (model (9) to (20))."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import NONE, OFFER, Longs
from matching.certificate import Stage
from matching.counts import Counts, served_counts
from matching.execute import Workers, workers
from matching.plan import Assignments, Prices, Unmet, Unused
from matching.problem import Problem
from matching.serve.baseline import never_behind_greedy, topped_up
from matching.serve.budgets import Purses, allot, payers_of, purses_of
from matching.serve.components import Part, parts_of
from matching.serve.displacing import displaced
from matching.serve.exclusions import exclusions_of
from matching.serve.greedy import Taken, greedy
from matching.serve.levels import usual_quantities
from matching.serve.locks import hold_locks
from matching.serve.more_money import Money
from matching.serve.proof import Outcome, stages
from matching.serve.solve import solve
from matching.serve.supply import Promises, Supply, fixed_assignments, standing_supply
from matching.serve.unmet import unmet_of
from matching.serve.unused import prices_of, unused_of
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
    unmet: Unmet
    unused: Unused
    prices: Prices
    baseline: Counts


def serve(
    problem: Problem, *, jobs: int = 1, progress: Progress | None = None, executor: Executor | None = None
) -> Served:
    """Hand every counting need of the scope its offers, lexicographically most by level (model (9)).

    `jobs` processes solve the components; an `executor` of the caller's takes their place. Neither changes the result.

    Raises
    ------
    LockError
        A lock `keep` cannot hold; the message names it.
    """
    told = progress or (lambda _step, _share: None)
    processes = jobs if len(problem.counting) > FEW_NEEDS else 1
    with workers(processes, executor, solve.__module__) as at_work:
        roads, usual, excluded = Roads(problem.snapshot), usual_quantities(problem), exclusions_of(problem)
        forbidden = excluded.pairs()
        supply = hold_locks(problem, roads, standing_supply(problem), forbidden)
        most = supply.payable(problem)
        parts = list(parts_of(problem, roads, replace(supply, capacity=most), forbidden.of_type(OFFER), usual))
        told("greedy", 0.15)
        purses = purses_of(problem, supply, np.minimum(most, supply.units.sum()))
        first = greedy(problem, [(part.component, part.network) for part in parts], purses)
        told("flow", 0.3)
        limits = _allotted(parts, purses, most, first)
        outcomes = _solved(parts, limits, purses, at_work, lambda share: told("flow", 0.3 + 0.5 * share))
    idle = _idle(outcomes, purses, most)
    outcomes = [displaced(outcome, idle) for outcome in outcomes]
    outcomes = never_behind_greedy(problem, outcomes, first, purses, usual)
    baseline = _baseline(problem, supply, parts, first)
    del first
    outcomes = topped_up(problem, supply, purses, outcomes)
    told("reasons", 0.85)
    assignments = _assignments(problem, roads, supply, outcomes)
    left = supply.without(problem, _handed_out(outcomes))
    money = Money(purses, limits, most)
    return Served(
        assignments,
        stages(problem, roads, supply, outcomes, assignments, money, usual),
        unmet_of(problem, outcomes, assignments, supply, left, excluded),
        unused_of(problem, outcomes, assignments, supply, left, forbidden),
        prices_of(outcomes, left),
        baseline,
    )


def _solved(
    parts: list[Part], limits: Longs, purses: Purses, at_work: Workers, told: Callable[[float], None]
) -> list[Outcome]:
    """What each component's flow hands out; those with the most arcs are begun first."""
    order = sorted(range(len(parts)), key=lambda at: (-parts[at].network.arcs, at))
    work = []
    for part in (parts[at] for at in order):
        offers = part.component.offers
        work.append((solve, (part.component, part.network, limits[offers], payers_of(purses, offers))))
    found = dict(zip(order, at_work.run(work, told), strict=True))
    return [Outcome(part, found[at], found[at].pieces, by_flow=True) for at, part in enumerate(parts)]


def _idle(outcomes: list[Outcome], purses: Purses, most: Longs) -> Longs:
    """Units that offers have left which share no money."""
    alone = (purses.of_offer == NONE).all(axis=1)
    used = _handed_out(outcomes)
    idle = np.where(alone, most, 0)
    np.subtract.at(idle, used.provider, np.where(alone[used.provider], used.quantity, 0))
    return idle


def _allotted(parts: list[Part], purses: Purses, most: Longs, first: list[Taken]) -> Longs:
    """What each offer may give, shared money allotted after greedy's own use of it."""
    spent = np.zeros(len(most), np.int64)
    for part, taken in zip(parts, first, strict=True):
        np.add.at(spent, part.component.offers[taken.offer], taken.units)
    return allot(purses, most, spent)


def _handed_out(outcomes: list[Outcome]) -> Promises:
    """What components hand out, as promises of the snapshot's needs and offers."""
    ints = np.zeros(0, np.int32)
    need = np.concatenate([ints, *(each.part.component.needs[each.pieces.need] for each in outcomes)])
    offer = np.concatenate([ints, *(each.part.component.offers[each.pieces.offer] for each in outcomes)])
    units = np.concatenate([np.zeros(0, np.int64), *(each.pieces.units for each in outcomes)])
    return Promises(need, np.full(len(need), OFFER, np.int32), offer, units)


def _assignments(problem: Problem, roads: Roads, supply: Supply, outcomes: list[Outcome]) -> Assignments:
    """What is held and what components hand out as one table, sorted by need and provider."""
    held = fixed_assignments(problem, roads, supply.fixed)
    pieces = [(outcome.part, outcome.pieces) for outcome in outcomes]
    need = np.concatenate([held.need, *(part.component.needs[each.need] for part, each in pieces)])
    kind = np.concatenate([held.provider_type, *(np.full(len(each.need), OFFER, np.int8) for _, each in pieces)])
    provider = np.concatenate([held.provider, *(part.component.offers[each.offer] for part, each in pieces)])
    quantity = np.concatenate([held.quantity, *(each.units for _, each in pieces)])
    minutes = np.concatenate([held.minutes, *(each.minutes for _, each in pieces)])
    order = np.lexsort((provider, kind, need))
    need, kind, provider, quantity, minutes = (each[order] for each in (need, kind, provider, quantity, minutes))
    new = np.ones(len(need), bool)
    # a need that already has something from an offer may get more of it
    new[1:] = (need[1:] != need[:-1]) | (kind[1:] != kind[:-1]) | (provider[1:] != provider[:-1])
    first = np.flatnonzero(new)
    total = np.add.reduceat(quantity, first) if len(first) else quantity
    price = np.zeros(len(first), np.int64)
    offers = kind[first] == OFFER
    price[offers] = problem.snapshot.offers.unit_cost[provider[first][offers]]
    return Assignments(
        need[first].astype(np.int32),
        kind[first].astype(np.int8),
        provider[first].astype(np.int32),
        total,
        minutes[first].astype(np.int32),
        total * price,
    )


def _baseline(problem: Problem, supply: Supply, parts: list[Part], first: list[Taken]) -> Counts:
    """Needs met whole and units assigned by greedy, what stands included, by urgency."""
    fixed = supply.fixed
    need = np.concatenate(
        [fixed.need, *(part.component.needs[taken.need] for part, taken in zip(parts, first, strict=True))]
    )
    units = np.concatenate([fixed.quantity, *(taken.units for taken in first)])
    return served_counts(problem, replace(Assignments.none(), need=need, quantity=units))
