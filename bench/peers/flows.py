"""Network flows with an arc for each pair: POT's sparse network simplex, OR-Tools' cost scaling, networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import ot
from ortools.graph.python import min_cost_flow
from scipy.sparse import coo_array

from bench.peers.pairs import Pairs
from graph.snapshot import Bools, Ints, Longs


def by_emd(pairs: Pairs) -> Bools:
    """`ot.emd` on a sparse matrix; what is not served comes to a column beside, what is not given from a row beside."""
    needs, offers, slots = len(pairs.level), len(pairs.capacity), pairs.slots
    unserved, idle = np.arange(needs), np.arange(offers)
    row = np.concatenate([pairs.need, unserved, np.full(offers + 1, needs)])
    column = np.concatenate([pairs.offer, np.full(needs, offers), idle, [offers]])
    cost = np.concatenate([_cost(pairs), np.full(needs, _top(pairs)), np.ones(offers + 1, np.int64)])
    given = np.append(np.ones(needs), slots.sum())
    taken = np.append(slots, needs).astype(float)
    matrix = coo_array((cost.astype(float), (row, column)), (needs + 1, offers + 1))
    plan = ot.emd(given, taken, matrix, numItermax=2**40).tocoo()
    met = (plan.data > 0.5) & (plan.row < needs) & (plan.col < offers)
    wanted = plan.row[met].astype(np.int64) * offers + plan.col[met]
    return np.isin(pairs.need.astype(np.int64) * offers + pairs.offer, wanted)


def by_min_cost_flow(pairs: Pairs) -> Bools:
    """`SimpleMinCostFlow`: a unit from each need over a pair and its offer, or straight, to the sink."""
    needs, offers = len(pairs.level), len(pairs.capacity)
    sink = needs + offers
    solver = min_cost_flow.SimpleMinCostFlow()
    chosen = _arcs(solver, pairs.need, needs + pairs.offer, np.ones(len(pairs.need), np.int64), _cost(pairs))
    _arcs(solver, np.arange(needs), np.full(needs, sink), np.ones(needs, np.int64), np.full(needs, _top(pairs)))
    _arcs(solver, needs + np.arange(offers), np.full(offers, sink), pairs.slots, np.zeros(offers, np.int64))
    solver.set_nodes_supplies(np.arange(needs, dtype=np.int32), np.ones(needs, np.int64))
    solver.set_node_supply(sink, -needs)
    assert solver.solve() == solver.OPTIMAL
    return np.asarray(solver.flows(chosen)) > 0


def _arcs(
    solver: min_cost_flow.SimpleMinCostFlow, tail: Ints | Longs, head: Ints | Longs, capacity: Longs, cost: Longs
) -> Longs:
    ends = (tail.astype(np.int32), head.astype(np.int32))
    return np.asarray(solver.add_arcs_with_capacity_and_unit_cost(*ends, capacity, cost))


def by_network_simplex(pairs: Pairs) -> Bools:
    """The same network for `networkx.network_simplex`."""
    needs, sink = len(pairs.level), "sink"
    network: nx.DiGraph[int | str] = nx.DiGraph()
    network.add_node(sink, demand=needs)
    network.add_nodes_from(range(needs), demand=-1)
    network.add_weighted_edges_from(((need, sink, _top(pairs)) for need in range(needs)), capacity=1)
    for offer, slots in enumerate(pairs.slots.tolist()):
        network.add_edge(needs + offer, sink, capacity=slots, weight=0)
    arcs = list(zip(pairs.need.tolist(), (needs + pairs.offer).tolist(), strict=True))
    for (need, offer), cost in zip(arcs, _cost(pairs).tolist(), strict=True):
        network.add_edge(need, offer, capacity=1, weight=cost)
    _, flow = nx.network_simplex(network)
    return np.array([flow[need][offer] > 0 for need, offer in arcs], bool)


def _cost(pairs: Pairs) -> Longs:
    """Cost of each pair, at least 1."""
    return _top(pairs) - pairs.worth


def _top(pairs: Pairs) -> int:
    """Cost of leaving a need unserved."""
    return int(pairs.worth.max(initial=0)) + 1
