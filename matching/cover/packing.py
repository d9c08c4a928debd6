"""Loads of stations to their workers: every station packs its next village at the same time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Ints, Longs
from matching.cover.reach import Numbers, Workers

BIG = 2**30
NARROW = 12
"""Stations are packed together by the number of their workers, in powers of two from here."""


@dataclass(frozen=True)
class Pairs:
    """Workers and places with the load that the worker takes there; positions in `Workers` and `Reach.places`."""

    worker: Ints
    place: Ints
    load: Longs

    def joined(self, other: Pairs) -> Pairs:
        """Both, the load of equal pairs added up, sorted by place and worker."""
        worker = np.concatenate([self.worker, other.worker])
        place = np.concatenate([self.place, other.place])
        load = np.concatenate([self.load, other.load])
        order = np.lexsort((worker, place))
        worker, place, load = worker[order], place[order], load[order]
        first = np.flatnonzero((np.diff(worker, prepend=-1) != 0) | (np.diff(place, prepend=-1) != 0))
        return Pairs(worker[first], place[first], np.add.reduceat(load, first) if len(first) else load)

    def chosen(self, rows: Numbers) -> Pairs:
        """The pairs of these rows."""
        return Pairs(self.worker[rows], self.place[rows], self.load[rows])


def no_pairs() -> Pairs:
    """No pair."""
    return Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64))


def pack(workers: Workers, aim: Longs, station: Ints, place: Ints, load: Longs, within: Ints) -> Pairs:
    """Hand pieces (a place and its load at a station) to the station's workers, by falling load.

    A piece goes whole to the worker whose free load per free village is nearest to it among those whom it fits, else
    it fills the worker with the most free load and the rest comes again; where villages left need all the room there
    is, it goes to one worker, up to `workers.most`. `aim`, shape (workers,), is the load that fills a worker.
    What finds no worker is left out.
    """
    count = np.bincount(workers.station, minlength=int(station.max(initial=-1)) + 1)
    order = np.lexsort((place, -load, station))
    parts: list[Pairs] = []
    width = NARROW
    done = np.zeros(len(count), bool)
    while not done.all():
        batch = ~done & (count <= width)
        rows = order[batch[station[order]]]
        if len(rows):
            parts.append(_pack_batch(workers, aim, station, place, load, within, rows, width))
        done |= batch
        width *= 2
    found = no_pairs()
    for part in parts:
        found = found.joined(part)
    return found


def _pack_batch(
    workers: Workers, aim: Longs, station: Ints, place: Ints, load: Longs, within: Ints, rows: Longs, width: int
) -> Pairs:
    stations, start = np.unique(station[rows], return_index=True)
    end = np.append(start[1:], len(rows))
    first = np.searchsorted(workers.station, stations, "left")
    many = np.searchsorted(workers.station, stations, "right") - first
    column = np.arange(width)
    there = column[None, :] < many[:, None]
    at = np.minimum(first[:, None] + column[None, :], len(workers.index) - 1)
    rem = np.where(there, aim[at], 0)
    over = np.where(there, workers.most[at] - aim[at], 0)
    slot = np.where(there, workers.room[at], 0)
    limit = np.where(there, workers.limit[at], -1)
    now = start.copy()
    want = load[rows[now]].copy()
    spare = slot.sum(1) - (end - start)
    out: list[tuple[Ints, Ints, Longs]] = []
    active = np.arange(len(stations))
    while len(active):
        piece = rows[now[active]]
        z = want[active]
        may = (slot[active] > 0) & (limit[active] >= within[piece][:, None])
        r, k = rem[active], slot[active]
        fits = may & (r >= z[:, None])
        best = np.where(fits, np.abs(r / np.maximum(k, 1) - z[:, None]), np.inf).argmin(1)
        line = np.arange(len(active))
        fit = fits[line, best]
        split = ~fit & (spare[active] > 0)
        bearable = r + over[active]
        narrow = np.where(r > 0, r - k * BIG, bearable - BIG * BIG // 4)
        widest = np.where(may, np.where(split[:, None], narrow, bearable), -BIG * BIG).argmax(1)
        pick = np.where(fit, best, widest)
        bearable = np.where(split & (r[line, pick] > 0), r[line, pick], bearable[line, pick])
        take = np.where(may[line, pick], np.minimum(z, bearable), 0)
        given = may[line, pick] & (fit | (take > 0))
        g, w = active[given], pick[given]
        out.append((at[g, w].astype(np.int32), place[piece[given]], take[given]))
        beyond = np.maximum(take[given] - rem[g, w], 0)
        over[g, w] -= beyond
        rem[g, w] -= take[given] - beyond
        slot[g, w] -= 1
        want[active] -= take
        finished = ~split | ~given | (want[active] == 0)
        spare[active] -= (given & ~finished).astype(np.int64)
        step = active[finished]
        now[step] += 1
        again = step[now[step] < end[step]]
        want[again] = load[rows[now[again]]]
        active = active[now[active] < end[active]]
    worker, where, amount = (np.concatenate(each) for each in zip(*out, strict=True))
    return no_pairs().joined(Pairs(worker, where, amount))
