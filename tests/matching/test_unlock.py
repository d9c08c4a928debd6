"""An unlock is true: the change written into the input, and the run made again, the need is served in full."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from matching.change import Change, apply
from matching.match import match
from matching.plan import Plan
from matching.policy import MatchPolicy
from matching.problem import Problem
from tests.matching.worlds import A1A, A1B, FOOD, GOODS, PROVINCE, TOWN_A1, Rows, need, offer, problem_of, world, worlds


def unlocks(problem: Problem, plan: Plan) -> dict[str, dict[str, Any] | None]:
    """The unlock of each unmet need."""
    keys = problem.snapshot.needs.key.take(plan.unmet.need).to_pylist()
    texts = plan.unmet.unlock.to_pylist()
    return {key: json.loads(text) if text else None for key, text in zip(keys, texts, strict=True)}


def unmet_after(problem: Problem, change: dict[str, Any]) -> set[str]:
    """The needs that are not met in full once the change is made."""
    cell = Change(*(change[name] for name in ("table", "key", "column", "value")))
    changed = Problem(apply(problem.snapshot, cell), problem.scope, problem.period, problem.on, problem.policy)
    return set(changed.snapshot.needs.key.take(match(changed).unmet.need).to_pylist())


def shared(*asked: dict[str, Any], capacity: int = 1, **cells: Any) -> Rows:
    """A world in which some needs ask one offer of a town."""
    return world(needs=list(asked), offers=[offer("O", TOWN_A1, capacity=capacity, **cells)])


@settings(max_examples=300)
@given(worlds(14, 6, most=1))
def test_every_unlock_serves_its_need_in_full(rows: Rows) -> None:
    problem = problem_of(rows)
    plan = match(problem)
    for key, change in unlocks(problem, plan).items():
        if change is not None:
            assert change["exact"]
            assert key not in unmet_after(problem, change), (key, change)


@settings(max_examples=100)
@given(worlds(14, 6, most=3, kinds=(GOODS,)))
def test_so_does_one_of_needs_of_several_units(rows: Rows) -> None:
    problem = problem_of(rows)
    plan = match(problem)
    for key, change in unlocks(problem, plan).items():
        if change is not None:
            assert key not in unmet_after(problem, change), (key, change)


def test_it_is_enough_for_those_who_come_first_for_all_of_the_same_level_and_for_this_one() -> None:
    asked = [need("N1", urgency="red"), need("N2"), need("N3", A1B), need("N4", urgency="blue")]
    problem = problem_of(shared(*asked))
    found = unlocks(problem, match(problem))
    cell = {"table": "offers", "key": "O", "column": "capacity", "exact": True}
    assert found == {"N2": cell | {"value": "4"}, "N3": cell | {"value": "4"}, "N4": cell | {"value": "2"}}


def test_a_unit_less_would_not_do_for_the_last_of_them() -> None:
    problem = problem_of(shared(need("N1", urgency="red"), need("N2", urgency="yellow"), need("N3")))
    found = unlocks(problem, match(problem))["N3"]
    assert found is not None
    assert "N3" in unmet_after(problem, found | {"value": str(int(found["value"]) - 1)})


def test_of_several_offers_the_one_with_the_least_change_is_told() -> None:
    needs = [need("N1"), need("N2", A1B), need("N3", A1B), need("N4", A1B)]
    problem = problem_of(world(needs=needs, offers=[offer("O1", A1A, A1B), offer("O2", A1B)]))
    plan = match(problem)
    assert len(plan.unmet.need) == 2
    assert {change["value"] for change in unlocks(problem, plan).values() if change} == {"3"}


def test_an_offer_that_serves_others_may_be_the_one_to_raise() -> None:
    """O1 cannot serve N2, but takes N1 over from O2, who can."""
    rows = world(
        needs=[need("N1", A1A, urgency="red"), need("N2", A1B)],
        offers=[offer("O1", A1A, capacity=0), offer("O2", A1A, A1B)],
    )
    problem = problem_of(rows)
    assert unlocks(problem, match(problem)) == {
        "N2": {"table": "offers", "key": "O2", "column": "capacity", "value": "2", "exact": True}
    }


def test_an_offer_that_is_reached_only_by_moving_others_is_not_told() -> None:
    """N2 and N3 reach O2 over O1, which has but one unit to move: more of O2 lets one of them in."""
    rows = world(
        needs=[need("N1", A1A, urgency="red"), need("N2", A1B), need("N3", A1B)],
        offers=[offer("O1", A1A, A1B), offer("O2", A1A, capacity=1), offer("O3", A1A)],
    )
    rows |= {"needs": [*rows["needs"], need("N4", urgency="red"), need("N5", urgency="red")]}
    problem = problem_of(rows)
    plan = match(problem)
    found = unlocks(problem, plan)
    assert {key: change["key"] for key, change in found.items() if change} == {"N2": "O1", "N3": "O1"}
    for key, change in found.items():
        assert change is not None
        assert key not in unmet_after(problem, change)


@pytest.mark.parametrize("budget", [1, 2])
def test_where_money_is_short_more_capacity_is_no_unlock(budget: int) -> None:
    rows = shared(need("N1"), need("N2", A1B), unit_cost=1)
    rows |= {"organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": budget}]}
    problem = problem_of(rows)
    [(_, change)] = unlocks(problem, match(problem)).items()
    assert (change is not None) == (budget == 2)


def test_what_is_promised_already_is_counted() -> None:
    kept = {"lock": "L", "subject_type": "need", "provider_type": "offer", "mode": "keep"}
    rows = shared(need("N1"), need("N2", A1B), need("N3"), capacity=2)
    rows |= {"locks": [kept | {"subject": "N1", "provider": "O"}]}
    problem = problem_of(rows)
    [(key, change)] = unlocks(problem, match(problem)).items()
    assert change is not None
    assert change["value"] == "3"
    assert key not in unmet_after(problem, change)


def test_nobody_is_told_under_a_limit_on_changes() -> None:
    problem = problem_of(shared(need("N1"), need("N2", A1B)), policy=MatchPolicy(max_changes=1))
    plan = match(problem)
    assert set(unlocks(problem, plan).values()) == {None}


def test_a_need_that_nobody_reaches_has_none_and_says_so() -> None:
    problem = problem_of(world(needs=[need("N", kind=GOODS)], offers=[offer("O", PROVINCE, kind=FOOD)]))
    plan = match(problem)
    assert unlocks(problem, plan) == {"N": None}
    assert [json.loads(text)["unlock"] for text in plan.unmet.facts.to_pylist()] == ["later"]


def test_facts_of_a_need_with_an_unlock_do_not_say_that_there_is_none() -> None:
    plan = match(problem_of(shared(need("N1"), need("N2", A1B))))
    assert np.size(plan.unmet.need) == 1
    assert "unlock" not in json.loads(plan.unmet.facts.to_pylist()[0])
