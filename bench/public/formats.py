"""The files of OR-Library: whole numbers between blanks, lines having no meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Longs


@dataclass(frozen=True)
class Generalised:
    """A generalised assignment problem: what agent *i* earns by job *j* and spends on it, and what *i* may spend."""

    profit: Longs
    spent: Longs
    most: Longs


def read_assignment(text: str) -> Longs:
    """The costs of an `assign` file: *n*, then *n* × *n* costs."""
    size, *costs = map(int, text.split())
    return np.array(costs, np.int64).reshape(size, size)


def read_generalised(text: str) -> list[Generalised]:
    """The problems of a `gap` file: how many, then for each agents, jobs, profits, what is spent, what may be spent."""
    numbers = np.array(text.split(), np.int64)
    found, at = [], 1
    for _ in range(numbers[0]):
        agents, jobs = numbers[at : at + 2]
        profit, spent, most = np.split(numbers[at + 2 :], np.cumsum([agents * jobs, agents * jobs, agents]))[:3]
        found.append(Generalised(profit.reshape(agents, jobs), spent.reshape(agents, jobs), most))
        at += 2 + 2 * agents * jobs + agents
    if at != len(numbers):
        raise ValueError(f"{len(numbers)} numbers where {at} were told")
    return found
