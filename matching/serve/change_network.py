"""The network that tells kept units from changed ones: all components under one node for each level (model (40)).

A level leads to the nodes of the tree; for needs with an old supplier over a node of their own, from which an arc leads
straight to that supplier: a unit that takes it is kept, every other one is changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching import flow
from matching.ranges import Index, distinct
from matching.serve.changes import Standing
from matching.serve.component import Component
from matching.serve.components import Part
from matching.serve.tree_flow import inner_arcs


def old_pairs(component: Component, standing: Standing) -> tuple[Ints, Ints]:
    """Needs of a component that may keep their old supplier, and that supplier."""
    may = np.isin(component.needs[component.old_need], standing.need[standing.may])
    return component.old_need[may], component.old_offer[may]


@dataclass(frozen=True)
class Alike:
    """Needs of a component by what enters at one node, at one level, with one old supplier, NONE for those without.

    `need` have a node, each with the `number` of its group. Those that are `held` have something published beside, and
    change by whatever they get.
    """

    need: Ints
    number: Longs
    node: Ints
    level: Ints
    old: Ints
    held: Bools
    count: Longs

    @staticmethod
    def of(part: Part, standing: Standing) -> Alike:
        """The groups of a component whose needs ask one unit each."""
        component, network = part.component, part.network
        need, supplier = old_pairs(component, standing)
        old = np.full(len(component.needs), NONE, np.int32)
        old[need] = supplier
        rows = np.flatnonzero(network.node_of_need != NONE)
        held = np.isin(component.needs[rows], standing.need[standing.may]) & (old[rows] == NONE)
        level = part.level_of[component.level[rows]]
        first, number = distinct(network.node_of_need[rows], level, old[rows], held.astype(np.int8))
        one = rows[first]
        count = np.bincount(number, minlength=len(first)).astype(np.int64)
        return Alike(
            rows.astype(np.int32), number, network.node_of_need[one], level[first], old[one], held[first], count
        )


@dataclass(frozen=True)
class ChangeNetwork:
    """Arcs from the `levels`, the first nodes, to the `sink`; the `source`, whose arcs are the search's own, is before it.

    An arc that keeps costs −2, one by which a held need changes 2. `leaving` are for each component the arcs by which its
    groups keep their supplier, or for held ones change, NONE for others.
    """

    arcs: flow.Arcs
    levels: int
    nodes: int
    leaving: list[Longs]

    @property
    def source(self) -> int:
        """Number of the source."""
        return self.levels

    @property
    def sink(self) -> int:
        """Number of the sink."""
        return self.levels + 1


def change_network(parts: list[Part], groups: list[Alike], capacity: list[Longs], levels: int) -> ChangeNetwork:
    """The network of some components with what their suppliers may give."""
    arcs, first, leaving = _Arcs(), levels + 2, []
    for part, alike, most in zip(parts, groups, capacity, strict=True):
        suppliers = part.component.suppliers
        tree = inner_arcs(part.network, suppliers)
        old, new = np.flatnonzero(alike.old != NONE), np.flatnonzero(alike.old == NONE)
        own, offer = first + tree.size + np.arange(len(old)), first + tree.first_offer + np.arange(suppliers)
        marked = np.full(len(alike.node), NONE, np.int64)
        arcs.add(alike.level[old], own, alike.count[old])
        marked[old] = arcs.add(own, offer[alike.old[old]], alike.count[old], -2)
        arcs.add(own, first + alike.node[old], alike.count[old])
        entering = arcs.add(alike.level[new], first + alike.node[new], alike.count[new], 2 * alike.held[new])
        marked[new] = np.where(alike.held[new], entering, NONE)
        total = int(alike.count.sum())
        arcs.add(first + tree.tail, first + tree.head, np.full(len(tree.tail), total))
        arcs.add(offer, np.full(suppliers, levels + 1), np.minimum(most, total))
        first += tree.size + len(old)
        leaving.append(marked)
    return ChangeNetwork(arcs.joined(), levels, first, leaving)


class _Arcs:
    """Arcs gathered piece by piece."""

    def __init__(self) -> None:
        self._columns: list[list[Longs]] = [[np.zeros(0, np.int64)] for _ in range(4)]
        self._count = 0

    def add(self, tail: Index, head: Index, capacity: Longs, cost: Index | int = 0) -> Longs:
        """Add arcs; their numbers."""
        for column, values in zip(self._columns, (tail, head, capacity, np.broadcast_to(cost, len(tail))), strict=True):
            column.append(np.asarray(values, np.int64))
        self._count += len(tail)
        return np.arange(self._count - len(tail), self._count)

    def joined(self) -> flow.Arcs:
        """All of them."""
        return flow.Arcs(*(np.concatenate(column) for column in self._columns))
