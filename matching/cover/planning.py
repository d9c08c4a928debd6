"""Which worker covers which village: rounds of station flow and packing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import FOREVER, Bools, Ints, Longs
from matching.cover.network import ladder_of
from matching.cover.packing import Pairs, no_pairs, pack
from matching.cover.reach import Reach, Workers
from matching.cover.stations import NEAR, station_loads
from matching.policy import OperatingCost

ROUNDS = 4
"""Most times that what found no worker is sent to other stations."""
AIM = 1.05
"""Workers of a busy station are filled this much above its mean, so that the last village still fits."""


def left_over(workers: Workers, pairs: Pairs) -> Workers:
    """The workers with what the pairs leave of their room and load."""
    load = np.bincount(pairs.worker, weights=pairs.load, minlength=len(workers.index)).astype(np.int64)
    room = workers.room - np.bincount(pairs.worker, minlength=len(workers.index))
    return replace(workers, room=room, taken=workers.taken + load, most=np.where(room > 0, workers.most - load, 0))


def plan_pairs(reach: Reach, load: Longs, wanted: Bools, prices: OperatingCost, start: Pairs) -> Pairs:
    """Pairs that cover the wanted places and carry their load, beginning with `start`; shapes (places,)."""
    pairs, ladder = start.joined(no_pairs()), ladder_of(reach)
    for turn in range(ROUNDS):
        covered = np.zeros(len(load), bool)
        covered[pairs.place] = True
        rest = load - np.bincount(pairs.place, weights=pairs.load, minlength=len(load)).astype(np.int64)
        # a village without households takes a worker's room all the same
        asked = np.where(wanted, np.where(covered, rest, np.maximum(rest, 1)), 0)
        if not asked.any():
            break
        workers = left_over(reach.workers, pairs)
        near = NEAR if turn == 0 else FOREVER
        flow = station_loads(replace(reach, workers=workers), ladder, asked, prices, near=near)
        rows = np.flatnonzero(flow.pair > 0)
        if not len(rows):
            break
        piece = np.minimum(flow.pair[rows], rest[reach.place[rows]])
        aim = aims(workers, reach.station[rows], piece, len(reach.stations))
        found = pack(workers, aim, reach.station[rows], reach.place[rows], piece, reach.within[rows])
        pairs = pairs.joined(found)
    return pairs


def aims(workers: Workers, station: Ints, load: Longs, stations: int) -> Longs:
    """Load that fills each worker: the capacity left, or its share of an overfull station's load and a little more."""
    free = np.where(workers.room > 0, np.clip(workers.capacity - workers.taken, 0, workers.most), 0)
    asked = np.bincount(station, weights=load, minlength=stations)
    there = np.bincount(workers.station, weights=free, minlength=stations)
    crowd = (asked / np.maximum(there, 1))[workers.station]
    wider = np.ceil(free * np.maximum(1, crowd * AIM)).astype(np.int64)
    return np.where(crowd <= 1, free, np.minimum(workers.most, wider))


def minutes_of(reach: Reach, pairs: Pairs) -> Ints:
    """Minutes of pairs of workers and places. Raises KeyError for a pair that does not stand in the reach."""
    rows = reach.pair_at(pairs.place, pairs.worker)
    if (rows < 0).any():
        raise KeyError("a pair of a worker and a place that does not stand in the reach")
    return reach.minutes[rows]
