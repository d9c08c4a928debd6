"""The operating cost of a plan, and what no plan of the same service can undercut (model (25))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Bools, Longs
from matching.cover.network import Ladder
from matching.cover.packing import Pairs
from matching.cover.reach import Numbers, Reach, Workers
from matching.cover.stations import Leave, station_loads
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
    reach: Reach, ladder: Ladder, carried: Longs, leave: Leave, whole: Bools, prices: OperatingCost
) -> float:
    """Least operating cost of every best cover that carries as much load of each level as this plan in each group.

    `carried`, shape (workers,), is what the plan's workers carry, `leave` what it leaves of the load that some worker
    may reach. All else flows as in `station_loads`, whose charges are spread by what the plan carries at each station;
    any spread gives a bound. A village without load in a place of `whole`, where every best cover holds all villages
    that can be reached, costs at least the charge of its nearest pair.
    """
    workers, stations, load = reach.workers, len(reach.stations), leave.load.sum(1)
    capacity = np.maximum(np.bincount(workers.station, weights=workers.capacity, minlength=stations), 1)
    use = np.bincount(workers.station, weights=carried + workers.taken, minlength=stations) / capacity
    spread = np.where(use < CALM_USE, 0, np.where(use < FULL_USE, 1, 2))[workers.station]
    flow = station_loads(reach, ladder, load, prices, leave=leave, spread=spread)
    first = np.flatnonzero(np.diff(reach.place, prepend=-1) != 0)
    first = first[(reach.village & whole & (load == 0))[reach.place[first]]]
    charges = prices.pair + prices.pair_minute * reach.minutes[first].astype(np.int64)
    return flow.bound + float(charges.sum())
