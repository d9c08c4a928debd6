"""Needs to offers and volunteers from a snapshot on disk: what volunteers add, what it costs, what rounding loses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.instances import problem_of, without_money, without_volunteers
from bench.measure import measured
from bench.samples import CITY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_least, at_most, moonshot
from bench.serving import JOBS, gap, worst_level_gap
from graph.snapshot import VOLUNTEER
from graph.snapshot_files import load_snapshot
from matching.serve import Served, serve


def volunteers(region: str) -> Figures:
    """The sample without budgets, with volunteers and without them; each in a process of its own."""
    kept = snapshot_files(region)
    return {**apart(helped, region, *kept), **apart(alone, region, *kept)}


def helped(region: str, store: Path, digest: str) -> Figures:
    """Offers and volunteers together."""
    with measured() as cost:
        problem = problem_of(without_money(load_snapshot(store, digest)), region)
        served = serve(problem, jobs=JOBS)
    rows, needs = served.assignments, problem.snapshot.needs
    mine = rows.provider_type == VOLUNTEER
    work = rows.quantity * problem.snapshot.kinds.minutes[needs.kind[rows.need]]
    return {
        "needs": len(problem.counting),
        "volunteers": len(problem.snapshot.volunteers.key),
        "needs_of_volunteers": int(mine.sum()),
        "hours_of_volunteers": float(work[mine].sum() / 60),
        "minutes_of_a_way": float(rows.minutes[mine].mean()) if mine.any() else 0.0,
        "percent_lost": 100 * gap(served),
        "worst_level_gap": worst_level_gap(served),
        "value": value(served),
        **cost.figures(),
    }


def alone(region: str, store: Path, digest: str) -> Figures:
    """The same needs and offers without volunteers."""
    problem = without_volunteers(problem_of(without_money(load_snapshot(store, digest)), region))
    return {"value_of_offers_alone": value(serve(problem, jobs=JOBS))}


def value(served: Served) -> float:
    """Units over usual quantity of all levels."""
    return sum(stage.value for stage in served.stages if stage.bands)


ABOUT = "needs → offers and volunteers, whole needs of 4 to 10 hours, without budgets, two processes"

SCENARIOS = (
    Scenario("volunteers_city", "city", ABOUT, partial(volunteers, CITY), (at_most("percent_lost", 1),)),
    Scenario(
        "volunteers_province",
        "province",
        ABOUT,
        partial(volunteers, PROVINCE),
        (
            at_most("seconds", 60),
            at_most("percent_lost", 1),
            at_least("needs_of_volunteers", 1),
            moonshot("percent_lost", "<=", 0.3),
        ),
    ),
)
