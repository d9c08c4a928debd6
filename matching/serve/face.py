"""Flows on the face of those that serve as much at every level: arcs by sort, cut into parts and solved (model (19))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Bools, Bytes, Ints, Longs
from matching import flow
from matching.ranges import Index, dot, offsets, order_of
from matching.serve.component import Component
from matching.serve.stacking import HOPS, Loose, Slack, Spans, Weights

SOURCE, SINK = -1, -2
"""Ends of arcs that are nodes of every part."""
ARCS_AT_ONCE = 4096
"""Parts that nothing joins are solved together up to so many arcs."""


@dataclass(frozen=True)
class Block:
    """Arcs of one sort: their ends, units that they take at most, and what a unit costs by stage.

    `segment` is the cost of fairness, `change` that of changes; `supplier` stands behind arcs to the sink, else NONE.
    """

    tail: npt.NDArray[Any]
    head: npt.NDArray[Any]
    room: npt.NDArray[Any]
    segment: Bytes
    change: Bytes
    minutes: Ints
    supplier: Ints

    @staticmethod
    def of(rows: int, tail: Any, head: Any, room: Any, **costs: Any) -> Block:
        """So many arcs; a single number holds for all of them, and takes no memory."""

        def column(given: Any, kind: Any) -> npt.NDArray[Any]:
            return np.asarray(given) if np.ndim(given) else np.broadcast_to(kind(given), rows)

        return Block(
            column(tail, np.int32),
            column(head, np.int32),
            column(room, np.int64),
            column(costs.get("segment", 0), np.int8),
            column(costs.get("change", 0), np.int8),
            column(costs.get("minutes", 0), np.int32),
            column(costs.get("supplier", NONE), np.int32),
        )

    def take(self, rows: Index) -> Block:
        """Some of the arcs."""
        return Block(*(column[rows] for column in self.columns()))

    @staticmethod
    def joined(blocks: list[Block]) -> Block:
        """The arcs of several blocks, one after the other."""
        return Block(*(np.concatenate(columns) for columns in zip(*(each.columns() for each in blocks), strict=True)))

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """The columns in the order of their names."""
        return self.tail, self.head, self.room, self.segment, self.change, self.minutes, self.supplier


class Blocks(NamedTuple):
    """The arcs of a face by sort, in the order in which a unit passes them.

    `segments` lead to cells, `groups` from there or from the source to a node or a pair, `kept` from pairs to their
    suppliers, `left` from pairs to their nodes, `inner` from node to node and on to suppliers, `sink` to the end.
    """

    segments: Block
    groups: Block
    kept: Block
    left: Block
    inner: Block
    sink: Block


@dataclass(frozen=True)
class Batch:
    """Parts solved together: their nodes and the rows of each block; `open` where no label is set."""

    nodes: Index
    rows: tuple[Index, ...]
    open: bool


@dataclass(frozen=True)
class Solved:
    """Flows of a batch by block, and what they prove; not `proven` where prices had to be rounded."""

    flows: tuple[Longs, ...]
    minutes: int
    loose: Loose
    proven: bool


class Face:
    """Nodes with their part and what enters them for certain, and arcs between nodes of one part.

    `free` says of each part whether no label is set there: provider order and prices are open in these alone.
    """

    def __init__(self, component: Component, part: Longs, free: Bools, supply: Longs, blocks: Blocks) -> None:
        self._component, self._supply, self.blocks, self.part = component, supply, blocks, part
        # parts without a label come last, so that no batch mixes both kinds
        number = np.empty(len(free), np.int64)
        number[np.argsort(free, kind="stable")] = np.arange(len(free))
        self._part, self._free = number[part], np.sort(free)
        self._node = order_of(self._part)
        self._place = np.empty(len(part), np.int32)
        self._place[self._node] = np.arange(len(part), dtype=np.int32)
        part_of_arc = [self._part[np.where(block.tail == SOURCE, block.head, block.tail)] for block in blocks]
        self._rows = [order_of(each) for each in part_of_arc]
        self._starts = [offsets(each, len(free)) for each in (self._part, *part_of_arc)]

    def batches(self, used: Longs) -> Iterator[Batch]:
        """Parts gathered up to a number of arcs, but those without anything to send; `used` is taken of each supplier."""
        sending = np.zeros(len(self._free), np.int64)
        np.add.at(sending, self._part, self._supply)
        np.add.at(sending, self._part[self.blocks.sink.tail], used[self.blocks.sink.supplier])
        weight = sum(np.diff(start) for start in self._starts[1:])
        # of so few units all stages are strict
        weight = np.maximum(weight, sending * (ARCS_AT_ONCE // HOPS))
        batch = np.cumsum(weight) // ARCS_AT_ONCE * 2 + self._free
        edges = np.concatenate([[0], np.flatnonzero(np.diff(batch)) + 1, [len(batch)]])
        some = np.concatenate([[0], np.cumsum(sending)])
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if some[high] > some[low]:
                nodes, *rows = (slice(int(start[low]), int(start[high])) for start in self._starts)
                of_blocks = tuple(order[each] for order, each in zip(self._rows, rows, strict=True))
                yield Batch(self._node[nodes], of_blocks, bool(self._free[low]))

    def solve(self, batch: Batch, used: Longs, *, fair: bool = True) -> Solved:
        """The best flow of a batch; `used` is what it takes of each supplier. Without the stage fairness if not `fair`.

        Raises FlowError.
        """
        taken = Blocks(*(block.take(rows) for block, rows in zip(self.blocks, batch.rows, strict=True)))
        arcs, suppliers = Block.joined(list(taken)), taken.sink.supplier
        total, count, low = int(used[suppliers].sum()), len(batch.nodes), int(self._place[batch.nodes[0]])
        source, sink = count, count + 1
        supplies = np.concatenate([self._supply[batch.nodes], [0, -total]])
        supplies[source] = -int(supplies.sum())
        rank, price = self._component.rank[suppliers], self._component.unit_cost[suppliers]
        unit = Spans(
            int(np.ptp(arcs.segment)) if fair else 0,
            int(np.ptp(arcs.change)),
            int(np.ptp(rank)) if batch.open and len(rank) else 0,
            # a unit climbs at most twice before its offer
            int(taken.groups.minutes.max(initial=0)) + 3 * int(taken.inner.minutes.max(initial=0)),
            int(np.ptp(price)) if batch.open and len(price) else 0,
        )
        tail = np.where(arcs.tail == SOURCE, source, self._place[arcs.tail] - low)
        leaving = np.zeros(count + 2, np.int64)
        np.maximum.at(leaving, tail, arcs.minutes)
        # a cycle that passes each node once leaves each by one arc, and what is taken back was there before
        cycle = replace(
            unit,
            changes=min(total, len(taken.kept.tail)),
            minutes=min(total * unit.minutes, int(leaving.sum())),
        )
        weights = Weights.of(unit, cycle, total, count + 2)
        cost = weights.segment * arcs.segment.astype(np.int64) + weights.change * arcs.change.astype(np.int64)
        cost += weights.minutes * arcs.minutes.astype(np.int64)
        if len(rank):
            cost[-len(rank) :] += weights.rank * (rank - rank.min())
            cost[-len(rank) :] += weights.price * ((price - price.min()) // weights.divisor)
        flows = flow.cheapest(
            flow.Arcs(
                tail,
                np.where(arcs.head == SINK, sink, self._place[arcs.head] - low),
                np.minimum(arcs.room, total),
                cost,
            ),
            supplies,
        )
        by_block = tuple(np.split(flows, np.cumsum([len(block.tail) for block in taken])[:-1]))
        given, minutes = by_block[-1], dot(flows, arcs.minutes)
        slack = Slack(
            dot(rank.max(initial=0) - rank, given),
            total * unit.minutes - minutes,
            dot(price.max(initial=0) - price, given),
        )
        return Solved(by_block, minutes, weights.loose(slack), weights.divisor == 1)
