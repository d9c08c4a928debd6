"""A whole plan from a snapshot, everything on, and its verification from disk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from api.plan_files import store_plan, told_in
from bench.instances import problem_of
from bench.measure import measured
from bench.samples import CITY, COUNTY, PROVINCE, apart, scratch, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from graph.snapshot_files import load_snapshot
from matching.match import match
from matching.policy import MatchPolicy
from matching.verify import verify_told

JOBS = 2
EVERYTHING = MatchPolicy(stand_ins=True)
"""The default policy, under which all else is on, with stand-ins beside."""


def whole_plan(region: str) -> Figures:
    """A plan with everything on made from a snapshot on disk and kept, then read from disk and every hard rule rechecked."""
    store, digest = snapshot_files(region)
    with scratch() as plans:
        plan, figures = apart(keep_plan, region, plans)
        with measured() as cost:
            snapshot = load_snapshot(store, digest)
            checked, verdict = verify_told(told_in(plans / plan), snapshot)
    return {
        **figures,
        "assignments": len(checked.assignments.need),
        "passed": verdict.passed,
        **cost.figures("verify_"),
    }


def keep_plan(region: str, plans: Path) -> tuple[str, Figures]:
    """Match a region, two processes, and keep the plan; gives its id, and what workers, needs, certificate and verification cost."""
    store, digest = snapshot_files(region)
    with measured() as cost:
        problem = problem_of(load_snapshot(store, digest), region, EVERYTHING)
        plan = match(problem, jobs=JOBS)
    store_plan(plan, problem.snapshot, plans)
    return plan.id, {"needs": len(problem.counting), **cost.figures()}


ABOUT = "offers, volunteers, budgets, fairness and workers with stand-ins in one plan, two processes; then rechecked from disk"

SCENARIOS = (
    Scenario("whole_plan_county", "county", ABOUT, partial(whole_plan, COUNTY), (exactly("passed", 1),)),
    Scenario(
        "whole_plan_city", "city", ABOUT, partial(whole_plan, CITY), (exactly("passed", 1), at_most("seconds", 8))
    ),
    Scenario(
        "whole_plan_province",
        "province",
        f"{ABOUT}; `growth` makes it in one",
        partial(whole_plan, PROVINCE),
        (
            exactly("passed", 1),
            at_most("seconds", 360),
            at_most("gib", 4),
            at_most("verify_seconds", 60),
            at_most("verify_gib", 3),
            moonshot("verify_seconds", "<=", 30),
        ),
    ),
)
