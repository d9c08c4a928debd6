"""Load of villages to stations: one flow, its cost a lower bound of the operating cost (model (25))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Floats, Longs
from matching.cover.network import Ladder, Network
from matching.cover.reach import Numbers, Reach, Workers
from matching.policy import OperatingCost

SCALE = 64
"""Costs of the flow are whole 64ths; rounding down keeps the bound one."""
MISSED = 20_000
"""Cost of a unit of load that nobody takes: above every other cost."""
EASE_BUSY, EASE_OVERLOAD = 2.0, 2.0
"""Most that a charge spread over less load takes off the price of a unit of busy load, and of overload."""


@dataclass(frozen=True)
class StationLoads:
    """Load of each pair of the reach, and what of each place's load no station takes; `bound` in cost."""

    pair: Longs
    missed: Longs
    bound: float


def segments(workers: Workers, prices: OperatingCost) -> tuple[Floats, Floats, Floats]:
    """Load that each worker can still take without extra cost, as busy, and as overload, within the scope."""
    calm = np.clip(prices.busy_above * workers.capacity - workers.taken, 0, workers.most)
    full = np.clip(workers.capacity - workers.taken, calm, np.maximum(workers.most, calm))
    return calm, full - calm, workers.most - full


def station_loads(
    reach: Reach,
    ladder: Ladder,
    load: Longs,
    prices: OperatingCost,
    *,
    stay: Longs | None = None,
    spread: Numbers | None = None,
) -> StationLoads:
    """Split the load of each place (zero for one that is not to be served) over stations at least linearised cost.

    A pair of load x ≤ m costs its charge F at least x/m times, where m is the smaller of the place's load and the most
    that a worker there can carry. Where `spread`, shape (workers,), is 0 or 1, m is smaller: the load b up to which
    workers of the station are calm or full, but at least F/e for the easing e of that segment. What a pair carries
    above m is then charged F/m ≤ e a unit too much, and at most what the worker carries above b in all, so that e off
    the price of each unit above b makes good for it. So the cost of the flow is at most the operating cost of every
    plan that carries the load. `stay`, shape (places,), is the price of a unit that nobody takes.
    """
    workers = reach.workers
    parts = segments(workers, prices)
    last = np.full(len(workers.index), 2) if spread is None else spread
    ease = np.array([min(EASE_BUSY, prices.busy), min(EASE_OVERLOAD, prices.overload), 0.0])[last]
    upto = np.cumsum(parts, axis=0)[last, np.arange(len(last))]
    greatest = ladder.greatest_from(workers.most)[ladder.entry]
    pairs = np.flatnonzero((load[reach.place] > 0) & (greatest > 0))
    place, minutes, entry = reach.place[pairs], reach.minutes[pairs].astype(np.int64), ladder.entry[pairs]
    charge = prices.pair + prices.pair_minute * minutes
    eased = np.zeros(ladder.size)
    eased[ladder.node] = ease
    floor = np.divide(charge, eased[entry], out=np.full(len(entry), np.inf), where=eased[entry] > 0)
    widest = np.maximum(floor, ladder.greatest_from(np.ceil(upto).astype(np.int64))[entry])
    most = np.minimum(np.minimum(load[place], greatest[pairs]), widest)
    served = np.flatnonzero(load > 0)
    node = np.full(len(load), -1, np.int64)
    network = Network()
    node[served] = network.add_nodes(len(served)) + np.arange(len(served))
    first = network.add_nodes(ladder.size)
    network.add_arcs(0, node[served], load[served], 0)
    unit = np.floor((minutes + charge / most) * SCALE).astype(np.int64)
    at_pair = network.add_arcs(node[place], first + entry, load[place], unit)
    far = served[reach.left_out[served]]
    far_minutes = reach.beyond[far].astype(np.int64)
    far_charge = (prices.pair + prices.pair_minute * far_minutes) / load[far]
    network.add_arcs(node[far], 1, load[far], np.floor((far_minutes + far_charge) * SCALE).astype(np.int64))
    network.add_arcs(first + ladder.up_from, first + ladder.up_to, int(load.sum()), 0)
    price = np.array([0, prices.busy, prices.busy + prices.overload])
    for at, part in enumerate(parts):
        room = np.ceil(np.bincount(ladder.node, weights=part, minlength=ladder.size)).astype(np.int64)
        cost = np.zeros(ladder.size)
        cost[ladder.node] = price[at] - np.where(last < at, ease, 0)
        network.add_arcs(first + np.arange(ladder.size), 1, room, np.floor(cost * SCALE).astype(np.int64))
    at_missed = network.add_arcs(node[served], 1, load[served], (MISSED if stay is None else stay[served]) * SCALE)
    flows = network.solve()
    total = int(flows @ np.concatenate(network.costs))
    found = np.zeros(len(reach.place), np.int64)
    found[pairs] = flows[at_pair]
    missed = np.zeros(len(load), np.int64)
    missed[served] = flows[at_missed]
    return StationLoads(found, missed, total / SCALE - MISSED * float(missed.sum()))
