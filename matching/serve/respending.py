"""Money that the flow leaves idle goes to offers of which more is wanted, and the flow decides anew (model (17))."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import NONE, Bools, Longs
from matching.serve.budgets import Purses, allot, payers_of
from matching.serve.outcome import Outcome
from matching.serve.solve import Solution, tried

ROUNDS = 8
"""Most times that the flow decides anew; each spends less, and what the last leaves is spent in greedy's order."""


def respent(outcomes: list[Outcome], limits: Longs, purses: Purses, most: Longs) -> tuple[list[Outcome], Longs]:
    """Outcomes that serve lexicographically no less, after what is idle of each purse went to offers of which more is wanted.

    Those whose needs were placed whole stay as they are; where greedy had a hand in others, the flow has the last word.
    A flow that fails changes nothing. `limits` are what offers of the snapshot may give, in the end those behind the
    outcomes; `most` what they could by themselves.
    """
    found, limits = list(outcomes), limits.copy()
    chosen = np.zeros(len(most), bool)
    for _ in range(1 + ROUNDS):
        used = _used(found, len(most))
        allotted = allot(purses, np.where(chosen, most, used), used)
        for at, outcome in enumerate(found):
            component = outcome.part.component
            if outcome.solution.exact and (not outcome.by_flow or chosen[component.offers].any()):
                held = component.offers[(purses.of_offer[component.offers] != NONE).any(axis=1)]
                more = limits.copy()
                more[held] = allotted[held]
                payers = payers_of(purses, component.offers).and_none(component.teams)
                solution = tried(component, outcome.part.network, component.by_offers(more), payers)
                if isinstance(solution, Solution):
                    limits = more
                    found[at] = replace(outcome, solution=solution, pieces=solution.pieces, by_flow=True)
        chosen = _chosen(purses, _used(found, len(most)), _wanted(found, len(most)), most)
        if not chosen.any():
            break
    return found, limits


def _used(outcomes: list[Outcome], offers: int) -> Longs:
    """What each offer of the snapshot gives."""
    used = np.zeros(offers, np.int64)
    for outcome in outcomes:
        used += outcome.part.component.units_of_offers(outcome.pieces.offer, outcome.pieces.units, offers)
    return used


def _wanted(outcomes: list[Outcome], offers: int) -> Longs:
    """The best level of a need that one more of each offer of the snapshot would let in, NONE for none."""
    level = np.full(offers, NONE, np.int64)
    for outcome in outcomes:
        mine = outcome.part.component.offers
        label = outcome.solution.label[: len(mine)]
        if outcome.exact:
            level[mine] = np.where(label == NONE, NONE, outcome.part.level_of[label])
    return level


def _chosen(purses: Purses, used: Longs, level: Longs, most: Longs) -> Bools:
    """Offers that get what is idle: each purse has its own of the best level that it can pay for."""
    rest = purses.money - purses.spent(used * purses.unit_cost)
    chosen: Bools = (level != NONE) & (used < most) & (purses.of_offer != NONE).any(axis=1)
    for purse in purses.of_offer.T:
        held = np.flatnonzero(chosen & (purse != NONE))
        chosen[held] = purses.unit_cost[held] <= rest[purse[held]]
    best = np.full(len(purses.money), np.iinfo(np.int64).max)
    for purse in purses.of_offer.T:
        held = np.flatnonzero(chosen & (purse != NONE))
        np.minimum.at(best, purse[held], level[held])
    for purse in purses.of_offer.T:
        held = np.flatnonzero(chosen & (purse != NONE))
        chosen[held] = level[held] == best[purse[held]]
    return chosen
