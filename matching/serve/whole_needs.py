"""Needs that cannot be divided and want more than one unit: handed out whole, by a stated rule (model (16)).

The relaxed flow treats them as divisible and bounds what can be served. What it hands to one of them whole from one offer
is kept. The others are placed level by level, the largest first, each with the offer that it fills best: in capacity
that nobody of its level or a better one uses, or else in place of divisible needs of its own level. The rest of the
capacity is for a second flow of the divisible needs; what that leaves is filled once more.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.ranges import expand, offsets
from matching.serve.eligibility import AT_TOWN, AT_VILLAGE
from matching.serve.hand_out import Pieces
from matching.serve.network import Component, TreeNetwork


class OffersAbove:
    """Offers that each node leads to, its own and those of the nodes above it, found when first asked for."""

    def __init__(self, network: TreeNetwork) -> None:
        self._network = network
        bundle = np.argsort(network.gathered_tail, kind="stable")
        ends = offsets(network.gathered_tail, network.bundles)
        owner, at = expand(ends[network.inner_head], ends[network.inner_head + 1])
        node = np.concatenate([network.direct_tail, network.inner_tail[owner]])
        offer = np.concatenate([network.direct_head, network.gathered_head[bundle[at]]])
        order = np.argsort(node, kind="stable")
        self._offer, self._start = offer[order].astype(np.int64), offsets(node, network.nodes)
        self._known: dict[int, Longs] = {}

    def of(self, node: int) -> Longs:
        """Offers of a node and of those above it."""
        if node not in self._known:
            own = self._offer[self._start[node] : self._start[node + 1]]
            above = int(self._network.up[node])
            self._known[node] = own if above == NONE else np.concatenate([own, self.of(above)])
        return self._known[node]

    def most(self, left: Longs) -> Longs:
        """The most that is left of one offer, for each node."""
        found = np.zeros(self._network.nodes, np.int64)
        owner = np.repeat(np.arange(len(found)), np.diff(self._start))
        np.maximum.at(found, owner, left[self._offer])
        # parents stand behind their children, and their parents behind them
        for at in (AT_TOWN, AT_VILLAGE):
            nodes = np.flatnonzero((self._network.at == at) & (self._network.up != NONE))
            found[nodes] = np.maximum(found[nodes], found[self._network.up[nodes]])
        return found

    def sums(self, figures: Longs) -> Longs:
        """Sums of figures over the offers that each node leads to; figures of shape (offers, columns)."""
        owner = np.repeat(np.arange(self._network.nodes), np.diff(self._start))
        found = np.zeros((self._network.nodes, figures.shape[1]), np.int64)
        np.add.at(found, owner, figures[self._offer])
        for at in (AT_TOWN, AT_VILLAGE):
            nodes = np.flatnonzero((self._network.at == at) & (self._network.up != NONE))
            found[nodes] += found[self._network.up[nodes]]
        return found


class Placing:
    """Whole needs with their offers, and what each offer gives at each level."""

    def __init__(self, component: Component, network: TreeNetwork, capacity: Longs) -> None:
        self._component, self._network, self._capacity = component, network, capacity
        self._above = OffersAbove(network)
        self.offer_of: dict[int, int] = {}
        self._held: dict[int, list[int]] = defaultdict(list)
        levels = int(component.level.max(initial=0)) + 1
        self._whole = np.zeros((len(capacity), levels), np.int64)
        self._divided = np.zeros((len(capacity), levels), np.int64)

    def used(self) -> Longs:
        """Units that each offer gives to whole needs."""
        return np.asarray(self._whole.sum(axis=1))

    def place(self, relaxed: Pieces) -> None:
        """Keep what the relaxed flow hands out whole, and place the others that it serves in part."""
        component = self._component
        whole = component.whole[relaxed.need]
        np.add.at(self._divided, (relaxed.offer[~whole], component.level[relaxed.need[~whole]]), relaxed.units[~whole])
        need, offer, units = relaxed.need[whole], relaxed.offer[whole], relaxed.units[whole]
        complete = units == component.units[need]
        for one, by in zip(need[complete].tolist(), offer[complete].tolist(), strict=True):
            self._give(one, by)
        waiting = [self._turn(one) for one in np.unique(need[~complete]).tolist()]
        heapify(waiting)
        while waiting:
            level, _, one = heappop(waiting)
            by = self._best(one, level)
            if by == NONE:
                continue
            self._give(one, by)
            for loser in self._overfull(by):
                heappush(waiting, self._turn(loser))

    def fill(self, left: Longs) -> None:
        """Place needs that still wait in what is left of the offers, by level, the largest first."""
        component, network = self._component, self._network
        most = self._above.most(left)
        rows = np.flatnonzero(component.whole & (network.node_of_need != NONE))
        rows = rows[component.units[rows] <= most[network.node_of_need[rows]]]
        waiting = sorted(self._turn(one) for one in rows.tolist() if one not in self.offer_of)
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

    def _best(self, need: int, level: int) -> int:
        """The offer that a need fills best, NONE where it fits nowhere."""
        units = int(self._component.units[need])
        offers = self._above.of(int(self._network.node_of_need[need]))
        taken = self._whole[offers, : level + 1].sum(axis=1) + self._divided[offers, :level].sum(axis=1)
        room = self._capacity[offers] - taken - units
        free = room - self._divided[offers, level]
        for rest in (free, room):
            if (rest >= 0).any():
                return int(offers[np.argmin(np.where(rest >= 0, rest, np.iinfo(np.int64).max))])
        return NONE

    def _give(self, need: int, offer: int) -> None:
        self.offer_of[need] = offer
        self._held[offer].append(need)
        self._whole[offer, self._component.level[need]] += self._component.units[need]

    def _overfull(self, offer: int) -> list[int]:
        """Take back from an offer whole needs of the worst levels until it can give what it promised."""
        losers = []
        held = self._held[offer]
        while int(self._whole[offer].sum()) > int(self._capacity[offer]):
            worst = max(held, key=lambda one: (int(self._component.level[one]), -int(self._component.units[one]), one))
            held.remove(worst)
            del self.offer_of[worst]
            self._whole[offer, self._component.level[worst]] -= self._component.units[worst]
            losers.append(worst)
        return losers

    def placed(self) -> tuple[Ints, Ints]:
        """Whole needs served and their offers, in order."""
        needs = np.array(sorted(self.offer_of), np.int32)
        return needs, np.array([self.offer_of[one] for one in needs.tolist()], np.int32)
