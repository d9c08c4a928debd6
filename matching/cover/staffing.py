"""One way to staff the scope: from what is fixed to pairs of workers and places, and households handed to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import Bools, Ints, Longs
from matching.cover.augmenting import cover_all
from matching.cover.demand import LEVELS, Demand, demand_of
from matching.cover.dialects import Dialects
from matching.cover.exchanging import exchange
from matching.cover.handing import hand_out
from matching.cover.hearing import hand_over
from matching.cover.improving import merge, relieve, without_idle
from matching.cover.packing import Pairs
from matching.cover.planning import minutes_of, plan_pairs
from matching.cover.reach import Reach
from matching.cover.sharing import share
from matching.problem import Problem


@dataclass(frozen=True)
class Fixed:
    """Pairs of workers and villages to begin with, and households with their worker (a position in `Workers`).

    `firm` marks the pairs that a lock keeps; the others may make way for a village that is not covered. `settled`,
    shape (households,), marks the households with a worker: those here, and those that locks give to other types;
    `barred` maps households to the caseworkers whom a lock forbids them.
    """

    pairs: Pairs
    firm: Bools
    household: Ints
    worker: Ints
    settled: Bools
    barred: Mapping[int, Collection[int]]

    def without(self, lost: Bools) -> Fixed:
        """The same without some of the households."""
        settled = self.settled.copy()
        settled[self.household[lost]] = False
        return replace(self, household=self.household[~lost], worker=self.worker[~lost], settled=settled)


@dataclass(frozen=True)
class Staffing:
    """Pairs with the load that each carries, and households with their worker."""

    pairs: Pairs
    household: Ints
    worker: Ints

    def by_level(self, problem: Problem) -> Longs:
        """Households with a responsible worker of each level, shape (levels,)."""
        return np.bincount(problem.snapshot.households.alert[self.household], minlength=LEVELS)


def staff(problem: Problem, reach: Reach, wanted: Bools, fixed: Fixed, demand: Demand, *, improve: bool) -> Staffing:
    """Cover the wanted villages and hand the demand out, beginning with what is fixed.

    To improve is to add and drop pairs for the operating cost; otherwise pairs are added for villages and households
    without anybody alone.
    """
    prices, many = problem.policy.operating, len(reach.workers.index)
    dialects = Dialects(problem.snapshot)

    def code(place: Ints, worker: Ints) -> Longs:
        return place.astype(np.int64) * many + worker

    def stays(pairs: Pairs) -> Bools:
        return np.isin(code(pairs.place, pairs.worker), first)

    first = code(fixed.pairs.place, fixed.pairs.worker)
    load = np.where(wanted, demand.load_at(len(reach.places)), 0)
    burdened = with_load(problem, reach, fixed)
    pairs = plan_pairs(burdened, load, wanted & reach.village, prices, fixed.pairs)
    firm = np.isin(code(pairs.place, pairs.worker), first[fixed.firm])
    pairs = cover_all(burdened, pairs, firm, wanted)
    home = reach.position[problem.snapshot.households.village]
    lost = ~np.isin(code(home[fixed.household], fixed.worker), code(pairs.place, pairs.worker))
    if lost.any():
        fixed = fixed.without(lost)
        demand = demand_of(problem, reach.position, fixed.settled, fixed.barred)
        load, burdened = np.where(wanted, demand.load_at(len(reach.places)), 0), with_load(problem, reach, fixed)
    workers = burdened.workers
    pairs = relieve(burdened, pairs, load, prices, missed_only=not improve)
    pairs = without_idle(share(workers, pairs, minutes_of(reach, pairs), load, prices), stays(pairs))
    missed = _missed(pairs, load) > 0
    if improve:
        pairs = merge(burdened, pairs, stays(pairs), np.isin(reach.group, reach.group[missed]), prices)
    if improve or missed.any():
        pairs = exchange(burdened, pairs, load, stays(pairs), demand, dialects, prices)
    pairs = share(workers, pairs, minutes_of(reach, pairs), load, prices, demand)
    household, worker = hand_out(demand, pairs, workers)
    worker = hand_over(dialects, burdened, pairs, demand, (household, worker), prices)
    household = np.concatenate([fixed.household, household])
    worker = np.concatenate([fixed.worker, worker])
    # a household without weight has a worker all the same
    holding = np.isin(code(pairs.place, pairs.worker), code(home[household], worker))
    carrying = loaded(problem, reach, pairs, household, worker)
    return Staffing(without_idle(carrying, stays(pairs) | holding), household, worker)


def with_load(problem: Problem, reach: Reach, fixed: Fixed) -> Reach:
    """The reach whose workers carry the households that are fixed."""
    workers, weight = reach.workers, problem.snapshot.households.weight[fixed.household]
    burden = np.bincount(fixed.worker, weights=weight, minlength=len(workers.index)).astype(np.int64)
    most = np.maximum(workers.most - burden, 0)
    return replace(reach, workers=replace(workers, taken=workers.taken + burden, most=most))


def loaded(problem: Problem, reach: Reach, pairs: Pairs, household: Ints, worker: Ints) -> Pairs:
    """The pairs, sorted by place and worker, with the load of the households that each worker has at each place."""
    households, many = problem.snapshot.households, len(reach.workers.index)
    home = reach.position[households.village[household]].astype(np.int64) * many + worker
    at = np.searchsorted(pairs.place.astype(np.int64) * many + pairs.worker, home)
    load = np.bincount(at, weights=households.weight[household], minlength=len(pairs.place))
    return replace(pairs, load=load.astype(np.int64))


def _missed(pairs: Pairs, load: Longs) -> Longs:
    return load - np.bincount(pairs.place, weights=pairs.load, minlength=len(load)).astype(np.int64)
