"""What serving so many units must take at the least: a bound for plans of which nothing sharper is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Longs
from matching import flow
from matching.ranges import dot, offsets
from matching.serve.budgets import Payers
from matching.serve.component import Component
from matching.serve.components import Part
from matching.serve.eligibility import AT_TOWN, AT_VILLAGE
from matching.serve.network import TreeNetwork
from matching.serve.tree_flow import InnerArcs

_FAR = 2**40


@dataclass(frozen=True)
class Least:
    """Provider order, minutes and cost: sums over units."""

    rank: int
    minutes: int
    cost: int

    def plus(self, other: Least) -> Least:
        """The sum of both."""
        return Least(self.rank + other.rank, self.minutes + other.minutes, self.cost + other.cost)


def least_of(part: Part, units: Longs, by_better: tuple[int, ...]) -> Least:
    """Least that any plan takes which serves `units` of flow by level.

    Minutes: each level's nearest units from their nearest suppliers. Cost: the cheapest of the component's capacity,
    whoever it reaches. Provider order: a unit of rank r counts once for each rank up to r, and suppliers of rank below r
    serve `by_better[r - 1]` units at most.
    """
    component, network, units = part.component, part.network, units // part.weight_of
    total = int(units.sum())
    if not total:
        return Least(0, 0, 0)
    rows = np.flatnonzero(network.node_of_need != NONE)
    way = _nearest(component, network)[network.node_of_need[rows]] + network.leg_of_need[rows]
    # the network does not know the ways of volunteers who come from anywhere
    way = np.minimum(way, component.from_anywhere[rows])
    by_level = np.lexsort((way, component.level[rows]))
    order, way = rows[by_level], way[by_level]
    asked = component.units[order] // component.weight[order]
    start = offsets(component.level[order], component.levels)[component.level[order]]
    sums = np.concatenate([[0], np.cumsum(asked)])
    taken = np.clip(units[component.level[order]] - (sums[:-1] - sums[start]), 0, asked)
    some = taken > 0  # who is not reached is far, and gets nothing
    return Least(
        sum(max(0, total - most) for most in by_better),
        dot(taken[some], way[some]),
        _cheapest(component.unit_cost, component.capacity // component.each, total),
    )


def most_by_better(component: Component, network: TreeNetwork, arcs: InnerArcs, payers: Payers) -> tuple[int, ...]:
    """Most units that offers of rank below 1, below 2 and so on could serve; a purse buys at its lowest price at most.

    Raises FlowError.
    """
    asked = np.zeros(arcs.size, np.int64)
    rows = np.flatnonzero(network.node_of_need != NONE)
    np.add.at(asked, network.node_of_need[rows], component.units[rows] // component.weight[rows])
    entered, total = np.flatnonzero(asked), int(asked.sum())
    purses, offers = arcs.size + np.arange(len(payers.money)), arcs.first_offer + np.arange(component.suppliers)
    capacity = component.capacity // component.each
    source, sink = arcs.size + len(purses), arcs.size + len(purses) + 1
    paid = np.where(payers.of_offer == NONE, sink, arcs.size + payers.of_offer)
    found = []
    for rank in range(1, int(component.rank.max(initial=0)) + 1):
        better = component.rank < rank
        price = np.full(len(purses), _FAR)
        held = better & (payers.of_offer != NONE)
        np.minimum.at(price, payers.of_offer[held], component.unit_cost[held])
        leads = np.ones(arcs.size, bool)
        leads[offers] = better
        kept, some = np.flatnonzero(leads[arcs.head]), np.flatnonzero(better)
        flows, _ = flow.most(
            np.concatenate([np.full(len(entered), source), arcs.tail[kept], offers[some], purses]),
            np.concatenate([entered, arcs.head[kept], paid[some], np.full(len(purses), sink)]),
            np.concatenate(
                [
                    asked[entered],
                    np.full(len(kept), total),
                    np.minimum(capacity[some], total),
                    np.minimum(payers.money // price, total),
                ]
            ),
            source,
            sink,
        )
        found.append(int(flows[: len(entered)].sum()))
    return tuple(found)


def _cheapest(price: Longs, capacity: Longs, total: int) -> int:
    """Price of so many units, the cheapest first."""
    order = np.argsort(price, kind="stable")
    room = np.minimum(capacity[order], total)
    taken = np.clip(total - (np.cumsum(room) - room), 0, room)
    return dot(taken, price[order])


def _nearest(component: Component, network: TreeNetwork) -> Longs:
    """Minutes from each node to the nearest supplier it leads to, but for volunteers without a travel limit."""
    known = np.ones(component.suppliers, bool)
    known[len(component.offers) :] = ~component.anywhere
    direct, gathered = known[network.direct_head], known[network.gathered_head]
    in_bundle = np.full(network.bundles, _FAR, np.int64)
    np.minimum.at(in_bundle, network.gathered_tail[gathered], network.gathered_minutes[gathered])
    found = np.full(network.nodes, _FAR, np.int64)
    np.minimum.at(found, network.direct_tail[direct], network.direct_minutes[direct])
    np.minimum.at(found, network.inner_tail, in_bundle[network.inner_head])
    for at in (AT_TOWN, AT_VILLAGE):
        nodes = np.flatnonzero((network.at == at) & (network.up != NONE))
        found[nodes] = np.minimum(found[nodes], found[network.up[nodes]] + network.up_minutes[nodes])
    return found
