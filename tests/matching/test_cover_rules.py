"""Who may cover what, and who is responsible for whom: each hard rule kept, and what happens where it binds."""

from typing import Any

import pytest

from matching.cover import cover
from tests.matching.staffed import (
    A1,
    A2,
    A3,
    A_FARM,
    B1,
    B2,
    C1,
    COUNTY,
    D1,
    E1,
    OTHER_COUNTY,
    PROVINCE,
    A,
    B,
    C,
    D,
    E,
    staffed,
)  # fmt: skip

WORKER: dict[str, Any] = {"town": A, "capacity": 10}
IN_A = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3)


def home(village: str, alert: str = "green", **cells: Any) -> dict[str, Any]:
    return {"village": village, "alert": alert, **cells}


def test_every_village_and_town_in_reach_is_covered_and_every_household_has_one_worker_of_its_village() -> None:
    world = staffed({"W1": WORKER, "W2": {"town": B, "capacity": 10}}, {"H1": home(A1, "red"), "H2": home(B1)})
    covered = world.run()
    coverage, responsible = world.coverage(covered), world.responsible(covered)
    assert {place for place, _ in coverage} == {A, A1, A2, A3, A_FARM, B, B1, B2}
    assert set(responsible) == {"H1", "H2"}
    assert {(A1, responsible["H1"]), (B1, responsible["H2"])} <= coverage


@pytest.mark.parametrize(("limit", "reached"), [(10, True), (9, False)])
def test_a_minutes_limit_holds_its_own_value(limit: int, reached: bool) -> None:
    world = staffed({"W1": WORKER | {"minutes_limit": limit}}, {"H1": home(A1)}, scope=A)
    covered = world.run()
    assert ((A1, "W1") in world.coverage(covered)) == reached
    assert world.uncovered(covered).get(A1) == (None if reached else "no_worker_in_reach")
    assert world.uncovered(covered).get("H1") == (None if reached else "village_uncovered")


def test_a_worker_covers_no_more_villages_than_the_limit_and_towns_do_not_count() -> None:
    world = staffed({"W1": WORKER | {"villages_limit": 1}}, places=IN_A)
    covered = world.run()
    coverage = world.coverage(covered)
    assert (A, "W1") in coverage
    assert len(coverage) == 2
    assert sorted(world.uncovered(covered).values()) == ["worker_limits_taken"] * 2


def test_real_villages_come_before_village_like_units() -> None:
    world = staffed({"W1": WORKER | {"villages_limit": 3}}, {"H1": home(A_FARM, "red")}, scope=A)
    covered = world.run()
    assert {place for place, _ in world.coverage(covered)} == {A, A1, A2, A3}
    assert world.uncovered(covered) == {A_FARM: "worker_limits_taken", "H1": "village_uncovered"}
    assert [band.value for band in covered.stages[0].bands] == [4, 0]


@pytest.mark.parametrize(
    ("across", "places"),
    [
        ("town", {A, A1}),
        ("county", {A, A1, B, B1}),
        ("city", {A, A1, B, B1, C, C1}),
        ("any", {A, A1, B, B1, C, C1, D, D1}),
    ],
)
def test_a_worker_covers_across_what_the_policy_says(across: str, places: set[str]) -> None:
    world = staffed(
        {"W1": WORKER},
        places=(PROVINCE, "441400000000", COUNTY, OTHER_COUNTY, "441900000000", A, A1, B, B1, C, C1, D, D1),
        cover_across=across,
    )
    assert {place for place, _ in world.coverage(world.run())} == places


def test_a_city_without_counties_counts_as_one_county() -> None:
    world = staffed({"W1": {"town": D, "capacity": 10}}, {"H1": home(E1)})
    covered = world.run()
    assert {(D, "W1"), (D1, "W1"), (E, "W1"), (E1, "W1")} == world.coverage(covered)
    assert world.responsible(covered) == {"H1": "W1"}


def test_an_unreachable_place_is_covered_by_a_worker_without_limit_and_last() -> None:
    travel = {(A, A1): 30, (A, B): 20}
    workers = {"W1": WORKER, "W2": {"town": B, "capacity": 10}, "W3": WORKER | {"minutes_limit": 400}}
    places = (PROVINCE, "441400000000", COUNTY, A, A1, A2, B)
    world = staffed(workers, {"H1": home(A1), "H2": home(A2)}, places=places, travel=travel)
    covered = world.run()
    coverage = world.coverage(covered)
    assert {worker for place, worker in coverage if place == A1} <= {"W1", "W3"}
    assert {worker for place, worker in coverage if place == A2} <= {"W1", "W2"}
    minutes = dict(zip(covered.coverage.place.tolist(), covered.coverage.minutes.tolist(), strict=True))
    assert minutes[world.keys("regions").index(A2)] == 600


def test_load_stays_within_overload_max_and_the_most_urgent_households_come_first() -> None:
    households = {"H1": home(A1, "none", weight=1), "H2": home(A1, "red"), "H3": home(A1, "orange"), "H4": home(A1)}
    world = staffed({"W1": WORKER}, households, overload_max=1.3)
    covered = world.run()
    assert set(world.responsible(covered)) == {"H2", "H3"}
    assert {key: code for key, code in world.uncovered(covered).items() if key.startswith("H")} == {
        "H1": "no_capacity",
        "H4": "no_capacity",
    }
    stage = covered.stages[1]
    assert [band.value for band in stage.bands] == [1, 1, 0, 0, 0, 0] == [band.bound for band in stage.bands]


def test_among_equally_urgent_households_the_lighter_come_first() -> None:
    households = {"H1": home(A1, weight=9), "H2": home(A1, weight=4), "H3": home(A1, weight=5)}
    world = staffed({"W1": WORKER}, households, overload_max=1.0)
    assert set(world.responsible(world.run())) == {"H2", "H3"}


def test_a_village_larger_than_a_worker_is_shared_by_whole_households() -> None:
    households = {f"H{number}": home(A1, weight=6) for number in range(4)}
    world = staffed({"W1": WORKER, "W2": WORKER}, households, overload_max=1.2)
    responsible = world.responsible(world.run())
    assert sorted(responsible.values()) == ["W1", "W1", "W2", "W2"]


def test_a_household_that_lives_in_an_institution_as_a_whole_needs_nobody() -> None:
    world = staffed({"W1": WORKER}, {"H1": home(A1, living="institution"), "H2": home(A1)})
    covered = world.run()
    assert set(world.responsible(covered)) == {"H2"}
    assert "H1" not in world.uncovered(covered)


def test_clerks_and_assistants_do_not_count_unless_a_lock_keeps_them() -> None:
    clerk = WORKER | {"type": "clerk"}
    world = staffed({"W1": clerk}, {"H1": home(A1)}, scope=A)
    covered = world.run()
    assert world.coverage(covered) == set()
    assert world.uncovered(covered)[A1] == "stations_empty"
    kept = staffed({"W1": clerk}, {"H1": home(A1)}, scope=A, locks=[("keep", "village", A1, "W1")])
    covered = kept.run()
    assert kept.coverage(covered) == {(A1, "W1")}
    assert covered.stages[0].value == 0


def test_a_scope_is_staffed_with_what_the_published_state_leaves_outside_it() -> None:
    worker = {"town": B, "capacity": 10, "villages_limit": 2}
    households = {"H1": home(B1, weight=4), "H2": home(A1, weight=7), "H3": home(A1, weight=6)}
    places = (PROVINCE, "441400000000", COUNTY, A, A1, A2, B, B1)
    published = [(B1, "W1"), ("H1", "W1")]
    world = staffed({"W1": worker}, households, places=places, scope=A, published=published, overload_max=1.0)
    covered = world.run()
    assert world.responsible(covered) == {"H3": "W1"}
    assert world.coverage(covered) == {(A, "W1"), (A1, "W1")}
    alone = staffed({"W1": worker}, households, places=places, scope=A, overload_max=1.0)
    assert {place for place, _ in alone.coverage(alone.run())} == {A, A1, A2}


def test_what_is_published_stays_where_it_still_may() -> None:
    workers = {f"W{number}": WORKER | {"villages_limit": 1} for number in range(1, 5)}
    households = {"H1": home(A1, weight=6), "H2": home(A1, weight=6), "H3": home(A2), "H4": home(A3)}
    published = [
        (A, "W4"), (A1, "W2"), (A1, "W3"), (A2, "W4"), (A3, "W1"),
        ("H1", "W3"), ("H2", "W2"), ("H3", "W4"), ("H4", "W1"),
    ]  # fmt: skip
    world = staffed(workers, households, places=IN_A, published=published)
    covered = world.run()
    assert world.coverage(covered) | set(world.responsible(covered).items()) == set(published)
    stage = next(stage for stage in covered.stages if stage.stage == "worker_changes")
    assert (stage.value, stage.bound, stage.exact) == (0, 0, True)


def test_what_is_published_stands_beside_a_lock_on_a_later_place() -> None:
    households = {"H1": home(A1, weight=3), "H2": home(A2, weight=4)}
    published = [(A, "W1"), (A1, "W1"), ("H1", "W1")]
    world = staffed(
        {"W1": WORKER}, households, places=IN_A[:6], published=published, locks=[("keep", "household", "H2", "W1")]
    )
    covered = world.run()
    assert world.responsible(covered) == {"H1": "W1", "H2": "W1"}
    operating = next(stage for stage in covered.stages if stage.stage == "operating")
    assert operating.value == 2 * (60 + 40) + 7 * 10


def test_a_change_is_a_place_or_household_whose_workers_differ() -> None:
    households = {"H1": home(A1), "H2": home(A2)}
    published = [(A, "W1"), (A1, "W9"), (A2, "W1"), ("H1", "W9"), ("H2", "W1")]
    workers = {"W1": WORKER | {"villages_limit": 3}, "W9": {"town": C, "capacity": 10}}
    world = staffed(workers, households, places=(*IN_A, OTHER_COUNTY, C), scope=COUNTY, published=published)
    covered = world.run()
    stage = next(stage for stage in covered.stages if stage.stage == "worker_changes")
    assert stage.value == 2  # W9 sits in another county: the village and the household change hands
    assert world.responsible(covered) == {"H1": "W1", "H2": "W1"}


def test_without_workers_everything_is_uncovered_and_says_so() -> None:
    world = staffed({}, {"H1": home(A1)})
    covered = cover(world.problem)
    assert [stage.value for stage in covered.stages] == [0, 0, 0]
    assert set(world.uncovered(covered).values()) == {"stations_empty", "village_uncovered"}
