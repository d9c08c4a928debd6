"""Whether a village more could have a worker: a search over workers who may go there and what they could hand on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.verify.case import Case
from matching.verify.joins import among
from matching.verify.roads import Roads
from matching.verify.workers import pair_code, widest_regions

PAIRS_AT_ONCE = 1 << 22
"""Most pairs of a place and a worker that are looked at together."""


@dataclass(frozen=True)
class Search:
    """Workers with the villages that each has, which of these they could hand on, and `room` for more of them.

    `place`, `worker` and `free` are pairs of villages and workers; `room` is that of each caseworker, `forbidden` are
    codes of pairs that may not be.
    """

    case: Case
    staff: Ints
    room: Longs
    place: Ints
    worker: Ints
    free: Bools
    forbidden: Longs

    @cached_property
    def _roads(self) -> Roads:
        return Roads(self.case.snapshot)

    @cached_property
    def _region(self) -> Ints:
        return widest_regions(self.case, self.case.plan.policy.cover_across)

    @cached_property
    def _times(self) -> Longs:
        return np.bincount(self.place, minlength=len(self.case.snapshot.regions.level))

    def able(self, place: int) -> Ints:
        """The workers who may go to a place."""
        return self._able(np.array([place], np.int32), self.staff)

    def villages(self, bare: Ints, *, real: bool) -> list[tuple[int, int]]:
        """A village of these that a worker could have, and who would make room; empty where there is none.

        Where `real`, a village that is none makes way for those.
        """
        waiting, reached = self.staff, np.zeros(len(self.case.snapshot.regions.level), bool)
        frontier = bare.astype(np.int32)
        while len(frontier) and len(waiting):
            reached[frontier] = True
            workers = self._able(frontier, waiting)
            rows = np.flatnonzero(np.isin(self.worker, workers) & self.free)
            spare = self._times[self.place[rows]] > 1
            if real:
                spare |= ~self.case.snapshot.regions.real[self.place[rows]]
            able = np.concatenate([workers[self.room[workers] > 0], self.worker[rows[spare]]])
            if len(able):
                return [(int(bare[0]), int(able[0]))]
            waiting = np.setdiff1d(waiting, workers).astype(np.int32)
            given = np.unique(self.place[rows]).astype(np.int32)
            frontier = given[~reached[given]]
        return []

    def _able(self, places: Ints, workers: Ints) -> Ints:
        """Those of some workers who may cover one of some places at least (model (21))."""
        town, limit = self.case.snapshot.caseworkers.town, self.case.snapshot.caseworkers.minutes_limit
        found = [np.zeros(0, np.int32)]
        for region in np.unique(self._region[places]).tolist():
            there, staff = places[self._region[places] == region], workers[self._region[town[workers]] == region]
            while len(there) and len(staff):
                some, there = np.split(there, [max(1, PAIRS_AT_ONCE // len(staff))])
                place, worker = np.repeat(some, len(staff)), np.tile(staff, len(some))
                able = ~among(pair_code(place, worker, self.case), self.forbidden)
                bound = np.flatnonzero(able & (limit[worker] != NONE))
                minutes = self._roads.minutes(town[worker[bound]], place[bound])
                able[bound[(minutes == NONE) | (minutes > limit[worker[bound]])]] = False
                reached = np.unique(worker[able])
                found.append(reached)
                staff = np.setdiff1d(staff, reached).astype(np.int32)
        return np.sort(np.concatenate(found)).astype(np.int32)
