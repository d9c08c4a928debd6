"""What no plan undercuts: at any prices of load and of pairs, the least that each village costs (model (25))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Floats, Longs
from matching.cover.stations import segments
from matching.cover.ways import NOWHERE, Ways

TINY = 1e-9


def least_cost(ways: Ways, unit: Floats, pair: Floats) -> Floats:
    """Least operating cost of all plans that serve these loads, for each group of places, shape (groups,).

    `unit` and `pair` are prices of a unit of load and of a pair at each node of the ladder, shape (nodes,), at least 0;
    whatever they are, what comes out is a bound. A worker of load X and cost f(X) is worth f(X) ≥ unit · X − f*(unit),
    and a pair is one of the worker's room. What these take off is constant, so that each village is free to choose its
    cheapest pairs: one that carries all of it, or several, of which each has a charge and none is better than the best
    rate of charge and load.
    """
    reach, ladder, prices, first = ways.reach, ways.ladder, ways.prices, ways.first
    groups = int(reach.group.max(initial=-1)) + 1
    at_pair, room_price = ladder.least_from(unit)[ways.entry], ladder.least_from(pair)[ways.entry]
    villages = ways.place[first]
    loads = ways.load[first].astype(np.float64)
    charge = ways.charge + room_price
    rate = np.full(len(charge), NOWHERE)
    for kink in (ways.calm, ways.full, ways.most):
        amount = np.minimum(kink, ways.load)
        kink_rate = (charge + ways.cost(at_pair, amount)) / np.maximum(amount, TINY)
        rate = np.where(amount > 0, np.minimum(rate, kink_rate), rate)
    # a station left out is at least so far, and its workers may be worth nothing more
    far = np.where(reach.left_out[villages], reach.beyond[villages], NOWHERE).astype(np.float64)
    far_charge = prices.pair + prices.pair_minute * far
    one = _least(ways.whole(at_pair) + room_price, first, far_charge + far * loads)
    far_rate = far_charge / np.maximum(loads, 1) + far
    greatest = np.where(reach.left_out[villages], NOWHERE, np.maximum(np.maximum.reduceat(ways.most, first), 1))
    pairs = np.maximum(np.ceil(loads / greatest), 2)
    apart = pairs * _least(charge, first, far_charge) + loads * _least(ways.minutes + at_pair, first, far)
    several = np.maximum(apart, loads * _least(rate, first, far_rate))
    least = np.bincount(reach.group[villages], weights=np.minimum(one, several), minlength=groups)
    worth = pair * np.bincount(
        ladder.node, weights=np.minimum(reach.workers.room, len(reach.places)), minlength=ladder.size
    )
    price = 0.0
    for part, more in zip(segments(reach.workers, prices), (0, prices.busy, prices.overload), strict=True):
        price += more
        worth += np.maximum(unit - price, 0) * np.bincount(ladder.node, weights=part, minlength=ladder.size)
    of_node = np.zeros(ladder.size, np.int64)
    of_node[ladder.node] = reach.station_group[reach.workers.station]
    return np.asarray(least - np.bincount(of_node, weights=worth, minlength=groups), np.float64)


def _least(values: Floats, first: Longs, far: Floats) -> Floats:
    """Least value of each village's pairs, or that of stations left out."""
    return np.minimum(np.minimum.reduceat(values, first), far)
