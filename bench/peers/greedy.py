"""Greedy in compiled code: what many systems do, fast, and the one peer that is not exact."""

from __future__ import annotations

import numba
import numpy as np

from bench.peers.pairs import Pairs
from graph.snapshot import Bools, Longs
from matching.ranges import offsets


def by_greedy(pairs: Pairs) -> Bools:
    """Needs level by level; each takes the nearest offer with a unit left."""
    nearest = np.lexsort((pairs.offer, pairs.minutes, pairs.need))
    start = offsets(pairs.need, len(pairs.level))
    turn = np.argsort(pairs.level, kind="stable")
    taken = np.zeros(len(pairs.need), bool)
    _hand_out(turn, start, nearest, pairs.offer[nearest].astype(np.int64), pairs.slots, taken)
    return taken


def _one_by_one(turn: Longs, start: Longs, nearest: Longs, offer: Longs, left: Longs, taken: Bools) -> None:
    for need in turn:
        for at in range(start[need], start[need + 1]):
            if left[offer[at]] > 0:
                left[offer[at]] -= 1
                taken[nearest[at]] = True
                break


_hand_out = numba.njit("void(i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], b1[::1])")(_one_by_one)
"""Compiled as the module is imported, before anything is measured."""
