"""Needs to offers from a snapshot on disk, every need handed its provider."""

from __future__ import annotations

from functools import partial

from bench.instances import greedy_by_level, problem_of, served_by_level, unit_needs, without_money
from bench.measure import measured
from bench.samples import CITY, PROVINCE, apart, read_snapshot, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from graph.snapshot_files import load_snapshot
from matching.certificate import gap_of
from matching.problem import Problem
from matching.serve import Served, serve

JOBS = 2


def needs(region: str) -> Figures:
    """The sample as it is, then without budgets, then on the exact class; each in a process of its own."""
    snapshot_files(region)
    return {
        **apart(as_it_is, region),
        **apart(without_budgets, region),
        **apart(exact_class, region),
    }


def as_it_is(region: str) -> Figures:
    """Seconds and memory of the sample itself, and its gap where budgets bind."""
    store, digest = snapshot_files(region)
    with measured() as cost:
        problem = problem_of(load_snapshot(store, digest), region)
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


def without_budgets(region: str) -> Figures:
    """The same needs without budgets: what indivisible needs cost."""
    problem = problem_of(without_money(read_snapshot(region)), region)
    served = serve(problem, jobs=JOBS)
    return {
        "gap_without_budgets": gap(served),
        "worst_level_gap_without_budgets": worst_level_gap(served),
        "behind_greedy_without_budgets": behind(served, problem),
    }


def exact_class(region: str) -> Figures:
    """Unit needs without money: the gap is nothing."""
    problem = unit_needs(problem_of(read_snapshot(region), region))
    with measured() as cost:
        served = serve(problem, jobs=JOBS)
    greedy, ours = sum(greedy_by_level(problem)), sum(served_by_level(problem, served))
    return {
        **cost.figures("exact_class_"),
        "worst_level_gap_exact_class": worst_level_gap(served),
        "behind_greedy_exact_class": behind(served, problem),
        "fewer_units_than_greedy_exact_class": greedy > ours,
        "percent_beyond_greedy_exact_class": 100 * (ours / greedy - 1),
    }


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


PROVEN = (
    exactly("worst_level_gap_exact_class", 0),
    at_most("worst_level_gap_without_budgets", 0.01),
    exactly("behind_greedy", 0),
    exactly("behind_greedy_without_budgets", 0),
    exactly("behind_greedy_exact_class", 0),
    exactly("fewer_units_than_greedy_exact_class", 0),
)
ABOUT = "needs → offers from a snapshot on disk, two processes, budgets and indivisible needs included"

SCENARIOS = (
    Scenario("needs_city", "city", ABOUT, partial(needs, CITY), PROVEN),
    Scenario(
        "needs_province",
        "province",
        ABOUT,
        partial(needs, PROVINCE),
        (at_most("seconds", 45), at_most("gib", 1.5), *PROVEN, moonshot("seconds", "<=", 12)),
    ),
)
