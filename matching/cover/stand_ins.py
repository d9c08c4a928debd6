"""Two-deep cover: for each village another worker, who stands in for those who cover it (model (36))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.cover.case import Case
from matching.cover.changes import worker_positions
from matching.cover.network import Ladder, Network, ladder_of
from matching.cover.packing import Pairs
from matching.cover.reach import Reach
from matching.cover.reaching import Held, build_reach
from matching.plan import Coverage, StandIns
from matching.policy import UNREACHABLE_MINUTES
from matching.ranges import expand


def stand_ins(case: Case, coverage: Coverage, nearest: int, most_pairs: int) -> tuple[StandIns, int]:
    """A stand-in for as many covered real villages as can be, the nearest together, and what no plan exceeds.

    `nearest` stations are looked at for each place to begin with, further ones where that may lack a village one, up to
    `most_pairs` pairs of stations and places.
    """
    most = np.full(len(case.problem.snapshot.regions.level), nearest, np.int64)
    reach = case.reach
    while True:
        covering = _covering(case, reach, coverage)
        wanted = np.zeros(len(reach.places), bool)
        wanted[covering.place] = True
        wanted &= reach.real
        found, wanting = _most(reach, ladder_of(reach), covering, wanted, case.problem.policy.stand_ins_limit)
        if not wanting.any() or len(reach.place) >= most_pairs:
            break
        most[reach.places[wanting]] *= 4
        nobody = np.zeros(0, np.int32)
        reach = build_reach(case.problem, case.kept.forbidden_places, most, Held(nobody, nobody))
    minutes = reach.minutes[reach.pair_at(found.place, found.worker)]
    rows = StandIns(reach.places[found.place], reach.workers.index[found.worker], minutes)
    return rows, int(wanted.sum()) if wanting.any() else len(found.place)


def _covering(case: Case, reach: Reach, coverage: Coverage) -> Pairs:
    """Villages of the reach with the workers who count and cover them."""
    worker, place = worker_positions(case.problem, reach)[coverage.caseworker], reach.position[coverage.place]
    mine = worker != NONE
    mine &= np.where(place == NONE, False, reach.village[place])
    return Pairs(worker[mine], place[mine], np.zeros(int(mine.sum()), np.int64))


def _most(reach: Reach, ladder: Ladder, covering: Pairs, wanted: Bools, limit: int | None) -> tuple[Pairs, Bools]:
    """Villages with their stand-ins, and the places with stations left out that might have one more; shape (places,).

    One flow of least cost: a village leads to the ladder of each station, from whose nodes the workers are reached; at
    the stations of those who cover it, it leads to the other workers one by one.
    """
    workers, villages = reach.workers, np.flatnonzero(wanted)
    many, stations = len(workers.index), len(reach.stations)
    network = Network()
    at_village = np.full(len(wanted), NONE, np.int64)
    at_village[villages] = network.add_nodes(len(villages)) + np.arange(len(villages))
    first, at_worker = network.add_nodes(ladder.size), network.add_nodes(many)
    room = len(villages) if limit is None else min(limit, len(villages))
    network.add_arcs(0, at_village[villages], 1, 0)
    missed = network.add_arcs(at_village[villages], 1, 1, UNREACHABLE_MINUTES * (len(villages) + 1))
    own = np.isin(
        reach.place.astype(np.int64) * stations + reach.station,
        covering.place.astype(np.int64) * stations + workers.station[covering.worker],
    )
    others, near = np.flatnonzero(wanted[reach.place] & ~own), np.flatnonzero(wanted[reach.place] & own)
    at_other = network.add_arcs(at_village[reach.place[others]], first + ladder.entry[others], 1, reach.minutes[others])
    row, worker = _beside(reach, near, covering)
    at_near = network.add_arcs(at_village[reach.place[row]], at_worker + worker, 1, reach.minutes[row])
    network.add_arcs(first + ladder.up_from, first + ladder.up_to, len(villages), 0)
    of_ladder = network.add_arcs(first + ladder.node, at_worker + np.arange(many), room, 0)
    network.add_arcs(at_worker + np.arange(many), 1, room, 0)
    flows = network.solve()
    given = others[flows[at_other] > 0]
    # who enters a ladder lower is handed to who stands lower on it
    given = given[np.argsort(ladder.entry[given], kind="stable")]
    place = np.concatenate([reach.place[given], reach.place[row[flows[at_near] > 0]]])
    order = np.argsort(ladder.node, kind="stable")
    taker = np.concatenate([np.repeat(order, flows[of_ladder][order]), worker[flows[at_near] > 0]])
    lacking = at_village[villages[flows[missed] > 0]]
    open_ = np.zeros(len(wanted), bool)
    open_[villages] = network.led_to(flows, lacking)[at_village[villages]]
    order = np.argsort(place, kind="stable")
    found = Pairs(taker[order].astype(np.int32), place[order], np.zeros(len(place), np.int64))
    return found, open_ & reach.left_out


def _beside(reach: Reach, rows: Longs, covering: Pairs) -> tuple[Longs, Ints]:
    """For rows of the reach each worker of the station who may go there and does not cover the place: row and worker."""
    workers, many = reach.workers, len(reach.workers.index)
    start, end = (np.searchsorted(workers.station, reach.station[rows], side) for side in ("left", "right"))
    at, worker = expand(start, end)
    row = rows[at]
    code = reach.place[row].astype(np.int64) * many + worker
    may = workers.limit[worker] >= reach.within[row]
    may &= ~np.isin(code, covering.place.astype(np.int64) * many + covering.worker)
    return row[may], worker[may].astype(np.int32)
