"""What a plan calls exact is proven by the cut that its prices name; whatever they name, no plan serves more than the cut."""

import random
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import LARGEST
from graph.snapshot import NONE
from matching.match import match
from matching.plan import Plan
from matching.problem import Problem
from matching.verify import verify
from matching.verify.case import Case
from matching.verify.proof import proven, served_and_most
from tests.matching.test_serve_exact import most_units, order_of_levels
from tests.matching.test_serve_state import assigned, lock
from tests.matching.worlds import (
    A1A,
    A1B,
    FOOD,
    GOODS,
    GREET,
    KINDS,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    random_world,
    world,
    worlds,
)


def of_case(problem: Problem, plan: Plan) -> int:
    """How many levels the plan's proof leaves open."""
    return len(proven.look(Case(problem.snapshot, plan)).wrong)


def priced(plan: Plan, **columns: Any) -> Plan:
    """The plan with other prices."""
    return replace(plan, prices=replace(plan.prices, **columns))


def without_row(plan: Plan, row: int) -> Plan:
    """The plan without one of its assignments."""
    table = plan.assignments
    kept = {each.name: np.delete(getattr(table, each.name), row) for each in fields(table)}
    return replace(plan, assignments=replace(table, **kept))


def exact_stages(plan: Plan) -> list[str]:
    return [stage.stage for stage in plan.certificate.stages if stage.stage.startswith("needs_") and stage.exact]


def with_budgets(rows: Rows, seed: int) -> Rows:
    draw = random.Random(seed)
    for organization in rows["organizations"]:
        organization["budget"] = draw.choice([None, None, 3, 8, 20])
    return rows


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("most", "kinds"), [(4, (FOOD, GOODS)), (3, (FOOD, GOODS, VISIT, GREET)), (1, (FOOD, VISIT, GREET))]
)
def test_every_stage_called_exact_is_proven(seed: int, most: int, kinds: tuple[str, ...]):
    problem = problem_of(with_budgets(random_world(seed, 60, 15, most=most, kinds=kinds), seed))
    plan = match(problem)  # which keeps no plan that fails its verification
    verdict = plan.certificate.verdict
    levels = {level for level, _ in order_of_levels(problem)}
    if "needs_red" in exact_stages(plan) and 0 in {level // 5 for level in levels}:
        assert verdict.checks["proven"] > 0


@settings(max_examples=150, deadline=None)
@given(worlds(8, 5), st.data())
def test_whatever_prices_say_no_plan_serves_more_than_their_cut(rows: Rows, data: st.DataObject):
    problem = problem_of(rows)
    plan = match(problem)
    steps = sorted({level for level, _ in order_of_levels(problem)})
    usual = sorted({each for _, each in order_of_levels(problem)})
    offers = len(plan.prices.provider)
    drawn = (
        data.draw(st.lists(st.sampled_from([NONE, *steps]), min_size=offers, max_size=offers)),
        data.draw(st.lists(st.sampled_from(usual or [1]), min_size=offers, max_size=offers)),
    )
    any_prices = priced(plan, level=np.array(drawn[0], np.int32), usual=np.array(drawn[1], np.int64))
    cut = served_and_most(Case(problem.snapshot, any_prices))
    for at, up_to in enumerate(zip(cut.level.tolist(), cut.usual.tolist(), strict=True)):
        true = most_units(rows, problem, up_to)
        assert cut.served[at] <= true <= cut.most[at]


@settings(max_examples=100, deadline=None)
@given(worlds(8, 5), st.data())
def test_a_plan_that_serves_less_is_not_proven(rows: Rows, data: st.DataObject):
    problem = problem_of(rows)
    plan = match(problem)
    assert of_case(problem, plan) == 0
    if len(exact_stages(plan)) == 5 and len(plan.assignments.need):
        row = data.draw(st.integers(0, len(plan.assignments.need) - 1))
        assert of_case(problem, without_row(plan, row)) > 0


@pytest.mark.parametrize("quantity", [10**6, 3 * 10**6, LARGEST])
def test_quantities_and_minutes_at_their_limits_are_told_apart_level_by_level(quantity: int):
    a_year = {"kind": "stay", "name_zh": "住", "class": "care", "unit": "年", "minutes_per_unit": 525599}
    needs = [need("N1", kind=VISIT), need("N2", kind="stay", quantity=quantity)]
    both = [{"volunteer": "V", "village": A1A, "skills": f"{VISIT};stay", "hours": 10**6}]
    problem = problem_of(world(service_kinds=[*KINDS, a_year], needs=needs, volunteers=both))
    plan = match(problem)
    assert plan.certificate.served["green"] == {"needs": 1, "units": 1}
    cut = served_and_most(Case(problem.snapshot, plan))
    assert (cut.level.tolist(), cut.usual.tolist()) == ([24, 24], [60, 525599 * quantity])


def two_needs(**cells: Any) -> Problem:
    """One unit, and a red and a green need that want it."""
    return problem_of(world(needs=[need("N1", urgency="red"), need("N2")], offers=[offer("O", A1A)], **cells))


def test_a_later_need_served_in_place_of_an_earlier_one_is_not_proven():
    problem = two_needs()
    plan = match(problem)
    assert of_case(problem, plan) == 0
    later = replace(plan, assignments=replace(plan.assignments, need=plan.assignments.need + 1))
    found = verify(later, problem.snapshot)
    assert "proven" in found.found
    (breach,) = [each for each in found.breaches if each["check"] == "proven"][:1]
    assert breach["subject"]["figure"] == "needs_red"
    assert (breach["found"], breach["expected"]) == (0, 1)


def test_a_stage_called_exact_behind_one_that_is_not_is_proven_too():
    """What a whole need of two leaves of an offer of three serves a later one; nobody else is there for the two others."""
    needs = [need("N1", kind=VISIT, quantity=2, urgency="red"), need("N2", kind=VISIT, quantity=2, urgency="red")]
    later = [need(f"N{at}", kind=VISIT, urgency="orange") for at in (3, 4)]
    problem = problem_of(world(needs=[*needs, *later], offers=[offer("O", A1A, kind=VISIT, capacity=3)]))
    plan = match(problem)
    assert exact_stages(plan)[:1] == ["needs_orange"]
    assert of_case(problem, plan) == 0
    row = int(np.flatnonzero(plan.assignments.quantity == 1)[0])
    assert of_case(problem, without_row(plan, row)) > 0


def test_a_price_left_out_proves_nothing():
    problem = two_needs()
    plan = match(problem)
    assert of_case(problem, priced(plan, level=np.array([NONE], np.int32))) == 1
    none = replace(plan.prices, **{each.name: getattr(plan.prices, each.name)[:0] for each in fields(plan.prices)})
    assert of_case(problem, replace(plan, prices=none)) == 1


def test_no_proof_is_asked_of_what_is_not_called_exact():
    problem = two_needs()
    plan = priced(match(problem), level=np.array([NONE], np.int32))
    stages = tuple(replace(each, exact=False, status="bounded") for each in plan.certificate.stages)
    assert of_case(problem, replace(plan, certificate=replace(plan.certificate, stages=stages))) == 0


@pytest.mark.parametrize(
    "cells",
    [
        {"locks": [lock("N2", "O")]},
        {"locks": [lock("N1", "O", mode="forbid")]},
        {"assigned": [assigned("N2", "O", status="accepted")]},
    ],
    ids=["kept", "forbidden", "answered"],
)
def test_what_is_no_choice_of_the_run_is_no_fault_of_its_proof(cells: Rows):
    problem = two_needs(**cells)
    plan = match(problem)
    assert plan.assignments.need.tolist() == [1]
    assert len(exact_stages(plan)) == 5
    assert of_case(problem, plan) == 0


def test_a_stage_that_its_prices_do_not_prove_is_told_as_bounded():
    """The money buys one unit of food, which comes first, or six of what is wanted by the thousand: in units more."""
    grant = {"kind": "grant", "name_zh": "补助", "class": "money", "unit": "元", "divisible": True}
    rows = world(
        service_kinds=[*KINDS, grant],
        needs=[
            need("N1", urgency="red"),
            need("N2", urgency="red"),
            need("N3", A1B, kind="grant", quantity=3000, urgency="yellow"),
        ],
        offers=[offer("O1", A1A, capacity=9, unit_cost=65), offer("O2", A1B, kind="grant", capacity=6, unit_cost=1)],
        organizations=[{"organization": "G", "name": "会", "type": "charity", "budget": 65}],
    )
    plan = match(problem_of(rows))
    assert plan.certificate.verdict.passed
    told = {stage.stage: (stage.value, stage.exact, stage.status) for stage in plan.certificate.stages}
    assert told["needs_red"] == (1, True, "optimal")
    assert told["needs_yellow"] == (0, False, "bounded")
