"""Workers missing: no fewer of average capacity would do, and the least limit of villages is the least that does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import Ragged
from matching.cover import Covered, cover
from matching.match import match
from matching.verify import verify
from tests.matching.staffed import (
    A1,
    A2,
    A3,
    B1,
    C1,
    COUNTY,
    OTHER_COUNTY,
    PROVINCE,
    A,
    B,
    C,
    Staffed,
    may,
    staffed,
)
from tests.matching.test_cover_bounds import worlds

IN_A = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3)
WORKER: dict[str, Any] = {"town": A, "capacity": 10, "villages_limit": 1}


def missing(world: Staffed, covered: Covered | None = None) -> dict[str, tuple[int, int, int, str]]:
    """Regions with how many workers are missing, the least limit, the places that nobody reaches and the reason."""
    rows, regions = (covered or world.run()).shortfall, world.keys("regions")
    figures = zip(rows.workers.tolist(), rows.villages_limit.tolist(), rows.unreached.tolist(), strict=True)
    return {
        regions[place]: (*each, reason)
        for place, each, reason in zip(rows.place.tolist(), figures, rows.reason.to_pylist(), strict=True)
    }


def test_where_all_are_covered_and_cared_for_nobody_is_missing() -> None:
    world = staffed({"W1": WORKER | {"villages_limit": 3}}, {"H1": {"village": A1, "weight": 16}}, places=IN_A)
    assert missing(world) == {}


def test_villages_left_over_are_parted_among_workers_of_average_limit() -> None:
    """Three villages, one covered; an average worker covers one."""
    assert missing(staffed({"W1": WORKER}, places=IN_A)) == {COUNTY: (2, 3, 0, "short_of_villages")}


def test_load_that_nobody_could_carry_is_parted_among_workers_of_average_capacity() -> None:
    """W1 may carry 16 of 50; what is left, 34, takes three who may carry 16 each, and no limit helps."""
    world = staffed({"W1": WORKER | {"villages_limit": 3}}, {"H1": {"village": A1, "weight": 50}}, places=IN_A)
    assert missing(world) == {COUNTY: (3, -1, 0, "short_of_load")}


def test_a_region_is_told_of_by_itself_and_a_place_that_nobody_may_cover_needs_one_and_no_limit_would_do() -> None:
    workers = {"W1": WORKER | {"villages_limit": None}, "W2": {"town": C, "capacity": 10, "minutes_limit": 20}}
    travel = {(A, A1): 10, (A, A2): 10, (A, A3): 10, (C, C1): 30}
    world = staffed(workers, places=(*IN_A, OTHER_COUNTY, C, C1), travel=travel)
    assert missing(world) == {OTHER_COUNTY: (1, -1, 1, "short_of_villages")}


@pytest.mark.parametrize(
    "own", [{}, {"W1": WORKER | {"capacity": 0, "villages_limit": 0}}], ids=["nobody", "no-capacity"]
)
def test_where_no_worker_has_anything_to_go_by_those_of_elsewhere_are_average(own: dict[str, Any]) -> None:
    """Three villages of which a worker elsewhere covers one; then load of 40, of which such a worker may carry 16."""
    elsewhere = {"W2": WORKER | {"town": C}}
    places = (*IN_A, OTHER_COUNTY, C, C1)
    world = staffed(own | elsewhere, places=places, scope=COUNTY)
    assert missing(world) == {COUNTY: (3, -1 if not own else 3, 4 if not own else 0, "short_of_villages")}
    unlimited = {name: worker | {"villages_limit": None} for name, worker in (own | elsewhere).items()}
    world = staffed(unlimited, {"H1": {"village": A1, "weight": 40}}, places=places, scope=COUNTY)
    assert missing(world)[COUNTY][0] == 3
    assert missing(world)[COUNTY][3] == "short_of_load"


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_fewer_workers_of_average_capacity_never_cover_all_and_serve_all(world: Staffed, data: st.DataObject) -> None:
    snapshot = world.problem.snapshot
    for region, (workers, _, _, reason) in missing(world).items():
        if workers < 2 or reason == "no_average_worker":
            continue
        inside = [place for place in (A, B) if region in {COUNTY, PROVINCE, place}]
        staff = snapshot.caseworkers
        limits = staff.villages_limit
        new = workers - 1
        town = [world.keys("regions").index(data.draw(st.sampled_from(inside))) for _ in range(new)]
        more = replace(
            staff,
            key=pa.array([*staff.key.to_pylist(), *(f"X{at}" for at in range(new))]),
            town=np.append(staff.town, town).astype(np.int32),
            type=np.append(staff.type, [0] * new).astype(np.int8),
            capacity=np.append(staff.capacity, [int(staff.capacity.mean())] * new),
            dialects=Ragged(
                np.append(staff.dialects.offsets, [staff.dialects.offsets[-1]] * new), staff.dialects.values
            ),
            minutes_limit=np.append(staff.minutes_limit, [-1] * new).astype(np.int32),
            villages_limit=np.append(limits, [-1 if (limits < 0).any() else int(limits.mean())] * new).astype(np.int32),
        )
        problem = replace(world.problem, snapshot=replace(snapshot, caseworkers=more))
        then = cover(problem, nearest=world.nearest)
        regions = problem.snapshot.regions
        slot = {COUNTY: regions.county_slot, PROVINCE: regions.ancestor[:, 0]}.get(region, regions.ancestor[:, 3])
        mine = slot == world.keys("regions").index(region)
        home = snapshot.households.village
        left = [
            mine[subject] if kind != "household" else mine[home[subject]]
            for kind, subject in zip(
                then.uncovered.subject_type.to_pylist(), then.uncovered.subject.tolist(), strict=True
            )
        ]
        assert any(left)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_the_least_limit_covers_every_village_that_somebody_reaches_and_no_lower_one_does(world: Staffed) -> None:
    world = replace(world, nearest=48)
    problem, rows = world.problem, world.run().shortfall
    regions, staff = problem.snapshot.regions, problem.snapshot.caseworkers

    def left(limit: int, inside: Any) -> int:
        raised = np.where(staff.villages_limit < 0, -1, np.maximum(staff.villages_limit, limit)).astype(np.int32)
        snapshot = replace(problem.snapshot, caseworkers=replace(staff, villages_limit=raised))
        covered = set(cover(replace(problem, snapshot=snapshot), nearest=world.nearest).coverage.place.tolist())
        villages = np.flatnonzero(inside & (regions.level == 4)).tolist()
        reached = [each for each in villages if any(may(problem, each, worker) for worker in range(len(staff.type)))]
        return len([each for each in reached if each not in covered])

    for place, limit in zip(rows.place.tolist(), rows.villages_limit.tolist(), strict=True):
        inside = regions.ancestor[:, regions.level[place]] == place
        assert left(max(limit, 0), inside) == 0
        assert limit < 0 or left(limit - 1, inside) > 0


def nobody_at_all() -> Staffed:
    return staffed({}, {"H1": {"village": A1}}, places=IN_A)


def clerks_alone() -> Staffed:
    return staffed({"C": WORKER | {"type": "clerk"}}, {"H1": {"village": A1}}, places=IN_A)


def no_capacity() -> Staffed:
    return staffed({"W1": WORKER | {"capacity": 0, "villages_limit": None}}, {"H1": {"village": A1}}, places=IN_A)


def nowhere_to_go() -> Staffed:
    return staffed({"W1": WORKER | {"villages_limit": 0, "minutes_limit": 0}}, {"H1": {"village": A1}}, places=IN_A)


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (nobody_at_all(), (1, -1, 4, "no_average_worker")),
        (clerks_alone(), (1, -1, 4, "no_average_worker")),
        (no_capacity(), (1, -1, 0, "no_average_worker")),
        (nowhere_to_go(), (3, -1, 3, "short_of_villages")),
    ],
    ids=["nobody", "clerks", "no-capacity", "nowhere"],
)
def test_where_nobody_has_anything_to_give_a_plan_says_so_and_passes(
    world: Staffed, told: tuple[int, int, int, str]
) -> None:
    plan = match(world.problem)
    assert plan.certificate.verdict.passed
    assert missing(world) == {COUNTY: told}
    assert plan.certificate.covered["households"] == 0


def test_a_single_village_with_its_worker_lacks_nobody() -> None:
    world = staffed({"W1": WORKER}, {"H1": {"village": A1}}, places=IN_A[:5], scope=A1)
    plan = match(world.problem)
    assert world.coverage(plan) == {(A1, "W1")}
    assert len(plan.shortfall.place) == 0


def test_where_everything_is_locked_the_plan_is_the_locks() -> None:
    pairs = [("village", A1, "W1"), ("village", A2, "W2"), ("household", "H1", "W1"), ("household", "H2", "W2")]
    households = {"H1": {"village": A1, "weight": 12}, "H2": {"village": A2, "weight": 1}}
    world = staffed(
        {"W1": WORKER, "W2": WORKER}, households, places=IN_A[:6], locks=[("keep", *each) for each in pairs], scope=A
    )
    plan = match(world.problem)
    assert world.coverage(plan) - {(A, "W1"), (A, "W2")} == {(A1, "W1"), (A2, "W2")}
    assert len(plan.responsibilities.household) == 2
    assert [each.exact for each in plan.certificate.stages if each.stage in {"cover", "responsible"}] == [True, True]
    assert len(plan.shortfall.place) == 0


def test_a_lock_that_forbids_the_last_village_to_its_only_worker_leaves_it_unreached() -> None:
    world = staffed({"W1": WORKER}, places=(*IN_A[:5], B, B1), locks=[("forbid", "village", A1, "W1")])
    assert missing(world) == {COUNTY: (1, -1, 1, "short_of_villages")}


@pytest.mark.parametrize("twice", [False, True])
def test_verification_counts_the_places_that_nobody_may_cover(twice: bool) -> None:
    world = nowhere_to_go()
    plan, snapshot = match(world.problem), world.problem.snapshot
    told = plan.shortfall
    doubled = {name: pa.concat_arrays([each, each]) for name, each in vars(told).items() if isinstance(each, pa.Array)}
    doubled |= {name: np.append(each, each) for name, each in vars(told).items() if not isinstance(each, pa.Array)}
    doubled["unreached"] = np.append(told.unreached, 0)
    cheat = replace(told, **doubled) if twice else replace(told, unreached=told.unreached - 1)
    assert set(verify(replace(plan, shortfall=cheat), snapshot).found) == {"unreached"}
