"""What serving so many units must take at the least: a bound for plans of which nothing sharper is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Longs
from matching.ranges import offsets
from matching.serve.components import Part
from matching.serve.eligibility import AT_TOWN, AT_VILLAGE
from matching.serve.network import TreeNetwork

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


def least_of(part: Part, units: Longs) -> Least:
    """Least that any plan takes which serves `units` by level.

    Minutes: each level's nearest units from their nearest offers. Provider order and cost: the best, and the cheapest, of
    the component's capacity, whoever it reaches.
    """
    component, network, total = part.component, part.network, int(units.sum())
    if not total:
        return Least(0, 0, 0)
    nearest = _nearest(network)
    rows = np.flatnonzero(network.node_of_need != NONE)
    way = network.leg_of_need[rows] + nearest[network.node_of_need[rows]]
    order = rows[np.lexsort((way, component.level[rows]))]
    way = (network.leg_of_need + nearest[network.node_of_need])[order]
    asked = component.units[order]
    start = offsets(component.level[order], component.levels)[component.level[order]]
    sums = np.concatenate([[0], np.cumsum(asked)])
    taken = np.clip(units[component.level[order]] - (sums[:-1] - sums[start]), 0, asked)
    return Least(
        _cheapest(component.rank, component.capacity, total),
        int((taken * way).sum()),
        _cheapest(component.unit_cost, component.capacity, total),
    )


def _cheapest(price: Longs, capacity: Longs, total: int) -> int:
    """Price of so many units, the cheapest first."""
    order = np.argsort(price, kind="stable")
    room = np.minimum(capacity[order], total)
    taken = np.clip(total - (np.cumsum(room) - room), 0, room)
    return int((taken * price[order]).sum())


def _nearest(network: TreeNetwork) -> Longs:
    """Minutes from each node to the nearest offer it leads to."""
    in_bundle = np.full(network.bundles, _FAR, np.int64)
    np.minimum.at(in_bundle, network.gathered_tail, network.gathered_minutes)
    found = np.full(network.nodes, _FAR, np.int64)
    np.minimum.at(found, network.direct_tail, network.direct_minutes)
    np.minimum.at(found, network.inner_tail, in_bundle[network.inner_head])
    for at in (AT_TOWN, AT_VILLAGE):
        nodes = np.flatnonzero((network.at == at) & (network.up != NONE))
        found[nodes] = np.minimum(found[nodes], found[network.up[nodes]] + network.up_minutes[nodes])
    return found
