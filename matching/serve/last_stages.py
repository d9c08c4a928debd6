"""Provider order, minutes and cost: the best of all flows that serve as much at every level (model (9), (19)).

A unit of a level better than the label of its node is served in all of them, one of a worse level in none, and
only arcs between equal labels carry units. So the rest falls apart into parts: where a label is set, every offer gives
all it has, and minutes alone are open; where none is, every unit is served, and the stages are stacked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.snapshot import Bools, Ints, Longs
from matching import flow
from matching.ranges import Index, offsets
from matching.serve.component import Component
from matching.serve.network import TreeNetwork
from matching.serve.residual import UNREACHED
from matching.serve.tree_flow import Groups, InnerArcs, TreeFlow, groups_of

HOPS = 1024
"""Most weight of a stage over the next, in the next one's largest cost."""
ARCS_AT_ONCE = 4096
"""Parts that nothing joins are solved together up to so many arcs."""


@dataclass(frozen=True)
class Bounds:
    """Least provider order and least minutes that any flow could have that serves as much at every level."""

    rank: int
    minutes: int


@dataclass(frozen=True)
class Best:
    """The flow found: `certain` needs are served whole, the others by the groups of `tree`.

    `bound` is None where prices so large had to be rounded that it proves nothing.
    """

    certain: Bools
    tree: TreeFlow
    bound: Bounds | None


def best_of_most(
    component: Component, network: TreeNetwork, arcs: InnerArcs, found: Ints, most: TreeFlow, capacity: Longs
) -> Best:
    """The flow of least provider order, then minutes, then cost among those that serve as much as `most`.

    `found` are the labels of `most`, `capacity` what each offer may give.
    """
    at = np.where(network.node_of_need >= 0, found[network.node_of_need], 0)
    asking = most.groups.of_need >= 0
    certain = asking & (component.level < at)
    groups = groups_of(component, network, np.flatnonzero(asking & (component.level == at)), legs=True)
    forced = np.zeros(arcs.size, np.int64)
    sure = most.groups.level < found[most.groups.node]
    np.add.at(forced, most.groups.node[sure], most.groups.units[sure])
    inside = np.flatnonzero(found[arcs.tail] == found[arcs.head])
    joined = coo_array(
        (np.ones(len(inside), np.int8), (arcs.tail[inside], arcs.head[inside])), shape=(arcs.size, arcs.size)
    )
    part = connected_components(joined, directed=False)[1].astype(np.int64)
    parts = _Parts(component, arcs, inside, groups, forced, (most.used, capacity), found, part)
    entering, inner = np.zeros(len(groups.node), np.int64), np.zeros(len(arcs.tail), np.int64)
    used = np.zeros(len(most.used), np.int64)
    loose_rank = loose_minutes = 0
    proven = True
    for batch in parts.batches():
        solved = parts.solve(batch)
        entering[solved.groups], inner[solved.inner], used[solved.offers] = solved.flows
        loose_rank += solved.loose_rank
        loose_minutes += solved.loose_minutes
        proven &= solved.proven
    legs = int((groups.leg * entering).sum()) + int((network.leg_of_need * np.where(certain, component.units, 0)).sum())
    rank, minutes = int((used * component.rank).sum()), legs + int((inner * arcs.minutes).sum())
    bound = Bounds(rank - loose_rank, minutes - loose_minutes) if proven else None
    return Best(certain, TreeFlow(groups, entering, inner, used), bound)


@dataclass(frozen=True)
class _Batch:
    """Ranges of nodes, groups, inner arcs and offers in the orders of `_Parts`; `open` where no label is set."""

    nodes: slice
    groups: slice
    inner: slice
    offers: slice
    open: bool


@dataclass(frozen=True)
class _Solved:
    groups: Index
    inner: Index
    offers: Index
    flows: tuple[Longs, Longs, Longs]
    loose_rank: int
    loose_minutes: int
    proven: bool


class _Parts:
    """The face cut into parts, sorted so that every batch of parts is a range of nodes, groups, arcs and offers."""

    def __init__(
        self,
        component: Component,
        arcs: InnerArcs,
        inside: Index,
        groups: Groups,
        forced: Longs,
        limits: tuple[Longs, Longs],
        found: Ints,
        part: Longs,
    ) -> None:
        self._component, self._arcs, self._groups = component, arcs, groups
        self._forced, (self._used, self._capacity) = forced, limits
        free = np.zeros(int(part.max(initial=0)) + 1, bool)
        free[part[found == UNREACHED]] = True
        # parts without a label come last, so that no batch mixes both kinds
        number = np.empty(len(free), np.int64)
        number[np.argsort(free, kind="stable")] = np.arange(len(free))
        self._part, self._free = number[part], np.sort(free)
        self._node = np.argsort(self._part, kind="stable")
        self._place = np.empty(len(part), np.int64)
        self._place[self._node] = np.arange(len(part))
        offer_part = self._part[arcs.first_offer :]
        self._rows = (
            np.argsort(self._part[groups.node], kind="stable"),
            inside[np.argsort(self._part[arcs.tail[inside]], kind="stable")],
            np.argsort(offer_part, kind="stable"),
        )
        self._starts = tuple(
            offsets(each, len(free))
            for each in (self._part, self._part[groups.node], self._part[arcs.tail[inside]], offer_part)
        )

    def batches(self) -> list[_Batch]:
        """Parts gathered up to a number of arcs; those without anything to send are left out."""
        sending = np.zeros(len(self._free), np.int64)
        np.add.at(sending, self._part, self._forced)
        np.add.at(sending, self._part[self._arcs.first_offer :], self._used)
        weight = sum(np.diff(start) for start in self._starts[1:])
        batch = np.cumsum(weight) // ARCS_AT_ONCE * 2 + self._free
        edges = np.concatenate([[0], np.flatnonzero(np.diff(batch)) + 1, [len(batch)]])
        some = np.concatenate([[0], np.cumsum(sending)])
        return [
            _Batch(*self._ranges(low, high), bool(self._free[low]))
            for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
            if some[high] > some[low]
        ]

    def _ranges(self, low: int, high: int) -> tuple[slice, slice, slice, slice]:
        nodes, groups, inner, offers = (slice(int(start[low]), int(start[high])) for start in self._starts)
        return nodes, groups, inner, offers

    def solve(self, batch: _Batch) -> _Solved:
        """The best flow of a batch of parts."""
        component, arcs = self._component, self._arcs
        groups, inner, offers = self._rows[0][batch.groups], self._rows[1][batch.inner], self._rows[2][batch.offers]
        nodes = self._node[batch.nodes]
        low, count = batch.nodes.start, len(nodes)
        source, sink = count, count + 1
        supplies = np.concatenate([self._forced[nodes], [0, 0]])
        capacity = self._capacity[offers] if batch.open else self._used[offers]
        supplies[source] = int(self._used[offers].sum()) - int(supplies.sum())
        total = int(supplies.sum())
        supplies[sink] = -total
        weights = _Weights.of(
            component, self._groups.leg[groups], arcs.minutes[inner], offers, total, count + 2, batch.open
        )
        flows = flow.cheapest(
            flow.Arcs(
                np.concatenate(
                    [
                        np.full(len(groups), source),
                        self._place[arcs.tail[inner]] - low,
                        self._place[arcs.first_offer + offers] - low,
                    ]
                ),
                np.concatenate(
                    [
                        self._place[self._groups.node[groups]] - low,
                        self._place[arcs.head[inner]] - low,
                        np.full(len(offers), sink),
                    ]
                ),
                np.concatenate([self._groups.units[groups], np.full(len(inner), total), np.minimum(capacity, total)]),
                np.concatenate(
                    [
                        weights.minutes * self._groups.leg[groups].astype(np.int64),
                        weights.minutes * arcs.minutes[inner].astype(np.int64),
                        weights.of_offers(component, offers),
                    ]
                ),
            ),
            supplies,
        )
        split = np.split(flows, [len(groups), len(groups) + len(inner)])
        loose = weights.loose(component, offers, split[2], int((split[1] * arcs.minutes[inner]).sum()), total)
        return _Solved(groups, inner, offers, (split[0], split[1], split[2]), *loose, weights.divisor == 1)


@dataclass(frozen=True)
class _Weights:
    """Weights of the stacked cost, provider order ≫ minutes ≫ cost, within the span that the solver takes.

    Ranks and prices count from the least of their batch; prices are divided where they would not fit.
    """

    rank: int
    minutes: int
    cost: int
    most_minutes: int
    divisor: int = 1

    @staticmethod
    def of(
        component: Component, legs: Ints, minutes: Ints, offers: Index, total: int, nodes: int, is_open: bool
    ) -> _Weights:
        # a unit climbs at most twice before its offer
        longest = int(legs.max(initial=0)) + 3 * int(minutes.max(initial=0))
        if not is_open:
            return _Weights(0, 1, 0, longest)
        ranks, costs = int(np.ptp(component.rank[offers])), int(np.ptp(component.unit_cost[offers]))
        hops, divisor, room = min(total, HOPS), 1, flow.largest_cost(nodes)
        while True:
            price = costs // divisor
            by_minutes = hops * price + 1
            by_rank = hops * (longest * by_minutes + price) + 1
            if ranks * by_rank + longest * by_minutes + price <= room:
                return _Weights(by_rank if ranks else 0, by_minutes, 1 if price else 0, longest, divisor)
            hops, divisor = (hops // 2, 1) if hops > 1 else (1, divisor * 2)

    def of_offers(self, component: Component, offers: Index) -> Longs:
        """Cost of a unit of each offer."""
        rank, cost = component.rank[offers], component.unit_cost[offers]
        least = cost.min() if len(cost) else 0
        lowest = rank.min() if len(rank) else 0
        return np.asarray(self.rank * (rank - lowest) + self.cost * ((cost - least) // self.divisor), np.int64)

    def loose(self, component: Component, offers: Index, used: Longs, minutes: int, total: int) -> tuple[int, int]:
        """How much less provider order and minutes another flow could have at most (model (19))."""
        if not self.cost and not self.rank:
            return 0, 0
        cost = component.unit_cost[offers]
        slack_cost = self.cost * int(((cost.max(initial=0) - cost) * used).sum())
        slack = self.minutes * (total * self.most_minutes - minutes) + slack_cost
        return slack // self.rank if self.rank else 0, slack_cost // self.minutes
