"""Flows handed back to single needs, arc by arc (model (18))."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import offsets, order_of
from matching.serve.component import Component
from matching.serve.eligibility import AT_COUNTY
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import Keeping, kept_pairs
from matching.serve.tree_flow import InnerArcs, TreeFlow


@dataclass(frozen=True)
class Pieces:
    """Units of a need handed to an offer, with the minutes between; `need` and `offer` are local to the component."""

    need: Ints
    offer: Ints
    units: Longs
    minutes: Ints

    @staticmethod
    def none() -> Pieces:
        """Nothing."""
        nobody = np.zeros(0, np.int32)
        return Pieces(nobody, nobody, np.zeros(0, np.int64), nobody)

    def where(self, rows: npt.NDArray[Any]) -> Pieces:
        """Some of them."""
        return Pieces(self.need[rows], self.offer[rows], self.units[rows], self.minutes[rows])

    def and_others(self, other: Pieces) -> Pieces:
        """Both, sorted by need and offer."""
        columns = [
            np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("need", "offer", "units", "minutes")
        ]
        order = np.lexsort((columns[1], columns[0]))
        need, offer, units, minutes = (column[order] for column in columns)
        return Pieces(need, offer, units, minutes)


def hand_to_needs(
    component: Component,
    network: TreeNetwork,
    arcs: InnerArcs,
    certain: Bools,
    tree: TreeFlow,
    keeping: Keeping | None = None,
) -> Pieces:
    """Every unit that flows, with its need, its offer and its minutes; one row per pair.

    `certain` needs are served whole; others by their groups, old pairs first, then whole needs the largest first,
    then by `due_on`, `opened_on` and key. Old pairs stay together as far as the flow leads from one to the other.
    """
    need, units = _served(component, tree, certain)
    at, leg = network.node_of_need[need], network.leg_of_need[need]
    kept = kept_pairs(component, network, arcs, tree.inner, need, units, keeping)
    flows = tree.inner - kept.passing
    rest = units - kept.units
    waiting = _Items(at, need, rest, leg).where(rest > 0)
    ends = [0, *np.cumsum(np.bincount(network.at, minlength=AT_COUNTY + 1)).tolist(), arcs.first_offer]
    for low, high in pairwise(ends):
        here = (waiting.at >= low) & (waiting.at < high)
        leaving = np.flatnonzero((flows > 0) & (arcs.tail >= low) & (arcs.tail < high))
        moved = _overlay(waiting.where(here), arcs, leaving, flows[leaving])
        waiting = waiting.where(~here).and_others(moved)
    pair = np.flatnonzero(kept.units > 0)
    old = _Items(arcs.first_offer + kept.offer[pair], need[pair], kept.units[pair], kept.minutes[pair])
    return _as_pieces(waiting.and_others(old), arcs.first_offer)


@dataclass(frozen=True)
class _Items:
    """Units of needs on their way, at a node, bundle or offer."""

    at: Ints
    need: Ints
    units: Longs
    minutes: Ints

    def where(self, rows: npt.NDArray[Any]) -> _Items:
        return _Items(self.at[rows], self.need[rows], self.units[rows], self.minutes[rows])

    def and_others(self, other: _Items) -> _Items:
        return _Items(
            np.concatenate([self.at, other.at]),
            np.concatenate([self.need, other.need]),
            np.concatenate([self.units, other.units]),
            np.concatenate([self.minutes, other.minutes]),
        )


def _served(component: Component, tree: TreeFlow, certain: Bools) -> tuple[Ints, Longs]:
    """Needs that get something, with their units."""
    groups = tree.groups
    flowing = np.flatnonzero((groups.of_need != NONE) & ~certain)
    flowing = flowing[tree.entering[groups.of_need[flowing]] > 0]
    group = groups.of_need[flowing]
    largest = np.where(component.whole[flowing], -component.units[flowing], 0)
    fresh = ~np.isin(flowing, component.old_need)
    order = np.lexsort((component.turn[flowing], largest, fresh, group))
    need, group = flowing[order], group[order]
    units = component.units[need]
    total = np.cumsum(units)
    before = np.concatenate([[0], total])[offsets(group, len(groups.node))[group]]
    taken = np.clip(tree.entering[group] - (total - units - before), 0, units)
    sure = np.flatnonzero(certain)
    need, taken = np.concatenate([need, sure]), np.concatenate([taken, component.units[sure]])
    some = taken > 0
    return need[some].astype(np.int32), taken[some]


def _overlay(items: _Items, arcs: InnerArcs, leaving: npt.NDArray[np.intp], flows: Longs) -> _Items:
    """Lay items and leaving arcs of each node side by side and cut both where either ends."""
    order = order_of(items.at)
    items = items.where(order)
    arc = order_of(arcs.tail[leaving])
    by_item, by_arc = np.cumsum(items.units), np.cumsum(flows[arc])
    # both are sorted, so that a stable sort merges them
    cuts = np.sort(np.concatenate([by_item, by_arc]), kind="stable")
    cuts = cuts[np.diff(cuts, prepend=0) > 0]
    item = np.searchsorted(by_item, cuts, "left")
    on = leaving[arc[np.searchsorted(by_arc, cuts, "left")]]
    return _Items(
        arcs.head[on],
        items.need[item],
        np.diff(cuts, prepend=0),
        items.minutes[item] + arcs.minutes[on],
    )


def _as_pieces(done: _Items, first_offer: int) -> Pieces:
    """Items that reached their offers, those of one pair together."""
    code = done.need.astype(np.int64) * (int(done.at.max(initial=0)) + 1) + done.at
    order = order_of(code)
    need, offer, units, minutes = done.need[order], done.at[order] - first_offer, done.units[order], done.minutes[order]
    new = np.ones(len(need), bool)
    new[1:] = (need[1:] != need[:-1]) | (offer[1:] != offer[:-1])
    first = np.flatnonzero(new)
    total = np.add.reduceat(units, first) if len(first) else units
    return Pieces(need[first], offer[first].astype(np.int32), np.asarray(total), minutes[first].astype(np.int32))
