"""Levels of needs: urgency, then waiting band; and the usual quantity of each kind (model (8), (9))."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import numpy as np

from graph.snapshot import LONG_AGO, Ints, Longs
from matching.problem import Problem

_EPOCH = date(1970, 1, 1)


def bands(problem: Problem) -> int:
    """Number of waiting bands of each urgency."""
    return len(problem.policy.waiting_months) + 1


def levels(problem: Problem, needs: Ints) -> Ints:
    """Level of each need: urgency × bands + band, 0 the first to be served."""
    table = problem.snapshot.needs
    opened = opened_on(problem, needs)
    ends = [last_day_waiting(problem.on, months) for months in problem.policy.waiting_months]
    band = sum((opened > end).astype(np.int32) for end in ends)
    return (table.urgency[needs].astype(np.int32) * bands(problem) + band).astype(np.int32)


def opened_on(problem: Problem, needs: Ints) -> Ints:
    """Day on which each need was found; the run's date where blank."""
    opened = problem.snapshot.needs.opened_on[needs]
    return np.where(opened == LONG_AGO, problem.on, opened).astype(np.int32)


def last_day_waiting(on: int, months: int) -> int:
    """Last day from which so many calendar months, the day clipped to the month's end, are over on day `on`."""
    today = _EPOCH + timedelta(days=on)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    length, days = monthrange(today.year, today.month)[1], monthrange(year, month + 1)[1]
    # on the last day of a short month, the longer days of the earlier month are over too
    day = days if today.day == length else min(today.day, days)
    return (first - _EPOCH).days + day - 1


def usual_quantities(problem: Problem) -> Longs:
    """Usual quantity of each kind: the policy's, or the lower median of its counting needs, at least 1."""
    kinds, needs = problem.snapshot.kinds, problem.snapshot.needs
    counting = problem.counting
    order = np.lexsort((needs.quantity[counting], needs.kind[counting]))
    counts = np.bincount(needs.kind[counting], minlength=len(kinds.key))
    ends = np.cumsum(counts)
    usual = np.ones(len(kinds.key), np.int64)
    some = np.flatnonzero(counts)
    usual[some] = needs.quantity[counting][order[ends[some] - counts[some] + (counts[some] - 1) // 2]]
    for at, kind in enumerate(kinds.key.to_pylist()):
        usual[at] = problem.policy.usual_quantity.get(kind, usual[at])
    return np.maximum(usual, 1)
