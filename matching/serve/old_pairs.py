"""Published pairs that the flow can keep, so that nobody is swapped for nothing (model (18))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Ints, Longs
from matching.ranges import offsets
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


def kept_pairs(
    component: Component, network: TreeNetwork, arcs: InnerArcs, flows: Longs, need: Ints, units: Longs
) -> Kept:
    """Old pairs along whose whole way units flow, in the order of the pairs, as many as each arc carries.

    `need` are served needs with their `units`; a need with several old offers keeps the first.
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
    along = np.where(ways == NONE, 0, arcs.minutes[ways] if len(arcs.minutes) else 0)
    return np.asarray(network.leg_of_need[need] + along.sum(axis=1), np.int32)


def _ways(component: Component, network: TreeNetwork, node: Ints, offer: Ints) -> npt.NDArray[np.int64]:
    """Shape (pairs, 4): the arcs from each node to each offer, NONE where there are fewer or no way leads there."""
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
    return ways


class _Lookup:
    """Positions of distinct codes."""

    def __init__(self, codes: Longs) -> None:
        self._order = np.argsort(codes, kind="stable")
        self._sorted = codes[self._order]

    def find(self, wanted: npt.NDArray[Any]) -> Longs:
        """Position of each wanted code, NONE where it is not there."""
        if not len(self._sorted):
            return np.full(len(wanted), NONE, np.int64)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[at] == wanted, self._order[at], NONE)
