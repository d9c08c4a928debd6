"""The operating cost of a plan, and what no plan of the same service can undercut (model (25))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Bools, Longs
from matching.cover.network import Ladder
from matching.cover.packing import Pairs
from matching.cover.reach import Numbers, Reach, Workers
from matching.cover.stations import station_loads
from matching.policy import OperatingCost

CALM_USE, FULL_USE = 0.8, 1.1
"""Use of capacity at a station below which charges are spread over the calm load of a worker, and over the full one."""


def operating_cost(reach: Reach, villages: Pairs, minutes: Longs, prices: OperatingCost) -> float:
    """Cost of worker–village pairs with their load: what they add to what the workers have taken already."""
    added = np.bincount(villages.worker, weights=villages.load, minlength=len(reach.workers.index))
    charges = prices.pair * len(minutes) + prices.pair_minute * int(minutes.sum())
    return charges + int((minutes * villages.load).sum()) + strain(reach.workers, added, prices)


def strain(workers: Workers, added: Numbers, prices: OperatingCost) -> float:
    """Cost of the load above `busy_above` and above capacity that some load adds, shape (workers,)."""

    def of(carried: Numbers) -> float:
        busy = np.maximum(carried - prices.busy_above * workers.capacity, 0)
        over = np.maximum(carried - workers.capacity, 0)
        return float(prices.busy * busy.sum() + prices.overload * over.sum())

    return of(workers.taken + added) - of(workers.taken.astype(np.float64))


def operating_bound(
    reach: Reach, ladder: Ladder, carried: Longs, load: Longs, covered: Bools, prices: OperatingCost
) -> float:
    """Least operating cost of every plan that covers the same villages and carries the same load at each of them.

    So it holds for all plans that give the same households a responsible worker. `load` and `covered` have the shape
    (places,), `carried`, shape (workers,), is what the plan's workers carry: it says how the charges of each station
    are spread over the flow of `station_loads`; any spread gives a bound. A covered village without load costs at least
    the charge of its nearest pair.
    """
    workers, stations = reach.workers, len(reach.stations)
    capacity = np.maximum(np.bincount(workers.station, weights=workers.capacity, minlength=stations), 1)
    use = np.bincount(workers.station, weights=carried + workers.taken, minlength=stations) / capacity
    spread = np.where(use < CALM_USE, 0, np.where(use < FULL_USE, 1, 2))[workers.station]
    flow = station_loads(reach, ladder, load, prices, spread=spread)
    first = np.flatnonzero(np.diff(reach.place, prepend=-1) != 0)
    first = first[(reach.village & covered & (load == 0))[reach.place[first]]]
    charges = prices.pair + prices.pair_minute * reach.minutes[first].astype(np.int64)
    return flow.bound + float(charges.sum())
