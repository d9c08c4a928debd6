"""Flows handed back to single needs, arc by arc (model (18))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.network import Component, Network
from matching.ranges import offsets
from matching.tree_flow import TreeFlow


@dataclass(frozen=True)
class Pieces:
    """Units of a need on their way or handed to an offer; `need` and `offer` are local to the component."""

    need: Ints
    offer: Ints
    units: Longs
    minutes: Ints


def hand_out(component: Component, network: Network, tree: TreeFlow, units: Longs) -> Pieces:
    """Every unit that flows, with its need, its offer and its minutes.

    Within a group whole needs come the largest first, others by `due_on`, `opened_on` and key.
    """
    need, taken = _served(component, tree, units)
    at = tree.groups.node[tree.groups.of_need[need]]
    items = _Items(at.astype(np.int64), need, taken, tree.groups.leg[tree.groups.of_need[need]].astype(np.int64))
    nodes, first_offer = network.nodes, network.nodes + network.bundles
    climbing = np.flatnonzero((network.up != NONE) & (tree.up > 0))
    tail = np.concatenate([network.direct_tail, network.inner_tail, climbing]).astype(np.int64)
    head = np.concatenate([first_offer + network.direct_head, nodes + network.inner_head, network.up[climbing]])
    minutes = np.concatenate(
        [network.direct_minutes, np.zeros(len(network.inner_tail), np.int32), network.up_minutes[climbing]]
    )
    flows = np.concatenate([tree.direct, tree.inner, tree.up[climbing]])
    done: list[_Items] = []
    waiting = items
    ends = np.cumsum(np.bincount(network.at, minlength=3))
    for low, high in zip([0, *ends[:-1]], ends, strict=True):
        mine = (waiting.at >= low) & (waiting.at < high)
        arcs = np.flatnonzero((flows > 0) & (tail >= low) & (tail < high))
        moved = _overlay(waiting.where(mine), tail[arcs], head[arcs], flows[arcs], minutes[arcs])
        waiting = _join(waiting.where(~mine), moved)
    arcs = np.flatnonzero(tree.gathered > 0)
    in_bundle = (waiting.at >= nodes) & (waiting.at < first_offer)
    moved = _overlay(
        waiting.where(in_bundle),
        nodes + network.gathered_tail[arcs].astype(np.int64),
        first_offer + network.gathered_head[arcs],
        tree.gathered[arcs],
        network.gathered_minutes[arcs],
    )
    done = _join(waiting.where(~in_bundle), moved)
    order = np.lexsort((done.at, done.need))
    return Pieces(
        done.need[order].astype(np.int32),
        (done.at[order] - first_offer).astype(np.int32),
        done.units[order],
        done.minutes[order].astype(np.int32),
    )


@dataclass(frozen=True)
class _Items:
    at: Longs
    need: Ints
    units: Longs
    minutes: Longs

    def where(self, rows: np.ndarray) -> _Items:
        return _Items(self.at[rows], self.need[rows], self.units[rows], self.minutes[rows])


def _join(one: _Items, other: _Items) -> _Items:
    return _Items(
        np.concatenate([one.at, other.at]),
        np.concatenate([one.need, other.need]),
        np.concatenate([one.units, other.units]),
        np.concatenate([one.minutes, other.minutes]),
    )


def _served(component: Component, tree: TreeFlow, units: Longs) -> tuple[Ints, Longs]:
    """Needs that get something, with their units, in the order of their groups and within."""
    groups = tree.groups
    flowing = np.flatnonzero((groups.of_need != NONE) & (tree.entering[groups.of_need] > 0))
    group = groups.of_need[flowing]
    largest = np.where(component.whole[flowing], -units[flowing], 0)
    order = np.lexsort((component.opened_on[flowing], component.due_on[flowing], largest, group))
    need, group = flowing[order], group[order]
    total = np.cumsum(units[need])
    start = offsets(group, len(groups.node))
    before = np.concatenate([[0], total])[start[group]]
    taken = np.clip(tree.entering[group] - (total - units[need] - before), 0, units[need])
    some = taken > 0
    return need[some].astype(np.int32), taken[some]


def _overlay(items: _Items, tail: Longs, head: Longs, flows: Longs, minutes: Ints) -> _Items:
    """Lay items and outgoing arcs of each node side by side and cut both where either ends."""
    order = np.argsort(items.at, kind="stable")
    items = items.where(order)
    arc = np.argsort(tail, kind="stable")
    by_item, by_arc = np.cumsum(items.units), np.cumsum(flows[arc])
    cuts = np.union1d(by_item, by_arc)
    item = np.searchsorted(by_item, cuts, "left")
    on = arc[np.searchsorted(by_arc, cuts, "left")]
    return _Items(
        head[on].astype(np.int64),
        items.need[item],
        np.diff(cuts, prepend=0),
        items.minutes[item] + minutes[on],
    )
