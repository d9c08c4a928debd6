"""Greedy, the baseline: each need in turn takes the nearest offer with something left (model (20))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import COUNTY, NONE, VILLAGE, Ints, Longs
from matching.problem import Problem
from matching.ranges import expand, offsets, order_of
from matching.serve.budgets import Purses
from matching.serve.eligibility import AT_COUNTY, AT_TOWN, AT_VILLAGE
from matching.serve.levels import opened_on
from matching.serve.network import Component, TreeNetwork
from matching.serve.walk import Block, Choices, Walk

AT_ONCE = 1 << 13
"""Needs of a block of the walk."""


@dataclass(frozen=True)
class Taken:
    """What greedy hands to the needs of one component: positions in it, units."""

    need: Ints
    offer: Ints
    units: Longs


def choices_of(component: Component, network: TreeNetwork) -> Choices:
    """Offers by node: narrowest area, then fewest minutes, then key."""
    bundle = np.argsort(network.gathered_tail, kind="stable")
    ends = offsets(network.gathered_tail, network.bundles)
    owner, at = expand(ends[network.inner_head], ends[network.inner_head + 1])
    at = bundle[at]
    node = np.concatenate([network.direct_tail, network.inner_tail[owner]])
    offer = np.concatenate([network.direct_head, network.gathered_head[at]])
    minutes = np.concatenate([network.direct_minutes, network.gathered_minutes[at]])
    breadth = np.concatenate([network.direct_breadth, network.gathered_breadth[at]])
    node, offer, minutes, breadth, up = _with_parents(network, node, offer, minutes, breadth)
    most = int(minutes.max(initial=0)) + 1
    areas = VILLAGE + 1
    code = ((node.astype(np.int64) * areas + (VILLAGE - breadth)) * most + minutes) * len(component.offers) + offer
    code.sort()
    sorted_node = code // (areas * most * max(1, len(component.offers)))
    return Choices(offsets(sorted_node, network.nodes), (code % max(1, len(component.offers))).astype(np.int32), up)


def _with_parents(
    network: TreeNetwork, node: Ints, offer: Ints, minutes: Ints, breadth: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Give nodes with an offer of a wider area than their own level those of their ancestors too, to choose in order."""
    natural = np.full(AT_COUNTY + 1, NONE)
    natural[[AT_VILLAGE, AT_TOWN]] = VILLAGE, COUNTY
    wide = np.unique(node[breadth < natural[network.at[node]]])
    up = network.up.copy()
    if not len(wide):
        return node, offer, minutes, breadth, up
    order = np.argsort(node, kind="stable")
    start = offsets(node, network.nodes)
    owner, above = wide.astype(np.int64), network.up[wide].astype(np.int64)
    way = network.up_minutes[wide].astype(np.int64)
    columns = [[node], [offer], [minutes], [breadth]]
    while len(owner := owner[above != NONE]):
        way, above = way[above != NONE], above[above != NONE]
        row, at = expand(start[above], start[above + 1])
        at = order[at]
        for column, values in zip(columns, (owner[row], offer[at], minutes[at] + way[row], breadth[at]), strict=True):
            column.append(values)
        way, above = way + network.up_minutes[above], network.up[above].astype(np.int64)
    up[wide] = NONE
    together = [np.concatenate(column) for column in columns]
    return together[0], together[1], together[2], together[3], up


def greedy(problem: Problem, parts: list[tuple[Component, TreeNetwork]], purses: Purses) -> list[Taken]:
    """What each component's needs get, one after the other by urgency, `opened_on` and key, over all components.

    The `purses` are kept over all of them.
    """
    queue = _Queue(problem, parts)
    walk = _walk_of(parts, purses)
    for low in range(0, len(queue.need), AT_ONCE):
        walk.serve(queue.block(parts, low, low + AT_ONCE))
    need, offer, units = walk.taken()
    offer_from = np.cumsum([0, *(len(component.offers) for component, _ in parts)])
    by_part = []
    for at in range(len(parts)):
        mine = queue.part[need] == at
        by_part.append(Taken(queue.place[need[mine]], (offer[mine] - offer_from[at]).astype(np.int32), units[mine]))
    return by_part


class _Queue:
    """Needs of all components that have a node, in greedy's order; `part` and `place` by position in the snapshot."""

    def __init__(self, problem: Problem, parts: list[tuple[Component, TreeNetwork]]) -> None:
        needs = problem.snapshot.needs
        self.part, self.place = np.full(len(needs.key), NONE, np.int16), np.zeros(len(needs.key), np.int32)
        for at, (component, network) in enumerate(parts):
            mine = np.flatnonzero((network.node_of_need != NONE) & (component.units > 0)).astype(np.int32)
            self.part[component.needs[mine]], self.place[component.needs[mine]] = at, mine
        waiting = problem.counting[self.part[problem.counting] != NONE]
        opened = opened_on(problem, waiting)
        opened -= opened.min(initial=problem.on)
        days = int(opened.max(initial=0)) + 1
        self.need = waiting[order_of(needs.urgency[waiting].astype(np.int64) * days + opened)]

    def block(self, parts: list[tuple[Component, TreeNetwork]], low: int, high: int) -> Block:
        """The needs of these turns, with their nodes numbered through all components."""
        need = self.need[low:high]
        node, units, whole = np.zeros(len(need), np.int32), np.zeros(len(need), np.int64), np.zeros(len(need), bool)
        part, place = self.part[need], self.place[need]
        by_part, ends, first_node = order_of(part), offsets(part, len(parts)), 0
        for at, (component, network) in enumerate(parts):
            mine = by_part[ends[at] : ends[at + 1]]
            one = place[mine]
            node[mine] = network.node_of_need[one] + first_node
            units[mine], whole[mine] = component.units[one], component.whole[one]
            first_node += network.nodes
        return Block(need, node, units, whole)


def _walk_of(parts: list[tuple[Component, TreeNetwork]], purses: Purses) -> Walk:
    """The walk over all components, nodes and offers numbered through them."""
    ints = [np.zeros(0, np.int32)]
    start, offer, up, offers = ints.copy(), ints.copy(), ints.copy(), ints.copy()
    capacity = [np.zeros(0, np.int64)]
    nodes = entries = first_offer = 0
    for component, network in parts:
        choices = choices_of(component, network)
        start.append((choices.start[:-1] + entries).astype(np.int32))
        offer.append(choices.offer + first_offer)
        up.append(np.where(choices.up == NONE, NONE, choices.up + nodes).astype(np.int32))
        capacity.append(component.capacity)
        offers.append(component.offers)
        nodes, entries, first_offer = (
            nodes + network.nodes,
            entries + len(choices.offer),
            first_offer + len(component.offers),
        )
    start.append(np.full(1, entries, np.int32))
    of_snapshot = np.concatenate(offers)
    cost = purses.unit_cost[of_snapshot]
    purse = np.where(cost[:, None] > 0, purses.of_offer[of_snapshot], NONE)
    return Walk(
        Choices(np.concatenate(start), np.concatenate(offer), np.concatenate(up)),
        np.concatenate(capacity),
        cost,
        purse,
        purses.money,
    )
