"""A whole match from a snapshot, and the verification of a kept plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from api.plan_files import store_plan, told_in
from bench.instances import problem_of
from bench.measure import measured
from bench.samples import CITY, COUNTY, PROVINCE, apart, read_snapshot, scratch, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from graph.snapshot_files import load_snapshot
from matching.match import match
from matching.verify import verify_told

JOBS = 2


def whole_match(region: str) -> Figures:
    """Workers, needs, certificate and verification from a snapshot on disk."""
    store, digest = snapshot_files(region)
    with measured() as cost:
        problem = problem_of(load_snapshot(store, digest), region)
        plan = match(problem, jobs=JOBS)
    return {"needs": len(problem.counting), "assignments": len(plan.assignments.need), **cost.figures()}


def verification(region: str) -> Figures:
    """A kept plan read from disk with its snapshot, and every hard rule rechecked."""
    store, digest = snapshot_files(region)
    with scratch() as plans:
        plan = apart(keep_plan, region, plans)
        with measured() as cost:
            snapshot = load_snapshot(store, digest)
            checked, verdict = verify_told(told_in(plans / plan), snapshot)
    return {"assignments": len(checked.assignments.need), "passed": verdict.passed, **cost.figures()}


def keep_plan(region: str, plans: Path) -> str:
    """Match a region and keep its plan; gives its id."""
    snapshot = read_snapshot(region)
    plan = match(problem_of(snapshot, region), jobs=JOBS)
    store_plan(plan, snapshot, plans)
    return plan.id


SCENARIOS = (
    Scenario(
        "match_meizhou",
        "city",
        "a whole match of Meizhou from a snapshot on disk: workers, needs, certificate, verification",
        partial(whole_match, CITY),
        (at_most("seconds", 8),),
    ),
    Scenario(
        "verify_county",
        "county",
        "a kept plan rechecked from disk",
        partial(verification, COUNTY),
        (exactly("passed", 1),),
    ),
    Scenario(
        "verify_province",
        "province",
        "a kept plan rechecked from disk",
        partial(verification, PROVINCE),
        (at_most("seconds", 60), at_most("gib", 3), exactly("passed", 1), moonshot("seconds", "<=", 30)),
    ),
)
