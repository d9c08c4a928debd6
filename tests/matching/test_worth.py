"""One more unit of a kind in a town lets in the need that its worth names, and none where it names none."""

from typing import Any

import pytest
from hypothesis import given, settings

from matching.match import match
from matching.problem import Problem
from matching.serve import serve
from matching.worth import worth_by_town
from tests.matching.test_serve_exact import served_by_level
from tests.matching.test_serve_state import assigned, lock
from tests.matching.worlds import (
    A1A,
    A2A,
    COUNTY_A,
    FOOD,
    GOODS,
    GREET,
    PROVINCE,
    TOWN_A1,
    TOWN_A2,
    TOWN_D1,
    VISIT,
    Rows,
    chain,
    need,
    offer,
    problem_of,
    random_world,
    world,
    worlds,
)

KINDS = (FOOD, GOODS, VISIT, GREET)


def worth_of(problem: Problem) -> dict[tuple[str, str], tuple[str, int]]:
    return {
        (row["town"], row["kind"]): (row["urgency"], row["waiting_months"])
        for row in worth_by_town(problem, match(problem)).to_pylist()
        if row["what"] == "unit"
    }


def named(problem: Problem, level: int) -> tuple[str, int]:
    """A level in words."""
    urgencies = ("red", "orange", "yellow", "blue", "green")
    months = (*problem.policy.waiting_months, 0)
    return urgencies[level // len(months)], months[level % len(months)]


def gained(rows: Rows, town: str, kind: str) -> tuple[str, int] | None:
    """The first level that serves more when a unit of a kind is there for anybody in a town."""
    before = problem_of(rows)
    more: dict[str, Any] = offer("NEW", town, kind=kind, capacity=1)
    after = problem_of(rows | {"offers": [*rows["offers"], more]})
    one, other = served_by_level(before, serve(before)), served_by_level(after, serve(after))
    changed = {level: other[level] - one[level] for level in one if other[level] != one[level]}
    if not changed:
        return None
    assert list(changed.values()) == [1]
    return named(before, next(iter(changed))[0])


def assert_true_everywhere(rows: Rows) -> None:
    """The worth of a place is the best of the rows inside it, and none where there is none."""
    worth = worth_of(problem_of(rows))
    order = {named(problem_of(rows), level): level for level in range(25)}
    for place in (TOWN_A1, TOWN_A2, TOWN_D1, COUNTY_A, PROVINCE):
        for kind in KINDS:
            inside = [each for (town, of), each in worth.items() if of == kind and place in chain(town)]
            assert gained(rows, place, kind) == min(inside, key=order.__getitem__, default=None), (place, kind)


@settings(max_examples=60, deadline=None)
@given(worlds(8, 5, most=1, kinds=KINDS))
def test_one_more_unit_lets_in_the_need_that_its_worth_names(rows: Rows) -> None:
    assert_true_everywhere(rows)


@pytest.mark.parametrize("seed", range(4))
def test_likewise_where_needs_are_many_and_can_be_divided(seed: int) -> None:
    assert_true_everywhere(random_world(seed, 60, 15, most=4, kinds=(FOOD, GOODS)))


@pytest.mark.parametrize("held", [{"assigned": [assigned("N1", "O", status="accepted")]}, {"locks": [lock("N1", "O")]}])
def test_what_an_answer_or_a_lock_holds_frees_nothing(held: Rows) -> None:
    free = world(needs=[need("N1"), need("N2", A2A, urgency="red")], offers=[offer("O", A1A, A2A)])
    everywhere = {(town, kind): ("green", 0) for town in (TOWN_A1, TOWN_A2) for kind in (FOOD, GOODS)}
    assert worth_of(problem_of(free)) == everywhere
    left = {(TOWN_A2, kind): ("red", 0) for kind in (FOOD, GOODS)}
    assert worth_of(problem_of(free | held)) == left


def test_money_is_worth_what_its_budget_says_where_the_holder_is_and_in_the_scope_where_that_is_elsewhere() -> None:
    needs = [need("N1"), need("N2", urgency="red"), need("N3", A2A)]
    fund = {"fund": "F", "name": "金", "region": TOWN_A1, "amount": 1}
    charity = {"organization": "G", "name": "会", "type": "charity", "budget": 0, "region": TOWN_D1}
    offers = [offer("O1", A1A, unit_cost=12, fund="F"), offer("O2", A2A, unit_cost=5)]
    rows = world(needs=needs, offers=offers, funds=[fund], organizations=[charity])
    problem = problem_of(rows)
    found = worth_by_town(problem, match(problem)).to_pylist()
    money = {(row["town"], row["kind"], row["amount"], row["urgency"]) for row in found if row["what"] == "yuan"}
    assert money == {(TOWN_D1, FOOD, 5, "green")}
    money = set()
    for scope in (PROVINCE, COUNTY_A):
        problem = problem_of(rows | {"organizations": [charity | {"budget": 100}]}, scope=scope)
        found = worth_by_town(problem, match(problem)).to_pylist()
        money |= {(row["town"], row["amount"], row["urgency"]) for row in found if row["what"] == "yuan"}
    assert money == {(TOWN_A1, 11, "red")}
