"""One more worker at a town covers just as many places more as is told, and answers for as many households at least."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings

from graph.snapshot import NONE, Ragged
from matching.cover import Covered, cover
from matching.cover.covering import wide_case
from matching.cover.one_more import one_more_worker
from matching.problem import Problem
from tests.matching.staffed import A1, A2, A3, B1, COUNTY, PROVINCE, A, B, Staffed, may, staffed, ways
from tests.matching.test_cover_bounds import worlds

IN_A = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3)
WORKER: dict[str, Any] = {"town": A, "capacity": 10, "villages_limit": 1}


def told(world: Staffed, covered: Covered) -> dict[str, tuple[int, int]]:
    """Towns with the places and households that one more worker there is told to be worth."""
    case = wide_case(world.problem, nearest=world.nearest)
    found, keys = one_more_worker(case, covered.coverage, covered.responsibilities), world.keys("regions")
    rows = zip(found.town.tolist(), found.places.tolist(), found.households.tolist(), strict=True)
    return {keys[town]: (places, households) for town, places, households in rows}


def lower_median(values: Any) -> int:
    return int(sorted(values)[(len(values) - 1) // 2])


def with_one_more(world: Staffed, town: str) -> Problem:
    """The problem with one more worker at a town, as the workers there are."""
    snapshot = world.problem.snapshot
    staff = snapshot.caseworkers
    limits = {}
    for name in ("villages_limit", "minutes_limit"):
        middle = lower_median([9999 if each == NONE else each for each in getattr(staff, name).tolist()])
        limits[name] = np.append(getattr(staff, name), NONE if middle == 9999 else middle).astype(np.int32)
    more = replace(
        staff,
        key=pa.array([*staff.key.to_pylist(), "X"]),
        town=np.append(staff.town, world.keys("regions").index(town)).astype(np.int32),
        type=np.append(staff.type, 0).astype(np.int8),
        capacity=np.append(staff.capacity, lower_median(staff.capacity.tolist())),
        dialects=Ragged(np.append(staff.dialects.offsets, staff.dialects.offsets[-1]), staff.dialects.values),
        **limits,
    )
    return replace(world.problem, snapshot=replace(snapshot, caseworkers=more))


def real_places(problem: Problem, covered: Covered) -> int:
    places = np.unique(covered.coverage.place)
    return int(problem.snapshot.regions.real[places].sum())


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_just_as_many_more_places_are_covered_when_the_worker_is_there(world: Staffed) -> None:
    before = world.run()
    found = told(world, before)
    for town in (A, B):
        problem = with_one_more(world, town)
        after = cover(problem, nearest=world.nearest)
        gained = real_places(problem, after) - real_places(world.problem, before)
        assert found.get(town, (0, 0))[0] == gained


@settings(max_examples=80, deadline=None)
@given(worlds())
def test_beside_the_plan_as_it_is_the_worker_can_answer_for_as_many_households_as_is_told(world: Staffed) -> None:
    before = world.run()
    level = world.problem.snapshot.regions.level
    pairs = zip(before.coverage.place.tolist(), before.coverage.caseworker.tolist(), strict=True)
    held = {(place, worker) for place, worker in pairs if level[place] == 4}
    for town, (_, households) in told(world, before).items():
        problem = with_one_more(world, town)
        staff = problem.snapshot.caseworkers
        new = len(staff.type) - 1
        able = [each for each in np.flatnonzero(level == 4).tolist() if may(problem, each, new)]
        limit = int(staff.villages_limit[new])
        most = len(able) if limit < 0 else min(limit, len(able))
        best = max(
            len(way.served)
            for some in itertools.combinations(able, most)
            for way in ways(problem, frozenset(held | {(place, new) for place in some}))
        )
        assert best >= len(before.responsibilities.household) + households


def test_where_nothing_is_lacking_one_more_is_worth_nothing() -> None:
    world = staffed({"W1": WORKER | {"villages_limit": 3}}, {"H1": {"village": A1, "weight": 16}}, places=IN_A)
    assert told(world, world.run()) == {}


def test_a_worker_without_any_like_it_is_not_priced() -> None:
    world = staffed({"W1": WORKER | {"type": "clerk"}}, {"H1": {"village": A1}}, places=IN_A)
    assert told(world, world.run()) == {}


def test_uncovered_villages_come_first_and_the_worker_carries_no_more_than_it_may() -> None:
    """W1 has A1 with the red household, and carries 16 at most; the new one takes one uncovered village."""
    homes = {"H1": {"village": A1, "alert": "red", "weight": 16}, "H2": {"village": A1, "weight": 3}}
    homes |= {f"H{at}": {"village": A2, "weight": 6} for at in (3, 4, 5)}
    world = staffed({"W1": WORKER}, homes, places=IN_A)
    assert told(world, world.run()) == {A: (1, 2)}


def test_a_village_that_another_worker_hands_on_counts_as_one_more_covered() -> None:
    """The new worker at A reaches A1 alone, whose worker of B may go to B1 as well."""
    workers = {"W1": {"town": B, "capacity": 10, "villages_limit": 1, "minutes_limit": 20}}
    travel = {(B, A1): 15, (B, B1): 15, (A, A1): 10}
    world = staffed(workers, places=(*IN_A[:5], B, B1), travel=travel)
    assert told(world, world.run())[A] == (2, 0)  # the town itself, and a village
