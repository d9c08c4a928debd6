"""Stations left out of a place's candidates: locks hold beyond them, and what is proven is proven for all of them."""

from typing import Any

import numpy as np
import pytest

from matching.cover import covering
from matching.cover.packing import Pairs
from matching.cover.planning import minutes_of
from matching.cover.reaching import Held, build_reach
from tests.matching.staffed import A1, A2, A3, B1, COUNTY, PROVINCE, A, B, staffed
from tests.matching.test_cover_bounds import stage

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3, B, B1)
FAR = {(A, place): 30 for place in (A1, A2, A3)} | {(B, place): 10 for place in (A1, A2, A3, B1)} | {(A, B1): 70}


def crowd(count: int) -> tuple[dict[str, Any], list[tuple[str, str, str, str]]]:
    """Workers of B who all have a station of their own, since a lock forbids each of them a place."""
    workers = {f"N{at:02}": {"town": B, "capacity": 10, "villages_limit": 1} for at in range(count)}
    return workers, [("forbid", "village", B1, key) for key in workers]


@pytest.mark.parametrize("mode", ["lock", "published"])
def test_a_pair_that_stands_beyond_the_nearest_stations_is_held_with_its_own_minutes(mode: str) -> None:
    workers, locks = crowd(covering.NEAREST + 1)
    workers["FAR"] = {"town": A, "capacity": 20, "villages_limit": 1, "minutes_limit": 60}
    stands = [("keep", "village", A1, "FAR"), ("keep", "household", "H1", "FAR")] if mode == "lock" else []
    published = [(A1, "FAR"), ("H1", "FAR")] if mode == "published" else []
    world = staffed(
        workers,
        {"H1": {"village": A1, "weight": 4}},
        places=PLACES[:5] + PLACES[7:],
        travel=FAR,
        locks=locks + stands,
        published=published,
    )
    covered = world.run()
    assert world.responsible(covered) == {"H1": "FAR"}
    assert {pair for pair in world.coverage(covered) if pair[0] == A1} == {(A1, "FAR")}
    # one pair and its load, both at 30 minutes
    assert stage(covered, "operating").value == 60 + 4 * 30 + 4 * 30


def test_minutes_of_a_pair_outside_the_reach_are_refused() -> None:
    world = staffed({"W1": {"town": A, "capacity": 9, "minutes_limit": 20}}, places=PLACES, travel=FAR)
    nobody = Held(np.zeros(0, np.int32), np.zeros(0, np.int32))
    reach = build_reach(world.problem, {}, np.full(len(world.keys("regions")), 9), nobody)
    with pytest.raises(KeyError):
        minutes_of(reach, Pairs(np.array([0]), np.array([1]), np.array([0])))


def test_an_unreachable_station_left_out_is_looked_at_where_a_place_stays_uncovered() -> None:
    """W1 alone stands near; A2 is left to W2, whose station no road joins to it."""
    workers = {"W1": {"town": A, "villages_limit": 1}, "W2": {"town": B, "villages_limit": 1}}
    world = staffed(
        {key: row | {"capacity": 9} for key, row in workers.items()},
        places=(*PLACES[:6], B),
        travel={(A, A1): 10, (A, A2): 20},
        nearest=1,
    )
    covered = world.run()
    assert {place for place, _ in world.coverage(covered)} == {A, A1, A2, B}
    assert stage(covered, "cover").exact


def test_a_village_makes_room_by_going_to_a_station_left_out() -> None:
    """A1 has W1 alone; A2, which stands nearest to W1 too, makes way for it."""
    workers = {
        "W1": {"town": A, "villages_limit": 1, "capacity": 9},
        "W2": {"town": B, "villages_limit": 1, "capacity": 9, "minutes_limit": 30},
    }
    travel = {(A, A1): 10, (A, A2): 20, (B, A2): 30}
    world = staffed(workers, {"H1": {"village": A2}}, places=(*PLACES[:6], B), travel=travel, nearest=1)
    covered = world.run()
    assert {(A1, "W1"), (A2, "W2")} <= world.coverage(covered)
    assert stage(covered, "cover").exact
