"""One way to staff the scope: from what is fixed to pairs of workers and places, and households handed to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import Bools, Ints, Longs
from matching.cover.augmenting import cover_all
from matching.cover.demand import LEVELS, Demand, demand_of
from matching.cover.handing import hand_out
from matching.cover.improving import merge, relieve, without_idle
from matching.cover.network import ladder_of
from matching.cover.packing import Pairs
from matching.cover.planning import minutes_of, plan_pairs
from matching.cover.reach import Reach
from matching.cover.sharing import share
from matching.problem import Problem

RELIEFS = 2
"""How often a plan is relieved and merged."""


@dataclass(frozen=True)
class Fixed:
    """Pairs of workers and villages to begin with, and households with their worker (a position in `Workers`).

    `firm` marks the pairs that a lock keeps; the others may make way for a village that is not covered.
    """

    pairs: Pairs
    firm: Bools
    household: Ints
    worker: Ints


@dataclass(frozen=True)
class Staffing:
    """Pairs with the load that each carries, households with their worker; of the rest, how many of each class have none."""

    pairs: Pairs
    household: Ints
    worker: Ints
    demand: Demand
    unserved: Longs

    def by_level(self, problem: Problem) -> Longs:
        """Households with a responsible worker of each level, shape (levels,)."""
        return np.bincount(problem.snapshot.households.alert[self.household], minlength=LEVELS)


def staff(problem: Problem, reach: Reach, group: Ints, wanted: Bools, fixed: Fixed, improved: bool) -> Staffing:
    """Cover the wanted villages and hand their households out, beginning with what is fixed.

    `group`, shape (places,), numbers the regions within which workers cover. An improved staffing adds and drops pairs
    for the operating cost; otherwise pairs are added for households that have nobody, and what is fixed stays.
    """
    prices, many = problem.policy.operating, len(reach.workers.index)

    def code(place: Ints, worker: Ints) -> Longs:
        return place.astype(np.int64) * many + worker

    def among(pairs: Pairs, others: Longs) -> Bools:
        return np.isin(code(pairs.place, pairs.worker), others)

    demand, burdened = _remaining(problem, reach, fixed)
    load = np.where(wanted, demand.load_at(len(reach.places)), 0)
    first = code(fixed.pairs.place, fixed.pairs.worker)
    pairs = plan_pairs(burdened, load, wanted & reach.village, prices, fixed.pairs)
    pairs = cover_all(burdened, pairs, among(pairs, first[fixed.firm]), wanted)
    home = reach.position[problem.snapshot.households.village]
    kept = np.isin(code(home[fixed.household], fixed.worker), code(pairs.place, pairs.worker))
    if not kept.all():
        fixed = replace(fixed, household=fixed.household[kept], worker=fixed.worker[kept])
        demand, burdened = _remaining(problem, reach, fixed)
        load = np.where(wanted, demand.load_at(len(reach.places)), 0)
    workers, ladder = burdened.workers, ladder_of(reach)
    pairs = share(workers, pairs, minutes_of(reach, pairs), load, prices)
    for _ in range(RELIEFS):
        pairs = without_idle(pairs, among(pairs, first))
        pairs = relieve(burdened, ladder, pairs, load, prices, missed_only=not improved)
        pairs = share(workers, pairs, minutes_of(reach, pairs), load, prices)
        missed = load - np.bincount(pairs.place, weights=pairs.load, minlength=len(load)).astype(np.int64)
        scarce = (np.bincount(group, weights=missed) > 0)[group]
        if improved:
            pairs = without_idle(pairs, among(pairs, first))
            pairs = merge(burdened, pairs, among(pairs, first), scarce, prices)
    if missed.any():
        pairs = share(workers, pairs, minutes_of(reach, pairs), load, prices, demand)
    household, worker, unserved = hand_out(demand, pairs, workers.most)
    household = np.concatenate([fixed.household, household])
    worker = np.concatenate([fixed.worker, worker])
    at = np.searchsorted(code(pairs.place, pairs.worker), code(home[household], worker))
    weight = problem.snapshot.households.weight[household]
    carried = np.bincount(at, weights=weight, minlength=len(pairs.place)).astype(np.int64)
    return Staffing(Pairs(pairs.worker, pairs.place, carried), household, worker, demand, unserved)


def _remaining(problem: Problem, reach: Reach, fixed: Fixed) -> tuple[Demand, Reach]:
    """The demand without the households that are fixed, and the reach with their load taken."""
    weight = problem.snapshot.households.weight
    settled = np.zeros(len(weight), bool)
    settled[fixed.household] = True
    workers = reach.workers
    burden = np.bincount(fixed.worker, weights=weight[fixed.household], minlength=len(workers.index)).astype(np.int64)
    workers = replace(workers, taken=workers.taken + burden, most=np.maximum(workers.most - burden, 0))
    return demand_of(problem, reach.position, settled), replace(reach, workers=workers)
