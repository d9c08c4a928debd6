"""Two plans side by side: each need, place and household that changes is counted once, for what happens to it."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matching.compare import compare
from matching.match import match
from matching.plan import Plan
from matching.policy import policy_of
from matching.problem import Problem
from tests.matching.staffed import A1, A2, A3, COUNTY, PROVINCE, A, staffed
from tests.matching.worlds import FOOD, GOODS, TOWN_A1, TOWN_B1, Rows, problem_of, random_world, worlds

OTHER: dict[str, Any] = {
    "waiting_months": [1],
    "provider_order": {"charity": 0, "government": 5},
    "usual_quantity": {FOOD: 7},
}


def handed_out(problem: Problem, plan: Plan) -> dict[int, Counter[tuple[int, int]]]:
    """Units of each counting need by provider, read row by row."""
    rows = plan.assignments
    found: dict[int, Counter[tuple[int, int]]] = {int(need): Counter() for need in problem.counting}
    for need, kind, provider, quantity in zip(rows.need, rows.provider_type, rows.provider, rows.quantity, strict=True):
        found[int(need)][int(kind), int(provider)] += int(quantity)
    return found


def other_plan(problem: Problem) -> Plan:
    return match(Problem(problem.snapshot, problem.scope, problem.period, problem.on, policy_of(OTHER)))


@given(worlds(14, 5), st.booleans())
def test_every_need_that_changes_is_counted_once_in_each_grouping(rows: Rows, turned: bool) -> None:
    problem = problem_of(rows)
    plans = (match(problem), other_plan(problem))
    first, second = plans[::-1] if turned else plans
    one, other = handed_out(problem, first), handed_out(problem, second)
    expected = Counter(needs=len(one))
    for need in one:
        asked = int(problem.snapshot.needs.quantity[need])
        more = other[need].total() - one[need].total()
        expected["met_first"] += one[need].total() >= asked
        expected["met_second"] += other[need].total() >= asked
        expected["gained"] += more > 0
        expected["lost"] += more < 0
        expected["moved"] += more == 0 and one[need] != other[need]
        expected["units_gained"] += max(more, 0)
        expected["units_lost"] += max(-more, 0)
    told = compare(problem, first, second)
    for by in ("urgency", "kind", "region"):
        mine = [row for row in told.needs if row.by == by]
        assert len({row.code for row in mine}) == len(mine)
        assert {name: sum(getattr(row, name) for row in mine) for name in expected} == expected


@given(worlds(10, 4))
def test_the_same_plan_changes_nothing(rows: Rows) -> None:
    problem = problem_of(rows)
    plan = match(problem)
    told = compare(problem, plan, plan)
    assert all(row.gained == row.lost == row.moved == row.units_gained == row.units_lost == 0 for row in told.needs)
    assert all(row.gained == row.lost == row.moved == 0 for row in told.workers)


def test_another_order_of_providers_moves_needs_and_takes_nothing_from_anybody() -> None:
    problem = problem_of(random_world(5, 60, 25, kinds=(FOOD, GOODS)))
    order = {"government": 6, "public_institution": 6, "charity": 0, "enterprise": 0}
    asked = Problem(problem.snapshot, problem.scope, problem.period, problem.on, policy_of({"provider_order": order}))
    told = compare(problem, match(problem), match(asked))
    by_urgency = [row for row in told.needs if row.by == "urgency"]
    assert sum(row.moved for row in by_urgency) > 0
    assert [(row.units_gained - row.units_lost) for row in by_urgency] == [0] * len(by_urgency)


def test_needs_are_told_by_the_regions_right_below_the_scope() -> None:
    problem = problem_of(random_world(5, 60, 25))
    county = problem.snapshot.regions.key.index("441402000000").as_py()
    inside = Problem(problem.snapshot, county, problem.period, problem.on, problem.policy)
    plan = match(inside)
    codes = {row.code for row in compare(inside, plan, plan).needs if row.by == "region"}
    assert TOWN_A1 in codes
    assert TOWN_B1 not in codes
    assert all(code.endswith("000") for code in codes)


def test_a_village_and_a_household_that_another_limit_takes_the_worker_from_are_told() -> None:
    workers = {"W": {"town": A, "capacity": 2, "villages_limit": 3}}
    households = {
        "H1": {"village": A1, "alert": "red", "weight": 2},
        "H2": {"village": A2, "alert": "blue", "weight": 2},
        "H3": {"village": A3, "alert": "green", "weight": 1},
    }
    world = staffed(workers, households, places=(PROVINCE, "441400000000", COUNTY, A, A1, A2, A3))
    problem = world.problem
    heavy, light = (
        match(Problem(problem.snapshot, problem.scope, problem.period, problem.on, policy_of({"overload_max": most})))
        for most in (2.0, 1.0)
    )
    told = {(row.by, row.code): row for row in compare(problem, heavy, light).workers}
    assert (told["household", "blue"].first, told["household", "blue"].second) == (1, 0)
    assert told["household", "blue"].lost == 1
    assert told["household", "red"].lost == told["household", "red"].moved == 0
    back = {(row.by, row.code): row for row in compare(problem, light, heavy).workers}
    assert back["household", "blue"].gained == 1
    assert told["place", "village"].first == told["place", "village"].second == 3
