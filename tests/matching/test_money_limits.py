"""Money at its limits, none and the most that a table takes, gives a verified plan that spends no more than there is."""

import pytest

from graph.model import LARGEST, LARGEST_YUAN
from matching.match import match
from matching.policy import MatchPolicy
from tests.matching.worlds import A1A, B1A, COUNTY_A, GOODS, VISIT, Rows, need, offer, problem_of, world

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
