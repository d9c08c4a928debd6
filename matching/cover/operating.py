"""The operating cost of a plan, and what no plan of the same service can undercut (model (25))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Floats, Longs
from matching.cover.demand import LEVELS, Demand
from matching.cover.network import Ladder
from matching.cover.packing import Pairs
from matching.cover.reach import Reach, Workers
from matching.cover.stations import station_loads
from matching.policy import OperatingCost


def operating_cost(reach: Reach, villages: Pairs, minutes: Longs, prices: OperatingCost) -> float:
    """Cost of worker–village pairs with their load: what they add to what the workers have taken already."""
    added = np.bincount(villages.worker, weights=villages.load, minlength=len(reach.workers.index))
    charges = prices.pair * len(minutes) + prices.pair_minute * int(minutes.sum())
    return charges + int((minutes * villages.load).sum()) + strain(reach.workers, added, prices)


def strain(workers: Workers, added: Floats, prices: OperatingCost) -> float:
    """Cost of the load above `busy_above` and above capacity that some load adds, shape (workers,)."""

    def of(carried: Floats) -> float:
        busy = np.maximum(carried - prices.busy_above * workers.capacity, 0)
        over = np.maximum(carried - workers.capacity, 0)
        return float(prices.busy * busy.sum() + prices.overload * over.sum())

    return of(workers.taken + added) - of(workers.taken.astype(np.float64))


def operating_bound(
    reach: Reach,
    ladder: Ladder,
    demand: Demand,
    reachable: Bools,
    covered: Bools,
    group: Longs,
    unserved: Longs,
    prices: OperatingCost,
) -> float:
    """Least operating cost of every plan that covers as many places, and gives a responsible worker to as many
    households of each level, as this one does in each group of places.

    `group`, shape (places,), numbers the regions within which workers cover; `unserved`, shape (classes,), counts the
    reachable households of each class without a worker. Any such plan leaves in each group at most the load of the
    heaviest so many households of each level; all else has to be carried, over the flow of `station_loads`. Where a
    group's places are all covered, each village without load costs at least the charge of its nearest pair.
    """
    load = np.where(reachable, demand.load_at(len(reach.places)), 0)
    flow = station_loads(reach, ladder, load, prices, group, _most_missed(demand, group, unserved))
    whole = ~np.isin(group, group[reachable & ~covered])
    first = np.flatnonzero(np.diff(reach.place, prepend=-1) != 0)
    first = first[(reach.village & whole & (load == 0))[reach.place[first]]]
    charges = prices.pair + prices.pair_minute * reach.minutes[first].astype(np.int64)
    return flow.bound + float(charges.sum())


def _most_missed(demand: Demand, group: Longs, unserved: Longs) -> Longs:
    """For each group, the load of the heaviest households, as many of each level as stay unserved."""
    groups = int(group.max(initial=-1)) + 1
    cell = group[demand.place].astype(np.int64) * LEVELS + demand.level
    left = np.bincount(cell, weights=unserved, minlength=groups * LEVELS).astype(np.int64)
    missed = np.zeros(groups, np.int64)
    rows = np.flatnonzero(left[cell] > 0)
    for row in rows[np.argsort(-demand.weight[rows], kind="stable")].tolist():
        count = min(int(demand.count[row]), int(left[cell[row]]))
        left[cell[row]] -= count
        missed[group[demand.place[row]]] += count * int(demand.weight[row])
    return missed
