"""Why an offer has something left: the reason told is true."""

from datetime import date
from typing import Any

import pytest

from matching.serve import serve
from tests.matching.test_serve_state import lock
from tests.matching.worlds import A1A, A1B, B1A, PROVINCE, TOWN_A1, VISIT, need, offer, problem_of, world

POOR = {"organization": "G", "name": "会", "type": "charity", "budget": 2}
PAID = [offer("O", A1A, capacity=6, unit_cost=1, fund="F")]
THREE = {"kind": VISIT, "quantity": 3}


def fund(region: str, amount: int, **cells: Any) -> list[dict[str, Any]]:
    """The one fund of a world."""
    return [{"fund": "F", "name": "金", "region": region, "amount": amount} | cells]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"needs": []}, "no_need_in_area"),
        ({"offers": [offer("O", A1A, paused=True)]}, "offer_paused"),
        ({"offers": [offer("O", A1A, valid_to=date(2026, 1, 1))]}, "offer_dates"),
        ({"offers": [offer("O", A1A, traits="minor")]}, "needs_not_accepted"),
        ({"locks": [lock("N", "O", "forbid")]}, "needs_not_accepted"),
        ({"offers": [offer("O", A1A, capacity=2)]}, "all_met"),
        ({"offers": [offer("O", A1A, unit_cost=3)], "organizations": [POOR]}, "budget"),
        ({"needs": [need("N", **THREE)], "offers": [offer("O", A1A, kind=VISIT)]}, "too_small"),
        # a fund that pays elsewhere, for other kinds or at other times
        ({"offers": PAID, "funds": fund(B1A, 9)}, "fund"),
        ({"offers": PAID, "funds": fund(A1A, 9, kinds=VISIT)}, "fund"),
        ({"offers": PAID, "funds": fund(A1A, 9, valid_to=date(2026, 1, 1))}, "fund"),
        ({"offers": [offer("O", PROVINCE, fund="F")], "funds": fund(B1A, 9), "needs": []}, "no_need_in_area"),
        # what is left of the units would do, of the money not
        ({"needs": [need("N", **THREE)], "offers": [PAID[0] | {"kind": VISIT}], "funds": fund(A1A, 1)}, "budget"),
        # nobody who lacks anything could be served with the money that is not there
        ({"offers": [PAID[0] | {"traits": "minor"}], "funds": fund(A1A, 0)}, "needs_not_accepted"),
    ],
)
def test_an_offer_with_something_left_is_told_with_the_reason(changed: dict[str, Any], reason: str):
    rows = world(needs=[need("N")], offers=[offer("O", A1A)])
    assert serve(problem_of(rows | changed)).unused.reason.to_pylist() == [reason]


def test_an_offer_whose_needs_are_met_by_others_is_told_so_whatever_comes_after_them():
    rows = world(
        # a larger one, which the offer does not accept, waits behind what it serves
        persons=[{"person": "P", "household": f"H{A1A}", "traits": "elderly"}],
        needs=[need("N1", kind=VISIT, person="P"), need("N2", A1B, **THREE)],
        offers=[offer("O1", A1A, kind=VISIT), offer("O2", TOWN_A1, kind=VISIT, traits="elderly", capacity=2)],
    )
    for kept in ([], [lock("N1", "O1")]):
        served = serve(problem_of(rows | {"locks": kept}))
        assert served.unused.reason.to_pylist() == ["all_met"]
