"""Rows of gaps as those see them who have no right to the cases: no figure, and nothing left of a sum, points at households."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from api.service.counting import FEW
from graph.gaps import Gaps
from graph.model import LEVELS
from graph.snapshot import VILLAGE, Bools, Longs

Rows = list[dict[str, Any]]

_COUNTED = {"needs": ("needs", "needs_met", "needs_unmet"), "households": ("needing", "cared_for", "helped", "without")}
"""Tables that tell of people by kind, urgency or alert, and their figures that count needs or households."""
_UNITS = ("units", "units_met", "units_unmet")
_SUMMED = {"needs": ("needs", "needs_met", "needs_unmet"), "households": ("needing", "cared_for", "without")}
"""Those whose sum over a region stands in the summary, or follows from it."""


def told_rows(gaps: Gaps, name: str) -> Rows:
    """The table `needs` or `households` of gaps, its figures null where they would point at households.

    Withheld are the figures of a row of which one is from 1 to 4, and of further rows of its region, the smallest that do, until
    the summary less what is told is no such number either. Of single villages no row is told: the least of them are one
    household's.
    """
    if gaps.level == LEVELS[VILLAGE].code:
        return []
    table: pa.Table = getattr(gaps, name)
    found: Rows = table.to_pylist()
    figures = {figure: table[figure].to_numpy() for figure in _COUNTED[name]}
    region = table["region"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(region, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(region[order])) + 1):
        mine = {figure: values[rows] for figure, values in figures.items()}
        for at in rows[_hidden(mine, _SUMMED[name])].tolist():
            found[at] |= dict.fromkeys((*_COUNTED[name], *(unit for unit in _UNITS if unit in found[at]), "causes"))
    return found


def _hidden(figures: dict[str, Longs], summed: tuple[str, ...]) -> Bools:
    """Rows of one region whose figures are not told."""
    hidden: Bools = np.any([(values > 0) & (values < FEW) for values in figures.values()], axis=0)
    whole = figures[summed[0]]
    while hidden.any() and any(_points(figures[name][hidden]) for name in summed):
        others = np.flatnonzero(~hidden & (whole > 0))
        if not len(others):
            break  # all are withheld, and the summary stands alone
        hidden[others[np.argmin(whole[others])]] = True
    return hidden


def _points(values: Longs) -> bool:
    """Whether the sum of what several rows do not tell points at households: where each holds one, the rest must not be few."""
    return 0 < int(values.sum()) < FEW + len(values) - 1
