"""Which published needs to open again so that a more urgent need takes what a less urgent one has, one for one.

Needs that lack something come level by level, within a level those first that gain most: each takes what a supplier has
left and what one need of a later level has there, if what that changes is within the limit. Who loses waits in the turn
of its own level. What is opened is decided anew, so that nobody loses who has another place (model (40)).
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from graph.snapshot import ACCEPTED, NONE, OFFER, VOLUNTEER, Ints
from matching.problem import Problem
from matching.serve.changes import Standing
from matching.serve.decided import Decided
from matching.serve.levels import Usual, levels
from matching.serve.supply import published
from matching.serve.whole_needs import OffersAbove


def swapping(
    problem: Problem, usual: Usual, standing: Standing, free: Decided, plan: Decided, opened: Ints, most: int
) -> Ints:
    """At most so many needs, in order: those `opened` in a plan, and those that swaps with others open beside."""
    floor = _Floor(problem, standing, free, plan, opened)
    if len(opened) < most:
        for level in range(int(floor.levels.max(initial=0)) + 1):
            floor.fill(level, usual, most)
    return np.array(sorted(floor.opened), np.int32)


@dataclass(frozen=True, order=True)
class _Swap:
    """What a need would gain of a supplier, ordered by how good that is: `victim` is who loses, NONE for nobody."""

    short: int
    cost: int
    before: int
    loss: int
    supplier: int
    victim: int


class _Floor:
    """What is left of each supplier in a plan, who holds the rest, and who lacks something."""

    def __init__(self, problem: Problem, standing: Standing, free: Decided, plan: Decided, opened: Ints) -> None:
        snapshot = problem.snapshot
        self._needs, self._kinds = snapshot.needs, snapshot.kinds
        self.opened = set(opened.tolist())
        self.levels = np.full(len(snapshot.needs.key), NONE, np.int32)
        self.levels[problem.counting] = levels(problem, problem.counting)
        self._lacking = snapshot.needs.quantity.copy()
        np.subtract.at(self._lacking, plan.assignments.need, plan.assignments.quantity)
        self._left = np.concatenate([plan.left.payable(problem), plan.left.minutes])
        self._standing = set(standing.need[standing.may].tolist())
        self._offers = len(snapshot.offers.key)
        self._hold(problem, standing)
        self._above = [OffersAbove(outcome.part.network) for outcome in free.outcomes]
        self._parts = [outcome.part for outcome in free.outcomes]
        self._part = np.full(len(snapshot.needs.key), NONE, np.int32)
        self._node = np.full(len(snapshot.needs.key), NONE, np.int32)
        for at, part in enumerate(self._parts):
            self._part[part.component.needs] = at
            self._node[part.component.needs] = part.network.node_of_need
        asking = np.flatnonzero((self._lacking > 0) & (self._node != NONE))
        may = (plan.supply.units[asking] > 0) | np.isin(asking, list(self._standing))
        self._waiting: list[list[int]] = [[] for _ in range(int(self.levels.max(initial=0)) + 1)]
        for need in asking[may].tolist():
            self._waiting[self.levels[need]].append(need)

    def _hold(self, problem: Problem, standing: Standing) -> None:
        """Who holds what of each supplier, those of the last levels and with the least of it first."""
        state = problem.snapshot.published
        pairs = published(problem, (state.status < ACCEPTED) & np.isin(state.need, standing.need[standing.may]))
        mine = (pairs.provider_type <= VOLUNTEER) & ~np.isin(pairs.need, list(self.opened))
        self._holders: dict[int, list[tuple[int, int, int]]] = {}
        columns = (pairs.need[mine], pairs.provider_type[mine], pairs.provider[mine], pairs.quantity[mine])
        for need, kind, provider, units in zip(*(each.tolist() for each in columns), strict=True):
            supplier = provider if kind == OFFER else self._offers + provider
            held = (-int(self.levels[need]), units * self._each(need, supplier), need)
            self._holders.setdefault(supplier, []).append(held)
        for holders in self._holders.values():
            holders.sort()

    def _each(self, need: int, supplier: int) -> int:
        """What a unit of a need takes of a supplier: of volunteers minutes."""
        return 1 if supplier < self._offers else int(self._kinds.minutes[self._needs.kind[need]])

    def fill(self, level: int, usual: Usual, most: int) -> None:
        """Let needs of a level take what later ones have, those first that gain most."""
        heap: list[tuple[int, _Swap, int]] = []
        known: dict[tuple[int, ...], _Swap | None] = {}
        for need in self._waiting[level]:
            alike = (self._part[need], self._node[need], self._lacking[need], need in self._standing, self._kind(need))
            if alike not in known:
                known[alike] = self._best(need, most)
            if swap := known[alike]:
                heappush(heap, (self._worth(need, swap, usual), swap, need))
        while heap and len(self.opened) < most:
            _, swap, need = heappop(heap)
            now = self._best(need, most)
            if now is None:
                continue
            if now != swap:
                heappush(heap, (self._worth(need, now, usual), now, need))
            else:
                self._take(need, now)

    def _kind(self, need: int) -> int:
        return int(self._needs.kind[need])

    def _worth(self, need: int, swap: _Swap, usual: Usual) -> int:
        return swap.short * (usual.parts // int(usual.of_kind[self._kind(need)]))

    def _best(self, need: int, most: int) -> _Swap | None:
        """The swap by which a need gains most, then changes least, then takes from who comes last; None for none."""
        own = need in self._standing and need not in self.opened
        found: _Swap | None = None
        for supplier in self._suppliers(need):
            for victim, has in self._from(supplier, need, own):
                cost = own + (victim != NONE and victim not in self.opened)
                gain = self._gain(need, supplier, int(self._left[supplier]) + has)
                if not gain or len(self.opened) + cost > most:
                    continue
                before = -int(self.levels[victim]) if victim != NONE else -len(self._waiting)
                swap = _Swap(-gain, cost, before, has, supplier, victim)
                found = swap if found is None else min(found, swap)
                if gain == self._lacking[need]:
                    break
        return found

    def _from(self, supplier: int, need: int, own: bool) -> list[tuple[int, int]]:
        """Who may lose to a need at a supplier, with what each has; nobody, where what is left may be had by opening it."""
        found = [(NONE, 0)] if own else []
        for behind, has, holder in self._holders.get(supplier, ()):
            if -behind <= self.levels[need]:
                break
            found.append((holder, has))
        return found

    def _gain(self, need: int, supplier: int, there: int) -> int:
        """Units that a need would get of so much of a supplier; what cannot be divided, and volunteers' needs, whole."""
        lacking = int(self._lacking[need])
        units = min(lacking, there // max(1, self._each(need, supplier)))
        whole = supplier >= self._offers or not self._kinds.divisible[self._needs.kind[need]]
        return units if not whole or units == self._needs.quantity[need] else 0

    def _suppliers(self, need: int) -> list[int]:
        """Offers and, behind them, volunteers who may serve a need."""
        at = int(self._part[need])
        component = self._parts[at].component
        found: list[int] = []
        for supplier in self._above[at].of(int(self._node[need])).tolist():
            team = supplier - len(component.offers)
            if team < 0:
                found.append(int(component.offers[supplier]))
                continue
            low, high = component.members.offsets[team : team + 2].tolist()
            found += (self._offers + component.members.values[low:high]).tolist()
        return found

    def _take(self, need: int, swap: _Swap) -> None:
        gain, each = -swap.short, self._each(need, swap.supplier)
        self.opened |= {need} & self._standing
        self._lacking[need] -= gain
        self._left[swap.supplier] -= gain * each
        if swap.victim == NONE:
            return
        self.opened.add(swap.victim)
        self._left[swap.supplier] += swap.loss
        holders = self._holders[swap.supplier]
        holders.remove((swap.before, swap.loss, swap.victim))
        back = max(0, min(int(self._left[swap.supplier]), swap.loss))
        if not self._kinds.divisible[self._needs.kind[swap.victim]]:
            back = back if back == swap.loss else 0
        if back:
            # it keeps the rest, and may lose that without a change more
            holders.append((swap.before, back, swap.victim))
            holders.sort()
            self._left[swap.supplier] -= back
        lost = (swap.loss - back) // max(1, self._each(swap.victim, swap.supplier))
        self._lacking[swap.victim] += lost
        if lost:
            self._waiting[self.levels[swap.victim]].append(swap.victim)
