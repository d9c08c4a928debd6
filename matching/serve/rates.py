"""The rates of a plan, and what fairness between counties changes of them (model (39))."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.plan import Assignments
from matching.problem import Problem
from matching.rates import by_county, rates_of
from matching.serve.fairness import cells_of
from matching.serve.levels import Usual
from matching.serve.outcome import Outcome
from matching.serve.supply import Supply
from matching.travel import Roads


def told_rates(
    problem: Problem, roads: Roads, supply: Supply, outcomes: list[Outcome], assignments: Assignments, usual: Usual
) -> dict[str, Any]:
    """Rates by county, category and settlement; under a policy of fairness also those of counties without it, and its price.

    Without it means: a plan that is as good by all other stages as that of the same policy without fairness.
    """
    given = np.zeros(len(problem.snapshot.needs.key), np.int64)
    np.add.at(given, assignments.need, assignments.quantity)
    rates = rates_of(problem, given, usual.of_kind)
    if not problem.policy.fairness:
        return rates
    cells = cells_of(problem, roads.county, supply)
    counting = problem.counting
    met = np.minimum(given[counting], problem.snapshot.needs.quantity[counting])
    units = np.bincount(cells.of_need[counting], met, len(cells.open)).astype(np.int64)
    minutes = 0
    for outcome in outcomes:
        mine, evened = outcome.part.component.cells, outcome.evened
        if mine is not None and evened is not None:
            np.add.at(units, mine.number, evened.otherwise // mine.weight)
            minutes += evened.minutes
    each = 1 / usual.of_kind[cells.kind]
    urgency = cells.urgency.astype(np.int64)
    without = by_county(problem.snapshot, cells.slot, urgency, np.clip(units, 0, cells.open) * each, cells.open * each)
    return rates | {"counties_without_fairness": without, "minutes_of_fairness": minutes}
