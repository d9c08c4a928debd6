"""Stage 2: what no plan can exceed in households with a responsible worker, level by level (model (24))."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graph.snapshot import Bools, Floats, Longs
from matching.certificate import Band, Stage
from matching.cover.demand import LEVELS, Demand
from matching.cover.network import Ladder, Network
from matching.cover.places import most_covered
from matching.cover.reach import Reach

Relaxation = Callable[[list[int]], Floats]
"""Most households of each level, shape (levels,), when the levels of a list come first in its order."""


def bounded(value: Longs, relaxations: list[Relaxation]) -> list[int]:
    """Bound of each level, given that a plan attains `value`, shape (levels,), on the levels before it.

    A relaxation's lexicographic optimum bounds a level only while the value attains it on every level before; the
    first level that falls short is left out of the order from there on, which leaves a bound, if a weaker one.
    """
    bounds = [2**62] * LEVELS
    for relax in relaxations:
        order = list(range(LEVELS))
        most = relax(order)
        for level in range(LEVELS):
            bounds[level] = min(bounds[level], int(np.floor(most[level] + 1e-6)))
            if abs(most[level] - value[level]) > 1e-6 and level + 1 < LEVELS:
                order.remove(level)
                most = relax(order)
    return bounds


def by_load(reach: Reach, ladder: Ladder, demand: Demand, among: Bools) -> Relaxation:
    """Relaxation to parts of households and any number of villages: load flows where workers may go and carry it.

    Only the places of `among`, shape (places,), are looked at. The sets of load that can be carried together are the
    independent sets of a transversal matroid, so that any costs in the order of level and weight serve it best.
    """
    pairs = np.flatnonzero(among[reach.place])
    classes = np.flatnonzero(among[demand.place])
    most = np.zeros(ladder.size, np.int64)
    np.add.at(most, ladder.node, reach.workers.most)

    def relax(order: list[int]) -> Floats:
        turn = np.full(LEVELS, LEVELS)
        turn[order] = np.arange(len(order))
        chosen = classes[turn[demand.level[classes]] < LEVELS]
        weight = demand.weight[chosen]
        _, rank = np.unique(turn[demand.level[chosen]] * (weight.max(initial=0) + 1) + weight, return_inverse=True)
        network = Network()
        places = network.add_nodes(len(reach.places))
        first = network.add_nodes(ladder.size)
        load = np.bincount(demand.place[chosen], weights=demand.load[chosen], minlength=len(reach.places))
        network.add_arcs(0, places + np.arange(len(load)), load.astype(np.int64), 0)
        network.add_arcs(places + reach.place[pairs], first + ladder.entry[pairs], 2**40, 0)
        network.add_arcs(first + ladder.up_from, first + ladder.up_to, 2**40, 0)
        network.add_arcs(first + np.arange(ladder.size), 1, most, 0)
        missed = network.add_arcs(places + demand.place[chosen], 1, demand.load[chosen], rank.max(initial=0) + 1 - rank)
        served = demand.count[chosen] - network.solve()[missed] / np.maximum(weight, 1)
        return np.bincount(demand.level[chosen], weights=served, minlength=LEVELS).astype(np.float64)

    return relax


def by_cover(reach: Reach, ladder: Ladder, room: Longs, done: Bools, households: Longs, among: Bools) -> Relaxation:
    """Relaxation to workers who carry any load: the households of each level in places that can be covered together.

    `households` has shape (places, levels); `room`, `done` and `among` as in `most_covered`.
    """

    def relax(order: list[int]) -> Floats:
        best = most_covered(reach, ladder, room, done, merit(reach, households[:, order]), among)
        most: Floats = households[best.covered & among].sum(0).astype(np.float64)
        return most

    return relax


def merit(reach: Reach, households: Longs) -> Longs:
    """Rank of each place by its households, the first column first, and before all by being real; higher is better."""
    columns = [*households.T[::-1], reach.real]
    order = np.lexsort(columns)
    rows = np.column_stack(columns)[order]
    return_rank = np.cumsum(np.concatenate([[0], np.any(rows[1:] != rows[:-1], axis=1).astype(np.int64)]))
    rank = np.zeros(len(order), np.int64)
    rank[order] = return_rank[: len(order)]
    return rank


def responsible_stage(value: Longs, bounds: list[int], seconds: float) -> Stage:
    """The stage with one band for each level, red first."""
    total, bound = int(value.sum()), sum(bounds)
    exact = value.tolist() == bounds
    bands = tuple(Band(level, int(value[level]), bounds[level]) for level in range(LEVELS))
    return Stage(
        "responsible", total, bound, exact, seconds, "flow and packing", "optimal" if exact else "bounded", bands
    )
