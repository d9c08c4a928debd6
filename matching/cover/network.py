"""Flows from places to stations: the nodes of workers by station and minutes limit, and flows solved in batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from graph.snapshot import Bools, Ints, Longs
from matching.cover.reach import Numbers, Reach
from matching.flow import Arcs, cheapest

BATCH = 300
"""Least nodes solved together."""


@dataclass(frozen=True)
class Ladder:
    """Nodes of the workers of one station and one minutes limit, each leading to the next longer limit.

    A place enters at the first node whose limit holds its minutes, so that flow from it reaches the workers who may
    go there and no others. `node` is each worker's node, `entry` each pair's; steps lead from `up_from` to `up_to`.
    """

    node: Ints
    entry: Ints
    up_from: Ints
    up_to: Ints
    size: int

    def total(self, per_worker: Longs) -> Longs:
        """Sum of a figure over the workers of each node."""
        return np.bincount(self.node, weights=per_worker, minlength=self.size).astype(np.int64)

    def greatest_from(self, per_worker: Numbers) -> Numbers:
        """Greatest figure of a worker at each node or above it, at least 0."""
        found = np.zeros(self.size, per_worker.dtype)
        np.maximum.at(found, self.node, per_worker)
        return -self.least_from(-found)

    def least_from(self, per_node: Numbers) -> Numbers:
        """Least of a figure at each node or above it."""
        found = per_node.copy()
        while True:
            lower = np.minimum(found[self.up_from], found[self.up_to])
            if np.array_equal(lower, found[self.up_from]):
                return found
            found[self.up_from] = lower


def ladder_of(reach: Reach) -> Ladder:
    """The ladder of every station; a node is there for each distinct pair of station and limit."""
    workers = reach.workers
    key = workers.station.astype(np.int64) << 32 | workers.limit
    distinct, node = np.unique(key, return_inverse=True)
    entry = np.searchsorted(distinct, reach.station.astype(np.int64) << 32 | reach.within)
    joined = np.flatnonzero(distinct[:-1] >> 32 == distinct[1:] >> 32)
    return Ladder(
        node.astype(np.int32),
        entry.astype(np.int32),
        joined.astype(np.int32),
        (joined + 1).astype(np.int32),
        len(distinct),
    )


def elsewhere(
    network: Network, reach: Reach, ladder: Ladder, at_place: Longs, first: int, capacity: Numbers | int
) -> None:
    """Arcs from the places with stations left out to all workers of their group: a relaxation of where those lead.

    `at_place`, shape (places,), is the node of each place or NONE, `first` the first node of the ladder, and
    `capacity`, a scalar or of the shape (places,), what may flow from a place.
    """
    from_place = np.flatnonzero(reach.left_out & (at_place >= 0))
    if not len(from_place):
        return
    groups = int(reach.group.max()) + 1
    hub = network.add_nodes(groups)
    capacities = np.broadcast_to(capacity, len(at_place))
    network.add_arcs(at_place[from_place], hub + reach.group[from_place], capacities[from_place], 0)
    total = int(capacities[from_place].sum())
    group = np.zeros(ladder.size, np.int64)
    group[ladder.node] = reach.station_group[reach.workers.station]
    network.add_arcs(hub + group, first + np.arange(ladder.size), total, 0)


@dataclass
class Network:
    """Arcs under construction; node 0 is the source and node 1 the sink."""

    nodes: int = 2
    tails: list[Longs] = field(default_factory=list)
    heads: list[Longs] = field(default_factory=list)
    capacities: list[Longs] = field(default_factory=list)
    costs: list[Longs] = field(default_factory=list)

    def add_nodes(self, count: int) -> int:
        """Number of the first of new nodes."""
        first = self.nodes
        self.nodes += count
        return first

    def add_arcs(self, tail: Numbers | int, head: Numbers | int, capacity: Numbers | int, cost: Numbers | int) -> slice:
        """Add arcs (scalars stand for all of them) and return where their flows will be."""
        start = sum(len(each) for each in self.tails)
        columns = np.broadcast_arrays(*(np.atleast_1d(each) for each in (tail, head, capacity, cost)))
        for given, values in zip((self.tails, self.heads, self.capacities, self.costs), columns, strict=True):
            given.append(values.astype(np.int64))
        return slice(start, start + len(columns[0]))

    def solve(self) -> Longs:
        """Flow of each arc in a flow of least cost that takes the source's whole capacity to the sink.

        What hangs together neither directly nor over other nodes is solved apart, which changes no optimum and takes a
        third of the time. Raises FlowError with the solver's status when there is no such flow.
        """
        tails, heads = np.concatenate(self.tails), np.concatenate(self.heads)
        capacities, costs = np.concatenate(self.capacities), np.concatenate(self.costs)
        batch, local, batches = self._batches(tails, heads)
        arc_batch = np.where(tails > 1, batch[tails], batch[heads])
        order = np.argsort(arc_batch, kind="stable")
        flows = np.zeros(len(tails), np.int64)
        for rows in np.split(order, np.cumsum(np.bincount(arc_batch, minlength=batches))[:-1]):
            flows[rows] = _solve(local[tails[rows]], local[heads[rows]], capacities[rows], costs[rows])
        return flows

    def spare(self, flows: Longs, at: slice) -> Longs:
        """Capacity that some arcs have left."""
        return np.concatenate(self.capacities)[at] - flows[at]

    def cost(self, at: slice) -> Longs:
        """Cost of some arcs."""
        return np.concatenate(self.costs)[at]

    def led_to(self, flows: Longs, start: Longs) -> Bools:
        """Nodes to which more flow could lead from those of `start`: over arcs with capacity left, or against flow."""
        tails, heads = np.concatenate(self.tails), np.concatenate(self.heads)
        capacities = np.concatenate(self.capacities)
        inner = (tails > 1) & (heads > 1)
        on, back = inner & (flows < capacities), inner & (flows > 0)
        one = np.concatenate([tails[on], heads[back], np.zeros(len(start), np.int64)])
        other = np.concatenate([heads[on], tails[back], start])
        links = coo_array((np.ones(len(one), np.int8), (one, other)), (self.nodes, self.nodes)).tocsr()
        found = np.zeros(self.nodes, bool)
        found[breadth_first_order(links, 0, return_predecessors=False)] = True
        return found

    def _batches(self, tails: Longs, heads: Longs) -> tuple[Ints, Ints, int]:
        """Batch of each node (whole components, at least BATCH nodes each), its number there, and how many batches."""
        inner = (tails > 1) & (heads > 1)
        links = coo_array((np.ones(int(inner.sum()), np.int8), (tails[inner], heads[inner])), (self.nodes, self.nodes))
        components, component = connected_components(links, directed=False)
        sizes = np.bincount(component, minlength=components)
        batch = ((np.cumsum(sizes) - sizes) // BATCH)[component]
        order = np.argsort(batch, kind="stable")
        first = np.searchsorted(batch[order], batch[order], "left")
        local = np.empty(self.nodes, np.int32)
        local[order] = np.arange(self.nodes) - first + 2
        local[0], local[1] = 0, 1
        return batch, local, int(batch.max()) + 1


def _solve(tails: Ints, heads: Ints, capacities: Longs, costs: Longs) -> Longs:
    supplies = np.zeros(int(max(tails.max(initial=1), heads.max(initial=1))) + 1, np.int64)
    supplies[0] = int(capacities[tails == 0].sum())
    supplies[1] = -supplies[0]
    return cheapest(Arcs(tails, heads, capacities, costs), supplies)
