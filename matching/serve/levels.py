"""Levels of needs: urgency, then waiting band; and the usual quantity of each kind (model (8), (9))."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import lcm

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import LONG_AGO, Ints, Longs
from matching.problem import Problem
from matching.ranges import distinct, offsets, order_of

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


@dataclass(frozen=True)
class Usual:
    """Usual quantity of each kind. A value, Σ units ÷ usual quantity, is told in whole `parts` of one, so exactly.

    A unit may be shared in as many pieces as it takes `minutes`.
    """

    of_kind: Longs
    minutes: Ints

    @cached_property
    def parts(self) -> int:
        """Parts of one, a multiple of every usual quantity."""
        return lcm(*np.unique(self.of_kind * np.maximum(self.minutes, 1)).tolist())

    def value(self, units: Iterable[int], usual: Iterable[int]) -> int:
        """Σ units ÷ usual quantity, in parts."""
        return sum(number * (self.parts // each) for number, each in zip(units, usual, strict=True))


def usual_quantities(problem: Problem) -> Usual:
    """Usual quantity of each kind: the policy's, or the lower median of its counting needs, at least 1."""
    kinds, needs = problem.snapshot.kinds, problem.snapshot.needs
    counting = problem.counting
    kind = needs.kind[counting]
    quantity = needs.quantity[counting[order_of(kind)]]
    ends = offsets(kind, len(kinds.key))
    usual = np.ones(len(kinds.key), np.int64)
    for at, key in enumerate(kinds.key.to_pylist()):
        mine = quantity[ends[at] : ends[at + 1]]
        if key in problem.policy.usual_quantity:
            usual[at] = problem.policy.usual_quantity[key]
        elif len(mine):
            middle = (len(mine) - 1) // 2
            usual[at] = max(1, int(np.partition(mine, middle)[middle]))
    return Usual(usual, kinds.minutes)


def value_by_level(problem: Problem, usual: Usual, need: Ints, units: Longs) -> list[int]:
    """Σ units ÷ usual quantity of needs by their level, in parts; a need may stand in several rows."""
    level, each = levels(problem, need), usual.of_kind[problem.snapshot.needs.kind[need]]
    first, number = distinct(level, each)
    total = np.zeros(len(first), np.int64)
    np.add.at(total, number, units)
    found = [0] * (len(URGENCIES) * bands(problem))
    for at, parts, of in zip(level[first].tolist(), total.tolist(), each[first].tolist(), strict=True):
        found[at] += parts * (usual.parts // of)
    return found
