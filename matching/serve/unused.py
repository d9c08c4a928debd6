"""Offers with something left, and why."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, OFFER, VILLAGE, Bools, Ints
from matching.plan import Prices, Unused
from matching.problem import Problem
from matching.serve.eligibility import areas_of, kinds_served, valid_offers
from matching.serve.proof import Outcome
from matching.serve.reasons import dictionary
from matching.serve.supply import UNLIMITED, Supply

REASONS = (
    "offer_paused",
    "offer_dates",
    "no_need_in_area",
    "budget",
    "needs_not_accepted",
    "too_small",
    "all_met",
)


def unused_of(problem: Problem, outcomes: list[Outcome], left: Supply) -> Unused:
    """Offers of limited capacity that serve an area of the scope and have units left; `left` is what the plan leaves."""
    snapshot = problem.snapshot
    offers = len(snapshot.offers.key)
    areas = areas_of(problem, np.arange(offers, dtype=np.int32))
    serving = np.unique(areas.offer)
    limited = snapshot.offers.capacity[serving] != NONE
    some = serving[limited & (left.capacity[serving] > 0)]
    accepted, wanted = np.zeros(offers, bool), np.zeros(offers, bool)
    for outcome in outcomes:
        network = outcome.part.network
        accepted[outcome.part.component.offers[np.concatenate([network.direct_head, network.gathered_head])]] = True
        wanted[outcome.part.component.offers[outcome.solution.label != NONE]] = True
    needed = _needed(problem, areas.offer, areas.within)
    checks = (
        snapshot.offers.paused,
        ~valid_offers(problem),
        ~needed,
        left.payable(problem) == 0,
        ~accepted,
        wanted,
        np.ones(offers, bool),
    )
    reason = np.argmax(np.stack([check[some] for check in checks]), axis=0).astype(np.int32)
    return Unused(
        np.full(len(some), OFFER, np.int8), some.astype(np.int32), left.capacity[some], dictionary(reason, REASONS)
    )


def prices_of(outcomes: list[Outcome], left: Supply) -> Prices:
    """What is left of each offer that could serve, and the best level of a need that one more unit would let in."""
    offer = np.concatenate([outcome.part.component.offers for outcome in outcomes] or [np.zeros(0, np.int32)])
    levels = [
        np.where(outcome.solution.label == NONE, NONE, outcome.part.level_of[np.maximum(outcome.solution.label, 0)])
        for outcome in outcomes
    ]
    level = np.concatenate([*levels, np.zeros(0, np.int32)]).astype(np.int32)
    order = np.argsort(offer, kind="stable")
    remaining = left.capacity[offer[order]]
    return Prices(offer[order].astype(np.int32), np.where(remaining >= UNLIMITED, NONE, remaining), level[order])


def _needed(problem: Problem, offer: Ints, within: Ints) -> Bools:
    """Whether a counting need of a kind that each offer serves lies in its areas."""
    snapshot = problem.snapshot
    regions, needs = snapshot.regions, problem.counting
    here = np.zeros((len(regions.level), len(snapshot.kinds.key)), bool)
    here[snapshot.needs.place[needs], snapshot.needs.kind[needs]] = True
    asked = np.zeros_like(here)
    for level in range(VILLAGE + 1):
        above = regions.ancestor[:, level]
        np.logical_or.at(asked, above[above != NONE], here[above != NONE])
    found = np.zeros(len(snapshot.offers.key), bool)
    served = kinds_served(problem)[offer]
    np.logical_or.at(found, offer, (served & asked[within]).any(axis=1))
    return found
