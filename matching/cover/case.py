"""One run's workers and places: what is in reach, what locks take of it, and what can be covered at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import SHUANGBAI, Bools, Longs
from matching.cover.changes import worker_positions
from matching.cover.demand import Demand, demand_of
from matching.cover.locks import Kept
from matching.cover.network import Ladder, ladder_of
from matching.cover.packing import Pairs
from matching.cover.places import BestCover, MostCovered, best_cover
from matching.cover.reach import Reach
from matching.cover.reaching import Held, build_reach
from matching.cover.responsible import merit
from matching.cover.staffing import Fixed
from matching.problem import Problem


@dataclass(frozen=True)
class Case:
    """What the stages share: the reach with what locks take, the households to hand out, and the best cover.

    `households`, shape (places, levels), counts the demand; `room` is what locks leave of each worker's villages.
    """

    problem: Problem
    kept: Kept
    reach: Reach
    ladder: Ladder
    locked: Fixed
    demand: Demand
    households: Longs
    room: Longs
    done: Bools
    best: MostCovered

    @property
    def with_others(self) -> Bools:
        """Locks that keep a household with a worker who is no `shuangbai`: they hold, and do not count."""
        others: Bools = self.problem.snapshot.caseworkers.type[self.kept.household_caseworker] != SHUANGBAI
        return others


def case_of(problem: Problem, kept: Kept, nearest: Longs, best: BestCover = best_cover) -> Case:
    """The case with at most `nearest` stations looked at for each place, shape (regions,), besides what stands."""
    households, published = problem.snapshot.households, problem.snapshot.published
    stands = Held(
        np.concatenate([kept.place, published.place]),
        np.concatenate([kept.place_caseworker, published.place_caseworker]),
    )
    reach = build_reach(problem, kept.forbidden_places, nearest, stands)
    position = worker_positions(problem, reach)
    worker, place = position[kept.place_caseworker], reach.position[kept.place]
    mine = worker >= 0
    done = np.zeros(len(reach.places), bool)
    done[place[mine]] = True
    village = mine & reach.village[place]
    pairs = Pairs(worker[village], place[village], np.zeros(int(village.sum()), np.int64))
    holder = position[kept.household_caseworker]
    counted = holder >= 0
    settled = np.zeros(len(households.key), bool)
    settled[kept.household] = True
    firm = np.ones(len(pairs.worker), bool)
    locked = Fixed(pairs, firm, kept.household[counted], holder[counted], settled, kept.barred)
    demand = demand_of(problem, reach.position, settled, kept.barred)
    counts = demand.by_level(demand.count, len(reach.places))
    room = reach.workers.room - np.bincount(pairs.worker, minlength=len(reach.workers.index))
    ladder = ladder_of(reach)
    found = best(reach, ladder, room, done, merit(reach, counts))
    return Case(problem, kept, reach, ladder, locked, demand, counts, room, done, found)
