"""Room made for villages that packing left uncovered: paths along which workers hand villages on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

import numpy as np

from graph.snapshot import Bools
from matching.cover.network import ladder_of
from matching.cover.packing import Pairs
from matching.cover.reach import Reach


def cover_all(reach: Reach, pairs: Pairs, fixed: Bools, wanted: Bools) -> Pairs:
    """Pairs that cover every wanted village, where that is possible at all; fixed pairs stay.

    One cover of each village is a matching; by Berge's theorem a village can be covered in addition if and only if an
    alternating path leads from it to a worker with room, or to one whose village another worker covers too. Villages
    once covered stay so. No path leaves a group.
    """
    missing = wanted & reach.village
    missing[pairs.place] = False
    if not missing.any():
        return pairs
    here = np.isin(reach.group, reach.group[missing])[pairs.place]
    search = _Search(reach, pairs, here, fixed)
    for village in np.flatnonzero(missing):
        search.cover(int(village))
    return search.result().joined(pairs.chosen(np.flatnonzero(~here)))


class _Search:
    """The pairs while room is made: who covers each village, and what each worker covers."""

    def __init__(self, reach: Reach, pairs: Pairs, here: Bools, fixed: Bools) -> None:
        self.reach = reach
        self.room = (reach.workers.room - np.bincount(pairs.worker, minlength=len(reach.workers.index))).tolist()
        rows = zip(pairs.worker[here].tolist(), pairs.place[here].tolist(), pairs.load[here].tolist(), strict=True)
        self.load = {(worker, place): load for worker, place, load in rows}
        self.fixed = set(zip(pairs.worker[fixed].tolist(), pairs.place[fixed].tolist(), strict=True))
        self.villages: dict[int, list[int]] = defaultdict(list)
        self.covers: dict[int, int] = defaultdict(int)
        for worker, place in self.load:
            self.villages[worker].append(place)
            self.covers[place] += 1
        ladder = ladder_of(reach)
        self.station = reach.station.tolist()
        self.first = np.searchsorted(ladder.node, ladder.entry).tolist()
        self.end = np.searchsorted(reach.workers.station, np.arange(len(reach.stations)), "right").tolist()
        self.rows = np.searchsorted(reach.place, np.arange(len(reach.places) + 1)).tolist()

    def workers_of(self, village: int, seen: dict[int, int]) -> Iterator[int]:
        """Workers who may cover a village, the nearest stations first, without those seen: all of a station from one on."""
        for row in range(self.rows[village], self.rows[village + 1]):
            station, first = self.station[row], self.first[row]
            end = seen.get(station, self.end[station])
            if first < end:
                seen[station] = first
                yield from range(first, end)

    def cover(self, village: int) -> bool:
        """Cover a village along a shortest path; False when there is none."""
        came: dict[int, tuple[int, int]] = {}
        seen: dict[int, int] = {}
        queue = deque([village])
        while queue:
            now = queue.popleft()
            later: list[tuple[int, int]] = []
            for worker in self.workers_of(now, seen):
                if self.room[worker] > 0:
                    self._move(village, now, worker, None, came)
                    return True
                later += [(worker, place) for place in self.villages[worker] if (worker, place) not in self.fixed]
            for worker, place in later:
                if self.covers[place] > 1:
                    self._move(village, now, worker, place, came)
                    return True
            for worker, place in later:
                if place not in came and place != village:
                    came[place] = (now, worker)
                    queue.append(place)
        return False

    def _move(self, village: int, now: int, worker: int, dropped: int | None, came: dict[int, tuple[int, int]]) -> None:
        """Hand `now` to the worker instead of `dropped`, then what lies before it on the path likewise."""
        while True:
            if dropped is None:
                self.room[worker] -= 1
            else:
                self.load.pop((worker, dropped))
                self.villages[worker].remove(dropped)
                self.covers[dropped] -= 1
            self.load[worker, now] = 0
            self.villages[worker].append(now)
            self.covers[now] += 1
            if now == village:
                return
            dropped = now
            now, worker = came[dropped]

    def result(self) -> Pairs:
        """The pairs as they stand, sorted by place and worker."""
        rows = np.array([(place, worker, load) for (worker, place), load in self.load.items()], np.int64).reshape(-1, 3)
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        return Pairs(rows[:, 1].astype(np.int32), rows[:, 0].astype(np.int32), rows[:, 2])
