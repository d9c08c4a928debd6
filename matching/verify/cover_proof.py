"""That no more villages and towns could be covered: a search for a place to gain, from what is not covered (model (23)).

A worker who could go to an uncovered village and has room for it shows that more could be covered; so does one who could give
up a village for it that others cover too, or one that counts less, or one that yet another worker could take over, and so on.
Where none of these is found, no coverage has more villages: it is the condition of a maximum flow.
"""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, ON_HOUSEHOLD, ON_VILLAGE, TOWN, VILLAGE, Ints, Longs
from matching.verify.accounts import counted_workers, covered
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.joins import among
from matching.verify.roads import Roads
from matching.verify.workers import locked_pairs, pair_code, villages_left, widest_regions


@report(
    "stage cover is called exact, but {place} is not covered, and {caseworker} could make room for it",
    "阶段 cover 标为精确，但 {place} 未覆盖，而 {caseworker} 可以腾出名额",
)
def proven_cover(case: Case) -> Look:
    """Where the stage is called exact, nobody could cover one more place, real ones first."""
    exact = any(stage.stage == "cover" and stage.exact for stage in case.plan.certificate.stages)
    regions = case.snapshot.regions
    bare = np.flatnonzero(case.in_scope & (regions.level >= TOWN) & ~covered(case) & exact)
    found: list[tuple[int, int]] = []
    if len(bare):
        search = _Search(case)
        found = search.towns(bare[regions.level[bare] == TOWN])
        villages = bare[regions.level[bare] == VILLAGE]
        found += search.villages(villages[regions.real[villages]], real=True)
        found += search.villages(villages[~regions.real[villages]], real=False)
    return Look(
        len(bare),
        np.arange(len(found)),
        lambda row: {"place": case.place(found[row][0]), "caseworker": case.caseworker(found[row][1])},
    )


PAIRS_AT_ONCE = 1 << 22
"""Most pairs of a place and a worker that are looked at together."""


class _Search:
    """The workers who count, with what they cover that no lock keeps, and room for more villages."""

    def __init__(self, case: Case) -> None:
        snapshot, coverage = case.snapshot, case.plan.coverage
        self._case, self._roads = case, Roads(snapshot)
        counts = counted_workers(case)
        self._staff = np.flatnonzero(counts).astype(np.int32)
        self._region = widest_regions(case, case.plan.policy.cover_across)
        self._room = villages_left(case)
        mine = counts[coverage.caseworker] & (snapshot.regions.level[coverage.place] == VILLAGE)
        self._place, self._worker = coverage.place[mine], coverage.caseworker[mine]
        self._times = np.bincount(self._place, minlength=len(snapshot.regions.level))
        self._free = ~among(pair_code(self._place, self._worker, case), self._kept())
        self._forbidden = locked_pairs(case, ON_VILLAGE, keep=False)[1]

    def _kept(self) -> Longs:
        """Pairs of village and worker that a lock keeps, by itself or for a household there."""
        by_village = locked_pairs(self._case, ON_VILLAGE, keep=True)[1]
        held, _ = locked_pairs(self._case, ON_HOUSEHOLD, keep=True)
        locks = self._case.snapshot.locks
        village = self._case.snapshot.households.village[locks.subject[held]]
        return np.concatenate([by_village, pair_code(village, locks.provider[held], self._case)])

    def towns(self, bare: Ints) -> list[tuple[int, int]]:
        """Towns that a worker could cover, who needs no room for them."""
        found = ((int(town), self._able(np.array([town], np.int32), self._staff)) for town in bare)
        return [(town, int(workers[0])) for town, workers in found if len(workers)]

    def villages(self, bare: Ints, *, real: bool) -> list[tuple[int, int]]:
        """A village that could be covered, and the worker who would make room; empty where there is none."""
        waiting, reached = self._staff, np.zeros(len(self._case.snapshot.regions.level), bool)
        frontier = bare.astype(np.int32)
        while len(frontier) and len(waiting):
            reached[frontier] = True
            workers = self._able(frontier, waiting)
            rows = np.flatnonzero(np.isin(self._worker, workers) & self._free)
            spare = self._times[self._place[rows]] > 1
            if real:
                spare |= ~self._case.snapshot.regions.real[self._place[rows]]
            able = np.concatenate([workers[self._room[workers] > 0], self._worker[rows[spare]]])
            if len(able):
                return [(int(bare[0]), int(able[0]))]
            waiting = np.setdiff1d(waiting, workers).astype(np.int32)
            given = np.unique(self._place[rows]).astype(np.int32)
            frontier = given[~reached[given]]
        return []

    def _able(self, places: Ints, workers: Ints) -> Ints:
        """Those of some workers who may cover one of some places at least (model (21))."""
        town, limit = self._case.snapshot.caseworkers.town, self._case.snapshot.caseworkers.minutes_limit
        found = [np.zeros(0, np.int32)]
        for region in np.unique(self._region[places]).tolist():
            there, staff = places[self._region[places] == region], workers[self._region[town[workers]] == region]
            while len(there) and len(staff):
                some, there = np.split(there, [max(1, PAIRS_AT_ONCE // len(staff))])
                place, worker = np.repeat(some, len(staff)), np.tile(staff, len(some))
                able = ~among(pair_code(place, worker, self._case), self._forbidden)
                bound = np.flatnonzero(able & (limit[worker] != NONE))
                minutes = self._roads.minutes(town[worker[bound]], place[bound])
                able[bound[(minutes == NONE) | (minutes > limit[worker[bound]])]] = False
                reached = np.unique(worker[able])
                found.append(reached)
                staff = np.setdiff1d(staff, reached).astype(np.int32)
        return np.sort(np.concatenate(found)).astype(np.int32)
