"""A region planned anew after a few of its needs were closed and as many came: how long it takes, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.instances import among, problem_of, served_by_level, unit_needs, without_volunteers
from bench.measure import Measured
from bench.scenario import Figures
from graph.snapshot import PROPOSED
from graph.snapshot_files import load_snapshot
from matching.plan import Assignments
from matching.problem import Problem
from matching.serve import Served, serve

EVERY = 200
"""One need of so many is new since the plan that is published, and another is closed."""


LIMITS = {"half_of_them": 0.5, "none": 0.0}
"""Limits on changes, as shares of those that the best plan makes freely."""


def replanned(region: str, store: Path, digest: str, limits: tuple[str, ...]) -> Figures:
    """The exact class planned, published and planned anew: as best it can be, and within the limits named."""
    whole = without_volunteers(unit_needs(problem_of(load_snapshot(store, digest), region)))
    turn = np.zeros(len(whole.snapshot.needs.key), np.int64)
    turn[whole.counting] = np.arange(len(whole.counting)) % EVERY
    new, closed = turn == 1, turn == 1 + EVERY // 2
    before = among(whole, ~new)
    after = _published(among(whole, ~closed), serve(before).assignments)
    touched = int((new | closed).sum())
    best, cost = _timed(partial(serve, after))
    plain = serve(among(whole, ~closed))
    figures = {
        "needs": len(after.counting),
        "touched": touched,
        "cpu_seconds": cost.cpu_seconds,
        "seconds": cost.seconds,
        "changed": len(best.changes.free) + len(best.changes.forced),
        "levels_unlike_from_nothing": _unlike(after, best, plain),
    }
    for name in limits:
        most = int(LIMITS[name] * len(best.changes.free))
        limited = replace(after, policy=after.policy.model_copy(update={"max_changes": most}))
        plan, cost = _timed(partial(serve, limited))
        short = len(best.assignments.need) - len(plan.assignments.need)
        figures |= {
            f"cpu_seconds_{name}": cost.cpu_seconds,
            f"changed_{name}": len(plan.changes.free),
            f"beyond_limit_{name}": max(0, len(plan.changes.free) - most),
            f"fewer_met_{name}": short,
        }
    return figures


def _timed(work: Callable[[], Served]) -> tuple[Served, Measured]:
    cost = Measured()
    done = work()
    cost.end()
    return done, cost


def _unlike(problem: Problem, one: Served, other: Served) -> int:
    """Levels at which two plans do not serve as much."""
    pairs = zip(served_by_level(problem, one), served_by_level(problem, other), strict=True)
    return sum(first != second for first, second in pairs)


def _published(problem: Problem, rows: Assignments) -> Problem:
    """The problem where these assignments are published and nobody has answered yet."""
    state = replace(
        problem.snapshot.published,
        revision=1,
        need=rows.need,
        provider_type=rows.provider_type,
        provider=rows.provider,
        quantity=rows.quantity,
        status=np.full(len(rows.need), PROPOSED, np.int8),
    )
    return replace(problem, snapshot=replace(problem.snapshot, published=state))
