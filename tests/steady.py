"""How even counties stand in a greedy run, and what it changes of what is published, counted one by one."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np

from graph.snapshot import COUNTY
from matching.problem import Problem
from matching.rates import rates_of
from tests.greedy import Greedy


def unfairness(greedy: Greedy) -> int:
    """Units met, each weighed by the twentieths of what its county asks of its kind and urgency that are full before it."""
    needs, regions = greedy.snapshot.needs, greedy.snapshot.regions
    asked: Counter[tuple[int, int, int]] = Counter()
    met: Counter[tuple[int, int, int]] = Counter()
    for need in range(len(needs.key)):
        if greedy.counts(need):
            place = int(needs.place[need])
            while regions.level[place] > COUNTY:
                place = int(regions.parent[place])
            # a city without counties is met above its towns, and a place above the counties is its own
            cell = place, int(needs.kind[need]), int(needs.urgency[need])
            asked[cell] += int(needs.quantity[need])
            met[cell] += int(needs.quantity[need]) - max(0, greedy.left(need))
    weighed = 0
    for cell, units in met.items():
        for unit in range(units):
            weighed += sum(1 for part in range(1, 20) if unit >= asked[cell] * part // 20)
    return weighed


def needs_changed(greedy: Greedy) -> tuple[int, bool]:
    """Counting needs with something published that get other providers or quantities, and whether there are any."""
    state = greedy.snapshot.published
    before: dict[int, Counter[tuple[int, int]]] = {}
    for need, kind, at, units in zip(
        *(each.tolist() for each in (state.need, state.provider_type, state.provider, state.quantity)), strict=True
    ):
        if greedy.counts(need):
            before.setdefault(need, Counter())[kind, at] += units
    now: dict[int, Counter[tuple[int, int]]] = {}
    for (need, kind, at), units in greedy.assigned.items():
        now.setdefault(need, Counter())[kind, at] += units
    return sum(1 for need, pairs in before.items() if pairs != now.get(need)), bool(before)


def told_rates(greedy: Greedy, usual: dict[int, int]) -> dict[str, Any]:
    """The rates of a greedy run, given the usual quantity of each kind asked for."""
    snapshot = greedy.snapshot
    on = (greedy.today - date(1970, 1, 1)).days
    problem = Problem(snapshot, greedy.scope, greedy.period, on, greedy.policy)
    given = np.array(
        [int(snapshot.needs.quantity[at]) - greedy.left(at) for at in range(len(snapshot.needs.key))], np.int64
    )
    return rates_of(problem, given, np.array([usual.get(kind, 1) for kind in range(len(snapshot.kinds.key))]))
