"""What a plan changes of what is published for needs, freely or because it cannot stand."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from graph.snapshot import OFFER, VOLUNTEER
from matching.plan import Assignments
from matching.problem import Problem
from matching.serve.changes import Changed, changed, standing_of
from matching.serve.exclusions import exclusions_of
from matching.serve.locks import hold_locks
from matching.serve.supply import standing_supply
from matching.travel import Roads
from tests.matching.test_serve_state import assigned, lock
from tests.matching.worlds import A1A, A1B, A2A, B1A, COUNTY_A, VISIT, Rows, need, offer, problem_of, world


def given(problem: Problem, *pairs: tuple[str, str, int]) -> Assignments:
    """Assignments of needs to offers, or to volunteers where the key begins with V."""
    needs, offers, volunteers = (
        getattr(problem.snapshot, table).key.to_pylist() for table in ("needs", "offers", "volunteers")
    )
    pairs = tuple(sorted(pairs))
    kind = [VOLUNTEER if by.startswith("V") else OFFER for _, by, _ in pairs]
    by = [(volunteers if of == VOLUNTEER else offers).index(by) for of, (_, by, _) in zip(kind, pairs, strict=True)]
    nought = np.zeros(len(pairs), np.int32)
    return Assignments(
        np.array([needs.index(one) for one, _, _ in pairs], np.int32),
        np.array(kind, np.int8),
        np.array(by, np.int32),
        np.array([units for _, _, units in pairs], np.int64),
        nought,
        nought.astype(np.int64),
    )


def changes_of(problem: Problem, assignments: Assignments) -> Changed:
    """What a plan's assignments change of what is published."""
    roads, forbidden = Roads(problem.snapshot), exclusions_of(problem).pairs()
    supply = hold_locks(problem, roads, standing_supply(problem), forbidden)
    return changed(standing_of(problem, roads, supply, forbidden), assignments)


def told(rows: Rows, *pairs: tuple[str, str, int], **options: Any) -> tuple[list[str], list[str]]:
    """Needs that a plan of these pairs changes freely, and those whose change is forced."""
    problem = problem_of(rows, **options)
    found, keys = changes_of(problem, given(problem, *pairs)), problem.snapshot.needs.key.to_pylist()
    return [keys[at] for at in found.free.tolist()], [keys[at] for at in found.forced.tolist()]


def test_another_provider_or_share_is_a_change_and_so_is_none_at_all():
    rows = world(
        needs=[need("N1"), need("N2"), need("N3", quantity=4), need("N4")],
        offers=[offer("O1", A1A, capacity=9), offer("O2", A1A, capacity=9)],
        assigned=[assigned("N1", "O1"), assigned("N2", "O1"), assigned("N3", "O1", 4), assigned("N4", "O1")],
    )
    assert told(rows, ("N1", "O1", 1), ("N2", "O2", 1), ("N3", "O1", 3), ("N3", "O2", 1)) == (["N2", "N3", "N4"], [])


def test_what_had_nothing_published_and_what_does_not_count_any_more_is_no_change():
    rows = world(
        needs=[need("N1"), need("N2", status="paused"), need("N3", B1A)],
        offers=[offer("O", COUNTY_A, capacity=9)],
        assigned=[assigned("N2", "O"), assigned("N3", "O")],
    )
    assert told(rows, ("N1", "O", 1), scope=COUNTY_A) == ([], [])


def test_facts_beside_a_proposal_belong_to_what_is_published():
    rows = world(
        needs=[need("N", quantity=5)],
        offers=[offer("O", A1A, capacity=9)],
        assigned=[assigned("N", "O", 2, "accepted"), assigned("N", "O", 3)],
    )
    assert told(rows, ("N", "O", 5)) == ([], [])
    assert told(rows, ("N", "O", 2)) == (["N"], [])


PAST = date(2026, 11, 1)
GONE: dict[str, dict[str, Any]] = {
    "paused": {"offers": [offer("O", A1A, capacity=9, paused=True)]},
    "over": {"offers": [offer("O", A1A, capacity=9, valid_to=PAST)]},
    "elsewhere": {"offers": [offer("O", A1B, capacity=9)]},
    "of another kind": {"offers": [offer("O", A1A, capacity=9, kind=VISIT)]},
    "for others": {"offers": [offer("O", A1A, capacity=9, traits="elderly")]},
    "used up": {"offers": [offer("O", A1A, capacity=0)]},
    "of a fund that is over": {
        "offers": [offer("O", A1A, capacity=9, fund="F")],
        "funds": [{"fund": "F", "name": "金", "region": A1A, "amount": 9, "valid_to": PAST}],
    },
    "of a fund that is spent": {
        "offers": [offer("O", A1A, capacity=9, unit_cost=2, fund="F")],
        "funds": [{"fund": "F", "name": "金", "region": A1A, "amount": 1}],
    },
    "of a fund of other places": {
        "offers": [offer("O", A1A, capacity=9, fund="F")],
        "funds": [{"fund": "F", "name": "金", "region": A2A, "amount": 9}],
    },
    "of somebody without money": {
        "offers": [offer("O", A1A, capacity=9, unit_cost=2)],
        "organizations": [{"organization": "G", "name": "会", "type": "charity", "budget": 1}],
    },
    "forbidden": {"locks": [lock("N", "O", "forbid")]},
    "declined": {"exclusions": [{"need": "N", "provider_type": "offer", "provider": "O", "reason": "declined"}]},
    "kept by another": {"offers": [offer("O", A1A, capacity=9), offer("P", A1A)], "locks": [lock("N", "P")]},
    "too much": {"assigned": [assigned("N", "O", 2)]},
}
"""For each reason a world in which what is published cannot stand."""


@pytest.mark.parametrize("why", sorted(GONE))
def test_a_change_is_forced_where_the_provider_is(why: str):
    rows = world(needs=[need("N")], offers=[offer("O", A1A, capacity=9)], assigned=[assigned("N", "O")])
    assert told(rows) == (["N"], [])
    assert told(rows | GONE[why]) == ([], ["N"])


VOLUNTEER_GONE: dict[str, dict[str, Any]] = {
    "able": {"skills": "greet"},
    "near": {"village": B1A, "minutes_limit": 5},
    "free": {"hours": 0},
}


@pytest.mark.parametrize("why", sorted(VOLUNTEER_GONE))
def test_a_change_is_forced_where_the_volunteer_is_no_longer(why: str):
    rows = world(
        needs=[need("N", kind=VISIT)],
        offers=[],
        volunteers=[{"volunteer": "V", "village": A1A, "skills": VISIT, "hours": 1}],
        assigned=[assigned("N", "V", provider_type="volunteer")],
    )
    assert told(rows, ("N", "V", 1)) == ([], [])
    assert told(rows) == (["N"], [])
    rows["volunteers"][0] |= VOLUNTEER_GONE[why]
    assert told(rows) == ([], ["N"])


def test_an_indivisible_need_that_asks_for_more_cannot_keep_what_it_had():
    rows = world(
        needs=[need("N", kind=VISIT, quantity=2)],
        offers=[offer("O", A1A, kind=VISIT, capacity=9)],
        assigned=[assigned("N", "O", 1)],
    )
    assert told(rows, ("N", "O", 2)) == ([], ["N"])


def test_a_larger_share_of_a_need_that_can_be_divided_is_free_even_where_it_asks_for_more():
    rows = world(needs=[need("N", quantity=2)], offers=[offer("O", A1A, capacity=9)], assigned=[assigned("N", "O", 1)])
    assert told(rows, ("N", "O", 1)) == ([], [])
    assert told(rows, ("N", "O", 2)) == (["N"], [])


def test_of_a_provider_that_gives_less_the_first_in_turn_keep_what_they_had():
    rows = world(
        needs=[need("N1"), need("N2", urgency="red"), need("N3", due_on=date(2026, 12, 1))],
        offers=[offer("O", A1A, capacity=2)],
        assigned=[assigned("N1", "O"), assigned("N2", "O"), assigned("N3", "O")],
    )
    assert told(rows) == (["N2", "N3"], ["N1"])
    rows["locks"] = [lock("N4", "O")]
    rows["needs"].append(need("N4"))
    assert told(rows, ("N4", "O", 1)) == (["N2"], ["N1", "N3"])
