"""What pairs are worth where workers have hardly one to spare beside one for each village."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Bools, Floats, Longs
from matching.cover.network import Network
from matching.cover.pricing import node_prices
from matching.cover.reach import Reach
from matching.cover.stations import SCALE
from matching.cover.ways import Ways

SCARCE = 0.06
"""Share of a group's room left beside one pair for each village, below which a pair is dear."""
DEAR = 10**7
"""Cost of a village without a pair: above every other."""


def scarce_groups(reach: Reach, covered: Bools) -> Bools:
    """Whether a group's workers have hardly a pair to spare, shape (groups,); `covered` has the shape (places,)."""
    groups = int(reach.group.max(initial=-1)) + 1
    room = np.minimum(reach.workers.room, len(reach.places))
    room = np.bincount(reach.station_group[reach.workers.station], weights=room, minlength=groups)
    villages = np.bincount(reach.group[covered & reach.village], minlength=groups)
    scarce: Bools = room - villages < SCARCE * room
    return scarce


def pair_prices(ways: Ways, cost: Floats, rows: Longs) -> Floats:
    """What a pair is worth at each node of the ladder where each village goes to one worker with room at least cost.

    `cost` is that of these rows of the ways.
    """
    reach, ladder = ways.reach, ways.ladder
    villages, origin = np.unique(ways.place[rows], return_inverse=True)
    network = Network()
    at_village, first = network.add_nodes(len(villages)), network.add_nodes(ladder.size)
    costs = np.rint(cost * SCALE).astype(np.int64)
    network.add_arcs(0, at_village + np.arange(len(villages)), 1, 0)
    at_pair = network.add_arcs(at_village + origin, first + ways.entry[rows], 1, costs)
    at_up = network.add_arcs(first + ladder.up_from, first + ladder.up_to, len(villages), 0)
    room = ladder.total(np.minimum(reach.workers.room, len(villages)))
    at_room = network.add_arcs(first + np.arange(ladder.size), 1, room, 0)
    dear = np.full(len(villages), DEAR * SCALE)
    network.add_arcs(at_village + np.arange(len(villages)), 1, 1, dear)
    flows = network.solve()
    free = np.where(flows[at_room] < room, 0, DEAR * SCALE)
    price = node_prices(ladder, free, origin, ways.entry[rows], costs, flows[at_pair], flows[at_up], dear)
    found: Floats = np.maximum(price, 0) / SCALE
    return found
