"""Which rows of a table hide, so that what is left of a sum, once the others are taken from it, points at no household."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from api.service.counting import withheld
from graph.snapshot import NONE, Bools, Longs


def few_of(figures: Sequence[Longs]) -> Bools:
    """Rows of which a figure is withheld."""
    found: Bools = np.any([withheld(values) for values in figures], axis=0)
    return found


def hidden(few: Bools, summed: Sequence[Longs], groups: Sequence[Longs]) -> Bools:
    """The few rows, and of each group whose sum is told further ones, the smallest that do, until what they hide is not few.

    Where nothing does, all of the group hide. A group is a number for each row, NONE for rows of none; several ways of
    grouping the same rows all hold. The first of the figures that are `summed` is the whole, of which each row holds one;
    of the others, its parts, a row may hold none.
    """
    found = few
    while True:
        more = found
        for group in groups:
            more = _hidden_in(more, summed, group)
        if (more == found).all():
            return found
        found = more


def with_one(few: Bools, whole: Longs, group: Longs) -> Bools:
    """The few rows, and the smallest of each group that has none, so that the rows of a sum that hides do not add up to it."""
    rows = np.flatnonzero((group != NONE) & ~np.isin(group, group[few]))
    rows = rows[np.lexsort((whole[rows], group[rows]))]
    found = few.copy()
    found[rows[np.flatnonzero(np.diff(group[rows], prepend=NONE))]] = True
    return found


def _hidden_in(hidden: Bools, summed: Sequence[Longs], group: Longs) -> Bools:
    """The same of one way of grouping: in each group the hidden rows first, then the others by size, up to the first sum that does."""
    touched = np.unique(group[hidden & (group != NONE)])
    rows = np.flatnonzero(np.isin(group, touched) & (hidden | (summed[0] > 0)))
    if not len(rows):
        return hidden
    rows = rows[np.lexsort((summed[0][rows], ~hidden[rows], group[rows]))]
    starts = np.flatnonzero(np.diff(group[rows], prepend=NONE))
    sizes = np.diff(starts, append=len(rows))
    nth = np.arange(len(rows)) - np.repeat(starts, sizes) + 1
    enough = nth >= np.repeat(np.add.reduceat(hidden[rows].astype(np.int64), starts), sizes)
    for at, values in enumerate(summed):
        sums = np.cumsum(values[rows])
        before = sums[starts] - values[rows][starts]
        enough &= ~withheld(sums - np.repeat(before, sizes), 1 if at else nth)
    last = np.minimum.reduceat(np.where(enough, nth, len(rows)), starts)
    found = hidden.copy()
    found[rows[nth <= np.repeat(last, sizes)]] = True
    return found
