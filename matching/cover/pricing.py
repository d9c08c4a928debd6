"""What one more unit costs at a node of workers: the shortest ways to make room for it in a flow of least cost."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Longs
from matching.cover.network import Ladder
from matching.cover.reach import Numbers


def node_prices(
    ladder: Ladder,
    free: Longs,
    origin: Numbers,
    entry: Numbers,
    cost: Longs,
    flow: Longs,
    up_flow: Longs,
    stay: Longs,
) -> Longs:
    """Price of one more unit at each node of the ladder, shape (nodes,), given a flow of least cost.

    It is taken for the price of room that is `free` there, or in the stead of a unit that goes elsewhere. Pairs lead
    from an `origin`, a row of `stay`, to an `entry` at some `cost` and carry `flow`; they are sorted by origin. `stay`
    is what a unit of each origin costs that goes nowhere, `up_flow` what flows up each step of the ladder.
    """
    if not len(entry):
        return free
    start = np.flatnonzero(np.diff(origin, prepend=-1) != 0)
    row = np.cumsum(np.diff(origin, prepend=-1) != 0) - 1
    moved, back = np.flatnonzero(flow > 0), np.flatnonzero(up_flow > 0)
    price, least_stay = free.copy(), stay[origin[start]]
    while True:
        leaving = np.minimum(np.minimum.reduceat(cost + price[entry], start), least_stay)
        found = ladder.least_from(price)
        np.minimum.at(found, entry[moved], leaving[row[moved]] - cost[moved])
        np.minimum.at(found, ladder.up_to[back], found[ladder.up_from[back]])
        if np.array_equal(found, price):
            return price
        price = found
