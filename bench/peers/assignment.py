"""SciPy's assignment."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.peers.pairs import Pairs
from graph.snapshot import Bools
from matching.ranges import expand


def by_assignment(pairs: Pairs) -> Bools:
    """A dense matrix, in which an offer stands once for each unit that its pairs may use."""
    slots = pairs.slots
    start = np.cumsum(slots) - slots
    matrix = np.zeros((len(pairs.level), int(slots.sum())))
    row, column = expand(start[pairs.offer], start[pairs.offer] + slots[pairs.offer])
    matrix[pairs.need[row], column] = pairs.worth[row]
    need, slot = linear_sum_assignment(matrix, maximize=True)
    met = matrix[need, slot] > 0
    offer = np.repeat(np.arange(len(slots)), slots)[slot[met]]
    wanted = need[met].astype(np.int64) * len(slots) + offer
    return np.isin(pairs.need.astype(np.int64) * len(slots) + pairs.offer, wanted)
