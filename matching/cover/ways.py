"""The pairs that may serve villages, and what each costs where load has a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Floats, Longs
from matching.cover.network import Ladder
from matching.cover.reach import Numbers, Reach
from matching.cover.stations import segments
from matching.policy import OperatingCost

NOWHERE = 1e8
"""Minutes and rates above all others, for what may not be."""


@dataclass(frozen=True)
class Ways:
    """The pairs that may serve the villages in question, sorted by village; shapes (pairs,).

    `load` is that of the village; a worker there carries `calm` load without extra cost, `full` below capacity and
    `most` in all, at most. `first` are the rows of each village's first pair.
    """

    reach: Reach
    ladder: Ladder
    prices: OperatingCost
    place: Numbers
    entry: Numbers
    load: Longs
    charge: Floats
    minutes: Floats
    calm: Floats
    full: Floats
    most: Floats
    first: Longs

    def cost(self, unit: Floats, amount: Numbers) -> Floats:
        """Cost of some amount of load in each pair, its charge left aside, where a unit is worth `unit` at the pair.

        Load of one pair above the segment where its worker's price stands costs its own price, whatever else the worker
        carries.
        """
        prices = self.prices
        busy = np.maximum(prices.busy - unit, 0) * np.maximum(amount - self.calm, 0)
        over = np.clip(prices.busy + prices.overload - unit, 0, prices.overload) * np.maximum(amount - self.full, 0)
        found: Floats = (self.minutes + unit) * amount + busy + over
        return found

    def whole(self, unit: Floats) -> Floats:
        """Cost of a village's load in one pair, its charge included; beyond all others where no worker may carry it."""
        found: Floats = np.where(self.most >= self.load, self.charge + self.cost(unit, self.load), NOWHERE**2)
        return found


def ways_of(reach: Reach, ladder: Ladder, load: Longs, covered: Bools, prices: OperatingCost) -> Ways:
    """The ways to serve the covered villages; `load` and `covered` have the shape (places,)."""
    rows = np.flatnonzero((reach.village & covered)[reach.place])
    place, entry, minutes = reach.place[rows], ladder.entry[rows], reach.minutes[rows].astype(np.float64)
    upto = np.cumsum(segments(reach.workers, prices), axis=0)
    calm, full, most = (ladder.greatest_from(each)[entry] for each in upto)
    charge = prices.pair + prices.pair_minute * minutes
    first = np.flatnonzero(np.diff(place, prepend=-1) != 0)
    return Ways(reach, ladder, prices, place, entry, load[place], charge, minutes, calm, full, most, first)
