"""What the needs' half proves: value and bound of every stage, by level (model (14) to (19))."""

from __future__ import annotations

from math import inf, nextafter

import numpy as np

from graph.model import URGENCIES
from matching.certificate import Band, Stage
from matching.plan import Assignments
from matching.problem import Problem
from matching.serve.changes import Standing
from matching.serve.last_proof import last_stages
from matching.serve.levels import Usual, bands, value_by_level
from matching.serve.more_money import Money, MoreMoney
from matching.serve.outcome import Outcome, value_of_part
from matching.serve.priced_bound import priced_bound
from matching.serve.supply import Supply
from matching.short import FAULTS
from matching.travel import Roads

BY_LEVEL = "maximum flow by level"
"""What finds the levels."""
LEAST = 1e-9
"""Least difference between two figures that a certificate prints."""


def stages(
    problem: Problem,
    roads: Roads,
    supply: Supply,
    outcomes: list[Outcome],
    assignments: Assignments,
    money: Money,
    usual: Usual,
    standing: Standing,
) -> tuple[Stage, ...]:
    """Every stage of the needs' half with its value and bound."""
    return (
        *_needs_stages(problem, supply, outcomes, money, usual),
        *last_stages(problem, roads, supply, outcomes, assignments, money, standing),
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
        if problem.policy.money_rounds and bound > value and len(money.purses.money):
            within = reached.by_prices(last, problem.policy.money_rounds)
            bound = max(value, min(bound, stood + within - reached.value(0, first - 1)))
            each, most = by_band[-1]
            by_band[-1] = each, max(each, min(most, held[last] + within - reached.value(0, last - 1)))
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
        self._outcomes, self._usual, self._money = outcomes, usual, money
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

    def by_prices(self, last: int, rounds: int) -> int:
        """Most that levels 0 … `last` could get within shared money, as so many rounds of prices prove (model (47))."""
        parts, money = [each.part for each in self._outcomes], self._money
        try:
            return priced_bound(parts, money.purses, money.most, last, rounds, self._usual)
        except FAULTS:
            return sum(self._asked[: last + 1])

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
