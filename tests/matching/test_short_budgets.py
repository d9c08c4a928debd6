"""A budget that runs short is told with the next unit that more money pays for, and that money lets the need in."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.budget import Budget
from matching.match import match
from matching.problem import Problem
from matching.serve import serve
from matching.verify import verify
from matching.verify.case import Case
from matching.verify.money import budgets
from tests.matching.test_serve_exact import served_by_level
from tests.matching.test_serve_rounded import reachable_values, with_money
from tests.matching.worlds import (
    A1A,
    B1A,
    FOOD,
    GOODS,
    TOWN_A1,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    random_world,
    world,
    worlds,
)

URGENCIES = ("red", "orange", "yellow", "blue", "green")


def level_of(problem: Problem, budget: Budget) -> int:
    months = [*problem.policy.waiting_months, 0]
    return URGENCIES.index(budget.urgency) * len(months) + months.index(budget.waiting_months)


def raised(rows: Rows, budget: Budget, yuan: int) -> Rows:
    """The world with more money in one budget."""
    table, column = {"organization": ("organizations", "budget"), "fund": ("funds", "amount")}[budget.type]
    more = [row | {column: row[column] + yuan} if row[budget.type] == budget.key else row for row in rows[table]]
    return rows | {table: more}


def values_of(rows: Rows) -> list[float]:
    return [round(band.value, 9) for stage in serve(problem_of(rows)).stages[:5] for band in stage.bands]


@settings(max_examples=60, deadline=None)
@given(worlds(4, 4, most=2, kinds=(FOOD, GOODS)), st.integers(0, 10**6))
def test_that_much_money_serves_one_unit_more_of_the_level_and_all_others_as_before(rows: Rows, seed: int) -> None:
    money = with_money(rows, seed)
    ours = values_of(money)
    for budget in serve(problem_of(money)).budgets:
        assert budget.exact
        level = level_of(problem_of(money), budget)
        found = reachable_values(raised(money, budget, budget.yuan))
        assert any(
            each[level] > ours[level] and [*each[:level], *each[level + 1 :]] == [*ours[:level], *ours[level + 1 :]]
            for each in found
        ), budget


@settings(max_examples=80, deadline=None)
@given(worlds(14, 7, most=1, kinds=(FOOD, GOODS)), st.integers(0, 10**6))
def test_the_plan_made_again_with_that_money_serves_it_wherever_it_is_exact(rows: Rows, seed: int) -> None:
    money = with_money(rows, seed)
    problem = problem_of(money)
    served = serve(problem)
    before = served_by_level(problem, served)
    for budget in served.budgets:
        again = problem_of(raised(money, budget, budget.yuan))
        after = serve(again)
        last = URGENCIES.index(budget.urgency)
        if all(stage.exact for stage in after.stages[: last + 1]):
            level = level_of(problem, budget)
            one, other = before, served_by_level(again, after)
            keys = sorted(one)
            wanted = [one[key] + (key[0] == level) for key in keys if key[0] <= level]
            assert [other[key] for key in keys if key[0] <= level] >= wanted, budget


@pytest.mark.parametrize("seed", range(40))
def test_verification_finds_the_same_budgets_from_the_prices(seed: int) -> None:
    kinds = [(FOOD, GOODS), (FOOD, VISIT), (VISIT,)][seed % 3]
    problem = problem_of(with_money(random_world(seed, 30, 12, most=3, kinds=kinds), seed))
    plan = match(problem)
    assert not len(budgets.look(Case(problem.snapshot, plan)).wrong)
    if FOOD not in kinds or VISIT not in kinds:
        assert {each.exact for each in plan.certificate.budgets} <= {VISIT not in kinds}


POOR = [{"organization": "G", "name": "会", "type": "charity", "budget": 9}]
TWO = {"needs": [need("N1"), need("N2", urgency="red"), need("N3", B1A)]}


def short(rows: Rows) -> list[Budget]:
    return list(match(problem_of(rows)).certificate.budgets)


def test_the_least_money_for_the_most_urgent_need_is_told() -> None:
    offers = [offer("O1", A1A, unit_cost=7), offer("O2", A1A, unit_cost=12), offer("O3", B1A, unit_cost=4)]
    [found] = short(world(**TWO, offers=offers, organizations=POOR))
    assert found == Budget("organization", "G", 9, 7, 2, 2, "O3", FOOD, "green", 0, exact=True)


def test_money_that_lets_a_served_need_move_is_worth_the_unmet_one() -> None:
    offers = [offer("O1", A1A, B1A), offer("O2", A1A, unit_cost=30)]
    needs = [need("N1", urgency="red"), need("N2", B1A, urgency="orange")]
    rows = world(needs=needs, offers=offers, organizations=POOR)
    [found] = short(rows)
    assert (found.yuan, found.offer, found.urgency) == (21, "O2", "orange")
    assert short(raised(rows, found, 21)) == []


@pytest.mark.parametrize("budget", [0, 4])
def test_a_budget_too_small_for_a_single_unit_has_a_price(budget: int) -> None:
    poor = [POOR[0] | {"budget": budget}]
    [found] = short(world(**TWO, offers=[offer("O1", A1A, unit_cost=5)], organizations=poor))
    assert (found.had, found.spent, found.yuan, found.urgency) == (budget, 0, 5 - budget, "red")


def test_an_offer_that_lacks_money_of_two_budgets_prices_neither() -> None:
    fund = [{"fund": "F", "name": "金", "region": TOWN_A1, "amount": 1}]
    offers = [offer("O1", A1A, unit_cost=12, fund="F")]
    assert short(world(**TWO, offers=offers, organizations=POOR, funds=fund)) == []
    [found] = short(world(**TWO, offers=offers, funds=fund))
    assert (found.type, found.key, found.yuan) == ("fund", "F", 11)


def test_ample_money_and_money_of_which_no_more_is_wanted_have_no_price() -> None:
    enough = [POOR[0] | {"budget": 12}]
    assert short(world(**TWO, offers=[offer("O1", A1A, unit_cost=12)], organizations=enough)) == []
    assert short(world(needs=[], offers=[offer("O1", A1A, unit_cost=12)], organizations=POOR)) == []


def test_what_outside_the_scope_and_answers_hold_is_gone_before_the_run() -> None:
    offers = [offer("O1", A1A, capacity=3, unit_cost=4)]
    held = [
        {"need": "N1", "provider_type": "offer", "provider": "O1", "quantity": 1, "status": "accepted"},
    ]
    [found] = short(world(**TWO, offers=offers, organizations=[POOR[0] | {"budget": 7}], assigned=held))
    assert (found.had, found.spent, found.left, found.yuan) == (3, 0, 3, 1)


@pytest.mark.parametrize("cell", ["had", "spent", "left", "yuan", "waiting_months"])
def test_another_figure_is_a_breach(cell: str) -> None:
    problem = problem_of(world(**TWO, offers=[offer("O1", A1A, unit_cost=12)], organizations=POOR))
    plan = match(problem)
    [found] = plan.certificate.budgets
    wrong = replace(found, **{cell: getattr(found, cell) + 1})
    for told in ((wrong,), (), (found, found), (found, replace(found, key="X"))):
        other = replace(plan, certificate=replace(plan.certificate, budgets=told))
        assert set(verify(other, problem.snapshot).found) == {"budgets"}


def test_a_price_of_needs_handed_over_whole_is_not_called_exact() -> None:
    needs = [need("N1", kind=VISIT, quantity=3), need("N2", kind=VISIT, quantity=3)]
    offers = [offer("O1", A1A, kind=VISIT, capacity=9, unit_cost=5)]
    problem = problem_of(world(needs=needs, offers=offers, organizations=[POOR[0] | {"budget": 19}]))
    plan = match(problem)
    [budget] = plan.certificate.budgets
    assert not budget.exact
    told = replace(plan.certificate, budgets=(replace(budget, exact=True),))
    assert "budgets" in verify(replace(plan, certificate=told), problem.snapshot).found


def test_of_offers_that_lack_as_much_the_first_is_told_whatever_kind_most_needs_ask_for():
    rows = world(
        needs=[need("N1"), need("N2", kind=VISIT), need("N3", kind=VISIT)],
        offers=[offer("O1", A1A, unit_cost=10), offer("O2", A1A, kind=VISIT, capacity=2, unit_cost=10)],
        organizations=[{"organization": "G", "name": "会", "type": "charity", "budget": 0}],
    )
    told = match(problem_of(rows)).certificate
    assert told.verdict.passed
    assert [(budget.offer, budget.yuan) for budget in told.budgets] == [("O1", 10)]
