"""What the needs' half proves: value and bound of every stage, by level (model (14) to (19))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import fsum

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, Floats, Ints, Longs
from matching.certificate import Band, Stage
from matching.plan import OFFER, Assignments
from matching.problem import Problem
from matching.serve.budgets import Purses
from matching.serve.components import Part, ranks_of
from matching.serve.hand_out import Pieces
from matching.serve.least import Least, least_of
from matching.serve.levels import bands, levels, usual_quantities
from matching.serve.solve import Solution
from matching.serve.supply import Supply, fixed_assignments
from matching.travel import Roads

BY_LEVEL, LAST = "maximum flow by level", "minimum-cost flow"
"""What finds the levels, and what finds the last stages."""

SAME = 1e-6
"""Two sums of units over usual quantities that differ less are equal: a unit is worth more."""


@dataclass(frozen=True)
class Outcome:
    """A component with its solution and what it hands out in the end; `by_flow` unless greedy's plan was taken."""

    part: Part
    solution: Solution
    pieces: Pieces
    by_flow: bool

    @cached_property
    def asked(self) -> Longs:
        """Units asked for by level of the component."""
        every = np.arange(len(self.part.component.needs), dtype=np.int32)
        return units_by_level(self.part, every, self.part.component.units)

    @cached_property
    def units(self) -> Longs:
        """Units served by level of the component."""
        return units_by_level(self.part, self.pieces.need, self.pieces.units)

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded and no greedy plan taken."""
        return self.by_flow and self.solution.exact


def units_by_level(part: Part, need: Ints, units: Longs) -> Longs:
    """Units handed to needs of a component, by its levels."""
    total = np.zeros(part.component.levels, np.int64)
    np.add.at(total, part.component.level[need], units)
    return total


def value_by_level(part: Part, units: Longs, levels: int) -> Floats:
    """Units over usual quantity, by level of the run."""
    return np.asarray(np.bincount(part.level_of, weights=units / part.usual_of, minlength=levels), np.float64)


@dataclass(frozen=True)
class Money:
    """Shared money, what each offer may give of it as allotted, and what it could give by its own capacity."""

    purses: Purses
    allotted: Longs
    most: Longs


def stages(
    problem: Problem, roads: Roads, supply: Supply, outcomes: list[Outcome], assignments: Assignments, money: Money
) -> tuple[Stage, ...]:
    """Every stage of the needs' half with its value and bound."""
    return (
        *_needs_stages(problem, supply, outcomes, money),
        *_last_stages(problem, roads, supply, outcomes, assignments, money),
    )


def _needs_stages(problem: Problem, supply: Supply, outcomes: list[Outcome], money: Money) -> list[Stage]:
    """The stages `needs_red` … `needs_green`."""
    count, held = bands(problem), _held_by_level(problem, supply)
    seconds = sum(outcome.solution.seconds for outcome in outcomes) / len(URGENCIES)
    told = []
    for at, urgency in enumerate(URGENCIES):
        first, last = at * count, (at + 1) * count - 1
        by_band = []
        for band, level in enumerate(range(first, last + 1)):
            value, bound = _reached(outcomes, money, level, level)
            by_band.append(Band(band, value + float(held[level]), bound + float(held[level])))
        stood = fsum(held[first : last + 1])
        value, bound = (each + stood for each in _reached(outcomes, money, first, last))
        # the bands in their order are what is maximised: where each is proven, a larger sum would cost an earlier one
        bound = value if all(band.value == band.bound for band in by_band) else bound
        status = "optimal" if bound == value else "bounded"
        told.append(
            Stage(f"needs_{urgency.code}", value, bound, bound == value, seconds, BY_LEVEL, status, tuple(by_band))
        )
    return told


def _held_by_level(problem: Problem, supply: Supply) -> Floats:
    """Units over usual quantity that counting needs have from what stands, by level."""
    counting = np.zeros(len(problem.snapshot.needs.key), bool)
    counting[problem.counting] = True
    mine = counting[supply.fixed.need]
    need = supply.fixed.need[mine]
    usual = usual_quantities(problem)[problem.snapshot.needs.kind[need]]
    weights = supply.fixed.quantity[mine] / usual
    count = len(URGENCIES) * bands(problem)
    return np.asarray(np.bincount(levels(problem, need), weights=weights, minlength=count), np.float64)


def _reached(outcomes: list[Outcome], money: Money, first: int, last: int) -> tuple[float, float]:
    """Value and bound of the run's levels `first` … `last`, given what the plan serves above them."""
    value = fsum(_value(outcome, outcome.units, first, last) for outcome in outcomes)
    bound = fsum(_bound(outcome, first, last) for outcome in outcomes) + _more_money(outcomes, money, last)
    demand = fsum(_value(outcome, outcome.asked, first, last) for outcome in outcomes)
    bound = min(bound, demand)
    return value, value if bound < value + SAME else bound


def _value(outcome: Outcome, units: Longs, first: int, last: int) -> float:
    part = outcome.part
    mine = (part.level_of >= first) & (part.level_of <= last)
    return fsum((units[mine] / part.usual_of[mine]).tolist())


def _bound(outcome: Outcome, first: int, last: int) -> float:
    """Most that the relaxed flow's prefixes leave for some levels of a component, by a greedy choice of the worthiest.

    Prefixes of a matroid: level ℓ and those above it serve at most R(ℓ) together.
    """
    part = outcome.part
    mine = np.flatnonzero((part.level_of >= first) & (part.level_of <= last))
    if not len(mine):
        return 0.0
    above = int(outcome.units[: mine[0]].sum())
    room = (np.cumsum(outcome.solution.relaxed)[mine] - above).tolist()
    asked = outcome.asked[mine].tolist()
    usual = part.usual_of[mine].tolist()
    chosen = [0] * len(mine)
    for at in sorted(range(len(mine)), key=lambda level: (usual[level], level)):
        chosen[at] = max(0, min([asked[at], *room[at:]]))
        for later in range(at, len(mine)):
            room[later] -= chosen[at]
    return fsum(units / each for units, each in zip(chosen, usual, strict=True))


def _more_money(outcomes: list[Outcome], money: Money, last: int) -> float:
    """Most that other allotments of shared money could add to the levels up to `last`, by the cut that proves them.

    On the cut, units are at most those that its offers give: each purse spends on the worthiest of them first, and
    what they may give now counts at the least it is worth.
    """
    if not outcomes:
        return 0.0
    purses = money.purses
    worth, sure, offers = [], [], []
    for outcome in outcomes:
        component, part = outcome.part.component, outcome.part
        label = outcome.solution.label
        in_cut = (label != NONE) & (part.level_of[np.maximum(label, 0)] <= last)
        mine = component.offers[in_cut]
        offers.append(mine)
        worth.append(np.full(len(mine), 1 / part.usual_of.min()))
        sure.append(np.full(len(mine), 1 / part.usual_of.max()))
    offer, high, low = np.concatenate(offers), np.concatenate(worth), np.concatenate(sure)
    own, paid = purses.of_offer[offer].T
    purse = np.where(own != NONE, own, paid)
    held = np.flatnonzero(purse != NONE)
    offer, high, low, purse = offer[held], high[held], low[held], purse[held]
    cost = purses.unit_cost[offer]
    order = np.lexsort((offer, cost / high, purse))
    offer, high, low, purse, cost = offer[order], high[order], low[order], purse[order], cost[order]
    wanted = money.most[offer].astype(float) * cost
    total = np.cumsum(wanted)
    start = np.searchsorted(purse, purse)
    before = total - wanted - (total - wanted)[start] if len(total) else total
    spent = np.clip(purses.money[purse] - before, 0, wanted)
    gain = np.bincount(purse, weights=spent / cost * high - money.allotted[offer] * low, minlength=len(purses.money))
    return float(np.maximum(gain, 0).sum())


def _last_stages(
    problem: Problem, roads: Roads, supply: Supply, outcomes: list[Outcome], assignments: Assignments, money: Money
) -> list[Stage]:
    """The stages `provider_order`, `travel` and `cost`."""
    value = _taken(problem, assignments)
    bound = _taken(problem, fixed_assignments(problem, roads, supply.fixed))
    for outcome in outcomes:
        component = outcome.part.component
        tied = bool((money.purses.of_offer[component.offers] != NONE).any())
        if outcome.exact and outcome.solution.bound is not None and not tied:
            proven = outcome.solution.bound
            cost = int((component.unit_cost[outcome.pieces.offer] * outcome.pieces.units).sum())
            bound = bound.plus(Least(proven.rank, proven.minutes, cost))
        else:
            bound = bound.plus(least_of(outcome.part, outcome.units))
    return [
        _last("provider_order", value.rank, bound.rank),
        _last("travel", value.minutes, bound.minutes),
        _last("cost", value.cost, bound.cost),
    ]


def _taken(problem: Problem, assignments: Assignments) -> Least:
    """Provider order, minutes and cost of assignments."""
    ranks = np.full(len(assignments.need), problem.policy.provider_order["volunteer"], np.int64)
    offers = assignments.provider_type == OFFER
    ranks[offers] = ranks_of(problem, assignments.provider[offers])
    return Least(
        int((ranks * assignments.quantity).sum()),
        int((assignments.minutes.astype(np.int64) * assignments.quantity).sum()),
        int(assignments.cost.sum()),
    )


def _last(name: str, value: int, bound: int) -> Stage:
    exact = value == bound
    return Stage(name, value, bound, exact, 0.0, LAST, "optimal" if exact else "bounded")
