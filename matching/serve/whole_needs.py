"""Needs that cannot be divided and want more than one unit: handed out whole, by a stated rule (model (16)).

The relaxed flow treats them as divisible and bounds what can be served. What it hands to one of them whole from one offer
is kept. The others are placed level by level, the largest first, each with the offer that it fills best: in capacity
that nobody of its level or a better one uses, or else in place of divisible needs of its own level. The rest of the
capacity is for a second flow of the divisible needs; what that leaves is filled once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import distinct, expand, offsets, order_of
from matching.serve.component import Component
from matching.serve.eligibility import AT_TOWN, AT_VILLAGE
from matching.serve.hand_out import Pieces
from matching.serve.network import TreeNetwork


class OffersAbove:
    """Offers, or `some` of them, that each node leads to, its own and those of the nodes above, found when asked for."""

    def __init__(self, network: TreeNetwork, some: Bools | None = None) -> None:
        self._network = network
        direct = np.flatnonzero(some[network.direct_head]) if some is not None else np.arange(len(network.direct_head))
        gathered = (
            np.flatnonzero(some[network.gathered_head]) if some is not None else np.arange(len(network.gathered_head))
        )
        self._direct = _Lists(network.direct_tail[direct], network.direct_head[direct], network.nodes)
        self._gathered = _Lists(network.gathered_tail[gathered], network.gathered_head[gathered], network.bundles)
        self._bundles = _Lists(network.inner_tail, network.inner_head, network.nodes)
        self._known: dict[int, Longs] = {}

    def of(self, node: int) -> Longs:
        """Offers of a node and of those above it."""
        found = self._known.get(node)
        if found is None:
            above = int(self._network.up[node])
            bundles = (self._gathered.of(bundle) for bundle in self._bundles.of(node).tolist())
            beyond = () if above == NONE else (self.of(above),)
            found = np.concatenate([self._direct.of(node), *bundles, *beyond], dtype=np.int64)
            if self._network.at[node] != AT_VILLAGE:  # many lead there; a village's own are hardly asked for twice
                self._known[node] = found
        return found

    def most(self, left: Longs) -> Longs:
        """The most that is left of one offer, for each node."""
        in_bundle, found = np.zeros(self._network.bundles, np.int64), np.zeros(self._network.nodes, np.int64)
        np.maximum.at(in_bundle, self._gathered.owner, left[self._gathered.member])
        np.maximum.at(found, self._direct.owner, left[self._direct.member])
        np.maximum.at(found, self._bundles.owner, in_bundle[self._bundles.member])
        # parents stand behind their children, and their parents behind them
        for at in (AT_TOWN, AT_VILLAGE):
            nodes = np.flatnonzero((self._network.at == at) & (self._network.up != NONE))
            found[nodes] = np.maximum(found[nodes], found[self._network.up[nodes]])
        return found

    def first(self, node: Ints, column: Longs, turn: Longs, shape: tuple[int, int]) -> Longs:
        """Shape (offers, columns) as told: the least turn, in each column, of the rows whose node leads to each offer.

        The largest number stands where there is none.
        """
        up = self._network.up
        above = np.concatenate([node, up[node], np.where(up[node] == NONE, NONE, up[up[node]])])
        there = above != NONE
        every = _Turns(above[there], np.tile(column, 3)[there], np.tile(turn, 3)[there]).least(shape[1])
        in_bundle = self._bundles.led_to(every).least(shape[1])
        found = np.full(shape, np.iinfo(np.int64).max)
        for each in (self._direct.led_to(every), self._gathered.led_to(in_bundle)):
            np.minimum.at(found, (each.owner, each.column), each.turn)
        return found

    def sums(self, figures: Longs) -> Longs:
        """Sums of figures over the offers that each node leads to; figures of shape (offers, columns)."""
        in_bundle = np.zeros((self._network.bundles, figures.shape[1]), np.int64)
        found = np.zeros((self._network.nodes, figures.shape[1]), np.int64)
        np.add.at(in_bundle, self._gathered.owner, figures[self._gathered.member])
        np.add.at(found, self._direct.owner, figures[self._direct.member])
        np.add.at(found, self._bundles.owner, in_bundle[self._bundles.member])
        for at in (AT_TOWN, AT_VILLAGE):
            nodes = np.flatnonzero((self._network.at == at) & (self._network.up != NONE))
            found[nodes] += found[self._network.up[nodes]]
        return found


@dataclass(frozen=True)
class _Turns:
    """Turns of owners, by column."""

    owner: Ints
    column: Longs
    turn: Longs

    def least(self, columns: int) -> _Turns:
        """The least one alone of each owner and column."""
        order = order_of(self.turn)
        rows = order[distinct(self.owner[order].astype(np.int64) * columns + self.column[order])[0]]
        return _Turns(self.owner[rows], self.column[rows], self.turn[rows])


class _Lists:
    """Members of each of so many owners, as they stand."""

    def __init__(self, owner: Ints, member: Ints, owners: int) -> None:
        order = order_of(owner)
        self.owner, self.member, self._start = owner[order], member[order], offsets(owner, owners)

    def of(self, owner: int) -> Ints:
        """The members of one."""
        return self.member[self._start[owner] : self._start[owner + 1]]

    def led_to(self, turns: _Turns) -> _Turns:
        """The turns of owners as those of their members."""
        row, at = expand(self._start[turns.owner], self._start[turns.owner + 1])
        return _Turns(self.member[at], turns.column[row], turns.turn[row])


class Placing:
    """Whole needs with their offers, and what each offer gives at each level."""

    def __init__(self, component: Component, network: TreeNetwork, capacity: Longs) -> None:
        self._component, self._network, self._capacity = component, network, capacity
        self._above = OffersAbove(network)
        self.offer_of = np.full(len(component.needs), NONE, np.int32)
        self._held: dict[int, list[int]] = {}
        self._kept = Pieces.none()
        self._start = np.zeros(len(capacity) + 1, np.int64)
        # levels that no need has are left out
        asked, self._level = np.unique(component.level, return_inverse=True)
        # what each offer gives to whole needs up to each level, and to others before it
        self._upto = np.zeros((len(capacity), len(asked)), np.int64)
        self._before: Longs = np.broadcast_to(np.zeros(1, np.int64), (len(capacity), len(asked) + 1))

    def used(self) -> Longs:
        """Units that each offer gives to whole needs."""
        return self._upto[:, -1].copy()

    def place(self, relaxed: Pieces) -> None:
        """Keep what the relaxed flow hands out whole, and place the others that it serves in part."""
        component = self._component
        whole = component.whole[relaxed.need]
        if not whole.all():
            divided = relaxed.where(~whole)
            self._before = self._before.copy()
            np.add.at(self._before, (divided.offer, self._level[divided.need] + 1), divided.units)
            np.cumsum(self._before, axis=1, out=self._before)
        need, offer, units = relaxed.need[whole], relaxed.offer[whole], relaxed.units[whole]
        complete = np.flatnonzero(units == component.units[need])
        waiting = [self._turn(one) for one in np.setdiff1d(need, need[complete]).tolist()]
        complete = complete[order_of(offer[complete])]
        self._kept = Pieces(need[complete], offer[complete], units[complete], need[complete])
        self._start = offsets(offer[complete], len(self._capacity))
        self.offer_of[need[complete]] = offer[complete]
        np.add.at(self._upto, (offer[complete], self._level[need[complete]]), units[complete])
        np.cumsum(self._upto, axis=1, out=self._upto)
        heapify(waiting)
        while waiting:
            one = heappop(waiting)[-1]
            by = self._best(one)
            if by == NONE:
                continue
            self._give(one, by)
            for loser in self._overfull(by):
                heappush(waiting, self._turn(loser))

    def fill(self, left: Longs, divided: Pieces) -> None:
        """Place needs that still wait in what is left of the offers, by level, the largest first.

        Of those that can be divided, the ones that have nothing and could have volunteers wait for one too.
        """
        component, network = self._component, self._network
        most = self._above.most(left)
        waits = component.whole | component.split
        waits[divided.need] = False
        rows = np.flatnonzero(waits & (network.node_of_need != NONE) & (self.offer_of == NONE))
        rows = rows[component.units[rows] <= most[network.node_of_need[rows]]]
        waiting = sorted(self._turn(one) for one in rows.tolist())
        left = left.copy()
        for _, _, one in waiting:
            offers = self._above.of(int(network.node_of_need[one]))
            rest = left[offers] - component.units[one]
            if (rest >= 0).any():
                by = int(offers[np.argmin(np.where(rest >= 0, rest, np.iinfo(np.int64).max))])
                left[by] -= component.units[one]
                self._give(one, by)

    def _turn(self, need: int) -> tuple[int, int, int]:
        return int(self._component.level[need]), -int(self._component.units[need]), need

    def _best(self, need: int) -> int:
        """The offer that a need fills best, NONE where it fits nowhere."""
        units = int(self._component.units[need])
        offers = self._above.of(int(self._network.node_of_need[need]))
        level = int(self._level[need])
        taken = self._upto[offers, level] + units
        for upto in (level + 1, level):
            rest = self._capacity[offers] - taken - self._before[offers, upto]
            if (rest >= 0).any():
                return int(offers[np.argmin(np.where(rest >= 0, rest, np.iinfo(np.int64).max))])
        return NONE

    def _give(self, need: int, offer: int) -> None:
        self.offer_of[need] = offer
        self._needs_of(offer).append(need)
        self._upto[offer, self._level[need] :] += self._component.units[need]

    def _needs_of(self, offer: int) -> list[int]:
        """Needs that an offer serves, from what is kept of the relaxed flow on."""
        if offer not in self._held:
            self._held[offer] = self._kept.need[self._start[offer] : self._start[offer + 1]].tolist()
        return self._held[offer]

    def _overfull(self, offer: int) -> list[int]:
        """Take back from an offer whole needs of the worst levels until it can give what it promised."""
        losers = []
        held = self._needs_of(offer)
        while int(self._upto[offer, -1]) > int(self._capacity[offer]):
            worst = max(held, key=lambda one: (int(self._component.level[one]), -int(self._component.units[one]), one))
            held.remove(worst)
            self.offer_of[worst] = NONE
            self._upto[offer, self._level[worst] :] -= self._component.units[worst]
            losers.append(worst)
        return losers

    def placed(self) -> tuple[Ints, Ints]:
        """Whole needs served and their offers, in order."""
        needs = np.flatnonzero(self.offer_of != NONE).astype(np.int32)
        return needs, self.offer_of[needs]
