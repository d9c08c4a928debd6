"""Coverage that is called exact is the most there is: a plan that leaves a place to gain is found, however far the way to it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import VILLAGE
from matching.match import match
from matching.plan import Plan
from matching.verify.case import Case
from matching.verify.check import Look
from matching.verify.cover_proof import proven_cover
from tests.matching.staffed import A1, A2, A3, A_FARM, B1, COUNTY, PROVINCE, A, B, Staffed, best_pairs, staffed
from tests.matching.test_cover_bounds import worlds

CITY = "441400000000"
WORKER = {"town": A, "capacity": 100}


def seen(world: Staffed, plan: Plan) -> Look:
    return proven_cover.look(Case(world.problem.snapshot, plan))


def covering(plan: Plan, pairs: Iterable[tuple[int, int]]) -> Plan:
    """The plan with these pairs of villages and workers beside its towns, each village by one worker at most."""
    return replace(plan, coverage=replace(plan.coverage, **_columns(pairs)))


def _columns(pairs: Iterable[tuple[int, int]]) -> dict[str, np.ndarray]:
    place, worker = np.array(sorted(pairs), np.int32).reshape(-1, 2).T
    return {"place": place, "caseworker": worker, "minutes": np.zeros(len(place), np.int32)}


def with_pairs(world: Staffed, plan: Plan, *pairs: tuple[str, str]) -> Plan:
    """The plan with these villages covered by these workers, and its towns as they are."""
    places, workers = world.keys("regions"), world.keys("caseworkers")
    level = world.problem.snapshot.regions.level
    towns = [
        (int(place), int(worker))
        for place, worker in zip(plan.coverage.place, plan.coverage.caseworker, strict=True)
        if level[place] != VILLAGE
    ]
    return covering(plan, [*towns, *((places.index(place), workers.index(worker)) for place, worker in pairs)])


@settings(max_examples=120, deadline=None)
@given(worlds(), st.data())
def test_what_is_called_exact_has_no_place_to_gain_and_one_place_less_has(world: Staffed, data: st.DataObject) -> None:
    plan = match(world.problem)
    assert not len(seen(world, plan).wrong)
    level = world.problem.snapshot.regions.level[plan.coverage.place]
    villages = np.unique(plan.coverage.place[level == VILLAGE]).tolist()
    if villages and next(each for each in plan.certificate.stages if each.stage == "cover").exact:
        gone = data.draw(st.sampled_from(villages))
        pairs = zip(plan.coverage.place.tolist(), plan.coverage.caseworker.tolist(), strict=True)
        fewer = covering(plan, [pair for pair in pairs if pair[0] != gone])
        assert len(seen(world, fewer).wrong)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_every_way_to_cover_most_is_proven(world: Staffed, data: st.DataObject) -> None:
    plan = match(world.problem)
    level = world.problem.snapshot.regions.level
    pairs = zip(plan.coverage.place.tolist(), plan.coverage.caseworker.tolist(), strict=True)
    towns = [pair for pair in pairs if level[pair[0]] != VILLAGE]
    most = data.draw(st.sampled_from(best_pairs(world.problem)))
    assert not len(seen(world, covering(plan, [*towns, *most])).wrong)


def test_a_worker_who_can_hand_a_village_on_makes_room_for_another() -> None:
    """W1 goes no further than A1; W2 holds A1 and could go to B1 instead."""
    world = staffed(
        {
            "W1": WORKER | {"minutes_limit": 10, "villages_limit": 1},
            "W2": WORKER | {"villages_limit": 1},
        },
        places=(PROVINCE, CITY, COUNTY, A, A1, B, B1),
    )
    plan = match(world.problem)
    assert world.coverage(plan) >= {(A1, "W1"), (B1, "W2")}
    worse = with_pairs(world, plan, (A1, "W2"))
    assert len(seen(world, worse).wrong) == 1
    assert not len(seen(world, with_pairs(world, plan, (A1, "W1"), (B1, "W2"))).wrong)


@pytest.mark.parametrize("locked", [("village", A1), ("household", "H1")])
def test_what_a_lock_keeps_is_not_handed_on(locked: tuple[str, str]) -> None:
    world = staffed(
        {
            "W1": WORKER | {"minutes_limit": 10, "villages_limit": 1},
            "W2": WORKER | {"villages_limit": 1},
        },
        {"H1": {"village": A1}},
        places=(PROVINCE, CITY, COUNTY, A, A1, B, B1),
        locks=[("keep", *locked, "W2")],
    )
    plan = match(world.problem)
    assert (A1, "W2") in world.coverage(plan)
    assert not len(seen(world, plan).wrong)


def test_a_village_that_counts_less_gives_way_to_a_real_one() -> None:
    world = staffed({"W1": WORKER | {"villages_limit": 1}}, places=(PROVINCE, CITY, COUNTY, A, A1, A_FARM))
    plan = match(world.problem)
    assert not len(seen(world, plan).wrong)
    assert len(seen(world, with_pairs(world, plan, (A_FARM, "W1"))).wrong) == 1


def test_a_village_covered_twice_makes_room() -> None:
    world = staffed(
        {"W1": WORKER | {"villages_limit": 1}, "W2": WORKER | {"villages_limit": 1}},
        places=(PROVINCE, CITY, COUNTY, A, A1, A2, A3),
    )
    plan = match(world.problem)
    assert not len(seen(world, plan).wrong)
    assert len(seen(world, with_pairs(world, plan, (A1, "W1"), (A1, "W2"))).wrong) > 0


def test_a_town_within_reach_is_a_place_to_gain() -> None:
    world = staffed({"W1": WORKER}, places=(PROVINCE, CITY, COUNTY, A, A1))
    plan = match(world.problem)
    none = covering(plan, [])
    look = seen(world, none)
    assert {look.facts(row)["place"] for row in range(len(look.wrong))} == {A, A1}
    stages = tuple(replace(each, exact=False) for each in plan.certificate.stages)
    bounded = replace(none, certificate=replace(plan.certificate, stages=stages))
    assert not len(seen(world, bounded).wrong)
