"""Workers to villages, towns and households."""

from __future__ import annotations

from functools import partial

from bench.instances import problem_of
from bench.measure import measured, repeated
from bench.samples import CITY, COUNTY, PROVINCE, read_snapshot
from bench.scenario import Figures, Scenario, Target, at_most, exactly, moonshot
from matching.cover import cover


def workers(region: str) -> Figures:
    """The workers' half of a run; the snapshot lies in memory."""
    problem = problem_of(read_snapshot(region), region)
    with measured() as cost:
        covered = cover(problem)
    usual = repeated(lambda: cover(problem))
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


def _scenario(name: str, group: str, region: str, *more: Target) -> Scenario:
    kept = (exactly("coverable_left_uncovered", 0), *more)
    return Scenario(name, group, "workers → villages, towns and households", partial(workers, region), kept)


SCENARIOS = (
    _scenario("workers_county", "county", COUNTY),
    _scenario("workers_city", "city", CITY),
    _scenario(
        "workers_province",
        "province",
        PROVINCE,
        at_most("seconds", 5),
        at_most("operating_gap", 0.06),
        moonshot("operating_gap", "<=", 0.025),
    ),
)
