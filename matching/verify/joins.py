"""Joining columns: the entries of lists, and values by code."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs, Ragged


def entries(lists: Ragged, rows: Ints) -> tuple[Ints, Ints]:
    """All entries of the lists of some rows: the position in `rows` that each belongs to, and its value."""
    length = lists.lengths[rows]
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), length)
    start = np.cumsum(length) - length
    at = np.arange(int(length.sum())) - np.repeat(start, length) + np.repeat(lists.offsets[rows], length)
    return owner, lists.values[at]


def found_in(codes: Longs, values: Longs, wanted: Longs) -> Longs:
    """For each wanted code the value that stands with it, NONE where there is none."""
    if not len(codes):
        return np.full(len(wanted), NONE, np.int64)
    order = np.argsort(codes, kind="stable")
    at = order[np.minimum(np.searchsorted(codes[order], wanted), len(codes) - 1)]
    return np.where(codes[at] == wanted, values[at], NONE)


def among(wanted: Longs, codes: Longs) -> Bools:
    """Which of the wanted codes are among others; the sort is spared where nothing is wanted."""
    return np.isin(wanted, codes) if len(wanted) else np.zeros(0, bool)
