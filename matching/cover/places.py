"""Stage 1: the most villages and towns covered, real ones first (model (23)); an exact flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Longs
from matching.cover.network import Ladder, Network, elsewhere
from matching.cover.reach import Reach


@dataclass(frozen=True)
class Cover:
    """Places covered together, and those that a further station for any of them might change; shapes (places,)."""

    covered: Bools
    open: Bools


@dataclass(frozen=True)
class MostCovered:
    """A best cover, what no cover exceeds, and the places with stations left out that might better it.

    `value` and `bound` count real places and the others; they are equal where the cover is proven to be a best one.
    """

    covered: Bools
    value: tuple[int, int]
    bound: tuple[int, int]
    wanting: Bools


def best_cover(reach: Reach, ladder: Ladder, room: Longs, done: Bools, merit: Longs) -> MostCovered:
    """The cover of the stations in the reach, held against all stations; arguments as in `most_covered`.

    It is a best one if no village left out of it leads, over villages handed on from worker to worker, to one with
    stations left out. Otherwise a cover in which workers left out go everywhere says what no cover exceeds.
    """
    best = most_covered(reach, ladder, room, done, merit)
    value = bound = _counts(reach, best.covered)
    wanting = best.open & reach.left_out
    if wanting.any():
        bound = _counts(reach, most_covered(reach, ladder, room, done, merit, relaxed=True).covered)
        wanting &= value != bound
    return MostCovered(best.covered, value, bound, wanting)


def all_reached(reach: Reach, _ladder: Ladder, _room: Longs, done: Bools, _merit: Longs) -> MostCovered:
    """Every place that some worker may cover, as if one could be found for each: no cover exceeds it, and no flow is asked."""
    covered = done.copy()
    covered[reach.place] = True
    counts = _counts(reach, covered)
    return MostCovered(covered, counts, counts, np.zeros(len(covered), bool))


BestCover = Callable[[Reach, Ladder, Longs, Bools, Longs], MostCovered]
"""A best cover, or what stands for one; arguments as in `most_covered`."""


def _counts(reach: Reach, covered: Bools) -> tuple[int, int]:
    return int((covered & reach.real).sum()), int((covered & ~reach.real).sum())


def most_covered(
    reach: Reach,
    ladder: Ladder,
    room: Longs,
    done: Bools,
    merit: Longs,
    among: Bools | None = None,
    *,
    relaxed: bool = False,
) -> Cover:
    """The places of a best cover.

    `room` is what each worker has left for villages, `done` the places that locks cover already, `merit` ranks the
    villages where not all can be covered (higher first). The sets of villages that can be covered together are the
    independent sets of a transversal matroid, so that one flow of least cost is best in the order of merit.
    Villages outside `among`, where given, are not looked at. Where `relaxed`, a place with stations left out may be
    covered by every worker of its group. A town takes no room: it is covered as soon as one worker may go there.
    """
    covered = done.copy()
    reached = np.zeros(len(reach.places), bool)
    reached[reach.place] = True
    covered |= reached & ~reach.village
    open_ = reach.village & reached & ~covered
    open_villages = np.flatnonzero(open_ if among is None else open_ & among)
    _, rank = np.unique(-merit[open_villages], return_inverse=True)
    network = Network()
    village_node = np.full(len(reach.places), NONE, np.int64)
    village_node[open_villages] = network.add_nodes(len(open_villages)) + np.arange(len(open_villages))
    first_node = network.add_nodes(ladder.size)
    network.add_arcs(0, village_node[open_villages], 1, 0)
    missed_cost = int(rank.max(initial=0)) + 1 - rank
    at_missed = network.add_arcs(village_node[open_villages], 1, 1, missed_cost)
    pairs = np.flatnonzero(village_node[reach.place] >= 0)
    network.add_arcs(village_node[reach.place[pairs]], first_node + ladder.entry[pairs], 1, 0)
    if relaxed:
        elsewhere(network, reach, ladder, village_node, first_node, 1)
    network.add_arcs(first_node + ladder.up_from, first_node + ladder.up_to, len(reach.places), 0)
    open_room = np.minimum(ladder.total(np.minimum(room, len(reach.places))), len(reach.places))
    network.add_arcs(first_node + np.arange(ladder.size), 1, open_room, 0)
    flows = network.solve()
    missed = flows[at_missed] > 0
    covered[open_villages[~missed]] = True
    found = np.zeros(len(reach.places), bool)
    found[open_villages] = network.led_to(flows, village_node[open_villages[missed]])[village_node[open_villages]]
    return Cover(covered, found)
