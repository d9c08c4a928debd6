"""Instances of the matching problem derived from a region's sample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bench.samples import DAY
from graph.snapshot import NONE, Bools, Longs, Snapshot
from matching.policy import DEFAULT_POLICY, MatchPolicy
from matching.problem import Problem
from matching.serve import Served
from matching.serve.budgets import purses_of
from matching.serve.components import Part, parts_of
from matching.serve.exclusions import exclusions_of
from matching.serve.greedy import greedy
from matching.serve.levels import usual_quantities, value_by_level
from matching.serve.supply import standing_supply
from matching.serve.teams import teams_of
from matching.travel import Roads

ONE_ORDER = MatchPolicy(provider_order=dict.fromkeys(DEFAULT_POLICY.provider_order, 0), fairness=False)
"""All providers of one rank and counties not made even, so that a plan serves most by level and then in fewest minutes."""


@dataclass(frozen=True)
class Built:
    """The components of a problem, and what each offer of the snapshot may give."""

    parts: list[Part]
    capacity: Longs


def problem_of(snapshot: Snapshot, region: str, policy: MatchPolicy = DEFAULT_POLICY) -> Problem:
    """The problem of a region on the day of the samples; the region's code may leave out the zeros at its end."""
    scope = snapshot.regions.key.to_pylist().index(region.ljust(12, "0"))
    return Problem(snapshot, scope, f"{DAY:%Y-%m}", (DAY - date(1970, 1, 1)).days, policy)


def without_money(snapshot: Snapshot) -> Snapshot:
    """The same world without budgets and funds; an offer's own capacity is all that binds."""
    organizations, offers = snapshot.organizations, snapshot.offers
    return replace(
        snapshot,
        organizations=replace(organizations, budget=np.full_like(organizations.budget, NONE)),
        offers=replace(offers, fund=np.full_like(offers.fund, NONE)),
    )


def without_volunteers(problem: Problem) -> Problem:
    """The same problem for offers alone: no volunteer has an hour."""
    volunteers = problem.snapshot.volunteers
    nobody = replace(volunteers, hours=np.zeros_like(volunteers.hours))
    return replace(problem, snapshot=replace(problem.snapshot, volunteers=nobody))


def among(problem: Problem, some: Bools) -> Problem:
    """The same problem in which other needs do not count; `some` is one flag a need of the snapshot."""
    needs = problem.snapshot.needs
    return replace(problem, snapshot=replace(problem.snapshot, needs=replace(needs, paused=needs.paused | ~some)))


def unit_needs(problem: Problem) -> Problem:
    """The exact class: every need asks one unit, free of charge; capacities shrink by the kind's usual quantity.

    What is eligible and which level a need has stay as they are; money binds nothing.
    """
    snapshot = without_money(problem.snapshot)
    offers, usual = snapshot.offers, usual_quantities(problem).of_kind
    fewer = -(-offers.capacity // usual[offers.kind])  # rounded up, so that no offer is lost
    return replace(
        problem,
        snapshot=replace(
            snapshot,
            needs=replace(snapshot.needs, quantity=np.ones_like(snapshot.needs.quantity)),
            offers=replace(
                offers,
                capacity=np.where(offers.capacity == NONE, NONE, fewer),
                unit_cost=np.zeros_like(offers.unit_cost),
            ),
        ),
    )


def built(problem: Problem) -> Built:
    """Components of a problem; samples have no locks, so nothing is promised beforehand."""
    supply = standing_supply(problem)
    most = supply.payable(problem)
    forbidden, usual = exclusions_of(problem).pairs(), usual_quantities(problem)
    payable, roads = replace(supply, capacity=most), Roads(problem.snapshot)
    teams = teams_of(problem, roads, supply, forbidden)
    return Built(list(parts_of(problem, roads, payable, forbidden, usual, teams)), most)


def served_by_level(problem: Problem, served: Served) -> list[int]:
    """Units over usual quantity that a plan serves by level, in parts."""
    rows = served.assignments
    return value_by_level(problem, usual_quantities(problem), rows.need, rows.quantity)


def greedy_by_level(problem: Problem) -> list[int]:
    """The same of greedy under the same capacities and budgets."""
    world, supply = built(problem), standing_supply(problem)
    purses = purses_of(problem, supply, np.minimum(world.capacity, supply.units.sum()))
    taken = greedy(problem, [(part.component, part.network) for part in world.parts], purses)
    need = np.concatenate([part.component.needs[each.need] for part, each in zip(world.parts, taken, strict=True)])
    units = np.concatenate(
        [part.component.whole_units(each.need, each.units) for part, each in zip(world.parts, taken, strict=True)]
    )
    return value_by_level(problem, usual_quantities(problem), need, units)
