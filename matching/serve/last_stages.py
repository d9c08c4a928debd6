"""The last stages: the best of all flows that serve as much at every level (model (9), (19), (37), (38)).

A unit of a level better than the label of its node is served in all of them, one of a worse level in none, and
only arcs between equal labels carry units. So the rest falls apart into parts: where a label is set, every offer gives
all it has, and fairness, changes and minutes are open; where none is, every unit is served, and all but fairness is.
Counties whose units stand in several parts join these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import Index
from matching.serve.component import Component
from matching.serve.face import SINK, SOURCE, Block, Blocks, Face
from matching.serve.fairness import Evening, evening, is_even, nothing_to_even
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import Keeping, Pairs, keepable, pairs_of
from matching.serve.residual import UNREACHED, reached
from matching.serve.stacking import Loose
from matching.serve.tree_flow import Groups, InnerArcs, TreeFlow, groups_of

NO_END = 2**62
"""Room of arcs that take whatever comes."""


@dataclass(frozen=True)
class Bounds:
    """Most units of old pairs kept, least provider order and least minutes of any flow that serves as much at every level.

    Each holds for flows that are as good in the stages before it.
    """

    kept: int
    rank: int
    minutes: int


@dataclass(frozen=True)
class Evened:
    """What fairness does: units of flow that each cell would have more without it, and its price in minutes.

    `proven` says that no flow which serves as much at every level is more even.
    """

    otherwise: Longs
    minutes: int
    proven: bool


@dataclass(frozen=True)
class Best:
    """The flow found: `certain` needs are served whole, the others by the groups of `tree`.

    `bound` is None where prices so large had to be rounded that it proves nothing.
    """

    certain: Bools
    tree: TreeFlow
    keeping: Keeping
    evened: Evened | None
    bound: Bounds | None


def best_of_most(
    component: Component,
    network: TreeNetwork,
    arcs: InnerArcs,
    found: Ints,
    most: TreeFlow,
    capacity: Longs,
    met: Longs | None = None,
    *,
    priced: bool = True,
) -> Best:
    """The best flow by the last stages among those that serve as much at every level as `most`.

    `found` are the labels of `most`, `capacity` what each offer may give, `met` the units of flow that each cell has from
    elsewhere, those of what stands where nothing is said. Unless `priced`, what fairness changes is not
    told. Raises FlowError.
    """
    at = np.where(network.node_of_need >= 0, found[network.node_of_need], 0)
    asking = most.groups.of_need >= 0
    certain, critical = asking & (component.level < at), asking & (component.level == at)
    pairs = pairs_of(component, network, arcs, found, keepable(component, certain, critical))
    cells = component.cells
    marks = (pairs.of_need,) if cells is None else (pairs.of_need, cells.of_need)
    groups = groups_of(component, network, np.flatnonzero(critical), True, *marks)
    one = np.zeros(len(groups.node), np.int64)
    one[groups.of_need[groups.of_need >= 0]] = np.flatnonzero(groups.of_need >= 0)

    inside = np.flatnonzero(found[arcs.tail] == found[arcs.head]).astype(np.int32)
    part = _connected(arcs.size, arcs.tail[inside], arcs.head[inside])
    sure = np.flatnonzero(certain)
    mixing = nothing_to_even(len(one), int(part.max(initial=-1)) + 1)
    if cells is not None:
        met = cells.held * cells.weight if met is None else met
        met = met + np.bincount(cells.of_need[sure], component.units[sure], len(cells.open)).astype(np.int64)
        mixing = evening(cells, cells.of_need[one], part[groups.node], met, _critical(most, found, part))
    laid = _Laid(component, network, arcs, inside, groups, pairs, pairs.of_need[one], mixing)
    free = np.zeros(int(max(mixing.part.max(initial=-1), mixing.part_of_cell.max(initial=-1))) + 1, bool)
    free[mixing.part[part[found == UNREACHED]]] = True
    rooms = np.where(found[arcs.first_offer :] == UNREACHED, capacity, most.used)
    face = Face(component, laid.parts(part), free, laid.supply(sure), laid.blocks(rooms))

    flows = [np.zeros(len(block.tail), np.int64) for block in face.blocks]
    otherwise = flows[1].copy()
    loose, proven, minutes_of_fairness = Loose(), True, 0
    for batch in face.batches(most.used):
        solved = face.solve(batch, most.used)
        for flow, rows, units in zip(flows, batch.rows, solved.flows, strict=True):
            flow[rows] = units
        loose, proven = loose.plus(solved.loose), proven and solved.proven
        otherwise[batch.rows[1]] = solved.flows[1]
        if priced and len(batch.rows[0]):
            unfair = face.solve(batch, most.used, fair=False)
            otherwise[batch.rows[1]] = unfair.flows[1]
            minutes_of_fairness += solved.minutes - unfair.minutes
    filled, entering, kept, _, inner, used = flows
    carried = pairs.along(kept, len(arcs.tail))
    np.add.at(carried, inside, inner)
    tree = TreeFlow(groups, entering, carried, used)
    evened = None
    if cells is not None:
        proof = is_even(mixing, filled, laid.search(face, flows))
        more = np.bincount(cells.of_need[one], otherwise - entering, len(cells.open)).astype(np.int64)
        evened = Evened(more, minutes_of_fairness, proof)
    legs = int((groups.leg * entering).sum()) + int((network.leg_of_need[sure] * component.units[sure]).sum())
    rank, minutes = int((used * component.rank).sum()), legs + int((carried * arcs.minutes).sum())
    bound = Bounds(int(kept.sum()) + loose.changes, rank - loose.rank, minutes - loose.minutes) if proven else None
    return Best(certain, tree, Keeping(pairs, kept), evened, bound)


def _connected(nodes: int, tail: Ints, head: Ints) -> Longs:
    joined = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(nodes, nodes))
    return connected_components(joined, directed=False)[1].astype(np.int64)


def _critical(most: TreeFlow, found: Ints, part: Longs) -> Longs:
    """Units of the label's own level that enter each part, the same in all flows that serve as much."""
    node = most.groups.node
    critical = most.groups.level == found[node]
    total = np.zeros(int(part.max(initial=-1)) + 1, np.int64)
    np.add.at(total, part[node[critical]], most.entering[critical])
    return total


class _Laid:
    """Nodes and arcs of the face: behind those of the network stand the pairs, and behind them the cells."""

    def __init__(
        self,
        component: Component,
        network: TreeNetwork,
        arcs: InnerArcs,
        inside: Ints,
        groups: Groups,
        pairs: Pairs,
        pair_of_group: Ints,
        mixing: Evening,
    ) -> None:
        self._component, self._network, self._arcs, self._inside = component, network, arcs, inside
        self._groups, self._pairs, self._mixing = groups, pairs, mixing
        self._pair = arcs.size + np.arange(len(pairs.node), dtype=np.int32)
        self._cell = arcs.size + len(pairs.node)
        self._entry = np.where(pair_of_group == NONE, groups.node, arcs.size + pair_of_group).astype(np.int32)
        of_group = mixing.of_group
        self._from = np.where(of_group == NONE, SOURCE, self._cell + of_group).astype(np.int32)

    def parts(self, part: Longs) -> Longs:
        """The joined part of each node, from that of each node of the network."""
        joined = self._mixing.part[part]
        return np.concatenate([joined, joined[self._pairs.node], self._mixing.part_of_cell])

    def supply(self, sure: Index) -> Longs:
        """Units that enter each node for certain, those of the needs `sure`."""
        pair = self._pairs.of_need[sure]
        entered = np.where(pair == NONE, self._network.node_of_need[sure], self._arcs.size + pair)
        total = np.zeros(self._cell + len(self._mixing.cells), np.int64)
        np.add.at(total, entered, self._component.units[sure])
        return total

    def blocks(self, rooms: Longs) -> Blocks:
        """The arcs; `rooms` is what each supplier may give."""
        arcs, pairs, mixing, inside = self._arcs, self._pairs, self._mixing, self._inside
        offers = np.arange(len(rooms), dtype=np.int32)
        first = arcs.first_offer
        return Blocks(
            Block.of(len(mixing.cell), SOURCE, self._cell + mixing.cell, mixing.room, segment=mixing.segment),
            Block.of(len(self._entry), self._from, self._entry, self._groups.units, minutes=self._groups.leg),
            Block.of(
                len(self._pair), self._pair, first + pairs.supplier, pairs.units, change=-1, minutes=pairs.minutes
            ),
            Block.of(len(self._pair), self._pair, pairs.node, NO_END),
            Block.of(len(inside), arcs.tail[inside], arcs.head[inside], NO_END, minutes=arcs.minutes[inside]),
            Block.of(len(rooms), first + offers, SINK, rooms, supplier=offers),
        )

    def search(self, face: Face, flows: list[Longs]) -> Callable[[Iterable[tuple[int, Ints]]], Ints]:
        """A search of what residual arcs lead to from cells: the first number that reaches each cell."""
        mixed = np.isin(face.part, np.unique(self._mixing.part_of_cell))
        ends: tuple[list[Ints], list[Ints]] = ([], [])
        for block, flow in zip(face.blocks[1:-1], flows[1:-1], strict=True):
            mine = mixed[block.head] & (block.tail != SOURCE)
            for here, (tail, head) in (
                (mine & (flow < block.room), (block.tail, block.head)),
                (mine & (flow > 0), (block.head, block.tail)),
            ):
                ends[0].append(tail[here])
                ends[1].append(head[here])
        tail, head = (np.concatenate(each).astype(np.int32) for each in ends)
        nodes, cell = len(face.part), self._cell
        return lambda begun: reached(tail, head, nodes, ((number, cell + at) for number, at in begun))[cell:]
