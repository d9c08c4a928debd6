"""Which published needs to open again where they ask several units or share money: those that make way in the free plan.

Needs without a place that is held come in their turn, level by level, and take the place that they have where nothing
limits changes. What is not left there makes way as it does in that plan: needs that move on before those that lose, and
where these move to, others in their turn. A need takes its place if all that make way for it are within what the limit
leaves and nobody loses who is no less urgent; otherwise it waits for what is left (model (40)).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, OFFER, VOLUNTEER, Ints, Longs
from matching.problem import Problem
from matching.serve.changes import Standing, changed
from matching.serve.decided import Decided
from matching.serve.levels import levels, opened_on
from matching.serve.supply import Promises, Supply

Places = dict[int, list[tuple[int, int]]]
"""Needs with what they draw: numbers of suppliers and amounts."""


def making_way(problem: Problem, standing: Standing, free: Decided, held: Supply, most: int) -> Ints:
    """At most so many needs, in order, that make way in what is decided `free` of the limit; `held` is what holding leaves."""
    changing = changed(standing, free.assignments).free
    rows = free.assignments
    given = Promises(rows.need, rows.provider_type.astype(np.int32), rows.provider, rows.quantity)
    holding = standing.need[standing.may]
    waiting = np.union1d(np.setdiff1d(rows.need, holding), changing)
    order = np.lexsort((waiting, _due(problem, waiting), opened_on(problem, waiting), levels(problem, waiting)))
    waiting = waiting[order].astype(np.int32)
    new, old = _places(problem, given, waiting), _places(problem, standing.pairs, changing)
    level = dict(zip(waiting.tolist(), levels(problem, waiting).tolist(), strict=True))
    more = np.zeros(len(problem.snapshot.needs.key), np.int64)
    np.add.at(more, given.need, given.quantity)
    np.subtract.at(more, standing.pairs.need, standing.pairs.quantity)
    gains = dict(zip(waiting.tolist(), more[waiting].tolist(), strict=True))
    floor = _Floor(new, old, level, gains, np.concatenate([held.capacity, held.minutes]))
    for need in waiting.tolist():
        floor.admit(need, most)
    return np.array(sorted(floor.opened), np.int32)


def _due(problem: Problem, needs: Ints) -> Ints:
    return problem.snapshot.needs.due_on[needs]


def _places(problem: Problem, pairs: Promises, needs: Ints) -> Places:
    """What some needs draw of each supplier: units of offers, and behind these minutes of volunteers."""
    snapshot = problem.snapshot
    mine = np.flatnonzero(np.isin(pairs.need, needs) & (pairs.provider_type <= VOLUNTEER))
    need, by_offer = pairs.need[mine], pairs.provider_type[mine] == OFFER
    supplier = np.where(by_offer, pairs.provider[mine], len(snapshot.offers.key) + pairs.provider[mine])
    minutes = snapshot.kinds.minutes[snapshot.needs.kind[need]]
    amount = np.where(by_offer, pairs.quantity[mine], pairs.quantity[mine] * minutes)
    found: Places = {}
    for one, by, much in zip(need.tolist(), supplier.tolist(), amount.tolist(), strict=True):
        found.setdefault(one, []).append((by, much))
    return found


@dataclass
class _Step:
    """One need that takes its place: who makes way for it, and what each supplier has less, or more, by it."""

    opened: dict[int, None]
    less: dict[int, int]


class _Floor:
    """What is left of each supplier, and who has been opened, as needs are let in."""

    def __init__(self, new: Places, old: Places, level: dict[int, int], gains: dict[int, int], left: Longs) -> None:
        self._new, self._old, self._level, self._gains = new, old, level, gains
        self._left = left
        self.opened: dict[int, None] = {}
        self._there: dict[int, list[int]] = defaultdict(list)
        movers_first = sorted(old, key=lambda need: (gains[need] < 0, -level[need], need))
        for need in movers_first:
            for supplier, _ in old[need]:
                self._there[supplier].append(need)

    def admit(self, need: int, most: int) -> None:
        """Let a need take its place if few enough make way for it."""
        if need in self.opened or not self._new.get(need) or (need in self._old and self._gains[need] <= 0):
            return
        step = _Step({}, defaultdict(int))
        if need in self._old:
            self._open(need, step)
        else:
            self._ask(need, step)
        if self._made_room(self._level[need], step, most - len(self.opened)):
            self.opened |= step.opened
            for supplier, much in step.less.items():
                self._left[supplier] -= much

    def _open(self, need: int, step: _Step) -> None:
        step.opened[need] = None
        for supplier, much in self._old[need]:
            step.less[supplier] -= much
        self._ask(need, step)

    def _ask(self, need: int, step: _Step) -> None:
        for supplier, much in self._new.get(need, ()):
            step.less[supplier] += much

    def _made_room(self, level: int, step: _Step, most: int) -> bool:
        """Open further needs until nobody draws more than there is; whether that is possible."""
        while len(step.opened) <= most:
            short = next((at for at, much in step.less.items() if much > max(0, int(self._left[at]))), NONE)
            if short == NONE:
                return True
            leaver = next((one for one in self._there[short] if self._leaves(one, level, step)), NONE)
            if leaver == NONE:
                return False
            self._open(leaver, step)
        return False

    def _leaves(self, need: int, level: int, step: _Step) -> bool:
        """Whether a need may still make way: one that loses by it must be less urgent."""
        waits = need not in self.opened and need not in step.opened
        return waits and (self._gains[need] >= 0 or self._level[need] > level)
