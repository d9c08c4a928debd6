"""Fairness between counties on the exact class: what it costs in time and minutes, and how the rates change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.instances import problem_of, served_by_level, unit_needs, without_volunteers
from bench.measure import measured
from bench.samples import CITY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from bench.serving import JOBS
from graph.snapshot_files import load_snapshot
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.serve import Served, serve


def fairness(region: str) -> Figures:
    """The needs of a region with fairness and without it; each in a process of its own."""
    kept = snapshot_files(region)
    fair, plain = apart(even, region, *kept), apart(uneven, region, *kept)
    levels = {name for name in fair if name.startswith("level_")}
    return {
        **{name: value for name, value in (fair | plain).items() if "level_" not in name},
        "seconds_beyond": fair["seconds"] - plain["plain_seconds"],
        "levels_that_differ": sum(fair[name] != plain[f"plain_{name}"] for name in levels),
    }


def even(region: str, store: Path, digest: str) -> Figures:
    """With fairness, which is proven."""
    problem = _problem(region, store, digest)
    with measured() as cost:
        served = serve(problem, jobs=JOBS)
    stage = next(stage for stage in served.stages if stage.stage == "fairness")
    rates, without = (served.rates[name]["green"] for name in ("counties", "counties_without_fairness"))
    return {
        **cost.figures(),
        "gap_of_fairness": stage.gap,
        "lowest_green_rate": rates["lowest"],
        "lowest_green_rate_without": without["lowest"],
        "mean_green_rate": rates["mean"],
        "mean_green_rate_without": without["mean"],
        "minutes_of_fairness": served.rates["minutes_of_fairness"],
        **_levels(problem, served),
    }


def uneven(region: str, store: Path, digest: str) -> Figures:
    """Without it."""
    problem = replace(_problem(region, store, digest), policy=MatchPolicy(fairness=False))
    with measured() as cost:
        served = serve(problem, jobs=JOBS)
    levels = _levels(problem, served)
    return {f"plain_{name}": value for name, value in (cost.figures() | levels).items()}


def _problem(region: str, store: Path, digest: str) -> Problem:
    return unit_needs(without_volunteers(problem_of(load_snapshot(store, digest), region)))


def _levels(problem: Problem, served: Served) -> Figures:
    """What is served by level, a figure each."""
    return {f"level_{at}": units for at, units in enumerate(served_by_level(problem, served))}


ABOUT = "fairness between counties, unit needs without money, two processes; the same without fairness beside it"
PROVEN = (exactly("levels_that_differ", 0), exactly("gap_of_fairness", 0))

SCENARIOS = (
    Scenario("fairness_city", "city", ABOUT, partial(fairness, CITY), PROVEN),
    Scenario(
        "fairness_province",
        "province",
        ABOUT,
        partial(fairness, PROVINCE),
        (at_most("seconds", 120), at_most("gib", 2.5), *PROVEN, moonshot("seconds", "<=", 40)),
    ),
)
