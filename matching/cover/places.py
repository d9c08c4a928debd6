"""Stage 1: the most villages and towns covered, real ones first (model (23)); an exact flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Longs
from matching.cover.network import Ladder, Network
from matching.cover.reach import Reach


@dataclass(frozen=True)
class MostCovered:
    """A largest set of places that can be covered together, and whether it is proven to be one."""

    covered: Bools
    exact: bool


def most_covered(
    reach: Reach, ladder: Ladder, room: Longs, done: Bools, merit: Longs, among: Bools | None = None
) -> MostCovered:
    """The places of a best cover, shape (places,).

    `room` is what each worker has left for villages, `done` the places that locks cover already, `merit` ranks the
    villages where not all can be covered (higher first). The sets of villages that can be covered together are the
    independent sets of a transversal matroid, so that one flow of least cost is best in the order of merit.
    Villages outside `among`, where given, are not looked at. A town takes no room: it is covered as soon as one worker may go there.
    """
    covered = done.copy()
    reached = np.zeros(len(reach.places), bool)
    reached[reach.place] = True
    covered |= reached & ~reach.village
    open_ = reach.village & reached & ~covered
    open_villages = np.flatnonzero(open_ if among is None else open_ & among)
    _, rank = np.unique(-merit[open_villages], return_inverse=True)
    network = Network()
    village_node = np.full(len(reach.places), -1, np.int64)
    village_node[open_villages] = network.add_nodes(len(open_villages)) + np.arange(len(open_villages))
    first_node = network.add_nodes(ladder.size)
    network.add_arcs(0, village_node[open_villages], 1, 0)
    missed_cost = int(rank.max(initial=0)) + 1 - rank
    at_missed = network.add_arcs(village_node[open_villages], 1, 1, missed_cost)
    pairs = np.flatnonzero(village_node[reach.place] >= 0)
    network.add_arcs(village_node[reach.place[pairs]], first_node + ladder.entry[pairs], 1, 0)
    network.add_arcs(first_node + ladder.up_from, first_node + ladder.up_to, len(reach.places), 0)
    open_room = np.minimum(ladder.total(np.minimum(room, len(reach.places))), len(reach.places))
    network.add_arcs(first_node + np.arange(ladder.size), 1, open_room, 0)
    flows = network.solve()
    covered[open_villages[flows[at_missed] == 0]] = True
    missed = reach.village & ~covered
    left_out = reach.beyond[missed] < np.iinfo(np.int32).max
    return MostCovered(covered, not left_out.any())
