"""Published pairs that the flow can keep, so that nobody is swapped for nothing (model (18))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import distinct, offsets, order_of
from matching.serve.component import Component
from matching.serve.eligibility import AT_COUNTY
from matching.serve.network import TreeNetwork
from matching.serve.tree_flow import InnerArcs


@dataclass(frozen=True)
class Kept:
    """Units of each served need that stay with its old offer; `passing` are those units on each inner arc."""

    offer: Ints
    units: Longs
    minutes: Ints
    passing: Longs


@dataclass(frozen=True)
class Pairs:
    """Old pairs that a flow can keep, those from one node to one supplier as one.

    `of_need` is the pair of each need, NONE where it has none; a need with several old suppliers has the first. `units`
    are those that may be kept, `ways` the arcs between, shape (pairs, 4), NONE where there are fewer, with their `minutes`.
    """

    of_need: Ints
    node: Ints
    supplier: Ints
    units: Longs
    ways: npt.NDArray[np.int64]
    minutes: Ints

    def along(self, units: Longs, arcs: int) -> Longs:
        """Units on each arc if so many of each pair are kept."""
        total = np.zeros(arcs, np.int64)
        for step in self.ways.T:
            on = np.flatnonzero(step != NONE)
            np.add.at(total, step[on], units[on])
        return total


def keepable(component: Component, certain: Bools, critical: Bools) -> Bools:
    """Needs that could keep all that is published for them, if `certain` ones are served whole and `critical` ones perhaps."""
    had = np.bincount(component.old_need, component.old_units, len(component.needs)).astype(np.int64)
    return np.asarray((had > 0) & (certain & (had == component.units) | critical & (had <= component.units)))


def pairs_of(component: Component, network: TreeNetwork, arcs: InnerArcs, label: Ints, some: Bools) -> Pairs:
    """The old pairs of some needs that flows with these labels can keep: both ends have one label (model (38))."""
    rows = np.unique(component.old_need, return_index=True)[1]
    rows = rows[some[component.old_need[rows]]]
    node, supplier = network.node_of_need[component.old_need[rows]], component.old_offer[rows]
    level = label[node] == label[arcs.first_offer + supplier]
    rows, node, supplier = rows[level], node[level], supplier[level]
    ways = _ways(component, network, node, supplier)
    led = (ways != NONE).any(axis=1)
    rows, node, supplier, ways = rows[led], node[led], supplier[led], ways[led]
    first, number = distinct(node, supplier)
    need = component.old_need[rows]
    of_need = np.full(len(component.needs), NONE, np.int32)
    of_need[need] = number
    units = np.zeros(len(first), np.int64)
    np.add.at(units, number, np.minimum(component.units[need], component.old_units[rows]))
    ways = ways[first]
    return Pairs(of_need, node[first], supplier[first], units, ways, _along(arcs, ways))


@dataclass(frozen=True)
class Keeping:
    """Units of each of the `pairs` that a flow keeps."""

    pairs: Pairs
    units: Longs

    def of_needs(self, need: Ints, wanted: Longs) -> Longs:
        """Units that each of these needs keeps of those that it wants, the first of them first."""
        pair = self.pairs.of_need[need]
        order = order_of(pair + 1)
        by_pair = pair[order]
        total = np.cumsum(wanted[order])
        before = total - wanted[order]
        before -= before[np.searchsorted(by_pair, by_pair)]
        kept = np.zeros(len(need), np.int64)
        held = np.append(self.units, 0)[by_pair]
        kept[order] = np.clip(held - before, 0, wanted[order])
        return kept


def kept_pairs(
    component: Component,
    network: TreeNetwork,
    arcs: InnerArcs,
    flows: Longs,
    need: Ints,
    units: Longs,
    keeping: Keeping | None = None,
) -> Kept:
    """Old pairs along whose whole way units flow, in the order of the pairs, as many as each arc carries.

    `need` are served needs with their `units`; a need with several old offers keeps the first. What a flow was made for
    `keeping` is kept, and nothing else.
    """
    kept = Kept(
        np.full(len(need), NONE, np.int32),
        np.zeros(len(need), np.int64),
        network.leg_of_need[need],
        np.zeros(len(flows), np.int64),
    )
    if not len(component.old_need) or not len(need):
        return kept
    by_need = np.argsort(need, kind="stable")
    at = np.minimum(np.searchsorted(need[by_need], component.old_need), len(need) - 1)
    row = by_need[at]
    pair = np.flatnonzero(need[row] == component.old_need)
    pair = pair[np.unique(component.old_need[pair], return_index=True)[1]]
    row, offer = row[pair], component.old_offer[pair]
    wanted = np.minimum(units[row], component.old_units[pair])
    ways = _ways(component, network, network.node_of_need[component.old_need[pair]], offer)
    wanted[(ways == NONE).all(axis=1)] = 0
    if keeping is not None:
        # in the order of the hand-out, so that a pair is kept by those who are served
        turn = np.argsort(row, kind="stable")
        wanted[turn] = keeping.of_needs(need[row[turn]], wanted[turn])
    left = flows.copy()  # an arc is one pair's first step and another's second
    for step in ways.T:
        on = np.flatnonzero((step != NONE) & (wanted > 0))
        on = on[np.argsort(step[on], kind="stable")]
        total = np.cumsum(wanted[on])
        start = offsets(step[on], len(flows))[step[on]]
        before = np.concatenate([[0], total])[start]
        wanted[on] = np.clip(left[step[on]] - (total - wanted[on] - before), 0, wanted[on])
        np.subtract.at(left, step[on], wanted[on])
    # what cannot be divided stays whole or not at all
    wanted[component.whole[component.old_need[pair]] & (wanted < units[row])] = 0
    for step in ways.T:
        on = np.flatnonzero(step != NONE)
        np.add.at(kept.passing, step[on], wanted[on])
        kept.minutes[row[on]] += arcs.minutes[step[on]]
    kept.offer[row], kept.units[row] = offer, wanted
    return kept


def minutes_of_pairs(component: Component, network: TreeNetwork, arcs: InnerArcs, need: Ints, offer: Ints) -> Ints:
    """Minutes from needs to offers that they reach."""
    ways = _ways(component, network, network.node_of_need[need], offer)
    return np.asarray(network.leg_of_need[need] + _along(arcs, ways), np.int32)


def _along(arcs: InnerArcs, ways: npt.NDArray[np.int64]) -> Ints:
    """Minutes along each row of arcs."""
    minutes = np.where(ways == NONE, 0, arcs.minutes[ways] if len(arcs.minutes) else 0)
    return np.asarray(minutes.sum(axis=1), np.int32)


def _ways(component: Component, network: TreeNetwork, node: Ints, offer: Ints) -> npt.NDArray[np.int64]:
    """Shape (pairs, 4): the arcs from each node to each offer, NONE where there are fewer or no way leads there."""
    first, pair = distinct(node, offer)
    node, offer = node[first], offer[first]
    climbing = np.flatnonzero(network.up != NONE)
    climb = np.full(network.nodes, NONE, np.int64)
    climb[climbing] = np.arange(len(climbing))
    first_inner = len(climbing)
    first_direct = first_inner + len(network.inner_tail)
    first_gathered = first_direct + len(network.direct_tail)
    offers, bundles = component.suppliers, max(1, network.bundles)
    regions = int(network.region.max(initial=0)) + 1
    slot = network.at.astype(np.int64) * regions + network.region
    slot_of_bundle = np.zeros(network.bundles, np.int64)
    slot_of_bundle[network.inner_head] = slot[network.inner_tail]
    # a team hangs at a slot once for each kind, and a node, which is of one kind, has one bundle of teams at most
    of_teams = network.bundles_of_teams(len(component.offers))
    slot_of_bundle[of_teams] = (AT_COUNTY + 1) * regions + np.flatnonzero(of_teams)
    team_slot = np.full(network.nodes, NONE, np.int64)
    to_team = np.flatnonzero(of_teams[network.inner_head])
    team_slot[network.inner_tail[to_team]] = slot_of_bundle[network.inner_head[to_team]]
    by_team = offer >= len(component.offers)
    direct = _Lookup(network.direct_tail.astype(np.int64) * offers + network.direct_head)
    gathered = _Lookup(slot_of_bundle[network.gathered_tail] * offers + network.gathered_head)
    inner = _Lookup(network.inner_tail.astype(np.int64) * bundles + network.inner_head)
    ways = np.full((len(node), AT_COUNTY + 2), NONE, np.int64)
    open_way = np.ones(len(node), bool)
    at = node.astype(np.int64)
    for step in range(AT_COUNTY + 1):
        found = np.where(open_way, direct.find(at * offers + offer), NONE)
        hung = np.where(by_team, team_slot[at], slot[at])
        last = np.where(open_way & (hung != NONE), gathered.find(hung * offers + offer), NONE)
        bundle = np.where(last == NONE, 0, network.gathered_tail[last]) if len(network.gathered_tail) else last
        middle = np.where(last == NONE, NONE, inner.find(at * bundles + bundle))
        over = (middle != NONE) & (found == NONE)
        ways[found != NONE, step] = first_direct + found[found != NONE]
        ways[over, step] = first_inner + middle[over]
        ways[over, -1] = first_gathered + last[over]
        open_way &= (found == NONE) & ~over
        up = np.where(open_way, network.up[at], NONE)
        ways[up != NONE, step] = climb[at[up != NONE]]
        lost = open_way & (up == NONE)
        ways[lost] = NONE
        open_way &= ~lost
        at = np.where(up == NONE, at, up)
    return np.asarray(ways[pair])


class _Lookup:
    """Positions of distinct codes."""

    def __init__(self, codes: Longs) -> None:
        self._order = order_of(codes)
        self._sorted = codes[self._order]

    def find(self, wanted: npt.NDArray[Any]) -> Longs:
        """Position of each wanted code, NONE where it is not there."""
        if not len(self._sorted):
            return np.full(len(wanted), NONE, np.int64)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[at] == wanted, self._order[at], NONE)
