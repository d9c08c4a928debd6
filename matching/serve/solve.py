"""One component solved: what it serves, proven how far, and every need handed its offers (model (13) to (19))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.ranges import Index
from matching.serve.budgets import Payers
from matching.serve.by_level import most_by_level
from matching.serve.component import Component
from matching.serve.hand_out import Pieces, hand_to_needs
from matching.serve.last_stages import Bounds, Evened, best_of_most
from matching.serve.least import most_by_better
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import minutes_of_pairs
from matching.serve.raising import Raises, raises_of
from matching.serve.residual import UNREACHED, is_optimal, labels
from matching.serve.tree_flow import InnerArcs, TreeFlow, groups_of, inner_arcs
from matching.serve.whole_needs import Placing
from matching.short import FAULTS, Short, failed


class NotOptimalError(RuntimeError):
    """The flow solver's answer fails the independent check of the levels."""


@dataclass(frozen=True)
class Solution:
    """What a component serves.

    `relaxed` are units by level of the flow that treats every need as divisible, proven to be the most; `label` of
    each offer is the best level of an unserved unit that one more of it would let in, NONE where none would be. The
    bounds hold for plans that serve as much at every level; `exact` says that no need had to be rounded. `by_better` is
    most_by_better where something was rounded, money is shared, or needs of several units have something published;
    where neither of the first two was, `evened` is what fairness did, if it is asked for. `raises` say what would let
    unmet needs in, where that is proven.
    """

    pieces: Pieces
    relaxed: Longs
    label: Ints
    exact: bool
    bound: Bounds | None
    by_better: tuple[int, ...]
    evened: Evened | None
    raises: Raises
    seconds: float


def tried(component: Component, network: TreeNetwork, capacity: Longs, payers: Payers) -> Solution | Short:
    """The solution of one component, or how the solver failed: a fault of its own is no fault of the run."""
    try:
        return solve(component, network, capacity, payers)
    except (*FAULTS, NotOptimalError) as fault:
        return failed(fault)


def solve(component: Component, network: TreeNetwork, capacity: Longs, payers: Payers) -> Solution:
    """Solve one component with what each offer may give. Raises FlowError and NotOptimalError."""
    begun = perf_counter()
    arcs = inner_arcs(network, component.suppliers)
    every = np.arange(len(component.needs))
    relaxed, found = proven(component, network, arcs, every, capacity)
    by_level = np.zeros(component.levels, np.int64)
    np.add.at(by_level, relaxed.groups.level, relaxed.entering)
    label = found[arcs.first_offer :]
    label = np.where(label == UNREACHED, NONE, label).astype(np.int32)
    rounded = bool(((component.whole | component.split) & (network.node_of_need != NONE)).any())
    by_better: tuple[int, ...] = ()
    final = not rounded and not len(payers.money)
    if not final or bool((component.units[component.old_need] > 1).any()):
        by_better = most_by_better(component, network, arcs, payers)
    if not final:
        # counties are made even when all that is rounded or spent afterwards stands
        component = replace(component, cells=None)
    if not rounded:
        best = best_of_most(component, network, arcs, found, relaxed, capacity)
        pieces = hand_to_needs(component, network, arcs, best.certain, best.tree, best.keeping)
        raises = Raises.none()
        if component.even and not len(payers.money):
            raises = raises_of(component, network, arcs, found, best)
        seconds = perf_counter() - begun
        return Solution(pieces, by_level, label, True, best.bound, by_better, best.evened, raises, seconds)
    certain, keeping, near = np.zeros(len(every), bool), None, None
    if component.teams:
        # most of such a flow is kept, so that it had better be the nearest
        near = best_of_most(component, network, arcs, found, relaxed, capacity)
        certain, relaxed, keeping = near.certain, near.tree, near.keeping
    placing = Placing(component, network, capacity)
    placing.place(hand_to_needs(component, network, arcs, certain, relaxed, keeping))
    del relaxed, found
    rest = capacity - placing.used()
    divided = _divided(component, network, arcs, rest)
    rest -= np.bincount(divided.offer, weights=divided.units, minlength=len(rest)).astype(np.int64)
    placing.fill(rest, divided)
    pieces = divided.and_others(_whole_pieces(component, network, arcs, placing))
    return Solution(pieces, by_level, label, False, None, by_better, None, Raises.none(), perf_counter() - begun)


def _divided(component: Component, network: TreeNetwork, arcs: InnerArcs, rest: Longs) -> Pieces:
    """What the needs that can be divided get of what others leave."""
    needs = np.flatnonzero(~component.whole)
    if not len(needs):
        return Pieces.none()
    most, found = proven(component, network, arcs, needs, rest)
    best = best_of_most(component, network, arcs, found, most, rest)
    pieces = hand_to_needs(component, network, arcs, best.certain, best.tree, best.keeping)
    return _whole_of_teams(component, pieces)


def _whole_of_teams(component: Component, pieces: Pieces) -> Pieces:
    """Pieces without those that volunteers would have of a need in part."""
    return pieces.where((pieces.offer < len(component.offers)) | (pieces.units == component.units[pieces.need]))


def proven(
    component: Component, network: TreeNetwork, arcs: InnerArcs, needs: Index, capacity: Longs
) -> tuple[TreeFlow, Ints]:
    """A flow that serves most of some needs, with the labels that prove it."""
    groups = groups_of(component, network, needs, legs=False)
    tree = most_by_level(arcs, groups, capacity)
    found = labels(arcs, tree)
    if not is_optimal(arcs, tree, found, capacity):
        raise NotOptimalError("the flow does not serve most by level")
    return tree, found


def _whole_pieces(component: Component, network: TreeNetwork, arcs: InnerArcs, placing: Placing) -> Pieces:
    need, offer = placing.placed()
    return Pieces(need, offer, component.units[need], minutes_of_pairs(component, network, arcs, need, offer))
