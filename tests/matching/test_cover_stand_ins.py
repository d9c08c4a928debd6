"""Stand-ins: as many villages as can be have another worker beside those who cover them, and nothing else changes."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover import covering
from matching.match import match
from matching.plan import Plan, StandIns
from matching.verify import verify
from tests.matching.staffed import A1, A2, A3, A_FARM, B1, COUNTY, PROVINCE, A, B, Staffed, may, staffed, way_minutes
from tests.matching.test_cover_bounds import worlds

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2, A3)
WORKER: dict[str, Any] = {"town": A, "capacity": 10}


def standing_in(world: Staffed) -> dict[str, str]:
    """Villages with their stand-in."""
    rows, regions, workers = world.run().stand_ins, world.keys("regions"), world.keys("caseworkers")
    return {regions[place]: workers[who] for place, who in zip(rows.place, rows.caseworker, strict=True)}


def asked(world: Staffed, limit: int | None = None) -> Staffed:
    """The same world where stand-ins are asked for."""
    policy = world.problem.policy.model_copy(update={"stand_ins": True, "stand_ins_limit": limit})
    return replace(world, problem=replace(world.problem, policy=policy))


def test_without_the_setting_nobody_stands_in() -> None:
    world = staffed({"W1": WORKER, "W2": WORKER}, places=PLACES)
    assert standing_in(world) == {}
    assert "stand_ins" not in match(world.problem).certificate.covered


def test_the_stand_in_is_another_worker_than_those_who_cover_and_the_nearest_with_room() -> None:
    workers = {"W1": WORKER, "W2": {"town": B, "capacity": 10}, "W3": {"town": B, "capacity": 10, "minutes_limit": 5}}
    world = asked(staffed(workers, {"H1": {"village": A1}}, places=(*PLACES[:5], B, B1)))
    assert world.coverage(world.run()) >= {(A1, "W1")}
    assert standing_in(world)[A1] == "W2"


def test_villages_that_the_guarantee_does_not_count_and_uncovered_ones_need_nobody_to_stand_in() -> None:
    workers = {"W1": WORKER | {"villages_limit": 2}, "W2": WORKER | {"villages_limit": 0}}
    world = asked(staffed(workers, places=(*PLACES[:5], A_FARM)))
    assert {A1, A_FARM} <= {place for place, _ in world.coverage(world.run())}
    assert standing_in(world) == {A1: "W2"}
    assert standing_in(asked(staffed({"W1": WORKER | {"villages_limit": 0}}, places=PLACES))) == {}


def test_a_lock_that_forbids_a_village_forbids_to_stand_in_there() -> None:
    world = staffed({"W1": WORKER, "W2": WORKER}, places=PLACES[:5], locks=[("forbid", "village", A1, "W2")])
    assert standing_in(asked(world)) == {}


@pytest.mark.parametrize(("limit", "most"), [(0, 0), (1, 2), (2, 3), (None, 3)])
def test_nobody_stands_in_for_more_villages_than_the_limit(limit: int | None, most: int) -> None:
    covers_all = WORKER | {"villages_limit": 0}
    world = asked(staffed({"W1": WORKER, "W2": covers_all, "W3": covers_all}, places=PLACES), limit)
    found = standing_in(world)
    assert len(found) == most
    assert set(found.values()) <= {"W2", "W3"}


def most_stand_ins(world: Staffed, limit: int | None) -> tuple[int, int]:
    """The most villages that can have a stand-in beside the plan's coverage, and the least minutes of as many."""
    problem, covered = world.problem, world.run()
    regions = problem.snapshot.regions
    rows = set(zip(covered.coverage.place.tolist(), covered.coverage.caseworker.tolist(), strict=True))
    villages = sorted({place for place, _ in rows if regions.real[place] and regions.level[place] == 4})
    staff = range(len(problem.snapshot.caseworkers.key))
    choices = [
        [None, *(each for each in staff if (place, each) not in rows and may(problem, place, each))]
        for place in villages
    ]
    best = (0, 0)
    for some in itertools.product(*choices):
        if limit is None or all(some.count(each) <= limit for each in staff):
            pairs = [(place, each) for place, each in zip(villages, some, strict=True) if each is not None]
            best = max(best, (len(pairs), -sum(way_minutes(problem, *pair) for pair in pairs)))
    return best[0], -best[1]


@settings(max_examples=150, deadline=None)
@given(worlds(), st.sampled_from([None, 0, 1, 1, 2]))
def test_no_way_has_more_stand_ins_and_none_of_as_many_is_nearer(world: Staffed, limit: int | None) -> None:
    world = asked(world, limit)
    covered = world.run()
    number, minutes = most_stand_ins(world, limit)
    assert len(covered.stand_ins.place) == covered.stand_ins_most == number
    if world.nearest > 1:
        assert int(covered.stand_ins.minutes.sum()) == minutes


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from([None, 0, 1, 2]))
def test_stand_ins_change_nothing_else_and_pass_verification(world: Staffed, limit: int | None) -> None:
    without, plan = match(world.problem), match(asked(world, limit).problem)
    for part in ("coverage", "responsibilities"):
        for column, values in vars(getattr(plan, part)).items():
            assert np.array_equal(values, getattr(getattr(without, part), column))
    assert plan.certificate.verdict.passed
    counted = plan.certificate.covered
    assert counted["stand_ins"] == len(plan.stand_ins.place) == counted["stand_ins_most"]


def test_where_no_further_stations_are_looked_at_as_many_are_said_to_be_possible_as_are_wanted() -> None:
    travel = {(A, A1): 10, (B, A1): 20}
    workers = {"W1": WORKER, "W2": {"town": B, "capacity": 10}}
    world = asked(staffed(workers, places=(*PLACES[:5], B), travel=travel, nearest=1))
    assert standing_in(world) == {A1: "W2"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering, "MOST_PAIRS", 0)
        covered = world.run()
        assert (len(covered.stand_ins.place), covered.stand_ins_most) == (0, 1)
        assert match(world.problem).certificate.verdict.passed


def changed(plan: Plan, *rows: tuple[str, str, int], world: Staffed) -> Plan:
    """The plan with these stand-ins and their count."""
    regions, workers = world.keys("regions"), world.keys("caseworkers")
    told = StandIns(
        np.array([regions.index(place) for place, _, _ in rows], np.int32),
        np.array([workers.index(worker) for _, worker, _ in rows], np.int32),
        np.array([minutes for _, _, minutes in rows], np.int32),
    )
    there = len({place for place, _, _ in rows})
    said = plan.certificate.covered | {"stand_ins": there, "without_stand_in": 3 - there}
    return replace(plan, stand_ins=told, certificate=replace(plan.certificate, covered=said))


def as_most(plan: Plan) -> Plan:
    said = plan.certificate.covered
    told = replace(plan.certificate, covered=said | {"stand_ins_most": said["stand_ins"]})
    return replace(plan, certificate=told)


GOOD = ((A1, "W2", 10), (A2, "W2", 10))
BROKEN: dict[str, Callable[[Plan, Staffed], Plan]] = {
    "stand_in_place": lambda plan, world: changed(plan, *GOOD, (A3, "W3", 10), (A, "W3", 0), world=world),
    "stand_in_once": lambda plan, world: changed(plan, *GOOD, (A1, "W3", 10), world=world),
    "stand_in_may": lambda plan, world: changed(plan, *GOOD, (A3, "W1", 10), world=world),
    "stand_ins_limit": lambda plan, world: changed(plan, *GOOD, (A3, "W2", 10), world=world),
    "stand_in_minutes": lambda plan, world: changed(plan, *GOOD, (A3, "W3", 9), world=world),
    "proven_stand_ins": lambda plan, world: as_most(changed(plan, *GOOD, world=world)),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_verification_finds_a_stand_in_that_breaks_a_rule(rule: str) -> None:
    none = WORKER | {"villages_limit": 0}
    workers = {"W1": WORKER, "W2": none, "W3": none, "W4": none | {"type": "clerk"}}
    world = asked(staffed(workers, places=PLACES), 2)
    plan = match(world.problem)
    found = verify(BROKEN[rule](plan, world), world.problem.snapshot).found
    assert set(found) - {"counted"} == {rule}


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("clerk", {"type": "clerk"}),
        ("far", {"minutes_limit": 5}),
        ("elsewhere", {"town": "441403101000"}),
        ("forbidden", {}),
    ],
)
def test_who_may_not_cover_a_village_may_not_stand_in_there(row: str, cells: dict[str, Any]) -> None:
    places = (*PLACES, "441403000000", "441403101000")
    workers = {"W1": WORKER, "W2": WORKER | {"villages_limit": 0} | cells}
    locks = [("forbid", "village", A1, "W2")] if row == "forbidden" else []
    world = asked(staffed(workers, places=places, locks=locks))
    assert A1 not in standing_in(world)
    minutes = 40 if row == "elsewhere" else 10
    plan = changed(match(world.problem), (A1, "W2", minutes), world=world)
    assert "stand_in_may" in verify(plan, world.problem.snapshot).found


@pytest.mark.parametrize("figure", ["stand_ins", "without_stand_in", "stand_ins_most"])
def test_the_certificate_counts_stand_ins_and_verify_counts_again(figure: str) -> None:
    world = asked(staffed({"W1": WORKER, "W2": WORKER | {"minutes_limit": 0}}, places=PLACES))
    plan = match(world.problem)
    assert [plan.certificate.covered[name] for name in ("stand_ins", "without_stand_in", "stand_ins_most")] == [0, 3, 0]
    told = plan.certificate.covered | {figure: -1}
    cheat = replace(plan, certificate=replace(plan.certificate, covered=told))
    assert set(verify(cheat, world.problem.snapshot).found) == {"counted"}
