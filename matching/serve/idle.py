"""Volunteers with an hour or more left, and why."""

from __future__ import annotations

import numpy as np

from graph.snapshot import VOLUNTEER, Ints, Longs
from matching.plan import Unused
from matching.problem import Problem
from matching.serve.eligibility import narrower_or_same
from matching.serve.outcome import Outcome
from matching.serve.reasons import dictionary
from matching.serve.supply import Supply

REASONS = ("no_time", "nobody_in_reach", "all_met", "too_small", "left_over")
NOBODY = np.iinfo(np.int64).max


def idle_of(problem: Problem, outcomes: list[Outcome], lacking: Longs, standing: Supply, left: Supply) -> Unused:
    """Volunteers who live in the scope and have an hour or more left; `lacking` are units that each need lacks."""
    snapshot = problem.snapshot
    volunteers = snapshot.volunteers
    some = np.flatnonzero(problem.place_in_scope[volunteers.village] & (left.minutes >= 60)).astype(np.int32)
    least, reached = _least_asked(problem, outcomes, lacking)
    skilled = narrower_or_same(snapshot.kinds)
    asked = np.zeros(len(snapshot.kinds.key), bool)
    asked[snapshot.needs.kind[problem.counting]] = True
    quickest = np.where(skilled & asked, snapshot.kinds.minutes.astype(np.int64), NOBODY).min(axis=1, initial=NOBODY)
    shortest = np.full(len(volunteers.key), NOBODY)
    np.minimum.at(shortest, volunteers.skills.owners, quickest[volunteers.skills.values])
    checks = (
        (shortest < NOBODY) & (standing.minutes < shortest),
        ~reached,
        least == NOBODY,
        least > left.minutes,
        np.ones(len(reached), bool),
    )
    reason = np.argmax(np.stack([check[some] for check in checks]), axis=0).astype(np.int32)
    kind = np.full(len(some), VOLUNTEER, np.int8)
    return Unused(kind, some, left.minutes[some] // 60, dictionary(reason, REASONS))


def _least_asked(problem: Problem, outcomes: list[Outcome], lacking: Longs) -> tuple[Longs, Ints]:
    """The fewest minutes that an unmet need in reach of each volunteer takes, and who has any need in reach."""
    needs = problem.snapshot.needs
    least = np.full(len(problem.snapshot.volunteers.key), NOBODY)
    reached = np.zeros(len(least), bool)
    for outcome in outcomes:
        component, network = outcome.part.component, outcome.part.network
        reached[component.members.values] = True
        first = len(component.offers)
        asks = np.where(
            lacking[component.needs] == needs.quantity[component.needs], component.units * component.grain, NOBODY
        )
        found = network.least_by_supplier(asks, component.suppliers)[first:]
        np.minimum.at(least, component.members.values, found[component.members.owners])
    return least, reached
