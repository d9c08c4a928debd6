"""The best split of loads over given pairs of workers and places, and what pairs it leaves idle."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, Longs
from matching.cover.demand import Demand
from matching.cover.network import Network
from matching.cover.packing import Pairs
from matching.cover.reach import Numbers, Workers
from matching.cover.stations import missed_price, segments
from matching.policy import OperatingCost


def share(
    workers: Workers, pairs: Pairs, minutes: Numbers, load: Longs, prices: OperatingCost, demand: Demand | None = None
) -> Pairs:
    """The same pairs with the loads of least cost, handing out as much as they can carry.

    `minutes` are those of each pair, `load` is what each place has to hand out, shape (places,). Where not all can be
    handed out, a demand says which classes come first: the most urgent, and the lightest of them.
    """
    used, worker = np.unique(pairs.worker, return_inverse=True)
    there, place = np.unique(pairs.place, return_inverse=True)
    network, never = Network(), missed_price(prices)
    at_place, at_worker = network.add_nodes(len(there)), network.add_nodes(len(used))
    network.add_arcs(0, at_place + np.arange(len(there)), load[there], 0)
    rows = network.add_arcs(at_place + place, at_worker + worker, load[pairs.place], minutes)
    upto, done, cost = np.zeros(len(workers.index)), np.zeros(len(used), np.int64), 0.0
    for part, price in zip(segments(workers, prices), (0, prices.busy, prices.overload), strict=True):
        upto, cost = upto + part, cost + price
        whole = np.minimum(np.floor(upto + 1e-6).astype(np.int64), workers.most)[used]
        network.add_arcs(at_worker + np.arange(len(used)), 1, whole - done, round(cost))
        done = whole
    if demand is None:
        network.add_arcs(at_place + np.arange(len(there)), 1, load[there], never)
    else:
        position = np.full(len(load), NONE)
        position[there] = np.arange(len(there))
        asked = np.flatnonzero((position[demand.place] != NONE) & (load[demand.place] > 0))
        _, rank = np.unique(demand.level[asked] * 2**32 + demand.weight[asked], return_inverse=True)
        costs = never * (int(rank.max(initial=0)) + 1 - rank)
        network.add_arcs(at_place + position[demand.place[asked]], 1, demand.load[asked], costs)
    return Pairs(pairs.worker, pairs.place, network.solve()[rows])
