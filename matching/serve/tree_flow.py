"""Groups of alike needs, arcs and flows on the tree network of a component (model (13))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.ranges import Index, distinct
from matching.serve.component import Component
from matching.serve.network import TreeNetwork


@dataclass(frozen=True)
class Groups:
    """Needs that enter one node at one level with equal minutes; `of_need` is NONE for needs in no group."""

    node: Ints
    level: Ints
    leg: Ints
    units: Longs
    of_need: Ints


@dataclass(frozen=True)
class InnerArcs:
    """Arcs from node to parent, to bundle and to offer, and from bundle to offer.

    Nodes keep their numbers; bundles follow, then offers, `size` in all.
    """

    tail: Ints
    head: Ints
    minutes: Ints
    first_offer: int
    size: int


@dataclass(frozen=True)
class TreeFlow:
    """Units that enter by group, pass on each inner arc, and are used of each offer."""

    groups: Groups
    entering: Longs
    inner: Longs
    used: Longs


def inner_arcs(network: TreeNetwork, offers: int) -> InnerArcs:
    """The arcs of a network but those of source and sink."""
    climbing = np.flatnonzero(network.up != NONE)
    first_bundle, first_offer = network.nodes, network.nodes + network.bundles
    tail: list[Index] = [climbing, network.inner_tail, network.direct_tail, first_bundle + network.gathered_tail]
    head: list[Index] = [
        network.up[climbing],
        first_bundle + network.inner_head,
        first_offer + network.direct_head,
        first_offer + network.gathered_head,
    ]
    level_way = np.zeros(len(network.inner_tail), np.int32)
    minutes = [network.up_minutes[climbing], level_way, network.direct_minutes, network.gathered_minutes]
    return InnerArcs(
        np.concatenate(tail).astype(np.int32),
        np.concatenate(head).astype(np.int32),
        np.concatenate(minutes).astype(np.int32),
        first_offer,
        first_offer + offers,
    )


def groups_of(component: Component, network: TreeNetwork, some: Index, legs: bool, *marks: Ints) -> Groups:
    """Groups of those of some needs that have a node and units left; minutes tell groups apart only if asked for.

    Needs of different `marks` stand in different groups.
    """
    rows = some[(network.node_of_need[some] != NONE) & (component.units[some] > 0)]
    leg = network.leg_of_need[rows] if legs else np.zeros(len(rows), np.int32)
    first, number = distinct(network.node_of_need[rows], component.level[rows], leg, *(mark[rows] for mark in marks))
    of_need = np.full(len(component.needs), NONE, np.int32)
    of_need[rows] = number
    total = np.zeros(len(first), np.int64)
    np.add.at(total, number, component.units[rows])
    one = rows[first]
    return Groups(network.node_of_need[one], component.level[one], leg[first], total, of_need)
