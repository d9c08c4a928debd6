"""Whole needs and shared money: the plan keeps every limit, its bounds hold by brute force, and greedy is never ahead."""

import itertools
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.match import match
from matching.serve import serve
from matching.serve.budgets import Payers, purses_of
from matching.serve.components import parts_of
from matching.serve.exclusions import exclusions_of
from matching.serve.hand_out import Pieces
from matching.serve.levels import usual_quantities
from matching.serve.more_money import Money
from matching.serve.outcome import Outcome
from matching.serve.proof import Reached
from matching.serve.solve import solve
from matching.serve.supply import standing_supply
from matching.serve.teams import teams_of
from matching.travel import Roads
from tests.matching.nearest import nearest_first
from tests.matching.test_serve_exact import order_of_levels
from tests.matching.worlds import (
    A1A,
    B1A,
    CITY_D,
    COUNTY_A,
    FOOD,
    GOODS,
    GREET,
    PROVINCE,
    TOWN_A1,
    VISIT,
    Rows,
    may_serve,
    need,
    offer,
    problem_of,
    random_world,
    world,
    worlds,
)

MIXED = {"most": 3, "kinds": (FOOD, VISIT, GREET)}
WHOLE = {"most": 3, "kinds": (VISIT, GREET)}


def with_money(rows: Rows, seed: int) -> Rows:
    """The same world with budgets and funds that may bind."""
    draw = np.random.default_rng(seed)
    organizations = [row | {"budget": int(draw.integers(0, 12))} for row in rows["organizations"]]
    funds = [row | {"amount": int(draw.integers(0, 9))} for row in rows["funds"]]
    return rows | {"organizations": organizations, "funds": funds}


def choices(rows: Rows, need: dict[str, Any], divisible: bool) -> list[dict[str, int]]:
    """All ways to serve one need: units by offer."""
    offers = [row["offer"] for row in rows["offers"] if may_serve(rows, need, row)]
    if not divisible:
        return [{}, *({key: need["quantity"]} for key in offers)]
    splits = itertools.product(range(need["quantity"] + 1), repeat=len(offers))
    return [dict(zip(offers, split, strict=True)) for split in splits if sum(split) <= need["quantity"]]


def allowed(rows: Rows, given_units: dict[str, int]) -> bool:
    """Whether offers giving so many units keep capacities, budgets and funds."""
    organizations = {row["organization"]: row.get("budget", 10**6) for row in rows["organizations"]}
    funds = {row["fund"]: row["amount"] for row in rows.get("funds", [])}
    for row in rows["offers"]:
        units = given_units.get(row["offer"], 0)
        if units > row.get("capacity", 10**6):
            return False
        organizations[row["organization"]] -= units * row.get("unit_cost", 0)
        if "fund" in row:
            funds[row["fund"]] -= units * row.get("unit_cost", 0)
    return min([*organizations.values(), *funds.values()]) >= 0


def reachable_values(rows: Rows) -> set[tuple[float, ...]]:
    """Values by level of the run that some plan reaches."""
    problem = problem_of(rows)
    keys = problem.snapshot.needs.key.to_pylist()
    by_key = {row["need"]: row for row in rows["needs"]}
    needs = [by_key[keys[at]] for at in problem.counting.tolist()]
    orders = order_of_levels(problem)
    found = set()
    options = [choices(rows, need, need["kind"] in {FOOD, GOODS}) for need in needs]
    for choice in itertools.product(*options):
        given_units: dict[str, int] = {}
        values = [0.0] * 25
        for one, (level, usual) in zip(choice, orders, strict=True):
            for key, units in one.items():
                given_units[key] = given_units.get(key, 0) + units
                values[level] += units / usual
        if allowed(rows, given_units):
            found.add(tuple(round(value, 9) for value in values))
    return found


def assert_bounds_hold(rows: Rows) -> None:
    """No plan that serves as much above a level serves more at it than the bound says (model (16), (17))."""
    served = serve(problem_of(rows))
    bands = [band for stage in served.stages[:5] for band in stage.bands]
    ours = [band.value for band in bands]
    for values in reachable_values(rows):
        for level, value in enumerate(values):
            if value > bands[level].bound + 1e-6:
                pytest.fail(f"level {level}: {value} is possible, the bound is {bands[level].bound}")
            if abs(value - ours[level]) > 1e-6:
                break


@settings(max_examples=60, deadline=None)
@given(worlds(4, 3, **WHOLE))
def test_bounds_hold_for_whole_needs(rows: Rows):
    assert_bounds_hold(rows)


@settings(max_examples=60, deadline=None)
@given(worlds(4, 3, most=2, kinds=(FOOD, VISIT, GREET)), st.integers(0, 10**6))
def test_bounds_hold_under_shared_money(rows: Rows, seed: int):
    assert_bounds_hold(with_money(rows, seed))


@settings(max_examples=100, deadline=None)
@given(worlds(14, 7, **MIXED), st.integers(0, 10**6))
def test_every_plan_passes_verification(rows: Rows, seed: int):
    assert match(problem_of(with_money(rows, seed))).certificate.verdict.passed


def values_of_greedy(rows: Rows) -> list[float]:
    """Units over usual quantity that greedy serves, by level, told from the rows (model (20))."""
    problem = problem_of(rows)
    table = problem.snapshot.needs
    keys = table.key.to_pylist()
    by_key = {row["need"]: row for row in rows["needs"]}
    orders = dict(zip(problem.counting.tolist(), order_of_levels(problem), strict=True))
    opened = {at: problem.on if table.opened_on[at] < 0 else int(table.opened_on[at]) for at in orders}
    used: dict[str, int] = {}
    values = [0.0] * 25

    for at in sorted(orders, key=lambda at: (table.urgency[at], opened[at], keys[at])):
        need = by_key[keys[at]]
        left, whole = need["quantity"], need["kind"] in {VISIT, GREET}
        for by in nearest_first(problem, rows, need):
            room = next(
                units
                for units in range(left, -1, -1)
                if units == 0 or ((units == left or not whole) and allowed(rows, used | {by: used.get(by, 0) + units}))
            )
            used[by] = used.get(by, 0) + room
            left -= room
            if not left:
                break
        level, usual = orders[at]
        values[level] += (need["quantity"] - left) / usual
    return values


@settings(max_examples=100, deadline=None)
@given(worlds(12, 6, **MIXED), st.integers(0, 10**6))
def test_greedy_never_serves_lexicographically_more(rows: Rows, seed: int):
    money = with_money(rows, seed)
    served = serve(problem_of(money))
    ours = [band.value for stage in served.stages[:5] for band in stage.bands]
    theirs = values_of_greedy(money)
    differing = [at for at in range(25) if abs(ours[at] - theirs[at]) > 1e-6]
    assert not differing or ours[differing[0]] > theirs[differing[0]]


@settings(max_examples=100, deadline=None)
@given(worlds(12, 6, **MIXED), st.integers(0, 10**6))
def test_the_baseline_is_greedy_told_from_the_rows(rows: Rows, seed: int):
    money = with_money(rows, seed)
    problem = problem_of(money)
    usual = dict(order_of_levels(problem))
    if len({usual for _, usual in order_of_levels(problem)}) > 1:
        return
    one = next(iter(usual.values()), 1)
    theirs = np.array(values_of_greedy(money)).reshape(5, 5).sum(axis=1) * one
    assert [counts["units"] for counts in serve(problem).baseline.values()] == [round(value) for value in theirs]


def least_orders(rows: Rows) -> dict[tuple[float, ...], int]:
    """For values by level that some plan reaches, the least provider order of such plans (government 0, charity 1)."""
    problem = problem_of(rows)
    keys = problem.snapshot.needs.key.to_pylist()
    by_key = {row["need"]: row for row in rows["needs"]}
    needs = [by_key[keys[at]] for at in problem.counting.tolist()]
    rank = {row["offer"]: int(row["organization"] == "G") for row in rows["offers"]}
    found: dict[tuple[float, ...], int] = {}
    for choice in itertools.product(*(choices(rows, one, one["kind"] in {FOOD, GOODS}) for one in needs)):
        given_units: dict[str, int] = {}
        values = [0.0] * 25
        for one, (level, usual) in zip(choice, order_of_levels(problem), strict=True):
            for key, units in one.items():
                given_units[key] = given_units.get(key, 0) + units
                values[level] += units / usual
        if allowed(rows, given_units):
            reached = tuple(round(value, 9) for value in values)
            order = sum(rank[key] * units for key, units in given_units.items())
            found[reached] = min(found.get(reached, order), order)
    return found


@settings(max_examples=60, deadline=None)
@given(worlds(4, 3, most=2, kinds=(FOOD, VISIT, GREET)), st.integers(0, 10**6))
def test_no_plan_that_serves_as_much_has_a_provider_order_below_its_bound(rows: Rows, seed: int):
    money = with_money(rows, seed)
    stages = {stage.stage: stage for stage in serve(problem_of(money)).stages}
    ours = tuple(round(band.value, 9) for name in stages if name.startswith("needs_") for band in stages[name].bands)
    assert stages["provider_order"].bound <= least_orders(money)[ours]


def test_the_bound_of_the_provider_order_knows_what_government_can_reach_and_pay():
    rows = world(
        needs=[need("N1", kind=VISIT, quantity=2), need("N2", kind=VISIT, quantity=2)],
        offers=[
            offer("O1", A1A, kind=VISIT, capacity=2, organization="S", unit_cost=3),
            offer("O2", A1A, kind=VISIT, capacity=2, organization="S", unit_cost=3),
            offer("O3", B1A, kind=VISIT, capacity=9, organization="S"),
            offer("O4", A1A, kind=VISIT, capacity=4),
        ],
        organizations=[
            {"organization": "G", "name": "会", "type": "charity"},
            {"organization": "S", "name": "局", "type": "government", "budget": 6},
        ],
    )
    order = next(stage for stage in serve(problem_of(rows)).stages if stage.stage == "provider_order")
    assert (order.value, order.bound, order.exact) == (2, 2, True)


def test_what_one_component_leaves_above_a_level_is_room_for_another_at_it():
    """Red N1 is left out here; a plan with N1 and without N3 serves as much red, and both green needs."""
    rows = world(
        needs=[need("N1", urgency="red"), need("N2"), need("N3", kind=VISIT, urgency="red"), need("N4", kind=VISIT)],
        offers=[offer("O1", A1A, capacity=2), offer("O2", A1A, kind=VISIT, unit_cost=1)],  # what costs stands apart
    )
    problem = problem_of(rows)
    supply, usual = standing_supply(problem), usual_quantities(problem)
    nobody = exclusions_of(problem).pairs()
    outcomes = []
    roads = Roads(problem.snapshot)
    for part in parts_of(problem, roads, supply, nobody, usual, teams_of(problem, roads, supply, nobody)):
        solution = solve(part.component, part.network, part.component.capacity, Payers.none(1))
        red_left_out = len(solution.pieces.need) == 2
        pieces = Pieces(*(column[red_left_out:] for column in vars(solution.pieces).values()))
        outcomes.append(Outcome(part, solution, pieces, by_flow=False))
    purses = purses_of(problem, supply, supply.capacity)
    reached = Reached(outcomes, Money(purses, supply.capacity, supply.capacity), usual, 25)
    red, green = 4, 24
    assert (reached.value(red, red), reached.value(green, green)) == (usual.parts, usual.parts)
    assert reached.bound(red, red) == 2 * usual.parts
    assert reached.bound(green, green) == 2 * usual.parts


def test_a_whole_need_is_never_split():
    rows = random_world(0, 1, 1) | {
        "needs": [{"need": "N", "household": f"H{A1A}", "kind": VISIT, "quantity": 3}],
        "offers": [offer("O1", A1A, kind=VISIT, capacity=2), offer("O2", A1A, kind=VISIT, capacity=2)],
        "locks": [],
    }
    served = serve(problem_of(rows))
    assert len(served.assignments.need) == 0
    assert served.unmet.reason.to_pylist() == ["too_large"]


def test_a_level_short_of_two_units_in_six_million_is_not_called_exact():
    wanted = {"N1": 3_000_000, "N2": 3_000_000, "N3": 2}
    rows = world(
        needs=[need(key, kind=VISIT, quantity=units) for key, units in wanted.items()],
        offers=[offer(f"O{units}{at}", A1A, kind=VISIT, capacity=units) for at in range(2) for units in (3_000_000, 1)],
    )
    served = serve(problem_of(rows))
    assert served.assignments.quantity.tolist() == [3_000_000, 3_000_000]
    green = next(stage for stage in served.stages if stage.stage == "needs_green")
    assert not green.exact
    assert green.bound > green.value
    assert green.bands[4].bound > green.bands[4].value
    assert sum(band["gap"] for band in green.as_json()["bands"]) > 0


def test_a_stage_is_exact_only_if_each_of_its_bands_is():
    long_ago = {"kind": VISIT, "opened_on": date(2025, 6, 1)}
    rows = world(
        needs=[
            need("N1", quantity=3, **long_ago),
            need("N2", **long_ago),
            need("N3", quantity=2, **long_ago),
            need("N4", kind=VISIT, opened_on=date(2026, 11, 1)),
        ],
        offers=[offer("O", A1A, kind=VISIT, capacity=2)],
    )
    plan = match(problem_of(rows))
    [green] = [each.as_json() for each in plan.certificate.stages if each.stage == "needs_green"]
    # N3 alone would have been better: the two units of the stage are the most there can be, those of the first band not
    assert [band["value"] for band in green["bands"]] == [1, 0, 0, 0, 1]
    assert [band["bound"] for band in green["bands"]] == [2, 0, 0, 0, 1]
    assert (green["exact"], green["status"]) == (False, "bounded")
    assert (green["value"], green["bound"]) == (2, 3)
    assert green["gap"] > 0


@settings(max_examples=60, deadline=None)
@given(worlds(8, 4, **MIXED), st.integers(0, 10**6))
def test_where_a_band_has_a_gap_its_stage_has_one(rows: Rows, seed: int):
    for stage in serve(problem_of(with_money(rows, seed))).stages[:5]:
        proven = all(band.value == band.bound for band in stage.bands)
        assert (stage.exact, stage.status == "optimal", stage.gap == 0) == (proven,) * 3


def test_a_divisible_need_may_come_from_several_offers():
    rows = random_world(0, 1, 1) | {
        "needs": [{"need": "N", "household": f"H{A1A}", "kind": FOOD, "quantity": 3}],
        "offers": [offer("O1", A1A, capacity=2), offer("O2", A1A, capacity=2)],
        "locks": [],
    }
    served = serve(problem_of(rows))
    assert served.assignments.quantity.sum() == 3
    assert len(served.assignments.need) == 2


def test_money_shared_by_kinds_is_never_overdrawn_and_goes_to_the_more_urgent():
    rows = random_world(0, 1, 1) | {
        "needs": [
            {"need": "N1", "household": f"H{A1A}", "kind": FOOD, "quantity": 1, "urgency": "green"},
            {"need": "N2", "household": f"H{B1A}", "kind": VISIT, "quantity": 1, "urgency": "red"},
        ],
        "offers": [offer("O1", A1A, unit_cost=5), offer("O2", B1A, kind=VISIT, unit_cost=5)],
        "organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": 9}],
        "locks": [],
    }
    problem = problem_of(rows)
    served = serve(problem)
    assert [problem.snapshot.needs.key[at].as_py() for at in served.assignments.need.tolist()] == ["N2"]
    assert served.assignments.cost.sum() == 5
    assert served.unmet.reason.to_pylist() == ["budget"]


@settings(max_examples=80, deadline=None)
@given(worlds(14, 7, **MIXED), st.integers(0, 10**6), st.sampled_from([COUNTY_A, TOWN_A1, CITY_D, PROVINCE]))
def test_plans_on_top_of_what_is_published_pass_verification(rows: Rows, seed: int, scope: str):
    money = with_money(rows, seed)
    problem = problem_of(money)
    first = serve(problem).assignments
    snapshot, draw = problem.snapshot, np.random.default_rng(seed)
    published = [
        {
            "need": snapshot.needs.key[one].as_py(),
            "provider_type": "offer",
            "provider": snapshot.offers.key[by].as_py(),
            "quantity": units,
            "status": str(draw.choice(["proposed", "accepted", "delivered"])),
        }
        for one, by, units in zip(first.need.tolist(), first.provider.tolist(), first.quantity.tolist(), strict=True)
        if draw.random() < 0.8
    ]
    shrunk = [row | {"capacity": int(draw.integers(0, 4))} if draw.random() < 0.3 else row for row in money["offers"]]
    again = problem_of(money | {"assigned": published, "offers": shrunk}, scope=scope)
    assert match(again).certificate.verdict.passed


def test_what_shared_money_leaves_no_choice_of_is_not_called_least() -> None:
    """Greedy spends the fund at the nearest charity's, where the government's offer would supplement nobody."""
    rows = world(
        needs=[need("N1"), need("N2")],
        offers=[
            offer("O1", A1A, capacity=2, unit_cost=5, fund="F"),
            offer("O2", COUNTY_A, capacity=2, unit_cost=5, fund="F", organization="S"),
        ],
        organizations=[
            {"organization": "G", "name": "会", "type": "charity"},
            {"organization": "S", "name": "局", "type": "government"},
        ],
        funds=[{"fund": "F", "name": "金", "region": COUNTY_A, "amount": 10}],
    )
    [order] = [stage for stage in serve(problem_of(rows)).stages if stage.stage == "provider_order"]
    assert (order.value, order.bound, order.exact) == (2, 0, False)
