"""Households handed over to a worker of their village who speaks their dialect (model (25))."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.cover.demand import Demand
from matching.cover.dialects import Dialects
from matching.cover.improving import strain_of
from matching.cover.network import Network
from matching.cover.packing import Pairs
from matching.cover.planning import minutes_of
from matching.cover.reach import Reach
from matching.policy import OperatingCost
from matching.ranges import expand


def hand_over(
    dialects: Dialects, reach: Reach, pairs: Pairs, demand: Demand, held: tuple[Ints, Ints], prices: OperatingCost
) -> Ints:
    """Workers of the households in `held`, so that more of these hear their dialect.

    First households of one village and equal weight are exchanged, as many as there can be: nobody's load changes. Then
    single ones go to another worker who covers their village and has load to spare, where that costs less than
    `prices.dialect`. Those whom a lock bars from somebody stay with whom they have.
    """
    household, worker = held
    if not dialects.asked or not prices.dialect:
        return worker
    barred = [int(demand.household[demand.first[cls]]) for cls in demand.barred]
    free = np.flatnonzero(~np.isin(household, barred))
    found = worker.copy()
    found[free] = _exchanged(dialects, reach, household[free], worker[free])
    return _moved(dialects, reach, pairs, (household, found), free, prices)


def _exchanged(dialects: Dialects, reach: Reach, household: Ints, worker: Ints) -> Ints:
    """The workers with households of one village and weight exchanged, so that a most of them hear their dialect."""
    snapshot, index = dialects.snapshot, reach.workers.index
    village, weight = snapshot.households.village[household], snapshot.households.weight[household]
    dialect = snapshot.households.dialect[household]
    _, group = np.unique(village.astype(np.int64) << 32 | weight, return_inverse=True)
    # nothing is gained where all have one worker, or all hear their dialect
    least, most = np.full(len(group) + 1, len(index)), np.full(len(group) + 1, NONE)
    np.minimum.at(least, group, worker)
    np.maximum.at(most, group, worker)
    unheard = np.zeros(len(group) + 1, bool)
    unheard[group[dialects.missed(dialect, index[worker])]] = True
    rows = np.flatnonzero(unheard[group] & (least[group] < most[group]))
    if not len(rows):
        return worker
    rows = rows[np.lexsort((household[rows], dialect[rows], group[rows]))]
    asking, seeking = np.unique(group[rows].astype(np.int64) << 32 | (dialect[rows] + 1), return_inverse=True)
    serving, having = np.unique(group[rows].astype(np.int64) << 32 | worker[rows], return_inverse=True)
    start, end = (np.searchsorted(serving >> 32, asking >> 32, side) for side in ("left", "right"))
    one, other = expand(start, end)
    network = Network()
    at_asking, at_serving = network.add_nodes(len(asking)), network.add_nodes(len(serving))
    count = np.bincount(seeking)
    network.add_arcs(0, at_asking + np.arange(len(asking)), count, 0)
    caseworker = index[serving & 0xFFFFFFFF]
    cost = dialects.missed((asking & 0xFFFFFFFF)[one] - 1, caseworker[other])
    at_pair = network.add_arcs(at_asking + one, at_serving + other, count[one], cost)
    network.add_arcs(at_serving + np.arange(len(serving)), 1, np.bincount(having), 0)
    found = worker.copy()
    found[rows] = np.repeat((serving & 0xFFFFFFFF)[other], network.solve()[at_pair])
    return found


def _moved(
    dialects: Dialects, reach: Reach, pairs: Pairs, held: tuple[Ints, Ints], free: Longs, prices: OperatingCost
) -> Ints:
    """The workers with single households moved to one who speaks their dialect, each where that is cheaper."""
    snapshot, workers = dialects.snapshot, reach.workers
    household, worker = held
    weight = snapshot.households.weight[household].astype(np.int64)
    load = workers.taken + np.bincount(worker, weights=weight, minlength=len(workers.index)).astype(np.int64)
    most = workers.taken + workers.most
    place, dialect = reach.position[snapshot.households.village[household]], snapshot.households.dialect[household]
    minutes, found = minutes_of(reach, pairs).astype(np.int64), worker.copy()
    rows = free[dialects.missed(dialect[free], workers.index[worker[free]])]
    first, end = (np.searchsorted(pairs.place, place[rows], side) for side in ("left", "right"))
    at, pair = expand(first, end)
    row = rows[at]
    own = pairs.worker[pair] == worker[row]
    way = np.zeros(len(found), np.int64)
    way[row[own]] = minutes[pair[own]]
    speaks = ~dialects.missed(dialect[row], workers.index[pairs.worker[pair]])
    row, pair = row[speaks], pair[speaks]
    choices: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, taker, longer in zip(
        row.tolist(), pairs.worker[pair].tolist(), (minutes[pair] - way[row]).tolist(), strict=True
    ):
        choices[one].append((taker, longer))

    def strain(at: int, more: int) -> float:
        total = load[at] + np.array([0, more])
        before, after = strain_of(workers.capacity[at], total, prices)
        return float(after - before)

    for one, takers in choices.items():
        giver, units = int(found[one]), int(weight[one])
        fitting = [
            (units * longer + strain(taker, units), taker)
            for taker, longer in takers
            if load[taker] + units <= most[taker]
        ]
        if fitting and min(fitting)[0] + strain(giver, -units) < prices.dialect:
            taker = min(fitting)[1]
            found[one] = taker
            load[giver] -= units
            load[taker] += units
    return found
