"""Money allotted by prices: kept only where it serves more, within every limit, and below the bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import NONE
from matching.match import match
from matching.policy import MatchPolicy
from matching.serve import serve
from matching.serve.budgets import Purses, purses_of
from matching.serve.components import parts_of
from matching.serve.exclusions import exclusions_of
from matching.serve.levels import usual_quantities
from matching.serve.priced_bound import priced_bound
from matching.serve.priced_money import _affordable, _Bought
from matching.serve.supply import standing_supply
from matching.serve.teams import teams_of
from matching.travel import Roads
from tests.matching.test_serve_rounded import MIXED, reachable_values, with_money
from tests.matching.worlds import (
    A1A,
    B1A,
    COUNTY_A,
    FOOD,
    GOODS,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    random_world,
    world,
    worlds,
)

PRICED = MatchPolicy(money_rounds=4)
POOR = [{"organization": "G", "name": "会", "type": "charity", "budget": 9}]


def values_of(rows: Rows, policy: MatchPolicy) -> list[float]:
    stages = serve(problem_of(rows, policy=policy)).stages[:5]
    return [round(band.value, 9) for stage in stages for band in stage.bands]


@settings(max_examples=100, deadline=None)
@given(worlds(14, 7, **MIXED), st.integers(0, 10**6))
def test_no_level_is_served_less_before_a_better_one_is_served_more(rows: Rows, seed: int) -> None:
    money = with_money(rows, seed)
    assert values_of(money, PRICED) >= values_of(money, MatchPolicy())
    assert match(problem_of(money, policy=PRICED)).certificate.verdict.passed


@settings(max_examples=40, deadline=None)
@given(worlds(4, 3, most=2, kinds=(FOOD, VISIT)), st.integers(0, 10**6))
def test_no_plan_serves_more_than_the_bounds(rows: Rows, seed: int) -> None:
    money = with_money(rows, seed)
    bands = [band for stage in serve(problem_of(money, policy=PRICED)).stages[:5] for band in stage.bands]
    for values in reachable_values(money):
        for band, value in zip(bands, values, strict=True):
            assert value <= band.bound + 1e-6
            if abs(value - band.value) > 1e-6:
                break


@settings(max_examples=40, deadline=None)
@given(worlds(4, 4, **MIXED), st.integers(0, 10**6), st.integers(0, 24))
def test_no_plan_within_the_money_serves_more_up_to_a_level_than_prices_prove(rows: Rows, seed: int, last: int) -> None:
    money = with_money(rows, seed)
    problem = problem_of(money)
    roads, usual, forbidden = Roads(problem.snapshot), usual_quantities(problem), exclusions_of(problem).pairs()
    supply = standing_supply(problem)
    parts = list(parts_of(problem, roads, supply, forbidden, usual, teams_of(problem, roads, supply, forbidden)))
    most = supply.payable(problem)
    purses = purses_of(problem, supply, np.minimum(most, supply.units.sum()))
    bound = priced_bound(parts, purses, most, last, 3, usual) / usual.parts
    assert max(sum(values[: last + 1]) for values in reachable_values(money)) <= bound + 1e-6


def test_prices_prove_more_than_the_cut_where_cheap_offers_reach_few() -> None:
    rows = with_money(random_world(10, 8, 6, most=2, kinds=(FOOD, GOODS)), 10)
    plain, priced = (serve(problem_of(rows, policy=each)).stages[3:5] for each in (MatchPolicy(), PRICED))
    for one, other in zip(plain, priced, strict=True):
        assert one.value == other.value < other.bound < one.bound - 1


def nearest_is_dear(urgency: str) -> Rows:
    """The offer that is nearest to one need takes all the money, and the other need gets none."""
    offers = [
        offer("O1", A1A, unit_cost=9),
        offer("O2", COUNTY_A, unit_cost=1),
        offer("O3", B1A, unit_cost=5),
    ]
    return world(needs=[need("N1", urgency=urgency), need("N2", B1A)], offers=offers, organizations=POOR)


@pytest.mark.parametrize("urgency", ["red", "green"])
def test_a_dear_offer_makes_way_for_a_cheap_one_that_leaves_money_for_another_need(urgency: str) -> None:
    rows = nearest_is_dear(urgency)
    assert serve(problem_of(rows)).assignments.cost.sum() == 9
    priced = serve(problem_of(rows, policy=PRICED))
    assert priced.assignments.cost.tolist() == [1, 5]


def test_money_that_is_enough_for_all_changes_nothing() -> None:
    rows = nearest_is_dear("red") | {"organizations": [POOR[0] | {"budget": 1000}]}
    plans = [serve(problem_of(rows, policy=policy)) for policy in (PRICED, MatchPolicy())]
    assert plans[0].assignments.provider.tolist() == plans[1].assignments.provider.tolist()


def test_what_a_purse_cannot_pay_is_given_back_the_worst_level_first_and_of_one_level_the_dearest() -> None:
    """Offers 0 and 1 cost 4 and 2 of a purse of 10: the urgent two units are kept, then the cheaper of the others."""
    purses = Purses(np.array([10]), np.array([[0, NONE], [0, NONE]]), np.array([4, 2]))
    offer, level, units = np.array([0, 1, 0]), np.array([7, 7, 1]), np.array([1, 2, 2])
    kept = _affordable(purses, _Bought(offer, level, 1 / purses.unit_cost[offer], units, 0.0))
    assert sorted(zip(kept.level.tolist(), kept.offer.tolist(), kept.units.tolist(), strict=True)) == [
        (1, 0, 2),
        (7, 0, 0),
        (7, 1, 1),
    ]
