"""Which offer, given how many units more, would let an unmet need in: proven on the residual network (model (46)).

The suppliers that unserved units reach fall into few *knots*, within which every way leads on to every other; ways lead
into a knot from the same nodes, whichever of its offers they end at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import distinct, order_of
from matching.serve.component import Component
from matching.serve.eligibility import AT_TOWN, AT_VILLAGE
from matching.serve.last_stages import Best
from matching.serve.network import TreeNetwork
from matching.serve.residual import UNREACHED
from matching.serve.tree_flow import InnerArcs

NOTHING_HELPS = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Raises:
    """For nodes and levels with unserved units, in order of the two: the offer to raise and by how many units.

    `offer` is local to the component, NONE where no offer's capacity alone is what is missing.
    """

    node: Ints
    level: Ints
    offer: Ints
    by: Longs

    @staticmethod
    def none() -> Raises:
        """Nothing to raise."""
        ints = np.zeros(0, np.int32)
        return Raises(ints, ints, ints, np.zeros(0, np.int64))

    def of(self, node: Ints, level: Ints) -> tuple[Ints, Longs]:
        """Offer and units for needs of these nodes and levels, NONE and 0 for those that nothing is told of."""
        offer, by = np.full(len(node), NONE, np.int32), np.zeros(len(node), np.int64)
        if len(self.node):
            levels = int(max(self.level.max(), level.max(initial=0))) + 1
            code, asked = (at.astype(np.int64) * levels + each for at, each in ((self.node, self.level), (node, level)))
            at = np.minimum(np.searchsorted(code, asked), len(code) - 1)
            told = code[at] == asked
            offer[told], by[told] = self.offer[at[told]], self.by[at[told]]
        return offer, by


def raises_of(component: Component, network: TreeNetwork, arcs: InnerArcs, found: Ints, best: Best) -> Raises:
    """What would let in the unserved units of a flow that serves most by level; `found` are its labels.

    An offer that a need may have lets it in with so many units more as there are unserved ones of its level and of better
    ones that reach the offer. Of several offers it is the one with the fewest, then the first.
    """
    node, level, units = _unserved(component, network, found, best)
    suppliers, knot = np.full(component.suppliers, NONE, np.int32), []
    for at, (offers, reaching) in enumerate(_knots(arcs, found, best, node)):
        suppliers[offers] = at
        knot.append(_up_to(level[reaching], units[reaching], component.levels))
    offer, by = np.full(len(node), NONE, np.int32), np.zeros(len(node), np.int64)
    reached = np.flatnonzero(suppliers != NONE)
    for each in np.unique(level).tolist() if len(reached) else ():
        wanted = np.array([total[each] for total in knot])[suppliers[reached]]
        enough = component.room[reached] >= wanted
        code = np.full(component.suppliers, NOTHING_HELPS)
        code[reached[enough]] = wanted[enough] * component.suppliers + reached[enough]
        rows = np.flatnonzero(level == each)
        least = _least_above(network, code)[node[rows]]
        told = least < NOTHING_HELPS
        by[rows[told]], offer[rows[told]] = np.divmod(least[told], component.suppliers)
    return Raises(node, level, offer, by)


def _up_to(level: Ints, units: Longs, levels: int) -> Longs:
    """Units of each level and the better ones."""
    total = np.zeros(levels, np.int64)
    np.add.at(total, level, units)
    return np.cumsum(total)


def _least_above(network: TreeNetwork, code: Longs) -> Longs:
    """The least code of a supplier that each node leads to, its own and those of the nodes above."""
    in_bundle, found = np.full(network.bundles, NOTHING_HELPS), np.full(network.nodes, NOTHING_HELPS)
    np.minimum.at(in_bundle, network.gathered_tail, code[network.gathered_head])
    np.minimum.at(found, network.direct_tail, code[network.direct_head])
    np.minimum.at(found, network.inner_tail, in_bundle[network.inner_head])
    # parents stand behind their children, and their parents behind them
    for at in (AT_TOWN, AT_VILLAGE):
        nodes = np.flatnonzero((network.at == at) & (network.up != NONE))
        found[nodes] = np.minimum(found[nodes], found[network.up[nodes]])
    return found


def _unserved(component: Component, network: TreeNetwork, found: Ints, best: Best) -> tuple[Ints, Ints, Longs]:
    """Nodes and levels with unserved units, and how many: a unit of a level beyond its node's label is never served."""
    groups = best.tree.groups
    at = np.where(network.node_of_need == NONE, 0, found[network.node_of_need])
    beyond = np.flatnonzero((network.node_of_need != NONE) & (component.units > 0) & (component.level > at))
    left = groups.units - best.tree.entering
    some = np.flatnonzero(left > 0)
    node = np.concatenate([groups.node[some], network.node_of_need[beyond]])
    level = np.concatenate([groups.level[some], component.level[beyond]])
    first, number = distinct(node, level)
    units = np.zeros(len(first), np.int64)
    np.add.at(units, number, np.concatenate([left[some], component.units[beyond]]))
    return node[first], level[first], units


def _knots(arcs: InnerArcs, found: Ints, best: Best, node: Ints) -> Iterator[tuple[Ints, Longs]]:
    """The offers of each knot in order, and which of some nodes lead there."""
    back = best.tree.inner > 0
    tail, head = np.concatenate([arcs.tail, arcs.head[back]]), np.concatenate([arcs.head, arcs.tail[back]])
    count, knot = connected_components(_graph(tail, head, arcs.size), connection="strong")
    suppliers = np.flatnonzero(found[arcs.first_offer :] != UNREACHED).astype(np.int32)
    of_supplier = knot[arcs.first_offer + suppliers]
    between = knot[tail] != knot[head]
    backwards = _graph(knot[head[between]], knot[tail[between]], count)
    rows = order_of(knot[node])
    there, at = np.unique(knot[node][rows], return_index=True)
    ends = np.append(at, len(rows))
    for one in np.unique(of_supplier).tolist():
        before = np.zeros(count, bool)
        before[breadth_first_order(backwards, one, return_predecessors=False)] = True
        yield suppliers[of_supplier == one], _rows(rows, ends, before[there])


def _rows(rows: Longs, ends: Longs, wanted: Bools) -> Longs:
    """Rows of the groups that are wanted, in order of groups."""
    return rows[np.repeat(wanted, np.diff(ends))]


def _graph(tail: Ints, head: Ints, nodes: int) -> csr_array:
    return csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(nodes, nodes))
