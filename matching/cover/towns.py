"""Who covers the towns: a row each, which takes no room and no load."""

from __future__ import annotations

import numpy as np

from graph.snapshot import Bools
from matching.cover.packing import Pairs, no_pairs
from matching.cover.reach import Reach


def cover_towns(reach: Reach, covered: Bools, old: Pairs) -> Pairs:
    """For each town in question the worker of the published state who may still cover it, else the nearest by key.

    `covered`, shape (places,), marks the places that a lock gives a worker already; `old` holds published pairs.
    """
    wanted = np.flatnonzero(~reach.village & ~covered)
    before = dict(zip(old.place[::-1].tolist(), old.worker[::-1].tolist(), strict=True))
    first = np.searchsorted(reach.place, wanted)
    after = np.searchsorted(reach.place, wanted, "right")
    station = np.searchsorted(reach.workers.station, np.arange(len(reach.stations) + 1))
    rows = []
    for town, start, end in zip(wanted.tolist(), first.tolist(), after.tolist(), strict=True):
        if start == end:
            continue
        at = int(reach.station[start])
        limits = reach.workers.limit[station[at] : station[at + 1]]
        nearest = station[at] + int(np.searchsorted(limits, reach.within[start]))
        rows.append((before.get(town, nearest), town))
    if not rows:
        return no_pairs()
    worker, place = np.array(rows, np.int32).T
    return Pairs(worker, place, np.zeros(len(rows), np.int64))
