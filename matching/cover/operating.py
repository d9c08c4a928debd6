"""The operating cost of a plan, and what no plan of the same service can undercut (model (25))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Bools, Longs
from matching.cover.least import least_cost
from matching.cover.network import Ladder
from matching.cover.packing import Pairs
from matching.cover.reach import Numbers, Reach, Workers
from matching.cover.scarce import pair_prices, scarce_groups
from matching.cover.stations import missed_price, station_loads
from matching.cover.ways import ways_of
from matching.policy import OperatingCost


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


def operating_bound(reach: Reach, ladder: Ladder, load: Longs, covered: Bools, prices: OperatingCost) -> float:
    """Least operating cost of every plan that covers the same villages and carries the same load at each of them.

    So it holds for all plans that give the same households a responsible worker. `load` and `covered` have the shape
    (places,). Prices of load come from a flow of it; where a group's workers have hardly a pair to spare, a flow of
    whole villages prices the pairs too, and the better of both bounds counts.
    """
    if not (covered & reach.village).any():
        return 0.0
    far = reach.beyond + (prices.pair + prices.pair_minute * reach.beyond.astype(np.int64)) // np.maximum(load, 1)
    never = missed_price(prices)
    flow = station_loads(reach, ladder, load, prices, stay=np.where(reach.left_out, np.minimum(far, never), never))
    ways, unit = ways_of(reach, ladder, load, covered, prices), flow.unit_prices()
    bound = least_cost(ways, unit, np.zeros(ladder.size))
    rows = np.flatnonzero(scarce_groups(reach, covered)[reach.group[ways.place]] & (ways.most >= ways.load))
    if len(rows):
        whole = ways.whole(ladder.least_from(unit)[ways.entry])
        bound = np.maximum(bound, least_cost(ways, unit, pair_prices(ways, whole[rows], rows)))
    return float(bound.sum())
