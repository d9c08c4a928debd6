"""Workers to villages, towns and households."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from bench.instances import problem_of
from bench.measure import measured, repeated
from bench.samples import CITY, COUNTY, PROVINCE, read_snapshot
from bench.scenario import Figures, Scenario, Target, at_most, exactly, moonshot
from matching.cover import cover
from matching.policy import MatchPolicy

Across = Literal["town", "county", "city", "any"]


def workers(region: str, across: Across = "county", runs: int = 3) -> Figures:
    """The workers' half of a run, where workers cover villages across regions of a level; the snapshot lies in memory."""
    problem = problem_of(read_snapshot(region), region, MatchPolicy(cover_across=across))
    with measured() as cost:
        covered = cover(problem)
    usual = repeated(lambda: cover(problem), runs)
    stages = {stage.stage: stage for stage in covered.stages}
    return {
        "workers": len(problem.snapshot.caseworkers.key),
        "places_covered": stages["cover"].value,
        "coverable_left_uncovered": stages["cover"].bound - stages["cover"].value,
        "households_gap": stages["responsible"].gap,
        "operating_gap": stages["operating"].gap,
        "seconds": usual.seconds,
        "cpu_seconds": usual.cpu_seconds,
        "gib": cost.peak_gib,
    }


def _scenario(name: str, group: str, run: Callable[[], Figures], *more: Target) -> Scenario:
    kept = (exactly("coverable_left_uncovered", 0), *more)
    return Scenario(name, group, "workers → villages, towns and households", run, kept)


SCENARIOS = (
    _scenario("workers_county", "county", partial(workers, COUNTY)),
    _scenario("workers_city", "city", partial(workers, CITY)),
    _scenario(
        "workers_province",
        "province",
        partial(workers, PROVINCE),
        at_most("seconds", 3),
        at_most("gib", 0.5),
        at_most("operating_gap", 0.045),
        moonshot("operating_gap", "<=", 0.025),
    ),
    _scenario(
        "workers_any_county",
        "province",
        partial(workers, PROVINCE, "city", 1),
        at_most("seconds", 15),
        at_most("gib", 1.5),
    ),
    _scenario(
        "workers_anywhere",
        "province",
        partial(workers, PROVINCE, "any", 1),
        at_most("seconds", 60),
        at_most("gib", 1.5),
    ),
)
