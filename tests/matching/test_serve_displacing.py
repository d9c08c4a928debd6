"""Strict order under rounding: nobody keeps what an unmet need that comes first could have from the same offer."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graph.snapshot import OFFER
from matching.match import match
from matching.plan import Assignments
from matching.problem import Problem
from matching.serve import serve
from matching.serve.budgets import Payers
from matching.serve.components import parts_of
from matching.serve.displacing import displaced
from matching.serve.exclusions import exclusions_of
from matching.serve.hand_out import Pieces
from matching.serve.levels import levels, usual_quantities
from matching.serve.outcome import Outcome
from matching.serve.solve import solve
from matching.serve.supply import Promises, Supply, standing_supply
from matching.serve.teams import teams_of
from matching.serve.unmet import unmet_of
from matching.travel import Roads
from tests.matching.worlds import (
    A1A,
    COUNTY_A,
    FOOD,
    GOODS,
    GREET,
    PROVINCE,
    VISIT,
    Rows,
    may_serve,
    need,
    offer,
    problem_of,
    world,
    worlds,
)


def by_hand(rows: Rows, *given_units: tuple[int, int]) -> tuple[Problem, Supply, Outcome]:
    """A world of one offer with an outcome of needs (by position) and units that it gives to them."""
    problem = problem_of(rows)
    supply = standing_supply(problem)
    roads, usual = Roads(problem.snapshot), usual_quantities(problem)
    forbidden = exclusions_of(problem).pairs()
    [part] = parts_of(problem, roads, supply, forbidden, usual, teams_of(problem, roads, supply, forbidden))
    solution = solve(part.component, part.network, supply.capacity, Payers.none(1))
    needs, units = np.array(given_units).T
    pieces = Pieces(needs.astype(np.int32), np.zeros(len(needs), np.int32), units, np.zeros(len(needs), np.int32))
    return problem, supply, Outcome(part, solution, pieces, by_flow=False)


def handed(outcome: Outcome) -> dict[int, int]:
    """Units of each need."""
    return dict(zip(outcome.pieces.need.tolist(), outcome.pieces.units.tolist(), strict=True))


def three(kind: str, last: str) -> Rows:
    """A yellow need of two units between a red one and another, and an offer of three units."""
    asked = [need("N1", kind=kind, quantity=2, urgency="yellow"), need("N2", kind=kind, urgency="red")]
    return world(needs=[*asked, need("N3", kind=kind, urgency=last)], offers=[offer("O", A1A, kind=kind, capacity=3)])


@pytest.mark.parametrize(
    ("last", "found"), [("green", {0: 2, 1: 1}), ("orange", {1: 1, 2: 1}), ("yellow", {1: 1, 2: 1})]
)
def test_who_comes_last_makes_way_for_an_unmet_need_that_comes_first(last: str, found: dict[int, int]):
    _, _, outcome = by_hand(three(VISIT, last), (1, 1), (2, 1))
    assert handed(displaced(outcome, np.ones(1, np.int64))) == found


def test_without_units_to_spare_a_whole_need_does_not_take_a_part():
    _, _, outcome = by_hand(three(VISIT, "green"), (1, 1), (2, 1))
    assert handed(displaced(outcome, np.zeros(1, np.int64))) == {1: 1, 2: 1}


def test_who_is_put_out_waits_for_what_is_left_in_its_turn():
    rows = world(
        needs=[
            need("N1", kind=VISIT, urgency="red"),
            need("N2", kind=VISIT, quantity=3, urgency="green"),
            need("N3", kind=VISIT, quantity=2, urgency="green"),
        ],
        offers=[offer("O", A1A, kind=VISIT, capacity=3)],
    )
    _, _, outcome = by_hand(rows, (1, 3))
    assert handed(displaced(outcome, np.zeros(1, np.int64))) == {0: 1, 2: 2}


@pytest.mark.parametrize(("last", "reason"), [("green", "rounded"), ("orange", "too_large")])
def test_units_that_go_to_who_comes_last_are_not_said_to_go_to_those_who_come_first(last: str, reason: str):
    problem, supply, outcome = by_hand(three(VISIT, last), (1, 1), (2, 1))
    need_, units = outcome.pieces.need, outcome.pieces.units
    nothing, offers = np.zeros(2, np.int32), np.full(2, OFFER, np.int8)
    assigned = Assignments(need_, offers, nothing, units, nothing, np.zeros(2, np.int64))
    left = supply.without(problem, Promises(need_, offers.astype(np.int32), nothing, units))
    unmet = unmet_of(problem, [outcome], assigned, supply, left, exclusions_of(problem))
    assert unmet.reason.to_pylist() == [reason]


def test_a_whole_need_does_not_stand_behind_a_later_one_that_fits_better():
    rows = world(
        needs=[
            need("N1", kind=VISIT, quantity=2, urgency="red", opened_on=date(2026, 8, 31)),
            need("N2", kind=VISIT, quantity=3, urgency="red"),
            need("N3", kind=VISIT, quantity=3, urgency="red"),
            need("N4", kind=VISIT, quantity=3, urgency="yellow"),
            need("N5", kind=VISIT, quantity=2, urgency="yellow", incident_place=PROVINCE),
            need("N6", kind=VISIT, urgency="green"),
        ],
        offers=[offer("O1", PROVINCE, kind=VISIT, capacity=4), offer("O2", COUNTY_A, kind=VISIT, capacity=6)],
    )
    plan = match(problem_of(rows))
    assert plan.assignments.need.tolist() == [0, 1, 2, 4]


@settings(max_examples=150, deadline=None)
@given(worlds(14, 5, most=4, kinds=(FOOD, GOODS, VISIT, GREET)))
def test_no_later_need_keeps_what_an_unmet_one_could_have_from_the_same_offer(rows: Rows):
    problem = problem_of(rows)
    served, keys = serve(problem), problem.snapshot.needs.key.to_pylist()
    level = levels(problem, np.arange(len(keys), dtype=np.int32))
    offers: dict[str, dict[str, Any]] = {row["offer"]: row for row in rows["offers"]}
    names = problem.snapshot.offers.key.to_pylist()
    columns = (served.assignments.need, served.assignments.provider, served.assignments.quantity)
    given_units = list(zip(*(column.tolist() for column in columns), strict=True))
    needs = {row["need"]: row for row in rows["needs"]}
    for one in served.unmet.need.tolist():
        asked = 1 if needs[keys[one]]["kind"] in (FOOD, GOODS) else needs[keys[one]]["quantity"]
        for at, name in enumerate(names):
            before = sum(units for need, by, units in given_units if by == at and level[need] <= level[one])
            if may_serve(rows, needs[keys[one]], offers[name]):
                assert offers[name].get("capacity", 10**6) - before < asked
