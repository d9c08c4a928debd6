"""Runs of the needs' half for offers alone, with what they cost and prove; this module imports what is measured and nothing else."""

from __future__ import annotations

from pathlib import Path

from bench.instances import greedy_by_level, problem_of, served_by_level, unit_needs, without_money, without_volunteers
from bench.measure import measured
from bench.scenario import Figures
from graph.snapshot_files import load_snapshot
from matching.certificate import gap_of
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.serve import Served, serve

JOBS = 2


def as_it_is(region: str, store: Path, digest: str) -> Figures:
    """Seconds and memory of the sample itself, and its gap where budgets bind."""
    with measured() as cost:
        problem = without_volunteers(problem_of(load_snapshot(store, digest), region))
        served = serve(problem, jobs=JOBS)
    return {
        "needs": len(problem.counting),
        "units": int(served.assignments.quantity.sum()),
        **cost.figures(),
        "seconds_per_million_needs": cost.seconds / len(problem.counting) * 1e6,
        "gap_with_budgets": gap(served),
        "worst_level_gap_with_budgets": worst_level_gap(served),
        "behind_greedy": behind(served, problem),
    }


def without_budgets(region: str, store: Path, digest: str) -> Figures:
    """The same needs without budgets: what indivisible needs cost."""
    problem = without_volunteers(problem_of(without_money(load_snapshot(store, digest)), region))
    served = serve(problem, jobs=JOBS)
    return {
        "gap_without_budgets": gap(served),
        "worst_level_gap_without_budgets": worst_level_gap(served),
        "behind_greedy_without_budgets": behind(served, problem),
    }


def exact_class(region: str, store: Path, digest: str, months: tuple[int, ...], name: str) -> Figures:
    """Unit needs without money, counties not made even, in waiting bands that end at these months: the gap is nothing."""
    policy = MatchPolicy(waiting_months=months, fairness=False)
    with measured() as cost:
        problem = unit_needs(without_volunteers(problem_of(load_snapshot(store, digest), region, policy)))
        served = serve(problem, jobs=JOBS)
    greedy, ours = sum(greedy_by_level(problem)), sum(served_by_level(problem, served))
    figures = {
        "needs": len(problem.counting),
        **cost.figures(),
        "worst_level_gap": worst_level_gap(served),
        "behind_greedy": behind(served, problem),
        "percent_beyond_greedy": 100 * (ours / greedy - 1),
    }
    return {f"{name}_{figure}": value for figure, value in figures.items()}


def gap(served: Served) -> float:
    """Gap of all urgencies together, bounds summed."""
    urgencies = [stage for stage in served.stages if stage.bands]
    return gap_of(sum(stage.value for stage in urgencies), sum(stage.bound for stage in urgencies))


def worst_level_gap(served: Served) -> float:
    """The largest gap of a level, that is of a waiting band of an urgency."""
    return max(gap_of(band.value, band.bound) for stage in served.stages for band in stage.bands)


def behind(served: Served, problem: Problem) -> bool:
    """Whether greedy under the same budgets serves more at the first level where the two differ."""
    return greedy_by_level(problem) > served_by_level(problem, served)
