"""Stage 2: what no plan can exceed in households with a responsible worker, level by level (model (24))."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graph.snapshot import NONE, Bools, Floats, Longs
from matching.certificate import Band, Stage
from matching.cover.demand import LEVELS, Demand
from matching.cover.network import Ladder, Network, elsewhere
from matching.cover.places import most_covered
from matching.cover.reach import Reach

TINY = 1e-6
"""What sums of parts of households are off by at most."""
Relaxation = Callable[[Longs], Floats]
"""Most households of each level, shape (levels,), when levels come in the order of their turn, shape (levels,).

Levels of one turn count alike; levels of turn NONE are left out.
"""


def bounded(value: Longs, reachable: Longs, relax: Relaxation) -> list[int]:
    """Bound of each level for every plan that attains `value`, shape (levels,), on the levels before it.

    `reachable` counts the households of each level that some worker may reach. A relaxation's lexicographic optimum
    bounds a level only while the value attains it on every level before. From the first level that falls short, the
    levels down to the one in question are taken together: their sum is bounded, and what the plan attains on the
    others of them comes off (in the way of model (16)).
    """
    bounds: list[int] = reachable.tolist()
    short, most = LEVELS, relax(np.arange(LEVELS))
    for level in range(LEVELS):
        if short < level:
            turn = np.arange(LEVELS)
            turn[short:], turn[level + 1 :] = short, NONE
            most = relax(turn)
            rest = float(most[short : level + 1].sum() - value[short:level].sum())
        else:
            rest = float(most[level])
            short = level if abs(rest - value[level]) > TINY else short
        bounds[level] = min(bounds[level], int(np.floor(rest + TINY)))
    return bounds


def bounded_by_load(value: Longs, carried: Longs, demand: Demand, among: Bools) -> list[int]:
    """Bound of each level for every plan that attains `value` on the levels before it, in the places of `among`.

    `carried`, shape (levels,), is the load of each level that `most_carried` finds. Its sum down to a level is the most
    load of these levels together, since each is served before the next; what the levels before need for as many
    households as the plan serves, the lightest of them, is no more there for the level's own lightest households.
    """
    rows = np.flatnonzero(among[demand.place])
    bounds, needed = [], 0
    for level in range(LEVELS):
        mine = rows[demand.level[rows] == level]
        mine = mine[np.argsort(demand.weight[mine], kind="stable")]
        weight = np.repeat(demand.weight[mine], demand.count[mine])
        load = np.cumsum(weight)
        left = int(carried[: level + 1].sum()) - needed
        bounds.append(int(np.searchsorted(load, left, "right")))
        needed += int(weight[: int(value[level])].sum())
    return bounds


def most_carried(reach: Reach, ladder: Ladder, demand: Demand, among: Bools, further: Longs, free: Bools) -> Longs:
    """Load of each level, shape (levels,), that flows where workers may go and carry it, the most urgent first.

    This is a relaxation to parts of households.
    Only the places of `among`, shape (places,), are looked at. A village takes one pair of the room that there is; what
    its load exceeds the most that one worker may carry needs a further one, of which each group of places has
    `further`, shape (groups,), and the load of these may go to any worker of the group. Places of `free` have more
    pairs already; those with stations left out have all workers of the group in reach. The sets of load that can be
    carried together are the independent sets of a gammoid, a matroid, so
    that any costs in the order of levels serve it best.
    """
    pairs = np.flatnonzero(among[reach.place])
    classes = np.flatnonzero(among[demand.place])
    places, groups, group = len(reach.places), len(further), reach.group
    greatest = ladder.greatest_from(reach.workers.most)[ladder.entry[pairs]]
    single = np.zeros(places, np.int64)
    np.maximum.at(single, reach.place[pairs], greatest)
    most_of = np.zeros(groups, np.int64)
    of_worker = reach.station_group[reach.workers.station]
    np.maximum.at(most_of, of_worker, reach.workers.most)
    single = np.where(reach.left_out, most_of[group], single)
    of_node = np.zeros(ladder.size, np.int64)
    of_node[ladder.node] = of_worker

    load = np.bincount(demand.place[classes], weights=demand.load[classes], minlength=places).astype(np.int64)
    network = Network()
    at_place, by_one = network.add_nodes(places), network.add_nodes(places)
    more, bundle = network.add_nodes(groups), network.add_nodes(groups)
    first = network.add_nodes(ladder.size)
    everyone = np.flatnonzero(load > 0)
    network.add_arcs(0, at_place + everyone, load[everyone], 0)
    alone = np.where(free, load, np.minimum(load, single))[everyone]
    network.add_arcs(at_place + everyone, by_one + everyone, alone, 0)
    network.add_arcs(by_one + reach.place[pairs], first + ladder.entry[pairs], load[reach.place[pairs]], 0)
    beyond = np.flatnonzero(~free & (load > single))
    network.add_arcs(at_place + beyond, more + group[beyond], load[beyond] - single[beyond], 0)
    network.add_arcs(more + np.arange(groups), bundle + np.arange(groups), further * most_of, 0)
    network.add_arcs(bundle + of_node, first + np.arange(ladder.size), int(load.sum()), 0)
    at_one = np.where(load > 0, by_one + np.arange(places), NONE)
    elsewhere(network, reach, ladder, at_one, first, load)
    network.add_arcs(first + ladder.up_from, first + ladder.up_to, int(load.sum()), 0)
    network.add_arcs(first + np.arange(ladder.size), 1, ladder.total(reach.workers.most), 0)
    missed = network.add_arcs(at_place + demand.place[classes], 1, demand.load[classes], LEVELS - demand.level[classes])
    carried = demand.load[classes] - network.solve()[missed]
    return np.bincount(demand.level[classes], weights=carried, minlength=LEVELS).astype(np.int64)


def by_cover(reach: Reach, ladder: Ladder, room: Longs, done: Bools, households: Longs, among: Bools) -> Relaxation:
    """Relaxation to workers who carry any load: the households of each level in places that can be covered together.

    `households` has shape (places, levels); `room`, `done` and `among` as in `most_covered`.
    """

    def relax(turn: Longs) -> Floats:
        columns = [households[:, turn == each].sum(1) for each in np.unique(turn[turn != NONE])]
        best = most_covered(
            reach, ladder, room, done, merit(reach, np.column_stack(columns)), among, relaxed=bool(reach.left_out.any())
        )
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
    total, exact = int(value.sum()), value.tolist() == bounds
    bands = tuple(Band(level, int(value[level]), bounds[level]) for level in range(LEVELS))
    status = "optimal" if exact else "bounded"
    return Stage("responsible", total, sum(bounds), exact, seconds, "flow and packing", status, bands)
