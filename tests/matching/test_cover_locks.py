"""Locks on villages and households are held, or named when they cannot be."""

from typing import Any

import pytest

from matching.cover.locks import WorkerLockError
from matching.match import match
from tests.matching.staffed import A1, A2, A3, B1, C1, COUNTY, PROVINCE, A, B, C, staffed

WORKERS: dict[str, Any] = {
    "W1": {"town": A, "capacity": 10, "villages_limit": 1},
    "W2": {"town": A, "capacity": 10, "villages_limit": 1},
    "W3": {"town": B, "capacity": 10, "minutes_limit": 20},
}
HOUSEHOLDS = {"H1": {"village": A1, "alert": "green", "weight": 7}, "H2": {"village": A2, "weight": 5}}
PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2, B, B1)


def test_a_kept_village_is_covered_by_its_worker_and_by_nobody_for_nothing() -> None:
    for worker, village, other in (("W1", A2, "W2"), ("W2", A2, "W1")):
        world = staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=[("keep", "village", village, worker)])
        coverage = world.coverage(world.run())
        assert {pair for pair in coverage if pair[0] in {A1, A2}} == {(village, worker), (A1, other)}


def test_a_kept_household_has_its_worker_who_covers_its_village() -> None:
    for worker in ("W1", "W2"):
        world = staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=[("keep", "household", "H1", worker)])
        covered = world.run()
        assert world.responsible(covered)["H1"] == worker
        assert (A1, worker) in world.coverage(covered)


def test_a_kept_household_comes_before_more_urgent_ones() -> None:
    households = {"H1": {"village": A1, "weight": 8}, "H2": {"village": A1, "alert": "red", "weight": 5}}
    world = staffed(
        {"W1": WORKERS["W1"]}, households, places=PLACES, locks=[("keep", "household", "H1", "W1")], overload_max=1.2
    )
    assert world.responsible(world.run()) == {"H1": "W1"}


def test_a_forbidden_worker_neither_covers_the_village_nor_takes_its_households() -> None:
    for worker, other in (("W1", "W2"), ("W2", "W1")):
        world = staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=[("forbid", "village", A1, worker)])
        covered = world.run()
        assert (A1, worker) not in world.coverage(covered)
        assert world.responsible(covered)["H1"] == other


def test_a_forbidden_worker_may_cover_the_village_but_not_hold_the_household() -> None:
    lone = {"W1": {"town": A, "capacity": 20}}
    households = HOUSEHOLDS | {"H3": {"village": A1}}
    world = staffed(lone, households, places=PLACES, locks=[("forbid", "household", "H1", "W1")])
    covered = world.run()
    assert world.responsible(covered) == {"H2": "W1", "H3": "W1"}
    assert world.uncovered(covered)["H1"] == "forbidden"
    assert world.facts(covered, "H1")["locks"] == ["L0"]


ALONE = (PROVINCE, "441400000000", COUNTY, A, A1, A2)


def test_a_place_forbidden_to_every_worker_who_may_go_there_names_the_lock_and_not_the_minutes() -> None:
    world = staffed({"W1": {"town": A, "capacity": 9}}, places=ALONE, locks=[("forbid", "village", A1, "W1")])
    covered = world.run()
    assert world.uncovered(covered) == {A1: "place_forbidden"}
    assert world.facts(covered, A1)["locks"] == ["L0"]


def test_a_lock_on_a_worker_who_may_not_go_there_is_not_to_blame() -> None:
    near = {"town": A, "capacity": 9, "minutes_limit": 9}
    world = staffed({"W1": near}, places=ALONE, locks=[("forbid", "village", A1, "W1")])
    assert world.uncovered(world.run())[A1] == "no_worker_in_reach"


@pytest.mark.parametrize(("room", "reason"), [(2, "place_forbidden"), (1, "worker_limits_taken")])
def test_a_lock_is_to_blame_where_its_worker_has_room_and_all_others_have_none(room: int, reason: str) -> None:
    """Two workers and three villages; W2, to whom A1 is forbidden, covers another one."""
    workers = {"W1": {"town": A, "capacity": 9, "villages_limit": 1}, "W2": {"town": A, "capacity": 9}}
    workers["W2"]["villages_limit"] = room
    locks = [("keep", "village", A2, "W1"), ("forbid", "village", A1, "W2"), ("keep", "village", A3, "W2")]
    world = staffed(workers, places=(*ALONE, A3), locks=locks)
    assert world.uncovered(world.run()) == {A1: reason}


def test_a_household_forbidden_to_one_worker_goes_to_another_who_covers_its_village() -> None:
    for worker, other in (("W1", "W2"), ("W2", "W1")):
        locks = [("keep", "village", A1, "W1"), ("keep", "village", A1, "W2"), ("forbid", "household", "H1", worker)]
        world = staffed(WORKERS, HOUSEHOLDS, places=(*PLACES[:5], B, B1), locks=locks)
        assert world.responsible(world.run())["H1"] == other


def test_a_lock_past_its_last_day_holds_nothing() -> None:
    world = staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=[("keep", "village", B1, "W1")], lock_until=20_699)
    assert (B1, "W1") not in world.coverage(world.run())
    world = staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=[("keep", "village", B1, "W1")], lock_until=20_700)
    assert (B1, "W1") in world.coverage(world.run())


IMPOSSIBLE = {
    "elsewhere": [("keep", "village", C1, "W1")],
    "too_far": [("keep", "village", A1, "W3")],
    "villages_limit": [("keep", "village", A1, "W1"), ("keep", "village", A2, "W1")],
    "forbidden": [("forbid", "village", A1, "W1"), ("keep", "village", A1, "W1")],
    "two_workers": [("keep", "household", "H1", "W1"), ("keep", "household", "H1", "W2")],
    "load": [("keep", "household", "H3", "W1")],
    "needs_nobody": [("keep", "household", "H4", "W1")],
}


@pytest.mark.parametrize("why", IMPOSSIBLE)
def test_a_lock_that_cannot_be_held_is_named_with_the_reason(why: str) -> None:
    households = HOUSEHOLDS | {
        "H3": {"village": A1, "weight": 17},
        "H4": {"village": A1, "living": "institution"},
    }
    world = staffed(WORKERS, households, places=(*PLACES, A3, "441403000000", C, C1), locks=IMPOSSIBLE[why])
    with pytest.raises(WorkerLockError) as told:
        world.run()
    assert told.value.facts["reason"] == why
    assert told.value.facts["lock"] == f"L{len(IMPOSSIBLE[why]) - 1}"
    assert f"L{len(IMPOSSIBLE[why]) - 1}" in told.value.message("zh")


def test_a_forbidden_household_and_a_kept_one_contradict_each_other() -> None:
    locks = [("forbid", "household", "H1", "W1"), ("keep", "household", "H1", "W1")]
    with pytest.raises(WorkerLockError, match="another lock forbids"):
        staffed(WORKERS, HOUSEHOLDS, places=PLACES, locks=locks).run()


def test_a_household_kept_with_a_worker_of_another_type_is_told_as_without_one_and_the_plan_stands() -> None:
    world = staffed(
        {"W1": {"town": A, "capacity": 9}, "K1": {"town": A, "capacity": 9, "type": "clerk"}},
        {"H1": {"village": A1}, "H2": {"village": A1}},
        locks=[("keep", "household", "H1", "K1")],
    )
    plan = match(world.problem)
    assert plan.certificate.verdict.passed
    covered = world.run()
    assert world.responsible(covered) == {"H1": "K1", "H2": "W1"}
    assert world.uncovered(covered)["H1"] == "kept_with_other"
