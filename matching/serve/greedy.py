"""Greedy, the baseline: each need in turn takes the nearest offer with something left (model (20))."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.snapshot import COUNTY, NONE, VILLAGE, Ints, Longs
from matching.ranges import expand, offsets
from matching.serve.budgets import Purses
from matching.serve.network import Component, Network

AT_ONCE = 1 << 18
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


def choices_of(component: Component, network: Network) -> Choices:
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
    code = ((node.astype(np.int64) * 5 + (VILLAGE - breadth)) * most + minutes) * len(component.offers) + offer
    code.sort()
    sorted_node = code // (5 * most * max(1, len(component.offers)))
    return Choices(offsets(sorted_node, network.nodes), (code % max(1, len(component.offers))).astype(np.int32), up)


def _with_parents(
    network: Network, node: Ints, offer: Ints, minutes: Ints, breadth: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Give nodes with an offer of a wider area than their own level those of their ancestors too, to choose in order."""
    natural = np.array([VILLAGE, COUNTY, NONE])
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


def greedy(parts: list[tuple[Component, Network]], urgency_of: list[Ints], purses: Purses) -> list[Taken]:
    """What each component's needs get, one after the other by urgency, `opened_on` and key, over all components.

    `urgency_of` is the urgency of each level of a component; `purses` are kept over all of them.
    """
    if not parts:
        return []
    choices = [choices_of(component, network) for component, network in parts]
    node_from = np.cumsum([0, *(network.nodes for _, network in parts)])
    offer_from = np.cumsum([0, *(len(component.offers) for component, _ in parts)])
    entry_from = np.cumsum([0, *(len(choice.offer) for choice in choices)])
    turn = _Turn(
        start=np.concatenate(
            [choice.start[:-1] + entry for choice, entry in zip(choices, entry_from[:-1], strict=True)]
        ),
        end=np.concatenate([choice.start[1:] + entry for choice, entry in zip(choices, entry_from[:-1], strict=True)]),
        offer=np.concatenate([choice.offer + low for choice, low in zip(choices, offer_from[:-1], strict=True)]),
        up=np.concatenate(
            [
                np.where(choice.up == NONE, NONE, choice.up + low)
                for choice, low in zip(choices, node_from[:-1], strict=True)
            ]
        ),
        left=np.concatenate([component.capacity for component, _ in parts]),
        cost=np.concatenate([component.unit_cost for component, _ in parts]),
        purse=np.concatenate([purses.of_offer[component.offers] for component, _ in parts]),
        money=purses.money,
    )
    part, need = _in_order(parts, urgency_of)
    for low in range(0, len(part), AT_ONCE):
        rows = slice(low, low + AT_ONCE)
        node, units, whole = (np.zeros(len(part[rows]), np.int64) for _ in range(3))
        for at, (component, network) in enumerate(parts):
            mine = np.flatnonzero(part[rows] == at)
            one = need[rows][mine]
            node[mine] = network.node_of_need[one] + node_from[at]
            units[mine], whole[mine] = component.units[one], component.whole[one]
        turn.take(low, node, units, whole)
    row, offer, units = (np.frombuffer(each, each.typecode) for each in turn.taken)
    taken = []
    for at in range(len(parts)):
        mine = part[row] == at
        taken.append(
            Taken(
                need[row[mine]].astype(np.int32),
                (offer[mine] - offer_from[at]).astype(np.int32),
                units[mine].astype(np.int64),
            )
        )
    return taken


def _in_order(parts: list[tuple[Component, Network]], urgency_of: list[Ints]) -> tuple[Ints, Ints]:
    """Component and position of every need that has a node, in greedy's order."""
    part, need, urgency, opened, key = [], [], [], [], []
    for at, (component, network) in enumerate(parts):
        mine = np.flatnonzero((network.node_of_need != NONE) & (component.units > 0))
        part.append(np.full(len(mine), at, np.int32))
        need.append(mine.astype(np.int32))
        urgency.append(urgency_of[at][component.level[mine]])
        opened.append(component.opened_on[mine])
        key.append(component.needs[mine])
    order = np.lexsort((np.concatenate(key), np.concatenate(opened), np.concatenate(urgency)))
    return np.concatenate(part)[order], np.concatenate(need)[order]


class _Turn:
    """The state of the walk: what is left of offers and purses, and how far each node's choices are used up."""

    def __init__(
        self,
        start: Longs,
        end: Longs,
        offer: Longs,
        up: Longs,
        left: Longs,
        cost: Longs,
        purse: Ints,
        money: Longs,
    ) -> None:
        self._start = array("q", start.astype(np.int64).tobytes())
        self._end = np.ascontiguousarray(end, np.int64).data
        self._offer = np.ascontiguousarray(offer, np.int32).data
        self._up = np.ascontiguousarray(up, np.int32).data
        self._left, self._cost, self._money = left.tolist(), cost.tolist(), money.tolist()
        shared = (purse != NONE) & (cost[:, None] > 0)
        self._purses = [tuple(row[kept].tolist()) for row, kept in zip(purse, shared, strict=True)]
        self.taken = (array("q"), array("i"), array("q"))

    def take(
        self, first_row: int, node: npt.NDArray[np.int64], units: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]
    ) -> None:
        """Serve needs one after the other; a whole need takes from one offer or nothing."""
        start, end, offers, up = self._start, self._end, self._offer, self._up
        left, cost, purses, money = self._left, self._cost, self._purses, self._money
        rows, by, quantities = self.taken
        for row, (entry, asked, only_whole) in enumerate(
            zip(node.tolist(), units.tolist(), whole.tolist(), strict=True), first_row
        ):
            at, wanted = entry, asked
            while at >= 0:
                choice, last = start[at], end[at]
                while choice < last:
                    offer = offers[choice]
                    room = left[offer]
                    if room and purses[offer]:
                        room = min(room, *[money[purse] // cost[offer] for purse in purses[offer]])
                        if not room:
                            left[offer] = 0
                    if room == 0:
                        # what is used up stays so: the next need starts behind it
                        if choice == start[at]:
                            start[at] = choice + 1
                    elif room >= wanted or not only_whole:
                        some = min(wanted, room)
                        left[offer] -= some
                        for purse in purses[offer]:
                            money[purse] -= some * cost[offer]
                        rows.append(row)
                        by.append(offer)
                        quantities.append(some)
                        wanted -= some
                        if not wanted:
                            break
                    choice += 1
                if not wanted:
                    break
                at = up[at]
