"""Where something is rounded or money is shared, fairness makes even what stands: no level has a unit less or more by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.match import match
from matching.plan import Plan
from matching.policy import MatchPolicy
from tests.matching.helped import helped
from tests.matching.test_serve_last_stages import UNEVEN
from tests.matching.test_serve_rounded import with_money
from tests.matching.worlds import A1A, A1B, CITY, VISIT, Rows, need, offer, problem_of, random_world


@st.composite
def tangled_worlds(draw: st.DrawFn) -> Rows:
    """Worlds of needs of several units, with money that is short, with volunteers, or with both."""
    seed = draw(st.integers(0, 10**9))
    rows = random_world(seed, draw(st.integers(2, 40)), draw(st.integers(1, 10)), most=4)
    if draw(st.booleans()):
        rows = with_money(rows, seed)
    return helped(rows, seed, draw(st.integers(1, 4))) if draw(st.booleans()) else rows


def by_band(plan: Plan) -> list[tuple[str, list[float]]]:
    """The value of each band of each urgency."""
    return [(stage.stage, [band.value for band in stage.bands]) for stage in plan.certificate.stages if stage.bands]


def value(plan: Plan, name: str) -> float:
    """The value of a stage."""
    return next(stage.value for stage in plan.certificate.stages if stage.stage == name)


def both(rows: Rows) -> tuple[Plan, Plan]:
    """The plan with fairness, and the one without."""
    fair, plain = (match(problem_of(rows, policy=MatchPolicy(fairness=each))) for each in (True, False))
    return fair, plain


@settings(max_examples=60)
@given(tangled_worlds())
def test_fairness_leaves_every_urgency_and_band_as_it_is_and_tells_what_it_does(rows: Rows) -> None:
    fair, plain = both(rows)
    assert by_band(fair) == by_band(plain)
    # of plans that are as good either may be the one without
    assert fair.certificate.rates["minutes_of_fairness"] == value(fair, "travel") - value(plain, "travel")
    assert value(fair, "cost") == value(plain, "cost")


TANGLES: dict[str, Rows] = {
    "money that is shared": {
        "offers": [*UNEVEN["offers"], *(offer(key, CITY, unit_cost=2, place=A1A) for key in "XY")],
        "organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": 2}],
    },
    "a need that comes whole": {
        "needs": [*(row | {"kind": VISIT} for row in UNEVEN["needs"]), need("W", A1A, kind=VISIT, quantity=2)],
        "offers": [*(row | {"kind": VISIT} for row in UNEVEN["offers"]), offer("W", A1B, kind=VISIT)],
    },
}


@pytest.mark.parametrize("tangle", TANGLES)
def test_counties_get_even_shares_beside_what_is_rounded_or_shared(tangle: str) -> None:
    fair, plain = both(UNEVEN | TANGLES[tangle])
    lowest = [plan.certificate.rates["counties"]["green"]["lowest"] for plan in (fair, plain)]
    assert lowest[0] > lowest[1]
