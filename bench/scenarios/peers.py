"""Needs to offers at one county against named peers, on the exact class."""

from __future__ import annotations

import numpy as np

from bench.instances import ONE_ORDER, Built, built, problem_of, unit_needs, without_volunteers
from bench.measure import measured, repeated
from bench.peers import Optimum, by_assignment, by_cbc, pairs_of
from bench.samples import COUNTY, read_snapshot
from bench.scenario import Figures, Scenario, at_least, exactly, moonshot
from matching.problem import Problem
from matching.serve import serve
from matching.serve.budgets import Payers
from matching.serve.solve import Solution, solve

RUNS = 5


def needs_county() -> Figures:
    """Build, solve and hand out on each side; the peers are given the eligible pairs, ours finds them."""
    problem = unit_needs(without_volunteers(problem_of(read_snapshot(COUNTY), COUNTY, ONE_ORDER)))
    ours = repeated(lambda: by_flow(problem), RUNS)
    world, solutions = by_flow(problem)
    pairs = [pairs_of(problem, part.component) for part in world.parts]
    with measured() as assigning:
        assigned = by_assignment(pairs)
    with measured() as programming:
        programmed = by_cbc(pairs)
    best = reached(world, solutions)
    return {
        "needs": len(problem.counting),
        "pairs": sum(len(each.need) for each in pairs),
        "served": sum(best.served),
        "seconds": ours.seconds,
        "cpu_seconds": ours.cpu_seconds,
        "whole_plan_seconds": repeated(lambda: serve(problem), RUNS).seconds,
        **assigning.figures("assignment_"),
        **programming.figures("cbc_"),
        "times_faster_than_assignment": assigning.seconds / ours.seconds,
        "times_faster_than_assignment_by_cpu": assigning.cpu_seconds / ours.cpu_seconds,
        "times_faster_than_cbc": programming.seconds / ours.seconds,
        "times_faster_than_cbc_by_cpu": programming.cpu_seconds / ours.cpu_seconds,
        "same_served_by_level": best.served == assigned.served == programmed.served,
        "same_minutes": best.minutes == assigned.minutes == programmed.minutes,
    }


def by_flow(problem: Problem) -> tuple[Built, list[Solution]]:
    """Components, networks and flows of a problem, every need handed its offer."""
    world = built(problem)
    solutions = []
    for part in world.parts:
        component = part.component
        payers = Payers.none(component.suppliers)
        solutions.append(solve(component, part.network, component.by_offers(world.capacity), payers))
    return world, solutions


def reached(world: Built, solutions: list[Solution]) -> Optimum:
    """What the flows serve by level, and their minutes."""
    served = np.zeros(world.parts[0].component.levels, np.int64)
    minutes = 0
    for part, solution in zip(world.parts, solutions, strict=True):
        np.add.at(served, part.component.level[solution.pieces.need], solution.pieces.units)
        minutes += int((solution.pieces.minutes * solution.pieces.units).sum())
    return Optimum(tuple(served.tolist()), minutes)


SCENARIOS = (
    Scenario(
        "needs_county",
        "county",
        "needs → offers at one county, unit needs: ours, PuLP with CBC, SciPy's linear_sum_assignment",
        needs_county,
        (
            at_least("times_faster_than_cbc", 300),
            at_least("times_faster_than_assignment", 20),
            exactly("same_served_by_level", 1),
            exactly("same_minutes", 1),
            moonshot("times_faster_than_cbc", ">=", 1500),
        ),
    ),
)
