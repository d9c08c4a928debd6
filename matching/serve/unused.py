"""Offers with something left, and why."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, OFFER, VILLAGE, Bools, Ints, Longs
from matching.plan import Assignments, Unused
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.acceptance import People
from matching.serve.eligibility import (
    areas_of,
    holding,
    kinds_served,
    narrower_or_same,
    valid_offers,
    widest_areas,
)
from matching.serve.exclusions import positions
from matching.serve.outcome import Outcome
from matching.serve.reasons import dictionary
from matching.serve.signatures import signatures_of
from matching.serve.supply import Promises, Supply

REASONS = (
    "offer_paused",
    "offer_dates",
    "no_need_in_area",
    "fund",
    "needs_not_accepted",
    "all_met",
    "too_small",
    "budget",
)
NOBODY = np.iinfo(np.int64).max
MET = NOBODY - 1
"""What needs ask of an offer that may serve none of them, and of one whose needs are met or may have no more."""


def unused_of(
    problem: Problem,
    outcomes: list[Outcome],
    assignments: Assignments,
    standing: Supply,
    left: Supply,
    forbidden: Promises,
) -> Unused:
    """Offers of limited capacity that serve an area of the scope and have units left.

    `standing` is what the run found, `left` what the plan leaves.
    """
    snapshot = problem.snapshot
    offers, every = snapshot.offers, np.arange(len(snapshot.offers.key), dtype=np.int32)
    offer, area = widest_areas(problem, every)
    scope = np.full(len(area), problem.scope, np.int32)
    some = np.unique(offer[snapshot.regions.inside(area, scope) | snapshot.regions.inside(scope, area)])
    some = some[(offers.capacity[some] != NONE) & (left.capacity[some] > 0)]
    needed = _needed(problem, offer, area, narrower_or_same(snapshot.kinds)[offers.kind])
    paid = areas_of(problem, every)
    payable = _needed(problem, paid.offer, paid.within, kinds_served(problem)) & valid_offers(problem)
    asked = _asked_of_one(problem, assignments)
    least = _least_asked(problem, outcomes, asked)
    # components know neither needs that what stands has met, nor offers without money
    unknown, poor = problem.counting[standing.units[problem.counting] == 0], standing.payable(problem)[some] <= 0
    for rows, needs in ((~poor, unknown), (poor, problem.counting)):
        rest = some[rows & payable[some] & (least[some] == NOBODY)]
        least[rest] = _least_by_rules(problem, rest, needs, forbidden, asked)
    checks = (
        offers.paused,
        ~holding(offers, problem.on),
        ~needed,
        ~payable,
        least == NOBODY,
        least == MET,
        least > left.capacity,
        np.ones(len(every), bool),
    )
    reason = np.argmax(np.stack([check[some] for check in checks]), axis=0).astype(np.int32)
    return Unused(np.full(len(some), OFFER, np.int8), some, left.capacity[some], dictionary(reason, REASONS))


def _needed(problem: Problem, offer: Ints, within: Ints, served: Bools) -> Bools:
    """Whether a counting need of a kind that each offer serves lies in its areas."""
    snapshot = problem.snapshot
    regions, needs = snapshot.regions, problem.counting
    kind, place = snapshot.needs.kind[needs], snapshot.needs.place[needs]
    asked = np.zeros((len(snapshot.kinds.key), len(regions.level)), bool)
    for level in range(VILLAGE + 1):
        above = regions.ancestor[place, level]
        asked[kind[above != NONE], above[above != NONE]] = True
    found = np.zeros(len(snapshot.offers.key), bool)
    np.logical_or.at(found, offer, (served[offer] & asked[:, within].T).any(axis=1))
    return found


def _asked_of_one(problem: Problem, assignments: Assignments) -> Longs:
    """Units that each need would take of one offer at least; MET where it is met, or has a part and cannot be divided."""
    needs = problem.snapshot.needs
    got = np.zeros(len(needs.key), np.int64)
    np.add.at(got, assignments.need, assignments.quantity)
    divisible = problem.snapshot.kinds.divisible[needs.kind]
    met = np.where(divisible, got >= needs.quantity, got > 0)
    return np.where(met, MET, np.where(divisible, 1, needs.quantity))


def _least_asked(problem: Problem, outcomes: list[Outcome], asked: Longs) -> Longs:
    """The least that a need of its component, which may have it, asks of each offer."""
    least = np.full(len(problem.snapshot.offers.key), NOBODY)
    for outcome in outcomes:
        component, network = outcome.part.component, outcome.part.network
        found = network.least_by_supplier(asked[component.needs], component.suppliers)
        np.minimum.at(least, component.offers, found[: len(component.offers)])
    return least


def _least_by_rules(problem: Problem, offers: Ints, among: Ints, forbidden: Promises, asked: Longs) -> Longs:
    """The same for some offers and some needs, told from the offers' rules at each area."""
    snapshot = problem.snapshot
    regions, served = snapshot.regions, kinds_served(problem)[offers]
    wanted: Bools = np.logical_or.reduce(served, axis=0)
    needs = among[wanted[snapshot.needs.kind[among]]]
    barred = positions(forbidden.of_type(OFFER), needs, offers)
    found = signatures_of(People(problem), needs, offers, served, barred)
    first, case = distinct(snapshot.needs.place[needs], found.of_need)
    least = np.full(len(first), NOBODY)
    np.minimum.at(least, case, asked[needs])
    row, rule = np.nonzero(found.passes()[found.of_need[first]])
    at_region = np.full((len(regions.level), found.rules), NOBODY)
    for level in range(VILLAGE + 1):
        above = regions.ancestor[snapshot.needs.place[needs[first[row]]], level]
        there = above != NONE
        np.minimum.at(at_region, (above[there], rule[there]), least[row[there]])
    areas, asks = areas_of(problem, offers), np.full(len(offers), NOBODY)
    offer = np.searchsorted(offers, areas.offer)
    np.minimum.at(asks, offer, at_region[areas.within, found.rule[offer]])
    return asks
