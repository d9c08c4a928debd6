"""The flow that serves lexicographically most on a component's tree, found by maximum flows (model (13), (14)).

A maximum flow of the units of levels up to m cuts the nodes in two: those that an unserved unit reaches give all they have
to these levels, the others serve all of them, and no flow that serves most leads from one side to the other. So the levels
up to m are open on the one side alone, those beyond m on the other, and each side is cut again, where its suppliers may
have given all they have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Ints, Longs
from matching import flow
from matching.ranges import Index
from matching.serve.tree_flow import Groups, InnerArcs, TreeFlow

PART = 16
"""A cut leaves on either hand of its level the levels of a side divided by so many at the least."""


def most_by_level(arcs: InnerArcs, groups: Groups, capacity: Longs) -> TreeFlow:
    """A flow that serves lexicographically most, level by level; `capacity` is what each offer may give.

    Raises FlowError.
    """
    search = _Search(arcs, groups, capacity)
    sides = [_Side(*(np.arange(count, dtype=np.int32) for count in (arcs.size, len(arcs.tail), len(groups.node))))]
    while sides:
        side = sides.pop()
        levels = np.unique(groups.level[side.groups])
        if len(levels) > 1:
            sides += search.halved(side, search.middle(side, levels))
        else:
            search.settle(side)
    return TreeFlow(groups, search.entering, search.inner, search.used)


@dataclass(frozen=True)
class _Side:
    """A side of the cuts: its nodes, the inner arcs between them, and the groups whose levels are open there."""

    nodes: Index
    inner: Index
    groups: Index


@dataclass(frozen=True)
class _Flow:
    """Units that enter, pass on each inner arc of a side and are used of its offers; nodes that more could reach."""

    entering: Longs
    inner: Longs
    used: Longs
    cut: Longs


class _Search:
    """The flow as far as it is settled; `sure` are the units at each node that every flow of most serves."""

    def __init__(self, arcs: InnerArcs, groups: Groups, capacity: Longs) -> None:
        self._arcs, self._groups = arcs, groups
        self._most = int(groups.units.sum())
        self._capacity = np.minimum(capacity, self._most)
        self._sure = np.zeros(arcs.size, np.int64)
        self._place = np.zeros(arcs.size, np.int32)
        self.entering = np.zeros(len(groups.node), np.int64)
        self.inner = np.zeros(len(arcs.tail), np.int64)
        self.used = np.zeros(len(capacity), np.int64)

    def middle(self, side: _Side, levels: Ints) -> int:
        """The level of a side at which its suppliers may have given all they have: there a cut tells most."""
        asked = np.zeros(len(levels))
        np.add.at(asked, np.searchsorted(levels, self._groups.level[side.groups]), self._groups.units[side.groups])
        asked = np.cumsum(asked) + float(self._sure[side.nodes].sum())
        offers = side.nodes[side.nodes >= self._arcs.first_offer] - self._arcs.first_offer
        guess = int(np.searchsorted(asked, float(self._capacity[offers].sum())))
        # neither part may be too small, so that there are few cuts
        margin = (len(levels) - 1) // PART
        return int(levels[min(max(guess, margin), len(levels) - 2 - margin)])

    def halved(self, side: _Side, middle: int) -> list[_Side]:
        """The sides on which the levels up to the middle one, and those beyond it, are open; the latter alone if all fit."""
        arcs, groups = self._arcs, self._groups
        early = groups.level[side.groups] <= middle
        asked = self._sure.copy()
        np.add.at(asked, groups.node[side.groups[early]], groups.units[side.groups[early]])
        reached = self._reached(side, asked[side.nodes])
        short = reached[groups.node[side.groups]]
        served = side.groups[early & ~short]
        self.entering[served] = groups.units[served]
        np.add.at(self._sure, groups.node[served], groups.units[served])
        if not reached.any():
            return [_Side(side.nodes, side.inner, side.groups[~early])]
        tail, head = reached[arcs.tail[side.inner]], reached[arcs.head[side.inner]]
        return [
            _Side(side.nodes[reached[side.nodes]], side.inner[tail & head], side.groups[early & short]),
            _Side(side.nodes[~reached[side.nodes]], side.inner[~tail & ~head], side.groups[~early & ~short]),
        ]

    def _reached(self, side: _Side, asked: Longs) -> Bools:
        """Nodes that an unserved unit reaches when all that is asked at the side's nodes flows as far as it can."""
        entries = np.flatnonzero(asked)
        cut = self._flow(side, entries, asked[entries], None).cut
        found = np.zeros(self._arcs.size, bool)
        found[side.nodes[cut[cut < len(side.nodes)]]] = True
        return found

    def settle(self, side: _Side) -> None:
        """The flow of a side with one open level at most: what is sure, and then what else of that level fits."""
        sure = self._sure[side.nodes]
        entries: Index = np.flatnonzero(sure)
        found = self._flow(side, entries, sure[entries], None)
        if len(side.groups):
            entries = self._place[self._groups.node[side.groups]]
            found = self._flow(side, entries, self._groups.units[side.groups], found)
            self.entering[side.groups] = found.entering
        self.inner[side.inner] = found.inner
        self.used[side.nodes[side.nodes >= self._arcs.first_offer] - self._arcs.first_offer] = found.used

    def _flow(self, side: _Side, entries: Index, units: Longs, sure: _Flow | None) -> _Flow:
        """A maximum flow of units that enter at positions of the side's nodes, on top of a flow that is not given up."""
        arcs, nodes = self._arcs, len(side.nodes)
        self._place[side.nodes] = np.arange(nodes, dtype=np.int32)
        tail, head = self._place[arcs.tail[side.inner]], self._place[arcs.head[side.inner]]
        offers = np.flatnonzero(side.nodes >= arcs.first_offer).astype(np.int32)
        inner = np.zeros(len(tail), np.int64) if sure is None else sure.inner
        used = np.zeros(len(offers), np.int64) if sure is None else sure.used
        # where units pass, they may be called back; the last arc is there for the sake of its ends
        back = np.flatnonzero(inner)
        source, sink = nodes, nodes + 1
        capacities = (
            units,
            np.full(len(tail), self._most),
            self._capacity[side.nodes[offers] - arcs.first_offer] - used,
            inner[back],
            np.zeros(1, np.int64),
        )
        flows, cut = flow.most(
            _joined(np.full(len(entries), source), tail, offers, head[back], np.full(1, source)),
            _joined(entries, head, np.full(len(offers), sink), tail[back], np.full(1, sink)),
            np.concatenate(capacities),
            source,
            sink,
        )
        entering, more, further, less, _ = np.split(flows, np.cumsum([len(each) for each in capacities[:-1]]))
        inner = inner + more
        inner[back] -= less
        return _Flow(entering, inner, used + further, cut)


def _joined(*ends: Index) -> Ints:
    return np.concatenate([each.astype(np.int32, copy=False) for each in ends])
