"""Room for unmet whole needs after rounding: in hours that are left, or where one that is served can move (model (34))."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import Index, expand, offsets, order_of
from matching.serve.hand_out import Pieces
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import minutes_of_pairs
from matching.serve.outcome import Outcome
from matching.serve.sharing import ways_to
from matching.serve.supply import UNLIMITED
from matching.serve.tree_flow import inner_arcs
from matching.serve.whole_needs import OffersAbove
from matching.travel import Roads

ROUNDS = 6
"""Most times that all places and moves are looked for; each round finds fewer."""
SIZES = 16
"""Most sizes of unmet needs for which moves make room: those of which there are most."""
MISSES = 1 << 13
"""Needs that find no place until it is told anew which ones could."""
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
        top, count = self._top(), 0
        unmet = self._by_turn[self._slot[self._by_turn] == NONE]
        while len(unmet := self._fitting(unmet, top)):
            misses = tried = 0
            for need in unmet.tolist():
                supplier = self._tightest(need, top, self._above)
                tried += 1
                if supplier == NONE:
                    misses += 1
                else:
                    top[supplier] = self._take(need, supplier)
                    count += 1
                if misses == MISSES:
                    break
            unmet = unmet[tried:]
        return count

    def _fitting(self, needs: Index, top: Longs) -> Index:
        """Those of some needs for whom one slot has as much left."""
        most = self._above.most(top)
        return needs[self._component.units[needs] <= most[self._network.node_of_need[needs]]]

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
        need, to, gain = self._moves(top)
        source = self._slot[need]
        slack = np.where(to == NONE, NOBODY, self._left[to] - self._component.units[need])
        order = np.lexsort((to, need, slack, gain))
        need, to, source, gain = need[order], to[order], source[order], gain[order]
        turns, ends = np.unique(gain, return_index=True)
        ends = np.append(ends, len(gain))
        count = 0
        for at, turn in enumerate(turns.tolist()):
            some = slice(ends[at], ends[at + 1])
            pairs = zip(need[some].tolist(), to[some].tolist(), source[some].tolist(), strict=True)
            unmet = int(self._by_turn[turn])
            count += self._slot[unmet] == NONE and any(self._replaced(unmet, *each, top) for each in pairs)
        return count

    def _replaced(self, unmet: int, one: int, target: int, place: int, top: Longs) -> bool:
        """Serve an unmet need in place of one that moves to a supplier, if both still fit; whether they did."""
        units = self._component.units
        asked = int(units[unmet] - units[one])
        if self._slot[one] != place or self._left[place] < asked:
            return False
        supplier = self._tightest(one, top, self._many_above) if target == NONE else target
        if supplier == NONE or top[supplier] < units[one]:
            return False
        top[supplier] = self._take(one, supplier)
        self._slot[unmet] = place
        self._left[place] -= asked
        top[self._supplier[place]] = self._left[self._slots(int(self._supplier[place]))].max()
        return True

    def _take(self, need: int, supplier: int) -> int:
        """Give a need the nearest slot of a supplier that has as much left; the most that one slot has then."""
        slots, members = self._slots(supplier), self._component.members
        able = slots[self._left[slots] >= self._component.units[need]]
        if len(able) > 1:
            volunteers = members.values[able - self._component.suppliers]
            able = able[[int(np.argmin(ways_to(self._problem, self._roads, self._component, need, volunteers)))]]
        self._slot[need] = able[0]
        self._left[able[0]] -= self._component.units[need]
        return int(self._left[slots].max())

    def _slots(self, supplier: int) -> Longs:
        """The slots of a supplier: its own, or those of the members."""
        first, members = len(self._component.offers), self._component.members
        if supplier < first or members.lengths[supplier - first] == 1:
            return np.array([supplier])
        low, high = members.offsets[supplier - first : supplier - first + 2].tolist()
        return self._component.suppliers + np.arange(low, high)

    def _best_unmet(self) -> Longs:
        """Shape (suppliers, sizes): the turn of the first unmet need, of at most each size, that leads to each supplier."""
        component, shape = self._component, (self._component.suppliers, len(self._sizes))
        unmet = self._by_turn[self._slot[self._by_turn] == NONE]
        size = np.minimum(np.searchsorted(self._sizes, component.units[unmet]), max(len(self._sizes) - 1, 0))
        known = self._sizes[size] == component.units[unmet] if len(self._sizes) else np.zeros(len(unmet), bool)
        unmet, size = unmet[known], size[known]
        found = self._above.first(self._network.node_of_need[unmet], size, self._turn[unmet], shape)
        return np.asarray(np.minimum.accumulate(found, axis=1))

    def _replaceable(self) -> tuple[Longs, Longs]:
        """Served needs in whose place an unmet one could be served, and the turn of the first such one."""
        served = np.flatnonzero(self._slot != NONE)
        if not len(self._sizes):
            return served[:0], served[:0]
        slot = self._slot[served]
        size = np.searchsorted(self._sizes, self._left[slot] + self._component.units[served], "right") - 1
        gain = np.where(size < 0, NOBODY, self._best_unmet()[self._supplier[slot], np.maximum(size, 0)])
        return served[gain < NOBODY], gain[gain < NOBODY]

    def _moves(self, top: Longs) -> tuple[Longs, Longs, Longs]:
        """Replaceable needs, suppliers to whom they could move, and the turn of who takes their place.

        A need moves to a single supplier who hangs where it enters, or to some team of several, for which NONE stands.
        """
        network, units = self._network, self._component.units
        served, gain = self._replaceable()
        order = order_of(network.node_of_need[served])
        served, gain = served[order], gain[order]
        entered = np.zeros(network.nodes, bool)
        entered[network.node_of_need[served]] = True
        node, supplier = _hanging(network, entered, self._left[: self._component.suppliers] > 0)
        start = offsets(network.node_of_need[served], network.nodes)
        owner, at = expand(start[node], start[node + 1])
        fits = (units[served[at]] <= self._left[supplier[owner]]) & (self._slot[served[at]] != supplier[owner])
        at, to = at[fits], supplier[owner[fits]]
        to_team = (units[served] <= self._many_above.most(top)[network.node_of_need[served]]) & (
            self._slot[served] < self._component.suppliers
        )
        at = np.concatenate([at, np.flatnonzero(to_team)])
        return served[at], np.concatenate([to, np.full(to_team.sum(), NONE, np.int64)]), gain[at]

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


def _hanging(network: TreeNetwork, nodes: Bools, some: Bools) -> tuple[Longs, Longs]:
    """Pairs of some nodes and those of some suppliers that hang there."""
    direct = np.flatnonzero(some[network.direct_head] & nodes[network.direct_tail])
    gathered, inner = np.flatnonzero(some[network.gathered_head]), np.flatnonzero(nodes[network.inner_tail])
    bundle = gathered[order_of(network.gathered_tail[gathered])]
    ends = offsets(network.gathered_tail[gathered], network.bundles)
    owner, at = expand(ends[network.inner_head[inner]], ends[network.inner_head[inner] + 1])
    node = np.concatenate([network.direct_tail[direct], network.inner_tail[inner[owner]]])
    supplier = np.concatenate([network.direct_head[direct], network.gathered_head[bundle[at]]])
    return node.astype(np.int64), supplier.astype(np.int64)
