"""What the needs' half proves: value and bound of every stage, by level (model (14) to (19))."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import inf, nextafter

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, OFFER, Ints, Longs
from matching.certificate import Band, Stage
from matching.plan import Assignments
from matching.problem import Problem
from matching.serve.components import Part, ranks_of
from matching.serve.hand_out import Pieces
from matching.serve.least import Least, least_of
from matching.serve.levels import Usual, bands, value_by_level
from matching.serve.more_money import Money, MoreMoney
from matching.serve.solve import Solution
from matching.serve.supply import Supply, fixed_assignments
from matching.travel import Roads

BY_LEVEL, LAST = "maximum flow by level", "minimum-cost flow"
"""What finds the levels, and what finds the last stages."""
LEAST = 1e-9
"""Least difference between two figures that a certificate prints."""


@dataclass(frozen=True)
class Outcome:
    """A component with its solution and what it hands out in the end; `by_flow` unless greedy's plan was taken.

    `taker` is the volunteer of each need that a team of several serves.
    """

    part: Part
    solution: Solution
    pieces: Pieces
    by_flow: bool
    taker: Ints = field(default_factory=lambda: np.zeros(0, np.int32))

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


def value_of_part(part: Part, units: Longs, usual: Usual, levels: int) -> list[int]:
    """Units over usual quantity by level of the run, in parts of `usual`."""
    found = [0] * levels
    for level, number, each in zip(part.level_of.tolist(), units.tolist(), part.usual_of.tolist(), strict=True):
        found[level] += number * (usual.parts // each)
    return found


def stages(
    problem: Problem,
    roads: Roads,
    supply: Supply,
    outcomes: list[Outcome],
    assignments: Assignments,
    money: Money,
    usual: Usual,
) -> tuple[Stage, ...]:
    """Every stage of the needs' half with its value and bound."""
    return (
        *_needs_stages(problem, supply, outcomes, money, usual),
        *_last_stages(problem, roads, supply, outcomes, assignments, money),
    )


def _needs_stages(problem: Problem, supply: Supply, outcomes: list[Outcome], money: Money, usual: Usual) -> list[Stage]:
    """The stages `needs_red` … `needs_green`."""
    count, held = bands(problem), _held_by_level(problem, supply, usual)
    reached = Reached(outcomes, money, usual, len(held))
    seconds = sum(outcome.solution.seconds for outcome in outcomes) / len(URGENCIES)
    told = []
    for at, urgency in enumerate(URGENCIES):
        first, last = at * count, (at + 1) * count - 1
        by_band = [
            (held[level] + reached.value(level, level), held[level] + reached.bound(level, level))
            for level in range(first, last + 1)
        ]
        stood = sum(held[first : last + 1])
        value, bound = stood + reached.value(first, last), stood + reached.bound(first, last)
        # the bands in their order are what is maximised: the most units in all prove nothing where a band lacks its own
        exact = all(each == most for each, most in by_band)
        if exact or bound == value:
            bound = sum(most for _, most in by_band)
        bands_told = tuple(Band(band, *_shown(*each, usual)) for band, each in enumerate(by_band))
        status = "optimal" if exact else "bounded"
        figures = _shown(value, bound, usual)
        told.append(Stage(f"needs_{urgency.code}", *figures, exact, seconds, BY_LEVEL, status, bands_told))
    return told


def _shown(value: int, bound: int, usual: Usual) -> tuple[float, float]:
    """Value and bound as they are printed; a bound beyond the value never prints as the same number."""
    shown = value / usual.parts
    return shown, shown if bound == value else max(bound / usual.parts, nextafter(shown + LEAST, inf))


def _held_by_level(problem: Problem, supply: Supply, usual: Usual) -> list[int]:
    """Units over usual quantity that counting needs have from what stands, by level, in parts."""
    counting = np.zeros(len(problem.snapshot.needs.key), bool)
    counting[problem.counting] = True
    mine = counting[supply.fixed.need]
    return value_by_level(problem, usual, supply.fixed.need[mine], supply.fixed.quantity[mine])


class Reached:
    """Values and bounds of ranges of the run's levels, given what the plan serves above them; all in parts."""

    def __init__(self, outcomes: list[Outcome], money: Money, usual: Usual, levels: int) -> None:
        self._outcomes, self._usual = outcomes, usual
        self._more = MoreMoney([(each.part, each.solution.label) for each in outcomes], money, usual)
        self._value, self._asked = [0] * levels, [0] * levels
        for each in outcomes:
            for total, units in ((self._value, each.units), (self._asked, each.asked)):
                for level, parts in enumerate(value_of_part(each.part, units, usual, levels)):
                    total[level] += parts

    def value(self, first: int, last: int) -> int:
        """What the plan serves of levels `first` … `last`."""
        return sum(self._value[first : last + 1])

    def bound(self, first: int, last: int) -> int:
        """Most that could be served of them, by a plan that serves no less above them."""
        asked = sum(self._asked[first : last + 1])
        if self._most_above(first):
            most = sum(self._most(outcome, first, last) for outcome in self._outcomes)
        else:
            # what one component could serve above them, another could leave there for them
            most = sum(self._most(outcome, 0, last) for outcome in self._outcomes) - self.value(0, first - 1)
        return max(self.value(first, last), min(most + self._more.up_to(last), asked))

    def _most_above(self, first: int) -> bool:
        """Whether each component serves the most that it could of the levels before one."""
        for outcome in self._outcomes:
            before = outcome.part.level_of < first
            if not np.array_equal(outcome.units[before], outcome.solution.relaxed[before]):
                return False
        return not first or not self._more.up_to(first - 1)

    def _most(self, outcome: Outcome, first: int, last: int) -> int:
        """Most that the relaxed flow's prefixes leave for some levels of a component, by a greedy choice of the worthiest.

        Prefixes of a matroid: level ℓ and those above it serve at most R(ℓ) together.
        """
        part = outcome.part
        mine = np.flatnonzero((part.level_of >= first) & (part.level_of <= last))
        if not len(mine):
            return 0
        above = int(outcome.units[: mine[0]].sum())
        room = (np.cumsum(outcome.solution.relaxed)[mine] - above).tolist()
        asked = outcome.asked[mine].tolist()
        usual = part.usual_of[mine].tolist()
        chosen = [0] * len(mine)
        for at in sorted(range(len(mine)), key=lambda level: (usual[level], level)):
            chosen[at] = max(0, min([asked[at], *room[at:]]))
            for later in range(at, len(mine)):
                room[later] -= chosen[at]
        return self._usual.value(chosen, usual)


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
            minutes = proven.minutes
            if component.anywhere.any():
                # the flow does not know their ways
                minutes = least_of(outcome.part, outcome.units, ()).minutes
            bound = bound.plus(Least(proven.rank, minutes, cost))
        else:
            bound = bound.plus(least_of(outcome.part, outcome.units, outcome.solution.by_better))
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
