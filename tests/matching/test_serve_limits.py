"""A run that may not do all its work, or is stopped, gives the best plan so far, verified, with what is proven of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import flow
from matching.match import match
from matching.policy import MatchPolicy, policy_in, policy_toml
from matching.problem import Problem
from matching.serve import serving
from matching.serve.components import parts_of
from matching.serve.exclusions import exclusions_of
from matching.serve.levels import usual_quantities
from matching.serve.serving import _within
from matching.serve.supply import standing_supply
from matching.serve.teams import teams_of
from matching.travel import Roads
from tests.matching.test_serve_exact import served_by_level
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import FOOD, GOODS, GREET, VISIT, Rows, problem_of, random_world, worlds

KINDS = (FOOD, GOODS, VISIT, GREET)


def values(problem: Problem, policy: MatchPolicy) -> list[int]:
    """Units served by level of a plan by a policy, which passes its verification."""
    plan = match(Problem(problem.snapshot, problem.scope, problem.period, problem.on, policy))
    assert plan.certificate.verdict.passed
    found = served_by_level(problem, plan)
    return [found[level] for level in sorted(found)]


@settings(max_examples=40, deadline=None)
@given(worlds(30, 10, kinds=KINDS), st.integers(0, 400))
def test_more_flow_arcs_never_make_a_plan_worse(rows: Rows, arcs: int):
    problem = problem_of(rows)
    by_greedy, some, every = (values(problem, MatchPolicy(flow_arcs=most)) for most in (0, arcs, None))
    assert by_greedy <= some <= every


def test_without_any_flow_the_plan_is_that_of_greedy_and_says_what_could_be_more():
    problem = problem_of(random_world(3, 60, 12, kinds=KINDS), policy=MatchPolicy(flow_arcs=0))
    plan = match(problem)
    assert plan.certificate.baseline["served"] == plan.certificate.served
    for stage in plan.certificate.stages:
        assert stage.status in {"optimal", "bounded", "feasible"}
        if stage.bands and not stage.exact:
            assert stage.bound > stage.value


def test_a_limit_is_kept_in_the_policy_and_none_is_left_out():
    assert policy_in(policy_toml(MatchPolicy(flow_arcs=7))).flow_arcs == 7
    assert "flow_arcs" not in policy_toml(MatchPolicy())
    assert policy_in(policy_toml(MatchPolicy())) == MatchPolicy()


@pytest.mark.parametrize("seed", range(4))
def test_a_run_that_is_stopped_keeps_what_is_solved_and_greedy_s_plan_for_the_rest(seed: int):
    problem = problem_of(random_world(seed, 80, 20, kinds=KINDS))
    whole = match(problem)

    def stop(step: str, share: float) -> None:
        if step == "flow" and share > 0.35:
            raise KeyboardInterrupt

    plan = match(problem, progress=stop)
    assert plan.certificate.verdict.passed
    status = {stage.stage: stage.status for stage in plan.certificate.stages}
    assert {stage.status for stage in plan.certificate.stages if not stage.exact} <= {"not_replayable", "feasible"}
    assert status["cover"] == {stage.stage: stage.status for stage in whole.certificate.stages}["cover"]
    first, best = (sorted(served_by_level(problem, each).items()) for each in (plan, whole))
    assert first <= best
    assert np.isin(plan.assignments.need, problem.counting).all()


def test_a_run_that_is_stopped_before_there_is_any_plan_gives_none():
    def stop(step: str, _share: float) -> None:
        if step == "greedy":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match(problem_of(random_world(1, 20, 5)), progress=stop)


def test_a_solver_that_refuses_leaves_a_plan_that_says_so(monkeypatch: pytest.MonkeyPatch):
    problem = problem_of(random_world(3, 60, 12, kinds=KINDS))
    whole = match(problem)

    def break_solver(step: str, _share: float) -> None:
        if step == "flow":
            monkeypatch.setattr(flow, "SPAN", 1)  # no cost fits any more
        else:
            monkeypatch.undo()

    plan = match(problem, progress=break_solver)
    assert plan.certificate.verdict.passed
    assert {stage.status for stage in plan.certificate.stages[3:] if not stage.exact} == {"failed"}
    assert values(problem, problem.policy) <= [units for _, units in sorted(served_by_level(problem, whole).items())]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_stopped_keeps_its_limit_on_changes(monkeypatch: pytest.MonkeyPatch, jobs: int):
    monkeypatch.setattr(serving, "FEW_NEEDS", 0)
    rows = random_world(5, 60, 15, kinds=KINDS)
    free = match(problem_of(rows))
    keys = [problem_of(rows).snapshot.needs.key, problem_of(rows).snapshot.offers.key]
    pairs = zip(
        free.assignments.need.tolist(),
        free.assignments.provider.tolist(),
        free.assignments.quantity.tolist(),
        strict=True,
    )
    held = [assigned(keys[0][need].as_py(), keys[1][offer].as_py(), units) for need, offer, units in pairs]
    fewer = rows | {"assigned": held, "offers": rows["offers"][1:]}
    fewer["assigned"] = [row for row in held if row["provider"] != rows["offers"][0]["offer"]]
    stops = iter([True])

    def stop(step: str, share: float) -> None:
        if step == "flow" and share > 0.35 and next(stops, False):
            raise KeyboardInterrupt

    problem = problem_of(fewer, policy=MatchPolicy(max_changes=0))
    plan = match(problem, progress=stop, jobs=jobs)
    assert next(stops, None) is None
    assert plan.certificate.verdict.passed
    assert plan.certificate.changes["needs"]["free"] == 0


def test_the_smallest_networks_are_solved_first():
    rows = random_world(3, 60, 12, kinds=KINDS)
    problem = problem_of(rows)
    roads, supply, forbidden = Roads(problem.snapshot), standing_supply(problem), exclusions_of(problem).pairs()
    teams = teams_of(problem, roads, supply, forbidden)
    parts = list(parts_of(problem, roads, supply, forbidden, usual_quantities(problem), teams))
    arcs = [part.network.arcs for part in parts]
    assert len(set(arcs)) > 1
    assert _within(parts, min(arcs)) == {arcs.index(min(arcs))}
    assert len(_within(parts, sum(arcs) - 1)) == len(parts) - 1
    assert arcs.index(max(arcs)) not in _within(parts, sum(arcs) - 1)
