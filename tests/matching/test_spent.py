"""What was delivered to needs that are closed is used up: for good, for the year, or for the month (model (2))."""

from typing import Any

import pytest

from matching.match import match
from matching.verify import verify
from tests.matching.test_serve_state import lock
from tests.matching.worlds import A1A, FOOD, KINDS, VISIT, Rows, need, offer, problem_of, snapshot_of, world

MONTHLY = [kind | {"recurring": True} for kind in KINDS]
VOLUNTEER = {"volunteer": "V", "village": A1A, "skills": VISIT, "hours": 3}


def spent(table: str, key: str, amount: int, period: str | None) -> dict[str, Any]:
    """Something used up by a need that is closed."""
    return {"table": table, "key": key, "period": period, "amount": amount}


def units(rows: Rows, period: str = "2026-11") -> int:
    """Units that a run serves; what it leaves is told as verification reckons it."""
    return int(match(problem_of(rows, period=period)).assignments.quantity.sum())


def limited(kinds: list[dict[str, Any]] = KINDS, **cells: Any) -> Rows:
    """A need of nine units, and one offer that gives at most nine."""
    return world(
        service_kinds=kinds, needs=[need("N", quantity=9)], offers=[offer("O", A1A, capacity=9, unit_cost=1, **cells)]
    )


@pytest.mark.parametrize("period", ["2026-11", "2026-10", "2025-11", None])
def test_capacity_of_a_kind_that_does_not_recur_is_gone_for_good(period: str | None) -> None:
    assert units(limited() | {"spent": [spent("offers", "O", 4, period)]}) == 5


@pytest.mark.parametrize(("period", "left"), [("2026-11", 5), ("2026-10", 9), ("2025-11", 9), (None, 5)])
def test_capacity_of_a_recurring_kind_comes_back_with_the_next_period(period: str | None, left: int) -> None:
    assert units(limited(MONTHLY) | {"spent": [spent("offers", "O", 4, period)]}) == left


@pytest.mark.parametrize("kinds", [KINDS, MONTHLY])
@pytest.mark.parametrize(("period", "left"), [("2026-01", 2), ("2025-12", 6), ("2027-01", 6), (None, 2)])
def test_an_organisations_budget_is_for_the_calendar_year_of_the_period(
    kinds: list[dict[str, Any]], period: str | None, left: int
) -> None:
    rows = limited(kinds) | {"organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": 6}]}
    assert units(rows | {"spent": [spent("organizations", "G", 4, period)]}) == left


@pytest.mark.parametrize("period", ["2026-11", "2025-01", None])
def test_what_a_fund_paid_is_gone_for_good(period: str | None) -> None:
    funds = [{"fund": "F", "name": "金", "region": A1A, "amount": 6}]
    rows = limited(MONTHLY, fund="F") | {"funds": funds}
    assert units(rows | {"spent": [spent("funds", "F", 4, period)]}) == 2


@pytest.mark.parametrize(("period", "held"), [("2026-11", False), ("2026-10", True), ("2025-11", True), (None, False)])
def test_a_volunteers_hours_are_those_of_the_month(period: str | None, held: bool) -> None:
    rows = world(
        needs=[need("N", kind=VISIT, quantity=2)],
        offers=[],
        volunteers=[VOLUNTEER],
        locks=[lock("N", "V", provider_type="volunteer")],
        spent=[spent("volunteers", "V", 61, period)],
    )
    if held:
        assert units(rows) == 2
    else:
        with pytest.raises(Exception, match="hours"):
            units(rows)


def test_more_used_up_than_there_is_leaves_nothing_and_breaks_nothing() -> None:
    assert units(limited() | {"spent": [spent("offers", "O", 99, "2026-11")]}) == 0


def test_spenders_that_are_not_there_any_more_are_left_out() -> None:
    assert len(snapshot_of(limited() | {"spent": [spent("offers", "O9", 4, None)]}).published.spent) == 0


@pytest.mark.parametrize(
    ("used", "rule"),
    [
        (spent("offers", "O", 1, "2026-01"), "capacity"),
        (spent("organizations", "G", 1, "2026-01"), "budget"),
        (spent("funds", "F", 1, "2025-01"), "fund_amount"),
        (spent("volunteers", "V", 61, "2026-11"), "hours"),
    ],
)
def test_verification_finds_a_plan_that_gives_what_is_used_up(used: dict[str, Any], rule: str) -> None:
    rows = world(
        needs=[need("N", quantity=9), need("N2", kind=VISIT, quantity=2)],
        offers=[offer("O", A1A, capacity=9, unit_cost=1, fund="F")],
        volunteers=[VOLUNTEER],
        locks=[lock("N2", "V", provider_type="volunteer")],
        organizations=[{"organization": "G", "name": "会", "type": "charity", "budget": 9}],
        funds=[{"fund": "F", "name": "金", "region": A1A, "amount": 9, "kinds": FOOD}],
    )
    plan = match(problem_of(rows))
    assert set(plan.assignments.quantity.tolist()) == {9, 2}
    assert verify(plan, snapshot_of(rows)).passed
    found = set(verify(plan, snapshot_of(rows | {"spent": [used]})).found)
    assert found - {"run", "unused"} == {rule}
