"""Greedy, the baseline: each need in turn takes the nearest offer with something left (model (20))."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import COUNTY, NONE, VILLAGE, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import expand, offsets, order_of
from matching.serve.budgets import Purses
from matching.serve.eligibility import AT_COUNTY, AT_TOWN, AT_VILLAGE
from matching.serve.levels import opened_on
from matching.serve.network import Component, TreeNetwork

AT_ONCE = 1 << 16
"""Needs whose columns are held as Python numbers at once."""


@dataclass(frozen=True)
class Taken:
    """What greedy hands to the needs of one component: positions in it, units."""

    need: Ints
    offer: Ints
    units: Longs


@dataclass(frozen=True)
class Choices:
    """Offers of each node of a network, the first choice first; the parent's follow where `up` leads."""

    start: Longs
    offer: Ints
    up: Ints


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
    turn = _Turn(parts, purses)
    for low in range(0, len(queue.need), AT_ONCE):
        need = queue.need[low : low + AT_ONCE]
        node, units, whole = queue.asked(parts, need)
        waiting = np.flatnonzero(~turn.used_up()[node])
        turn.take(need[waiting], node[waiting], units[waiting], whole[waiting])
    need, offer, units = turn.taken()
    by_part = []
    for at in range(len(parts)):
        mine = queue.part[need] == at
        by_part.append(
            Taken(queue.place[need[mine]], (offer[mine] - turn.offer_from[at]).astype(np.int32), units[mine])
        )
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

    def asked(self, parts: list[tuple[Component, TreeNetwork]], need: Ints) -> tuple[Ints, Longs, Bools]:
        """Nodes, numbered through all components, of some needs, with units and whether they are one whole."""
        node, units, whole = np.zeros(len(need), np.int32), np.zeros(len(need), np.int64), np.zeros(len(need), bool)
        part, place = self.part[need], self.place[need]
        first_node = 0
        for at, (component, network) in enumerate(parts):
            mine = np.flatnonzero(part == at)
            one = place[mine]
            node[mine] = network.node_of_need[one] + first_node
            units[mine], whole[mine] = component.units[one], component.whole[one]
            first_node += network.nodes
        return node, units, whole


class _Turn:
    """The state of the walk: what is left of offers and purses, and how far each node's choices are used up.

    Nodes and offers are numbered through all components.
    """

    def __init__(self, parts: list[tuple[Component, TreeNetwork]], purses: Purses) -> None:
        choices = [choices_of(component, network) for component, network in parts]
        node_from = np.cumsum([0, *(network.nodes for _, network in parts)])
        entry_from = np.cumsum([0, *(len(choice.offer) for choice in choices)])
        self.offer_from = np.cumsum([0, *(len(component.offers) for component, _ in parts)])
        nothing = np.zeros(0, np.int32)

        def together(columns: Iterable[npt.NDArray[Any]]) -> array[int]:
            return array("i", np.concatenate([nothing, *columns]).astype(np.int32).tobytes())

        self._start = together(choice.start[:-1] + low for choice, low in zip(choices, entry_from[:-1], strict=True))
        self._end = together(choice.start[1:] + low for choice, low in zip(choices, entry_from[:-1], strict=True))
        self._offer = together(choice.offer + low for choice, low in zip(choices, self.offer_from[:-1], strict=True))
        self._up = together(
            np.where(choice.up == NONE, NONE, choice.up + low)
            for choice, low in zip(choices, node_from[:-1], strict=True)
        )
        offers = np.concatenate([nothing, *(component.offers for component, _ in parts)]).astype(np.int32)
        cost = purses.unit_cost[offers]
        self._left = [units for component, _ in parts for units in component.capacity.tolist()]
        self._cost, self._money = cost.tolist(), purses.money.tolist()
        held = (purses.of_offer[offers] != NONE) & (cost[:, None] > 0)
        self._purses = [tuple(row[kept].tolist()) for row, kept in zip(purses.of_offer[offers], held, strict=True)]
        self._taken = (array("i"), array("i"), array("q"))

    def used_up(self) -> Bools:
        """Nodes without an offer left, their own and those above."""
        start, end = (np.frombuffer(each, np.int32) for each in (self._start, self._end))
        up = np.frombuffer(self._up, np.int32)
        own: Bools = start == end
        found = own
        for _ in range(AT_COUNTY):
            found = own & ((up == NONE) | found[up])
        return found

    def taken(self) -> tuple[Ints, Ints, Longs]:
        """Needs with offers and units, in the order of the walk."""
        need, offer, units = (np.frombuffer(each, each.typecode) for each in self._taken)
        return need, offer, units

    def take(self, need: Ints, node: Ints, units: Longs, whole: Bools) -> None:
        """Serve needs one after the other; a whole need takes from one offer or nothing."""
        start, end, offers, up = self._start, self._end, self._offer, self._up
        left, cost, purses, money = self._left, self._cost, self._purses, self._money
        needs, by, quantities = (each.append for each in self._taken)
        for one, entry, asked, only_whole in zip(
            need.tolist(), node.tolist(), units.tolist(), whole.tolist(), strict=True
        ):
            at, wanted = entry, asked
            while at >= 0:
                choice, last = start[at], end[at]
                # what is used up stays so: the next need starts behind it
                while choice < last and not left[offers[choice]]:
                    choice += 1
                start[at] = choice
                while choice < last:
                    offer = offers[choice]
                    room = left[offer]
                    if purses[offer]:
                        for purse in purses[offer]:
                            payable = money[purse] // cost[offer]
                            if payable < room:
                                room = payable
                        if not room:
                            left[offer] = 0
                    if room >= wanted or (room and not only_whole):
                        some = min(wanted, room)
                        left[offer] -= some
                        for purse in purses[offer]:
                            money[purse] -= some * cost[offer]
                        needs(one)
                        by(offer)
                        quantities(some)
                        wanted -= some
                        if not wanted:
                            break
                    choice += 1
                at = up[at] if wanted else NONE
