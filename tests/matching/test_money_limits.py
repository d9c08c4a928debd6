"""Money at its limits, none and the most that a table takes, gives a verified plan that spends no more than there is."""

import pytest

from graph.model import LARGEST, LARGEST_YUAN
from matching.match import match
from matching.plan import Plan
from matching.policy import MatchPolicy
from matching.serve.locks import LockError
from matching.verify import verify
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import (
    A1A,
    B1A,
    COUNTY_A,
    COUNTY_B,
    GOODS,
    TOWN_B1,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    world,
)

FUND = [{"fund": "F", "name": "金", "region": COUNTY_A, "amount": LARGEST_YUAN}]


def with_money(budget: int | None, cost: int, quantity: int) -> Rows:
    """Two needs far apart, and three offers of one organisation and a fund at different costs."""
    offers = [
        offer("O1", A1A, B1A, capacity=LARGEST, unit_cost=cost),
        offer("O2", A1A, capacity=LARGEST, unit_cost=max(1, cost // 3), fund="F"),
        offer("O3", B1A, kind=VISIT, unit_cost=cost),
    ]
    needs = [need("N1", quantity=quantity), need("N2", B1A, quantity=quantity), need("N3", B1A, kind=VISIT)]
    purse = {"organization": "G", "name": "会", "type": "charity"} | ({} if budget is None else {"budget": budget})
    return world(needs=needs, offers=offers, organizations=[purse], funds=FUND)


@pytest.mark.parametrize("rounds", [0, 3])
@pytest.mark.parametrize("quantity", [1, 10**6, LARGEST])
@pytest.mark.parametrize("cost", [1, 10**6, LARGEST_YUAN])
@pytest.mark.parametrize("budget", [None, 0, 10**6, LARGEST_YUAN])
def test_no_more_is_spent_than_there_is(budget: int | None, cost: int, quantity: int, rounds: int) -> None:
    plan = match(problem_of(with_money(budget, cost, quantity), policy=MatchPolicy(money_rounds=rounds)))
    told = plan.certificate
    assert told.verdict.passed
    assert (plan.assignments.cost >= 0).all()
    assert budget is None or plan.assignments.cost.sum() <= budget
    assert {stage.status for stage in told.stages} <= {"optimal", "bounded"}
    if budget == 0:
        [short] = [each for each in told.budgets if each.type == "organization"]
        assert (short.had, short.left, short.yuan) == (0, 0, max(1, cost // 3))


@pytest.mark.parametrize("rounds", [0, 3])
def test_a_fund_of_nothing_pays_nothing_and_its_price_is_told(rounds: int) -> None:
    rows = with_money(None, 30, 2) | {"funds": [FUND[0] | {"amount": 0, "kinds": GOODS}]}
    rows["offers"] = rows["offers"][1:2]
    plan = match(problem_of(rows, policy=MatchPolicy(money_rounds=rounds)))
    assert len(plan.assignments.need) == 0
    [short] = plan.certificate.budgets
    assert (short.type, short.had, short.yuan, short.exact) == ("fund", 0, 10, True)


def purse(budget: int) -> Rows:
    return {"organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": budget}]}


def stage_of(plan: Plan, name: str) -> tuple[float, float, bool]:
    [stage] = [each for each in plan.certificate.stages if each.stage == name]
    return stage.value, stage.bound, stage.exact


@pytest.mark.parametrize("status", ["accepted", "proposed"])
@pytest.mark.parametrize("cost", [10**12, LARGEST_YUAN])
def test_what_is_promised_at_any_cost_leaves_nothing_of_a_smaller_budget(cost: int, status: str) -> None:
    held = [assigned("N1", "O1", 10**6) | {"status": status}]
    offers = [offer("O1", A1A, capacity=10**6, unit_cost=cost), offer("O2", A1A, capacity=1, unit_cost=5)]
    needs = [need("N1", quantity=10**6), need("N2")]
    plan = match(problem_of(world(needs=needs, offers=offers, assigned=held, **purse(10))))
    by = plan.assignments.provider.tolist()
    assert by == ([0] if status == "accepted" else [1])
    assert (plan.assignments.cost > 0).all()
    assert stage_of(plan, "cost")[0] == (cost * 10**6 if status == "accepted" else 5)


def test_a_plan_that_costs_more_than_64_bits_hold_overdraws_every_budget() -> None:
    rows = world(needs=[need("N", quantity=10**6)], offers=[offer("O", A1A, capacity=None, unit_cost=LARGEST_YUAN)])
    plan = match(problem_of(rows))
    assert plan.certificate.verdict.passed
    found = verify(plan, problem_of(rows | purse(LARGEST_YUAN)).snapshot).found
    assert "budget" in found


@pytest.mark.parametrize(("cost", "quantity"), [(LARGEST_YUAN, 1000), (10**9, LARGEST), (LARGEST_YUAN, LARGEST)])
def test_a_blank_budget_never_runs_short(cost: int, quantity: int) -> None:
    needs = [need(name, quantity=quantity) for name in ("N1", "N2")]
    held = [assigned(name, "O", quantity) for name in ("N1", "N2")]
    rows = world(needs=needs, offers=[offer("O", A1A, capacity=None, unit_cost=cost)], assigned=held)
    plan = match(problem_of(rows))
    assert plan.certificate.budgets == ()
    assert stage_of(plan, "needs_green") == (2, 2, True)
    assert stage_of(plan, "cost") == (2 * cost * quantity,) * 2 + (True,)
    assert plan.certificate.changes["needs"] == {"free": 0, "forced": 0}


def test_a_lock_keeps_a_need_with_an_offer_at_any_cost_that_a_blank_budget_pays() -> None:
    keep = {
        "lock": "L",
        "subject_type": "need",
        "subject": "N",
        "provider_type": "offer",
        "provider": "O",
        "mode": "keep",
    }
    rows = world(
        needs=[need("N", quantity=LARGEST)],
        offers=[offer("O", A1A, capacity=None, unit_cost=LARGEST_YUAN)],
        locks=[keep],
    )
    assert match(problem_of(rows)).assignments.quantity.tolist() == [LARGEST]
    with pytest.raises(LockError):
        match(problem_of(rows | purse(LARGEST_YUAN)))


@pytest.mark.parametrize("quantity", [1000, 10**6, LARGEST])
@pytest.mark.parametrize("cost", [10**7, 10**10, LARGEST_YUAN])
def test_the_last_stages_are_proven_at_any_cost(cost: int, quantity: int) -> None:
    near = offer("O1", TOWN_B1, capacity=LARGEST, unit_cost=cost)
    far = offer("O2", COUNTY_B, capacity=LARGEST)
    plan = match(problem_of(world(needs=[need("N", B1A, quantity=quantity)], offers=[near, far])))
    value, bound, _ = stage_of(plan, "travel")
    assert 0 < bound <= value
    assert stage_of(plan, "cost")[0] in (0, cost * quantity)
