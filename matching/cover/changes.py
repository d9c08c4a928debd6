"""Stage 3: what is published in the scope, begun with where it still may stand."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.certificate import Stage
from matching.cover.demand import needing
from matching.cover.packing import Pairs
from matching.cover.reach import Reach
from matching.cover.staffing import Fixed
from matching.problem import Problem


def published_pairs(problem: Problem, reach: Reach) -> Pairs:
    """Published coverage of the scope whose workers may still cover the place; villages and towns, without load."""
    published = problem.snapshot.published
    worker = worker_positions(problem, reach)[published.place_caseworker]
    place = reach.position[published.place]
    known = (worker != NONE) & (place != NONE)
    worker, place = worker[known], place[known]
    keep = may_cover(reach, worker, place)
    return Pairs(worker[keep], place[keep], np.zeros(int(keep.sum()), np.int64))


def worker_positions(problem: Problem, reach: Reach) -> Ints:
    """Position in `Workers` of each caseworker; NONE for those who are not among them."""
    found = np.full(len(problem.snapshot.caseworkers.type), NONE, np.int32)
    found[reach.workers.index] = np.arange(len(reach.workers.index), dtype=np.int32)
    return found


def may_cover(reach: Reach, worker: Ints, place: Ints) -> Bools:
    """Whether each worker may cover the place of equal position."""
    at = reach.pair_at(place, worker)
    allowed: Bools = at != NONE
    allowed[allowed] = reach.within[at[allowed]] <= reach.workers.limit[worker[allowed]]
    return allowed


def published_start(problem: Problem, reach: Reach, wanted: Bools, locked: Fixed) -> Fixed:
    """What is published and may stand beside the locks: pairs within each worker's room, households within the load.

    Where not all may stand, pairs with more load and then households of higher alert come first.
    """
    snapshot, many = problem.snapshot, len(reach.workers.index)
    households, published = snapshot.households, snapshot.published
    pairs = published_pairs(problem, reach)
    here = reach.village[pairs.place] & wanted[pairs.place]
    code = pairs.place[here].astype(np.int64) * many + pairs.worker[here]
    firm_code = locked.pairs.place.astype(np.int64) * many + locked.pairs.worker

    settled = locked.settled.copy()
    worker = worker_positions(problem, reach)[published.household_caseworker]
    rows = np.flatnonzero((worker != NONE) & needing(problem)[published.household] & ~settled[published.household])
    watched = np.flatnonzero(np.isin(published.household[rows], list(locked.barred)))
    barred = [
        row
        for row in watched.tolist()
        if int(published.household_caseworker[rows[row]]) in locked.barred[int(published.household[rows[row]])]
    ]
    rows = np.delete(rows, barred)
    household, worker = published.household[rows], worker[rows]
    home = reach.position[households.village[household]].astype(np.int64) * many + worker
    there = np.isin(home, np.concatenate([code, firm_code]))
    household, worker, home = household[there], worker[there], home[there]

    room = reach.workers.room - np.bincount(locked.pairs.worker, minlength=many)
    codes = np.setdiff1d(code, firm_code)
    load = _sum_at(codes, home, households.weight[household])
    order = np.lexsort((codes, -load, codes % many))
    codes = codes[order]
    codes = np.sort(codes[_rank(codes % many) < room[codes % many]])
    there = np.isin(home, np.concatenate([codes, firm_code]))
    household, worker = household[there], worker[there]

    order = np.lexsort((household, households.weight[household], households.alert[household], worker))
    household, worker = household[order], worker[order]
    spare = reach.workers.most - np.bincount(
        locked.worker, weights=households.weight[locked.household], minlength=many
    ).astype(np.int64)
    running = np.cumsum(households.weight[household].astype(np.int64))
    first = np.searchsorted(worker, worker, "left")
    running = running - running[first] + households.weight[household[first]] if len(first) else running
    fits = running <= spare[worker]
    all_codes = np.concatenate([firm_code, codes])
    pairs = Pairs(
        (all_codes % many).astype(np.int32), (all_codes // many).astype(np.int32), np.zeros(len(all_codes), np.int64)
    )
    firm = np.concatenate([locked.firm, np.zeros(len(codes), bool)])
    settled[household[fits]] = True
    return Fixed(
        pairs,
        firm,
        np.concatenate([locked.household, household[fits]]).astype(np.int32),
        np.concatenate([locked.worker, worker[fits]]).astype(np.int32),
        settled,
        locked.barred,
    )


def _sum_at(codes: Longs, where: Longs, amount: Ints) -> Longs:
    at = np.searchsorted(codes, where)
    good = (
        (at < len(codes)) & (codes[np.minimum(at, len(codes) - 1)] == where) if len(codes) else np.zeros(len(at), bool)
    )
    return np.bincount(at[good], weights=amount[good], minlength=len(codes)).astype(np.int64)


def _rank(groups: Longs) -> Longs:
    return np.arange(len(groups)) - np.searchsorted(groups, groups, "left")


def changes_stage(value: int, seconds: float) -> Stage:
    """The stage with the number of changes; no plan has fewer than none."""
    exact = value == 0
    return Stage("worker_changes", value, 0, exact, seconds, "old pairs first", "optimal" if exact else "feasible")
