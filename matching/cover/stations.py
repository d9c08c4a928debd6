"""Load of villages to stations: one flow, its cost a lower bound of the operating cost (model (25))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import FOREVER, Bools, Floats, Longs
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


@dataclass(frozen=True)
class Leave:
    """What a bound leaves to the plans that it holds for; `group`, shape (places,), numbers the regions of coverage.

    `load`, shape (places, levels), is what each place has; of it `missed`, shape (groups, levels), may stay behind at
    no cost. A village has one pair, but for the `further` pairs that each group's room allows, shape (groups,), and
    those of the places that are `free`.
    """

    group: Numbers
    load: Longs
    missed: Longs
    further: Longs
    free: Bools


def station_loads(
    reach: Reach,
    ladder: Ladder,
    load: Longs,
    prices: OperatingCost,
    *,
    leave: Leave | None = None,
    stay: Longs | None = None,
    spread: Numbers | None = None,
) -> StationLoads:
    """Split the load of each place (zero for one that is not to be served) over stations at least linearised cost.

    A pair of load x ≤ m costs its charge F at least x/m times, where m is the smaller of the place's load and the most
    that a worker there can carry. Where `spread`, shape (workers,), is 0 or 1, m is smaller: the load b up to which
    workers of the station are calm or full, but at least F/e for the easing e of that segment. What a pair carries
    above m is then charged F/m ≤ e a unit too much, and at most what the worker carries above b in all, so that e off
    the price of each unit above b makes good for it. So the cost of the flow is at most the operating cost of every
    plan that carries all load but what `leave` leaves. `stay`, shape (places,), is the price of what nobody takes.
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
    door = node if leave is None else _one_pair(network, node, place, unit, first, greatest[pairs], entry, load, leave)
    at_pair = network.add_arcs(door[place], first + entry, load[place], unit)
    far = served[reach.beyond[served] < FOREVER]
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
    if leave is not None:
        spot, level = np.nonzero(leave.load * (leave.missed[leave.group] > 0) * (load > 0)[:, None])
        lenient = network.add_nodes(leave.missed.size)
        cell = leave.group[spot] * leave.missed.shape[1] + level
        network.add_arcs(node[spot], lenient + cell, leave.load[spot, level], 0)
        network.add_arcs(lenient + np.arange(leave.missed.size), 1, leave.missed.ravel(), 0)
    at_missed = network.add_arcs(node[served], 1, load[served], (MISSED if stay is None else stay[served]) * SCALE)
    flows = network.solve()
    total = int(flows @ np.concatenate(network.costs))
    found = np.zeros(len(reach.place), np.int64)
    found[pairs] = flows[at_pair]
    missed = np.zeros(len(load), np.int64)
    missed[served] = flows[at_missed]
    return StationLoads(found, missed, total / SCALE - MISSED * float(missed.sum()))


def _one_pair(
    network: Network,
    node: Longs,
    place: Numbers,
    unit: Longs,
    first: int,
    greatest: Longs,
    entry: Numbers,
    load: Longs,
    leave: Leave,
) -> Longs:
    """Where load enters its pairs: behind a node that lets one worker's load pass for places with more than that.

    The rest may take the further pairs of the group at the price of the place's cheapest, to any of its workers. Only
    groups whose further pairs cannot take all of it are treated so.
    """
    groups = len(leave.further)
    single, cheapest = np.zeros(len(load), np.int64), np.full(len(load), 2**40)
    np.maximum.at(single, place, greatest)
    np.minimum.at(cheapest, place, unit)
    most_of = np.zeros(groups, np.int64)
    np.maximum.at(most_of, leave.group[place], greatest)
    beyond = np.where(leave.free | (single == 0), 0, np.maximum(load - single, 0))
    binding = np.bincount(leave.group, weights=beyond, minlength=groups) > leave.further * most_of
    large = np.flatnonzero((beyond > 0) & binding[leave.group])
    door = node.copy()
    door[large] = network.add_nodes(len(large)) + np.arange(len(large))
    more, bundle = network.add_nodes(groups), network.add_nodes(groups)
    network.add_arcs(node[large], door[large], single[large], 0)
    network.add_arcs(node[large], more + leave.group[large], load[large] - single[large], cheapest[large])
    network.add_arcs(more + np.arange(groups), bundle + np.arange(groups), leave.further * most_of, 0)
    pairs = np.unique(leave.group[place].astype(np.int64) << 32 | entry)
    network.add_arcs(bundle + (pairs >> 32), first + (pairs & 0xFFFFFFFF), int(load.sum()), 0)
    return door
