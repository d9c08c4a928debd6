"""Greedy, the baseline: each need in turn takes the nearest offer with something left (model (20))."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from graph.snapshot import COUNTY, NONE, VILLAGE, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import Index, expand, offsets, order_of
from matching.serve.budgets import Purses
from matching.serve.component import Component
from matching.serve.eligibility import AT_COUNTY, AT_TOWN, AT_VILLAGE
from matching.serve.levels import opened_on
from matching.serve.network import TreeNetwork
from matching.serve.walk import Block, Choices, Suppliers, Walk

AT_ONCE = 1 << 11, 1 << 13
"""Fewest and most needs of a block of the walk, twice the suppliers between: each block looks at all of them."""


@dataclass(frozen=True)
class Taken:
    """What greedy hands to the needs of one component: positions in it, units of flow."""

    need: Ints
    offer: Ints
    units: Longs


def choices_of(component: Component, network: TreeNetwork) -> Choices:
    """Offers by node: narrowest area, then fewest minutes, then key; volunteers that several nodes share are a list apart."""
    teams = network.bundles_of_teams(len(component.offers))
    apart = _apart(component, network, teams)
    node, offer, minutes, breadth = _hanging(network, ~apart)
    node, offer, minutes, breadth, up = _with_parents(network, node, offer, minutes, breadth)
    then = np.full(network.nodes, NONE, np.int32)
    number = network.nodes + np.cumsum(teams) - 1
    then[network.inner_tail[apart]] = number[network.inner_head[apart]]
    shared = np.flatnonzero(teams[network.gathered_tail])
    node = np.concatenate([node, number[network.gathered_tail[shared]]])
    offer = np.concatenate([offer, network.gathered_head[shared]])
    minutes = np.concatenate([minutes, network.gathered_minutes[shared]])
    breadth = np.concatenate([breadth, network.gathered_breadth[shared]])
    most = int(minutes.max(initial=0)) + 1
    areas = VILLAGE + 2
    code = ((node.astype(np.int64) * areas + (VILLAGE - breadth)) * most + minutes) * component.suppliers + offer
    code.sort()
    sorted_node = code // (areas * most * max(1, component.suppliers))
    lists = network.nodes + int(teams.sum())
    return Choices(offsets(sorted_node, lists), (code % max(1, component.suppliers)).astype(np.int32), up, then)


def _apart(component: Component, network: TreeNetwork, teams: Bools) -> Bools:
    """Arcs to bundles of volunteers whose turn is behind all that hangs at the node: no list has to be merged with them."""
    node, _, _, breadth = _hanging(network, ~teams[network.inner_head])
    merged = _wide(network, node, breadth)
    merged = np.concatenate([merged, network.direct_tail[network.direct_head >= len(component.offers)]])
    found = np.zeros(network.nodes, bool)
    while len(merged):
        found[merged] = True
        merged = network.up[merged]
        merged = merged[merged != NONE]
    return teams[network.inner_head] & ~found[network.inner_tail]


def _hanging(network: TreeNetwork, inner: Bools) -> tuple[Ints, Ints, Ints, Ints]:
    """Nodes with offers, their minutes and areas: those that hang there, and those in bundles to which some arcs lead."""
    bundle = np.argsort(network.gathered_tail, kind="stable")
    ends = offsets(network.gathered_tail, network.bundles)
    head, tail = network.inner_head[inner], network.inner_tail[inner]
    owner, at = expand(ends[head], ends[head + 1])
    at = bundle[at]
    return (
        np.concatenate([network.direct_tail, tail[owner]]),
        np.concatenate([network.direct_head, network.gathered_head[at]]),
        np.concatenate([network.direct_minutes, network.gathered_minutes[at]]),
        np.concatenate([network.direct_breadth, network.gathered_breadth[at]]).astype(np.int32),
    )


def _wide(network: TreeNetwork, node: Ints, breadth: Ints) -> Ints:
    """Nodes with an offer of a wider area than their own level."""
    natural = np.full(AT_COUNTY + 1, NONE)
    natural[[AT_VILLAGE, AT_TOWN]] = VILLAGE, COUNTY
    return np.unique(node[breadth < natural[network.at[node]]])


def _with_parents(
    network: TreeNetwork, node: Ints, offer: Ints, minutes: Ints, breadth: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Give nodes with an offer of a wider area than their own level those of their ancestors too, to choose in order."""
    wide, up = _wide(network, node, breadth), network.up.copy()
    if not len(wide):
        return node, offer, minutes, breadth, up
    order = np.argsort(node, kind="stable")
    start = offsets(node, network.nodes)
    owner, above = wide.astype(np.int64), network.up[wide].astype(np.int64)
    way = network.up_minutes[wide].astype(np.int64)
    columns: list[list[Index]] = [[node], [offer], [minutes], [breadth]]
    while len(owner := owner[above != NONE]):
        way, above = way[above != NONE], above[above != NONE]
        row, at = expand(start[above], start[above + 1])
        at = order[at]
        for column, values in zip(columns, (owner[row], offer[at], minutes[at] + way[row], breadth[at]), strict=True):
            column.append(values)
        way, above = way + network.up_minutes[above], network.up[above].astype(np.int64)
    up[wide] = NONE
    together = [np.concatenate(column).astype(np.int32) for column in columns]
    return together[0], together[1], together[2], together[3], up


def greedy(problem: Problem, parts: list[tuple[Component, TreeNetwork]], purses: Purses) -> list[Taken]:
    """What each component's needs get, one after the other by urgency, `opened_on` and key, over all components.

    The `purses` are kept over all of them.
    """
    choices = [choices_of(component, network) for component, network in parts]
    queue = _Queue(problem, parts, np.cumsum([0, *(len(each.start) - 1 for each in choices)]).tolist())
    walk = _walk_of(parts, choices, purses)
    del choices
    offer_from = np.cumsum([0, *(component.suppliers for component, _ in parts)])
    at_once = int(np.clip(2 * offer_from[-1], *AT_ONCE))
    for low in range(0, len(queue.need), at_once):
        walk.serve(queue.block(parts, low, low + at_once))
    need, offer, units = walk.taken()
    by_part = []
    for at in range(len(parts)):
        mine = queue.part[need] == at
        by_part.append(Taken(queue.place[need[mine]], (offer[mine] - offer_from[at]).astype(np.int32), units[mine]))
    return by_part


class _Queue:
    """Needs of all components that have a node, in greedy's order; `part` and `place` by position in the snapshot."""

    def __init__(self, problem: Problem, parts: list[tuple[Component, TreeNetwork]], first_list: list[int]) -> None:
        needs, self._first_list = problem.snapshot.needs, first_list
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
        by_part, ends = order_of(part), offsets(part, len(parts))
        for at, (component, network) in enumerate(parts):
            mine = by_part[ends[at] : ends[at + 1]]
            one = place[mine]
            node[mine] = network.node_of_need[one] + self._first_list[at]
            units[mine], whole[mine] = component.units[one], component.whole[one]
        return Block(need, node, units, whole)


def _walk_of(parts: list[tuple[Component, TreeNetwork]], choices: list[Choices], purses: Purses) -> Walk:
    """The walk over all components, their lists of choices and suppliers numbered through them."""
    none = np.zeros(0, np.int32)
    nobody = np.zeros(0, np.int64)
    start, offer, up, then = [none], [none], [none], [none]
    suppliers = [Suppliers(nobody, nobody, nobody, np.zeros((0, 2), np.int32), np.zeros(0, bool))]
    lists = entries = first_offer = 0
    for (component, _network), each in zip(parts, choices, strict=True):
        start.append((each.start[:-1] + entries).astype(np.int32))
        offer.append(each.offer + np.int32(first_offer))
        # lists of volunteers lead nowhere themselves
        behind = np.full(len(each.start) - 1 - len(each.up), NONE, np.int32)
        for column, ends in ((up, each.up), (then, each.then)):
            column.append(np.concatenate([np.where(ends == NONE, NONE, ends + lists), behind]).astype(np.int32))
        suppliers.append(_suppliers(component, purses))
        lists, entries = lists + len(each.start) - 1, entries + len(each.offer)
        first_offer += component.suppliers
    start.append(np.full(1, entries, np.int32))
    together = (np.concatenate([getattr(one, each.name) for one in suppliers]) for each in fields(Suppliers))
    leads = (np.concatenate(each).astype(np.int32) for each in (offer, up, then))
    ways = Choices(np.concatenate(start).astype(np.int64), *leads)
    return Walk(ways, Suppliers(*together), purses.money)


def _suppliers(component: Component, purses: Purses) -> Suppliers:
    """The suppliers of a component; volunteers take no money."""
    teams = component.suppliers - len(component.offers)
    cost = purses.unit_cost[component.offers]
    purse = np.where(cost[:, None] > 0, purses.of_offer[component.offers], NONE)
    return Suppliers(
        component.capacity,
        component.each,
        np.concatenate([cost, np.zeros(teams, np.int64)]),
        np.concatenate([purse, np.full((teams, 2), NONE)]).astype(np.int32),
        np.arange(component.suppliers) >= len(component.offers),
    )
