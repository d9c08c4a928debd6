"""A plan that changes no more of what is published than a limit allows (model (40)).

What is published and may stand is held like a promise, but for a chosen set of needs, no larger than the limit; everything
else, those needs among it, is decided anew. So whatever the needs are like no limit, lock, budget or hour is exceeded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import ACCEPTED, Ints
from matching.certificate import Stage
from matching.problem import Problem
from matching.serve.changes import Standing, changed
from matching.serve.decided import Decided
from matching.serve.fewest import given_up, one_unit_each
from matching.serve.giving_way import making_way
from matching.serve.levels import Usual, value_by_level
from matching.serve.supply import Supply, published
from matching.serve.swapping import swapping
from matching.short import FAULTS, failed


@dataclass(frozen=True)
class _Choice:
    """Needs opened again, what is decided then, and its value by level."""

    opened: Ints
    decided: Decided
    value: list[int]


def within_changes(
    problem: Problem,
    usual: Usual,
    standing: Standing,
    free: Decided,
    decide: Callable[[Supply], Decided],
    most: int,
) -> tuple[Decided, bool]:
    """What is decided with at most so many free changes, and whether no other choice serves lexicographically more.

    `free` is what is decided without a limit: it is the plan if it keeps within the limit. Where the solver fails, all that
    is published and may stand is kept.
    """
    if len(changed(standing, free.assignments).free) <= most:
        return free, False
    if one_unit_each(free, standing):
        try:
            open_again = given_up(problem, standing, free, most) if most else standing.need[:0]
        except FAULTS as fault:
            nothing = decide(_held(problem, free.supply, standing, standing.need[:0]))
            return replace(nothing, short=nothing.short or failed(fault)), False
        return decide(_held(problem, free.supply, standing, open_again)), True

    def better(best: _Choice | None, opened: Ints) -> _Choice:
        if best and np.isin(opened, best.opened).all():
            return best
        found = decide(_held(problem, free.supply, standing, opened))
        value = _by_level(problem, usual, found)
        return best if best and best.value >= value else _Choice(opened, found, value)

    kept = better(None, standing.need[:0])
    best = better(kept, making_way(problem, standing, free, kept.decided.supply, most))
    if best.value < _by_level(problem, usual, free):
        best = better(best, swapping(problem, usual, standing, free, kept.decided, kept.opened, most))
        best = better(best, swapping(problem, usual, standing, free, best.decided, best.opened, most))
    return best.decided, False


def _by_level(problem: Problem, usual: Usual, decided: Decided) -> list[int]:
    return value_by_level(problem, usual, decided.assignments.need, decided.assignments.quantity)


def best_within_limit(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The stages of needs with their values as bounds: no plan within the limit serves more, though no price proves it."""
    return tuple(
        replace(
            stage,
            bound=stage.value,
            bands=tuple(replace(band, bound=band.value) for band in stage.bands),
        )
        if stage.stage.startswith("needs_")
        else stage
        for stage in stages
    )


def _held(problem: Problem, supply: Supply, standing: Standing, open_again: Ints) -> Supply:
    """A supply that holds what is published for needs that may stand, but for those open again; it gives them nothing else."""
    stays = np.zeros(len(problem.snapshot.needs.key), bool)
    stays[standing.need[standing.may]] = True
    stays[open_again] = False
    state = problem.snapshot.published
    held = supply.holding(problem, published(problem, stays[state.need] & (state.status < ACCEPTED)))
    return replace(held, units=np.where(stays, 0, held.units))
