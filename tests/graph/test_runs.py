"""Runs wait in line, one worker at a time makes each, no two of overlapping scopes go on together, and none is lost."""

from datetime import UTC, datetime

import pytest

from graph.connect import Graph
from graph.runs import (
    Claim,
    Heard,
    RunEnded,
    RunUnknown,
    cancel_run,
    claim_run,
    create_run,
    list_runs,
    run_named,
)
from tests import tiny
from tests.graph.loaded import files, put


def asked(graph: Graph, scope: str) -> str:
    return create_run(graph, scope, "2026-12", "2026-12-01", "seed = 0\n", "mei").run


def silent(graph: Graph, run: str) -> None:
    """Its worker gave no sign of life for longer than the lease."""
    graph.write(
        "MATCH (r:Run {run: $run}) SET r.lease_until = datetime() - duration({seconds: $seconds})", run=run, seconds=1
    )


@pytest.fixture
def world(graph: Graph) -> Graph:
    put(graph, files())
    return graph


def claimed(graph: Graph) -> Claim:
    claim = claim_run(graph)
    assert claim is not None
    return claim


def test_the_oldest_run_comes_first_and_each_is_claimed_once(world: Graph) -> None:
    first, second = asked(world, tiny.TOWN_A1), asked(world, tiny.TOWN_B1)
    assert [claimed(world).run, claimed(world).run] == [first, second]
    assert claim_run(world) is None
    run = run_named(world, first)
    assert (run.state, run.attempts, run.actor, run.on) == ("running", 1, "mei", "2026-12-01")
    assert datetime.fromisoformat(run.begun_at or "").astimezone(UTC) <= datetime.now(UTC)


@pytest.mark.parametrize("order", [(tiny.COUNTY_A, tiny.TOWN_A1), (tiny.TOWN_A1, tiny.COUNTY_A)])
def test_a_run_waits_while_another_works_on_a_place_of_its_scope(world: Graph, order: tuple[str, str]) -> None:
    first, second = (asked(world, scope) for scope in order)
    other = asked(world, tiny.COUNTY_B)
    held = claimed(world)
    assert held.run == first
    assert claimed(world).run == other
    assert claim_run(world) is None
    held.end(world, "done", plan="P1")
    assert claimed(world).run == second


def test_a_run_whose_worker_is_silent_goes_to_the_next_and_the_first_is_told(world: Graph) -> None:
    run = asked(world, tiny.COUNTY_A)
    lost = claimed(world)
    assert lost.beat(world, Heard("flow", 0.5)) is False
    assert (run_named(world, run).step, run_named(world, run).share) == ("flow", 0.5)
    silent(world, run)
    found = claimed(world)
    assert found.run == run
    assert run_named(world, run).attempts == 2
    assert lost.beat(world, Heard("flow", 0.6)) is None
    lost.end(world, "done", plan="P-lost")
    assert run_named(world, run).state == "running"
    found.end(world, "done", plan="P-found")
    assert (run_named(world, run).state, run_named(world, run).plan) == ("done", "P-found")


def test_a_run_that_is_put_back_waits_as_if_nobody_had_begun_it(world: Graph) -> None:
    run = asked(world, tiny.COUNTY_A)
    held = claimed(world)
    held.beat(world, Heard("flow", 0.5))
    held.put_back(world)
    now = run_named(world, run)
    assert (now.state, now.attempts, now.step, now.share) == ("queued", 0, None, 0.0)
    assert held.beat(world, Heard("flow", 0.6)) is None
    assert claimed(world).run == run
    held.put_back(world)
    assert run_named(world, run).state == "running"


def test_a_waiting_run_is_cancelled_at_once_and_a_running_one_when_its_worker_hears_of_it(world: Graph) -> None:
    waits, works = asked(world, tiny.COUNTY_B), asked(world, tiny.COUNTY_A)
    assert cancel_run(world, waits, "mei").state == "cancelled"
    held = claimed(world)
    assert held.run == works
    assert cancel_run(world, works, "mei").cancelling
    assert run_named(world, works).state == "running"
    assert held.beat(world, Heard(None, 0.1)) is True
    held.end(world, "cancelled")
    assert run_named(world, works).over
    assert cancel_run(world, works, "mei").state == "cancelled"
    assert claim_run(world) is None


def test_a_run_that_is_over_stays_so(world: Graph) -> None:
    run = asked(world, tiny.COUNTY_A)
    held = claimed(world)
    fault = {"code": "bad_policy", "message": "no", "message_zh": "不行"}
    held.end(world, "failed", fault=fault)
    held.end(world, "done", plan="late")
    now = run_named(world, run)
    assert (now.state, now.fault, now.plan) == ("failed", fault, None)
    with pytest.raises(RunEnded):
        cancel_run(world, run, "mei")
    with pytest.raises(RunUnknown):
        run_named(world, "nothing")
    assert [each.run for each in list_runs(world)] == [run]
    assert list_runs(world, over=False) == []
    waiting = asked(world, tiny.TOWN_A1)
    assert [each.run for each in list_runs(world, over=False)] == [waiting]
