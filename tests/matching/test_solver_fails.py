"""A solver that fails is a status of the plan, which passes its verification, and never an exception to the user."""

import pytest
from hypothesis import HealthCheck, given, settings

from matching import flow
from matching.cover.locks import WorkerLockError
from matching.match import match
from matching.worth import worth_by_town
from tests.matching.staffed import A1, A2, A, staffed
from tests.matching.test_cover_few_changes import IN_A, SEEDS, changes, drawn
from tests.matching.test_few_changes import TWO_STEPS, pairs, within

WORKERS = ("cover", "responsible", "worker_changes", "operating")


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A solver that takes no cost any more."""
    monkeypatch.setattr(flow, "SPAN", 1)
    return monkeypatch


def test_workers_are_placed_without_a_flow_and_the_plan_says_so(refusing: pytest.MonkeyPatch):
    workers = {key: {"town": A, "capacity": 10, "villages_limit": 1} for key in ("W1", "W2")}
    households = {f"H{at}": {"village": village, "weight": 5} for at, village in enumerate((A1, A1, A1, A2))}
    world = staffed(workers, households, places=IN_A, published=[(A1, "W2")])
    plan = match(world.problem)
    assert world.coverage(plan) == {(A, "W1"), (A1, "W2"), (A2, "W1")}
    assert len(plan.responsibilities.household) == 4
    told = {stage.stage: (stage.value, stage.bound, stage.status) for stage in plan.certificate.stages}
    assert told["cover"] == (3, 4, "failed")  # somebody may go to A3, and nobody is left
    assert told["responsible"] == (4, 4, "optimal")
    assert "CostTooLarge" in next(stage.engine for stage in plan.certificate.stages if stage.stage == "operating")


def test_a_plan_stands_where_the_solver_cannot_say_what_one_more_worker_is_worth(monkeypatch: pytest.MonkeyPatch):
    households = {f"H{at}": {"village": village} for at, village in enumerate((A1, A2))}
    world = staffed({"W": {"town": A, "capacity": 10, "villages_limit": 1}}, households, places=IN_A)
    plan = match(world.problem)
    assert worth_by_town(world.problem, plan)["what"].to_pylist() == ["worker"]
    monkeypatch.setattr(flow, "SPAN", 1)
    assert not len(worth_by_town(world.problem, plan))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SEEDS)
def test_without_flows_locks_hold_and_nothing_that_may_stand_changes(refusing: pytest.MonkeyPatch, seed: int):
    workers, households, published, locks = drawn_by_a_sound_solver(refusing, seed)
    world = staffed(workers, households, published=published, locks=locks, max_changes=0, stand_ins=True)
    try:
        plan = match(world.problem)
    except WorkerLockError:
        return
    stages = [stage for stage in plan.certificate.stages if stage.stage in WORKERS]
    assert all(stage.status == "failed" for stage in stages if not stage.exact)
    assert not any(counts["free"] for counts in changes(plan).values())
    refusing.undo()
    best = [band.value for stage in match(world.problem).certificate.stages[:2] for band in stage.bands]
    refusing.setattr(flow, "SPAN", 1)
    bounds = [band.bound for stage in stages[:2] for band in stage.bands]
    assert all(value <= bound for value, bound in zip(best, bounds, strict=True))


def drawn_by_a_sound_solver(refusing: pytest.MonkeyPatch, seed: int):
    refusing.undo()
    world = drawn(seed)
    refusing.setattr(flow, "SPAN", 1)
    return world


def test_a_limit_on_changes_keeps_what_is_published_where_no_flow_says_what_to_give_up(monkeypatch: pytest.MonkeyPatch):
    assert pairs(within(TWO_STEPS, 1)) != pairs(within(TWO_STEPS, 0))

    def break_solver(step: str, share: float) -> None:
        if step == "flow" and share >= 0.3 + 0.65 * 0.5:
            monkeypatch.setattr(flow, "SPAN", 1)
        elif step == "greedy":
            monkeypatch.undo()

    plan = match(within(TWO_STEPS, 1), progress=break_solver)
    assert plan.certificate.changes["needs"]["free"] == 0
    assert "failed" in {stage.status for stage in plan.certificate.stages}
    assert {stage.status for stage in plan.certificate.stages if not stage.exact} <= {"failed"}
