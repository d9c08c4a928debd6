"""Load of villages to stations: one flow with the fixed charges spread over the load, and what it says a unit is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from graph.snapshot import FOREVER, Floats, Longs
from matching.cover.network import Ladder, Network
from matching.cover.pricing import node_prices
from matching.cover.reach import Reach, Workers
from matching.policy import UNREACHABLE_MINUTES, OperatingCost

SCALE = 64
"""Costs of the flow are whole 64ths."""
NEAR = 16
"""Stations that a place's load may flow to where a good plan is looked for, not the proof of one."""


@dataclass(frozen=True)
class StationLoads:
    """Load of each pair of the reach, and what of each place's load no station takes."""

    pair: Longs
    missed: Longs
    _prices: Callable[[], Longs]

    def unit_prices(self) -> Floats:
        """What one more unit of load costs at each node of the ladder, shape (nodes,)."""
        return self._prices() / SCALE


def missed_price(prices: OperatingCost) -> int:
    """Cost of a unit of load that nobody takes: above what any other way to carry it costs, and others in its stead."""
    dearest = (1 + prices.pair_minute) * UNREACHABLE_MINUTES + prices.pair + prices.busy + prices.overload
    return 8 * dearest


def segments(workers: Workers, prices: OperatingCost) -> tuple[Floats, Floats, Floats]:
    """Load that each worker can still take without extra cost, as busy, and as overload, within the scope."""
    calm = np.clip(prices.busy_above * workers.capacity - workers.taken, 0, workers.most)
    full = np.clip(workers.capacity - workers.taken, calm, np.maximum(workers.most, calm))
    return calm, full - calm, workers.most - full


def station_loads(
    reach: Reach, ladder: Ladder, load: Longs, prices: OperatingCost, *, stay: Longs | None = None, near: int = FOREVER
) -> StationLoads:
    """Split the load of each place (zero for one that is not to be served) over stations at least linearised cost.

    The charge of a pair is spread over the load that it can carry, the smaller of the place's and the most of a worker
    there. `stay`, shape (places,), is the price of a unit that nobody takes; `near` stations of each place are looked at.
    """
    workers = reach.workers
    greatest = ladder.greatest_from(workers.most)[ladder.entry]
    pairs = np.flatnonzero((load[reach.place] > 0) & (greatest > 0) & (reach.rank < near))
    place, minutes, entry = reach.place[pairs], reach.minutes[pairs].astype(np.int64), ladder.entry[pairs]
    charge = prices.pair + prices.pair_minute * minutes
    unit = np.floor((minutes + charge / np.minimum(load[place], greatest[pairs])) * SCALE).astype(np.int64)
    served = np.flatnonzero(load > 0)
    node = np.full(len(load), -1, np.int64)
    network = Network()
    node[served] = network.add_nodes(len(served)) + np.arange(len(served))
    first = network.add_nodes(ladder.size)
    network.add_arcs(0, node[served], load[served], 0)
    at_pair = network.add_arcs(node[place], first + entry, load[place], unit)
    at_up = network.add_arcs(first + ladder.up_from, first + ladder.up_to, int(load.sum()), 0)
    price, at_parts = 0.0, []
    for part, more in zip(segments(workers, prices), (0, prices.busy, prices.overload), strict=True):
        room = np.ceil(np.bincount(ladder.node, weights=part, minlength=ladder.size)).astype(np.int64)
        price += more
        at_parts.append(network.add_arcs(first + np.arange(ladder.size), 1, room, int(price * SCALE)))
    never = missed_price(prices) * SCALE
    stay_cost = np.full(len(served), never) if stay is None else stay[served] * SCALE
    at_missed = network.add_arcs(node[served], 1, load[served], stay_cost)
    flows = network.solve()
    found, missed = np.zeros(len(reach.place), np.int64), np.zeros(len(load), np.int64)
    found[pairs], missed[served] = flows[at_pair], flows[at_missed]
    free = np.min([np.where(network.spare(flows, at) > 0, network.cost(at), never) for at in at_parts], axis=0)
    origin = np.searchsorted(served, place)
    unit_price = partial(node_prices, ladder, free, origin, entry, unit, flows[at_pair], flows[at_up], stay_cost)
    return StationLoads(found, missed, unit_price)
