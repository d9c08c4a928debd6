"""Room for unmet whole needs after rounding: in hours that are left, or where one that is served can move (model (34))."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import Index, expand, offsets
from matching.serve.hand_out import Pieces
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import minutes_of_pairs
from matching.serve.proof import Outcome
from matching.serve.sharing import ways_to
from matching.serve.supply import UNLIMITED
from matching.serve.tree_flow import inner_arcs
from matching.serve.whole_needs import OffersAbove
from matching.travel import Roads

ROUNDS = 6
"""Most times that all places and moves are looked for; each round finds fewer."""
SIZES = 16
"""Most sizes of unmet needs for which moves make room: those of which there are most."""
NOBODY = np.iinfo(np.int64).max


def make_room(problem: Problem, roads: Roads, outcome: Outcome, limits: Longs) -> Outcome:
    """The outcome with as many more needs served as single steps find; nobody who is served goes without by it.

    A step gives an unmet whole need a place that is left, or the place of one that moves to where as much is left. Those
    move who enter the network where the new supplier hangs. `limits` are what offers of the snapshot may give.
    """
    component = outcome.part.component
    if not component.teams or not component.whole.any():
        return outcome
    places = _Places(problem, roads, outcome, component.by_offers(limits))
    for _ in range(ROUNDS):
        if not places.filled() + places.moved():
            break
    return places.outcome()


class _Places:
    """Who has each whole need: an offer, a volunteer, or a member of a team, each with what is left of them.

    Slots are the suppliers and, behind them, the members of teams of several.
    """

    def __init__(self, problem: Problem, roads: Roads, outcome: Outcome, capacity: Longs) -> None:
        self._problem, self._roads, self._before = problem, roads, outcome
        self._component, self._network = outcome.part.component, outcome.part.network
        component, pieces = self._component, outcome.pieces
        members, first = component.members, len(component.offers)
        self._many = first + np.flatnonzero(members.lengths > 1)
        self._supplier = np.concatenate([np.arange(component.suppliers), first + members.owners])
        own = np.where(capacity[first + members.owners] >= UNLIMITED, UNLIMITED, component.minutes // component.grain)
        own[~np.isin(first + members.owners, self._many)] = 0
        self._left = np.concatenate([capacity, own])
        self._left[self._many] = 0
        slot = pieces.offer.astype(np.int64)
        shared = np.isin(pieces.offer, self._many)
        slot[shared] = component.suppliers + self._member(
            (pieces.offer[shared] - first).astype(np.int64), outcome.taker[pieces.need[shared]]
        )
        np.subtract.at(self._left, slot, pieces.units)
        whole = component.whole[pieces.need]
        self._divided = pieces.where(~whole)
        self._slot = np.full(len(component.needs), NONE, np.int64)
        self._slot[pieces.need[whole]] = slot[whole]
        rows = np.flatnonzero(component.whole & (self._network.node_of_need != NONE))
        self._by_turn = rows[np.lexsort((rows, component.units[rows], component.level[rows]))]
        self._turn = np.full(len(component.needs), NOBODY)
        self._turn[self._by_turn] = np.arange(len(rows))
        waiting = rows[self._slot[rows] == NONE]
        sizes, often = np.unique(component.units[waiting], return_counts=True)
        self._sizes = np.sort(sizes[np.argsort(-often, kind="stable")[:SIZES]])
        self._above = OffersAbove(self._network)
        several = np.zeros(component.suppliers, bool)
        several[self._many] = True
        self._many_above = OffersAbove(self._network, several)

    def _member(self, team: Longs, volunteer: Ints) -> Longs:
        """Position among all members of a volunteer of each team."""
        members = self._component.members
        volunteers = int(members.values.max(initial=0)) + 1
        known = members.owners.astype(np.int64) * volunteers + members.values
        order = np.argsort(known, kind="stable")
        return order[np.searchsorted(known[order], team.astype(np.int64) * volunteers + volunteer)]

    def filled(self) -> int:
        """Give unmet needs what is left, the first in turn first, of the supplier that each fills best; how many."""
        top = self._top()
        unmet = self._by_turn[self._slot[self._by_turn] == NONE]
        unmet = unmet[self._component.units[unmet] <= self._above.most(top)[self._network.node_of_need[unmet]]]
        count = 0
        for need in unmet.tolist():
            supplier = self._tightest(need, top, self._above)
            if supplier != NONE:
                top[supplier] = self._take(need, supplier)
                count += 1
        return count

    def _top(self) -> Longs:
        """The most that one slot of each supplier has left."""
        found = np.zeros(self._component.suppliers, np.int64)
        np.maximum.at(found, self._supplier, self._left)
        return found

    def _tightest(self, need: int, top: Longs, above: OffersAbove) -> int:
        """The supplier of those above a need that has as much left and the least more; NONE where there is none."""
        suppliers = above.of(int(self._network.node_of_need[need]))
        rest = top[suppliers] - self._component.units[need]
        fits = np.flatnonzero(rest >= 0)
        return int(suppliers[fits[np.argmin(rest[fits])]]) if len(fits) else NONE

    def moved(self) -> int:
        """Move served needs to where as much is left and serve others in their place; how many."""
        top = self._top()
        need, to = self._moves(top)
        units, source = self._component.units, self._slot[need]
        gain = self._best(self._best_unmet(), self._supplier[source], self._left[source] + units[need])
        worth = np.flatnonzero(gain < NOBODY)
        slack = np.where(to[worth] == NONE, NOBODY, self._left[to[worth]] - units[need[worth]])
        worth = worth[np.lexsort((to[worth], need[worth], slack, gain[worth]))]
        count = 0
        columns = (each[worth].tolist() for each in (gain, need, to, source))
        for turn, one, target, place in zip(*columns, strict=True):
            unmet = int(self._by_turn[turn])
            asked = int(units[unmet]) - int(units[one])
            if self._slot[unmet] != NONE or self._slot[one] != place or self._left[place] < asked:
                continue
            supplier = self._tightest(one, top, self._many_above) if target == NONE else target
            if supplier == NONE or top[supplier] < units[one]:
                continue
            top[supplier] = self._take(one, supplier)
            self._slot[unmet] = place
            self._left[place] -= asked
            top[self._supplier[place]] = max(top[self._supplier[place]], self._left[place])
            count += 1
        return count

    def _take(self, need: int, supplier: int) -> int:
        """Give a need the nearest slot of a supplier that has as much left; the most that one slot has then."""
        first, members = len(self._component.offers), self._component.members
        if supplier < first or members.lengths[supplier - first] == 1:
            slots = np.array([supplier])
        else:
            low, high = members.offsets[supplier - first : supplier - first + 2].tolist()
            slots = self._component.suppliers + np.arange(low, high)
        able = slots[self._left[slots] >= self._component.units[need]]
        if len(able) > 1:
            volunteers = members.values[able - self._component.suppliers]
            able = able[[int(np.argmin(ways_to(self._problem, self._roads, self._component, need, volunteers)))]]
        self._slot[need] = able[0]
        self._left[able[0]] -= self._component.units[need]
        return int(self._left[slots].max())

    def _best_unmet(self) -> Longs:
        """Shape (suppliers, sizes): the turn of the first unmet need, of at most each size, that leads to each supplier."""
        component = self._component
        found = np.full((component.suppliers, len(self._sizes)), NOBODY)
        for at, size in enumerate(self._sizes.tolist()):
            asks = np.where((self._slot == NONE) & (component.units == size), self._turn, NOBODY)
            found[:, at] = self._network.least_by_supplier(asks, component.suppliers)
        return np.asarray(np.minimum.accumulate(found, axis=1))

    def _best(self, unmet: Longs, supplier: Index, room: Longs) -> Longs:
        """The first in turn of the unmet needs that lead to suppliers and ask no more than the room of each."""
        if not len(self._sizes):
            return np.full(len(room), NOBODY)
        at = np.searchsorted(self._sizes, room, "right") - 1
        return np.where(at >= 0, unmet[supplier, np.maximum(at, 0)], NOBODY)

    def _moves(self, top: Longs) -> tuple[Longs, Longs]:
        """Served needs and suppliers to whom each of them could move: a single one, or NONE for some team of several."""
        units = self._component.units
        node, supplier = _hanging(self._network, self._left[: self._component.suppliers] > 0)
        served = np.flatnonzero(self._slot != NONE)
        served = served[np.argsort(self._network.node_of_need[served], kind="stable")]
        start = offsets(self._network.node_of_need[served], self._network.nodes)
        owner, at = expand(start[node], start[node + 1])
        need, to = served[at], supplier[owner]
        fits = (units[need] <= self._left[to]) & (self._slot[need] != to)
        to_team = served[units[served] <= self._many_above.most(top)[self._network.node_of_need[served]]]
        to_team = to_team[self._slot[to_team] < self._component.suppliers]
        none = np.full(len(to_team), NONE, np.int64)
        return np.concatenate([need[fits], to_team]), np.concatenate([to[fits], none])

    def outcome(self) -> Outcome:
        """The outcome with what was found."""
        component = self._component
        need = np.flatnonzero(self._slot != NONE).astype(np.int32)
        slot = self._slot[need]
        supplier = self._supplier[slot].astype(np.int32)
        taker = self._before.taker.copy()
        taker[need] = NONE
        shared = slot >= component.suppliers
        taker[need[shared]] = component.members.values[slot[shared] - component.suppliers]
        arcs = inner_arcs(self._network, component.suppliers)
        minutes = minutes_of_pairs(component, self._network, arcs, need, supplier)
        pieces = self._divided.and_others(Pieces(need, supplier, component.units[need], minutes))
        return replace(self._before, pieces=pieces, taker=taker)


def _hanging(network: TreeNetwork, some: Bools) -> tuple[Longs, Longs]:
    """Pairs of nodes and those of some suppliers that hang there."""
    direct, gathered = np.flatnonzero(some[network.direct_head]), np.flatnonzero(some[network.gathered_head])
    bundle = gathered[np.argsort(network.gathered_tail[gathered], kind="stable")]
    ends = offsets(network.gathered_tail[gathered], network.bundles)
    owner, at = expand(ends[network.inner_head], ends[network.inner_head + 1])
    node = np.concatenate([network.direct_tail[direct], network.inner_tail[owner]])
    supplier = np.concatenate([network.direct_head[direct], network.gathered_head[bundle[at]]])
    return node.astype(np.int64), supplier.astype(np.int64)
