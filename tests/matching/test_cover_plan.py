"""How a plan of workers is found: what it prefers where several keep the rules, and what does not matter."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover import Covered
from tests.matching.staffed import A1, A2, A3, B1, COUNTY, PROVINCE, A, B, staffed

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3, B, B1)
IN_A = PLACES[:7]


def stage(covered: Covered, name: str) -> Any:
    return next(stage for stage in covered.stages if stage.stage == name)


def test_a_village_is_covered_by_the_nearest_station_with_load_to_spare() -> None:
    households = {"H1": {"village": A1, "weight": 5}, "H2": {"village": B1, "weight": 5}}
    workers = {"W1": {"town": A, "capacity": 10}, "W2": {"town": B, "capacity": 10}}
    world = staffed(workers, households, places=PLACES)
    assert world.responsible(world.run()) == {"H1": "W1", "H2": "W2"}


def test_a_village_that_fits_one_worker_is_not_shared() -> None:
    households = {f"H{at}": {"village": A1, "weight": 2} for at in range(4)}
    world = staffed({"W1": {"town": A, "capacity": 10}, "W2": {"town": A, "capacity": 10}}, households, places=PLACES)
    covered = world.run()
    assert len(set(world.responsible(covered).values())) == 1


def test_overload_is_relieved_by_a_second_worker_where_that_is_cheaper() -> None:
    households = {f"H{at}": {"village": A1, "weight": 1} for at in range(14)}
    workers = {"W1": {"town": A, "capacity": 10}, "W2": {"town": A, "capacity": 10}}
    world = staffed(workers, households, places=PLACES)
    holders = list(world.responsible(world.run()).values())
    assert max(holders.count(worker) for worker in workers) <= 10


def test_villages_are_exchanged_where_no_room_is_left_to_share_them() -> None:
    """Two workers with two villages each carry everything only if a large and a small village go together."""
    loads = {A1: 12, A2: 11, A3: 4, B1: 3}
    households = {
        f"H{village}{at}": {"village": village, "weight": 1} for village, load in loads.items() for at in range(load)
    }
    worker = {"town": A, "capacity": 10, "villages_limit": 2}
    world = staffed({"W1": worker, "W2": worker}, households, places=PLACES)
    covered = world.run()
    assert len(world.responsible(covered)) == 30
    assert stage(covered, "responsible").exact


def test_a_village_goes_where_its_urgent_households_are_all_served_though_fewer_are_in_all() -> None:
    """The larger worker could carry 15 of A2, or all 14 of A1, which are red; the other one carries 8 of either."""
    households = {f"R{at}": {"village": A1, "alert": "red", "weight": 1} for at in range(14)}
    households |= {f"N{at}": {"village": A2, "weight": 1} for at in range(15)}
    workers = {
        "W1": {"town": A, "capacity": 10, "villages_limit": 1},
        "W2": {"town": A, "capacity": 5, "villages_limit": 1},
    }
    covered = staffed(workers, households, places=IN_A[:6]).run()
    assert [band.value for band in stage(covered, "responsible").bands] == [14, 0, 0, 0, 0, 8]


def test_a_village_goes_to_the_nearer_of_two_workers_who_exchange_nothing_else() -> None:
    """Each station has room for one village; the far assignment fills capacity just as well."""
    travel = {(A, A1): 5, (B, A1): 50, (A, B1): 50, (B, B1): 5}
    workers = {
        "W1": {"town": A, "capacity": 10, "villages_limit": 1},
        "W2": {"town": B, "capacity": 10, "villages_limit": 1},
    }
    households = {"H1": {"village": A1, "weight": 9}, "H2": {"village": B1, "weight": 9}}
    places = (PROVINCE, "441400000000", COUNTY, A, A1, B, B1)
    world = staffed(workers, households, places=places, travel=travel)
    assert world.responsible(world.run()) == {"H1": "W1", "H2": "W2"}


def test_the_operating_cost_is_that_of_the_policy() -> None:
    """One pair at 10 minutes (60 + 40), 9 of load at 10 minutes, 0.5 above 85% of capacity at 5."""
    world = staffed({"W1": {"town": A, "capacity": 10}}, {"H1": {"village": A1, "weight": 9}}, places=IN_A[:5])
    operating = stage(world.run(), "operating")
    assert operating.value == 100 + 90 + 2.5
    assert operating.bound <= operating.value


def test_overload_costs_on_top_of_busy_load() -> None:
    world = staffed({"W1": {"town": A, "capacity": 10}}, {"H1": {"village": A1, "weight": 12}}, places=IN_A[:5])
    assert stage(world.run(), "operating").value == 100 + 120 + 5 * 3.5 + 60 * 2


def test_a_worker_with_load_to_spare_or_nothing_to_do_is_listed_with_what_is_left() -> None:
    workers = {"W1": {"town": A, "capacity": 10, "villages_limit": 3}, "W2": {"town": A, "capacity": 0}}
    world = staffed(workers, {"H1": {"village": A1, "weight": 4}}, places=IN_A)
    unused = world.run().unused
    assert [world.keys("caseworkers")[row] for row in unused.provider] == ["W1"]
    assert unused.remaining.tolist() == [6]
    assert unused.reason.to_pylist() == ["load_to_spare"]


@settings(max_examples=30, deadline=None)
@given(st.permutations(["W1", "W2", "W3"]), st.permutations(["H1", "H2", "H3", "H4"]))
def test_the_order_of_rows_does_not_matter(workers: list[str], households: list[str]) -> None:
    staff: dict[str, dict[str, Any]] = {
        "W1": {"town": A, "capacity": 6, "villages_limit": 2},
        "W2": {"town": B, "capacity": 9},
        "W3": {"town": A, "capacity": 9, "minutes_limit": 20, "villages_limit": 1},
    }
    homes = {
        "H1": {"village": A1, "weight": 5},
        "H2": {"village": A1, "alert": "red"},
        "H3": {"village": A2, "weight": 3},
        "H4": {"village": B1, "alert": "blue"},
    }
    plain = staffed(staff, homes, places=PLACES)
    mixed = staffed({key: staff[key] for key in workers}, {key: homes[key] for key in households}, places=PLACES)
    one, other = plain.run(), mixed.run()
    assert plain.responsible(one) == mixed.responsible(other)
    assert plain.coverage(one) == mixed.coverage(other)
    assert np.array_equal(one.coverage.minutes, other.coverage.minutes)
