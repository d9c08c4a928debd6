"""What serving so many units must take at the least, whoever serves them: a bound where nothing sharper is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Longs
from matching.components import Part
from matching.network import Network
from matching.ranges import offsets

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
    """Least that any plan takes which serves `units` by level: every unit from its nearest, best, cheapest offer."""
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
    return Least(total * int(component.rank.min()), int((taken * way).sum()), total * int(component.unit_cost.min()))


def _nearest(network: Network) -> Longs:
    """Minutes from each node to the nearest offer it leads to."""
    in_bundle = np.full(network.bundles, _FAR, np.int64)
    np.minimum.at(in_bundle, network.gathered_tail, network.gathered_minutes)
    found = np.full(network.nodes, _FAR, np.int64)
    np.minimum.at(found, network.direct_tail, network.direct_minutes)
    np.minimum.at(found, network.inner_tail, in_bundle[network.inner_head])
    for at in (1, 0):
        nodes = np.flatnonzero((network.at == at) & (network.up != NONE))
        found[nodes] = np.minimum(found[nodes], found[network.up[nodes]] + network.up_minutes[nodes])
    return found
