"""Against every way to staff a tiny world: stage 1 is exact, and no way exceeds a bound."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover import Covered, covering, scarce
from matching.cover.case import case_of
from matching.cover.least import least_cost
from matching.cover.locks import kept_by_locks
from matching.cover.ways import ways_of
from tests.matching.staffed import A1, A2, B1, COUNTY, PROVINCE, A, B, Staffed, Way, best_pairs, staffed, ways

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2, B, B1)
ALERTS = ("red", "orange", "green", "none")


@st.composite
def worlds(draw: st.DrawFn) -> Staffed:
    """Two stations, three villages, up to three workers and five households; ways drawn, some of them missing."""
    minutes = st.one_of(st.none(), st.integers(1, 40))
    drawn = {(town, place): draw(minutes) for town in (A, B) for place in (A1, A2, B1)}
    travel = {pair: way for pair, way in drawn.items() if way is not None} | {(A, B): 5}
    worker = st.fixed_dictionaries(
        {
            "town": st.sampled_from([A, B]),
            "capacity": st.integers(0, 12),
            "minutes_limit": st.sampled_from([None, 0, 10, 20, 40]),
            "villages_limit": st.sampled_from([None, 0, 1, 1, 2]),
            "dialects": st.sampled_from([None, "粤语", "客家话;粤语"]),
        }
    )
    household = st.fixed_dictionaries(
        {
            "village": st.sampled_from([A1, A2, B1]),
            "alert": st.sampled_from(ALERTS),
            "weight": st.one_of(st.none(), st.integers(0, 9)),
            "dialect": st.sampled_from([None, None, "粤语", "客家话"]),
        }
    )
    workers = draw(st.lists(worker, min_size=1, max_size=3))
    households = draw(st.lists(household, max_size=5))
    return staffed(
        {f"W{at}": row for at, row in enumerate(workers)},
        {f"H{at}": row for at, row in enumerate(households)},
        places=PLACES,
        travel=travel,
        overload_max=draw(st.sampled_from([1.0, 1.6])),
        cover_across=draw(st.sampled_from(["county", "county", "town", "any"])),
        nearest=draw(st.sampled_from([1, 48])),
    )


def stage(covered: Covered, name: str) -> Any:
    return next(stage for stage in covered.stages if stage.stage == name)


def all_ways(world: Staffed) -> list[Way]:
    return [way for pairs in best_pairs(world.problem) for way in ways(world.problem, pairs)]


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_as_many_villages_are_covered_as_any_way_covers(world: Staffed) -> None:
    covered = world.run()
    level = world.problem.snapshot.regions.level
    villages = set(covered.coverage.place[level[covered.coverage.place] == 4].tolist())
    assert len(villages) == len({place for place, _ in best_pairs(world.problem)[0]})
    towns = len(set(covered.coverage.place.tolist())) - len(villages)
    assert stage(covered, "cover").value == len(villages) + towns == stage(covered, "cover").bound
    assert stage(covered, "cover").exact


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_no_way_gives_more_households_of_a_level_a_worker_than_its_bound(world: Staffed) -> None:
    covered = world.run()
    bands = stage(covered, "responsible").bands
    value = [band.value for band in bands]
    alert = world.problem.snapshot.households.alert[covered.responsibilities.household]
    assert np.bincount(alert, minlength=6).tolist() == value
    attained = [0] * 6
    for way in all_ways(world):
        for level, band in enumerate(bands):
            if list(way.levels[:level]) == value[:level]:
                attained[level] = max(attained[level], way.levels[level])
                assert way.levels[level] <= band.bound
    assert all(most >= mine for most, mine in zip(attained, value, strict=True))


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_no_way_to_serve_the_same_households_costs_less_than_the_bound(world: Staffed) -> None:
    covered = world.run()
    operating, served = stage(covered, "operating"), frozenset(covered.responsibilities.household.tolist())
    villages = set(covered.coverage.place.tolist())
    costs = [
        way.cost
        for way in all_ways(world)
        if way.served == served and villages.issuperset(place for place, _ in way.pairs)
    ]
    assert costs
    assert operating.bound <= min(costs) + 1e-6
    assert operating.value >= min(costs) - 1e-6


@settings(max_examples=120, deadline=None)
@given(worlds(), st.data())
def test_at_any_prices_of_load_and_of_pairs_no_way_costs_less_than_what_its_villages_cost_least(
    world: Staffed, data: st.DataObject
) -> None:
    problem = world.problem
    case = case_of(problem, kept_by_locks(problem), np.full(len(world.keys("regions")), world.nearest))
    reach, ladder, households = case.reach, case.ladder, problem.snapshot.households
    price = st.sampled_from([0.0, 2.5, 5.0, 20.0, 65.0, 100.0])
    unit = np.array([data.draw(price) for _ in range(ladder.size)])
    pair = np.array([data.draw(price) * 20 for _ in range(ladder.size)])
    some = data.draw(st.sampled_from(best_pairs(problem)))
    way = data.draw(st.sampled_from(list(ways(problem, some))))
    served = np.array(sorted(way.served), np.int64)
    load = np.bincount(
        reach.position[households.village[served]], weights=households.weight[served], minlength=len(reach.places)
    )
    covered = np.isin(reach.places, [place for place, _ in way.pairs])
    cheapest = ways_of(reach, ladder, load.astype(np.int64), covered, problem.policy.operating)
    least = least_cost(cheapest, unit, pair).sum() if covered.any() else 0.0
    assert least <= way.cost + 1e-6


def test_the_bound_of_a_village_that_two_workers_share_is_its_cost() -> None:
    """Two pairs at 10 minutes and 14 of load, which one worker would carry at a cost of 267.5 more."""
    households = {f"H{at}": {"village": A1, "weight": 1} for at in range(14)}
    workers = {key: {"town": A, "capacity": 10} for key in ("W1", "W2")}
    operating = stage(staffed(workers, households, places=PLACES[:5]).run(), "operating")
    assert operating.value == operating.bound == 2 * (60 + 40) + 14 * 10


def test_the_bound_knows_that_no_village_is_shared_where_workers_have_no_pair_to_spare() -> None:
    """Each worker has room for one village of 14 load, 4 above capacity, which sharing would save."""
    workers = {key: {"town": A, "capacity": 10, "villages_limit": 1} for key in ("W1", "W2")}
    households = {f"H{at}": {"village": A1 if at < 14 else A2, "weight": 1} for at in range(28)}
    operating = stage(staffed(workers, households, places=PLACES[:6]).run(), "operating")
    assert operating.value == operating.bound == 2 * (60 + 40 + 14 * 10 + 5 * 5.5 + 60 * 4)


def test_a_station_left_out_of_the_candidates_may_be_the_better_one() -> None:
    """The nearest worker is overloaded; the other one costs 60 + 4 × 12 and 16 × 12, which the bound must not exceed."""
    workers = {"W1": {"town": A, "capacity": 10}, "W2": {"town": B, "capacity": 40}}
    households = {f"H{at}": {"village": A1, "weight": 1} for at in range(16)}
    world = staffed(workers, households, places=(*PLACES[:5], B), travel={(A, A1): 10, (B, A1): 12}, nearest=1)
    operating = stage(world.run(), "operating")
    assert operating.bound <= 300 < operating.value
    assert stage(replace(world, nearest=2).run(), "operating").value == 300


def test_a_station_left_out_of_the_candidates_may_carry_what_the_nearest_cannot() -> None:
    workers = {"W1": {"town": A, "capacity": 10}, "W2": {"town": B, "capacity": 10}}
    households = {f"H{at}": {"village": A1 if at < 9 else A2, "weight": 1} for at in range(18)}
    travel = {(A, A1): 10, (A, A2): 10, (B, A1): 12, (B, A2): 12}
    world = staffed(workers, households, places=(*PLACES[:6], B), travel=travel, nearest=1)
    assert [(band.value, band.bound) for band in stage(world.run(), "responsible").bands][-1] == (16, 18)
    assert stage(replace(world, nearest=2).run(), "responsible").exact


def test_where_no_further_stations_are_looked_at_a_village_left_out_still_counts_in_every_bound() -> None:
    """W1 has room for one of two villages; W2, who is not looked at, could cover the other."""
    workers = {key: {"town": town, "capacity": 10, "villages_limit": 1} for key, town in (("W1", A), ("W2", B))}
    households = {"H1": {"village": A1, "alert": "red"}, "H2": {"village": A2, "alert": "green"}}
    travel = {(A, A1): 10, (A, A2): 10, (B, A1): 12, (B, A2): 12}
    world = staffed(workers, households, places=(*PLACES[:6], B), travel=travel, nearest=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering, "MOST_PAIRS", 0)
        covered = world.run()
    cover, responsible = stage(covered, "cover"), stage(covered, "responsible")
    assert (cover.value, cover.bound, cover.exact) == (3, 4, False)
    assert [(band.value, band.bound) for band in responsible.bands if band.bound] == [(1, 1), (0, 1)]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_where_no_further_stations_are_looked_at_the_bound_holds_and_exact_is_not_said_for_nothing(
    world: Staffed,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering, "MOST_PAIRS", 0)
        covered = replace(world, nearest=1).run()
    cover = stage(covered, "cover")
    level = world.problem.snapshot.regions.level
    towns = len({place for place in covered.coverage.place.tolist() if level[place] == 3})
    most = len({place for place, _ in best_pairs(world.problem)[0]}) + towns
    assert cover.value <= most <= cover.bound
    assert not cover.exact or cover.value == most
    bands = stage(covered, "responsible").bands
    for way in all_ways(world):
        for level, band in enumerate(bands):
            if list(way.levels[:level]) == [before.value for before in bands[:level]]:
                assert way.levels[level] <= band.bound


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_every_hard_rule_holds(world: Staffed) -> None:
    covered = world.run()
    pairs = {
        (place, worker)
        for place, worker in zip(covered.coverage.place.tolist(), covered.coverage.caseworker.tolist(), strict=True)
        if world.problem.snapshot.regions.level[place] == 4
    }
    assert any(
        pairs >= some or {place for place, _ in pairs} == {place for place, _ in some}
        for some in best_pairs(world.problem)
    )
    snapshot, held = world.problem.snapshot, covered.responsibilities
    load = np.bincount(held.caseworker, weights=snapshot.households.weight[held.household], minlength=3)
    capacity = snapshot.caseworkers.capacity * world.problem.policy.overload_max
    assert (load[: len(capacity)] <= capacity + 1e-6).all()
    village = snapshot.households.village[held.household].tolist()
    assert set(zip(village, held.caseworker.tolist(), strict=True)) <= pairs
    limits = snapshot.caseworkers.villages_limit
    for worker, limit in enumerate(limits.tolist()):
        assert limit < 0 or sum(who == worker for _, who in pairs) <= limit


def columns(covered: Covered) -> list[Any]:
    rows = covered.uncovered
    texts = [each.to_pylist() if isinstance(each, pa.Array) else each.tolist() for each in vars(rows).values()]
    parts = [covered.coverage, covered.responsibilities]
    return [[each.tolist() for each in vars(part).values()] for part in parts] + texts


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_the_same_world_is_staffed_the_same_way_again(world: Staffed) -> None:
    assert columns(world.run()) == columns(world.run())


def test_the_bound_pays_for_the_pairs_that_workers_lack() -> None:
    """W1, who is near both villages, has room for one; W2 comes to the other from afar, though W1 could carry both."""
    workers = {key: {"town": town, "capacity": 10, "villages_limit": 1} for key, town in (("W1", A), ("W2", B))}
    households = {"H1": {"village": A1, "weight": 1}, "H2": {"village": A2, "weight": 1}}
    travel = {(A, A1): 10, (A, A2): 10, (B, A1): 40, (B, A2): 40}
    world = staffed(workers, households, places=(*PLACES[:6], B), travel=travel)
    near, far = 60 + 4 * 10 + 10, 60 + 4 * 40 + 40
    operating = stage(world.run(), "operating")
    assert operating.value == operating.bound == near + far
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scarce, "SCARCE", 0)
        assert stage(world.run(), "operating").bound < near + far
