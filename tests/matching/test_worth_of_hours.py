"""A volunteer with the hours that a town's worth names lets in the need that it names, and one with fewer does not."""

import pytest
from hypothesis import given, settings

from matching.match import match
from matching.problem import Problem
from matching.serve import serve
from matching.worth import worth_by_town
from tests.matching.helped import volunteer
from tests.matching.test_serve_exact import served_by_level
from tests.matching.test_serve_state import assigned
from tests.matching.test_worth import named
from tests.matching.worlds import (
    A1A,
    A1B,
    COUNTY_A,
    FOOD,
    GREET,
    TOWN_A1,
    VILLAGES,
    VISIT,
    Rows,
    chain,
    need,
    offer,
    problem_of,
    world,
    worlds,
)

Worth = tuple[int, str, int]


def hours_of(problem: Problem) -> dict[tuple[str, str], Worth]:
    """By town and kind the hours and the need that they let in."""
    return {
        (row["town"], row["kind"]): (row["amount"], row["urgency"], row["waiting_months"])
        for row in worth_by_town(problem, match(problem)).to_pylist()
        if row["what"] == "hours"
    }


def gained(rows: Rows, village: str, kind: str, hours: int) -> tuple[str, int] | None:
    """The level that serves one need more when somebody in a village has hours for those who live there."""
    before = problem_of(rows)
    more = volunteer("NEW", village, kind, hours, minutes_limit=0)
    after = problem_of(rows | {"volunteers": [*rows.get("volunteers", []), more]})
    one, other = served_by_level(before, serve(before)), served_by_level(after, serve(after))
    changed = {level: other[level] - one[level] for level in one if other[level] != one[level]}
    if not changed:
        return None
    assert list(changed.values()) == [1]
    return named(before, next(iter(changed))[0])


@settings(max_examples=50, deadline=None)
@given(worlds(8, 5, most=1, kinds=(VISIT, GREET)))
def test_the_hours_let_in_the_need_that_is_named_and_none_where_none_is(rows: Rows) -> None:
    at_home = [{name: cell for name, cell in row.items() if name != "incident_place"} for row in rows["needs"]]
    rows = rows | {"needs": at_home}
    problem = problem_of(rows)
    worth = hours_of(problem)
    order = {named(problem, level): level for level in range(25)}
    for kind in (VISIT, GREET):
        for town in {chain(village)[1] for village in VILLAGES}:
            some = [gained(rows, village, kind, 1) for village in VILLAGES if town in chain(village)]
            best = min((each for each in some if each), key=order.__getitem__, default=None)
            assert worth.get((town, kind)) == (best and (1, *best))


def test_the_least_hours_for_the_most_urgent_need_are_told() -> None:
    needs = [
        need("N1", kind=VISIT, quantity=3, urgency="red"),
        need("N2", A1B, kind=VISIT, quantity=2, urgency="red"),
        need("N3", kind=VISIT),
    ]
    rows = world(needs=needs)
    assert hours_of(problem_of(rows)) == {(TOWN_A1, VISIT): (2, "red", 0)}
    assert gained(rows, A1B, VISIT, 1) is None
    after = problem_of(rows | {"volunteers": [volunteer("NEW", A1B, VISIT, 2, minutes_limit=0)]})
    assert serve(after).assignments.quantity.tolist() == [2]


@pytest.mark.parametrize(
    "one",
    [
        need("N", kind=FOOD),
        need("N", kind=VISIT, incident_place=COUNTY_A),
    ],
)
def test_what_takes_no_time_and_what_is_nowhere_near_has_no_hours(one: dict[str, object]) -> None:
    assert hours_of(problem_of(world(needs=[one]))) == {}


def test_a_need_of_which_somebody_gave_a_part_takes_no_volunteer() -> None:
    needs, offers = [need("N", kind=VISIT, quantity=2)], [offer("O", A1A, kind=VISIT)]
    held = [assigned("N", "O", status="accepted")]
    assert hours_of(problem_of(world(needs=needs, offers=offers))) == {(TOWN_A1, VISIT): (2, "green", 0)}
    assert hours_of(problem_of(world(needs=needs, offers=offers, assigned=held))) == {}
