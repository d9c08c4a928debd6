"""What no plan undercuts: at any prices of load and of pairs, the least that each village costs (model (25))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Floats, Longs
from matching.cover.stations import segments
from matching.cover.ways import NOWHERE, Ways


def least_cost(ways: Ways, unit: Floats, pair: Floats) -> Floats:
    """Least operating cost of all plans that serve these loads, for each group of places, shape (groups,).

    `unit` and `pair` are prices of a unit of load and of a pair at each node of the ladder, shape (nodes,), at least 0;
    whatever they are, what comes out is a bound. Workers sell their load and their pairs at these prices; what they
    earn beyond their cost is at most `_earned`, whatever they carry, and comes off. So each village may buy for itself.
    """
    reach, ladder = ways.reach, ways.ladder
    groups = int(reach.group.max(initial=-1)) + 1
    of_node = np.zeros(ladder.size, np.int64)
    of_node[ladder.node] = reach.station_group[reach.workers.station]
    villages = ways.place[ways.first]
    paid = np.bincount(reach.group[villages], weights=_paid(ways, unit, pair), minlength=groups)
    return np.asarray(paid - np.bincount(of_node, weights=_earned(ways, unit, pair), minlength=groups), np.float64)


def _paid(ways: Ways, unit: Floats, pair: Floats) -> Floats:
    """What each village pays at least, shape (villages,).

    That is for one pair with all its load or for several: these have a charge each, as many as the load needs, and none
    has a better rate than the best of charge and load together.
    """
    reach, ladder, prices, first = ways.reach, ways.ladder, ways.prices, ways.first
    at_pair, pair_price = ladder.least_from(unit)[ways.entry], ladder.least_from(pair)[ways.entry]
    villages, loads, charge = ways.place[first], ways.load[first].astype(np.float64), ways.charge + pair_price
    # charge and load together are cheapest where a segment of the worker ends, or the load does
    rate = np.full(len(charge), NOWHERE)
    for end in (ways.calm, ways.full, ways.most):
        amount = np.minimum(end, ways.load)
        some = amount > 0
        rate[some] = np.minimum(rate, (charge + ways.cost(at_pair, amount)) / np.where(some, amount, 1))[some]
    # a station left out is at least so far, and asks for nothing more
    left_out = reach.left_out[villages]
    far = np.where(left_out, reach.beyond[villages], NOWHERE).astype(np.float64)
    far_charge = prices.pair + prices.pair_minute * far
    one = _least(ways.whole(at_pair) + pair_price, first, far_charge + far * loads)
    best_rate = _least(rate, first, far_charge / np.maximum(loads, 1) + far)
    most = np.where(left_out, NOWHERE, np.maximum(np.maximum.reduceat(ways.most, first), 1))
    pairs = np.maximum(np.ceil(loads / most), 2)
    apart = pairs * _least(charge, first, far_charge) + loads * _least(ways.minutes + at_pair, first, far)
    return np.minimum(one, np.maximum(apart, loads * best_rate))


def _least(values: Floats, first: Longs, far: Floats) -> Floats:
    """Least value of each village's pairs, or that of stations left out."""
    return np.minimum(np.minimum.reduceat(values, first), far)


def _earned(ways: Ways, unit: Floats, pair: Floats) -> Floats:
    """What the workers of each node earn at most: pairs sold, and load sold above its cost in each segment."""
    workers, ladder, prices = ways.reach.workers, ways.ladder, ways.prices

    def at_node(per_worker: Floats | Longs) -> Floats:
        return np.bincount(ladder.node, weights=per_worker, minlength=ladder.size).astype(np.float64)

    earned: Floats = pair * at_node(np.minimum(workers.room, len(ways.reach.places)))
    price = 0
    for part, more in zip(segments(workers, prices), (0, prices.busy, prices.overload), strict=True):
        price += more
        earned += np.maximum(unit - price, 0) * at_node(part)
    return earned
