"""Against every way to staff a tiny world: stage 1 is exact, and no way exceeds a bound."""

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover import Covered
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
        }
    )
    household = st.fixed_dictionaries(
        {
            "village": st.sampled_from([A1, A2, B1]),
            "alert": st.sampled_from(ALERTS),
            "weight": st.one_of(st.none(), st.integers(0, 9)),
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
