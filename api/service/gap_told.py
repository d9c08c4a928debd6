"""Rows of gaps as those see them who have no right to the cases: no figure, and nothing left of a sum, points at households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from api.service.counting import withheld
from api.service.hiding import few_of, hidden
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
    the summary less what is told is no such number either. Where that takes all rows of a region and the summary itself is few,
    they are left out, since they would tell whose kind, urgency or alert it is. Of single villages no row is told: the least
    of them are one household's.
    """
    if gaps.level == LEVELS[VILLAGE].code:
        return []
    table: pa.Table = getattr(gaps, name)
    found: Rows = table.to_pylist()
    figures = {figure: table[figure].to_numpy() for figure in _COUNTED[name]}
    summed = [figures[figure] for figure in _SUMMED[name]]
    region = table["region"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    hides = hidden(few_of(list(figures.values())), summed, [region])
    for at in np.flatnonzero(hides).tolist():
        found[at] |= dict.fromkeys((*_COUNTED[name], *(unit for unit in _UNITS if unit in found[at]), "causes"))
    alone = _alone(hides, summed, region)
    return [row for row, left_out in zip(found, alone.tolist(), strict=True) if not left_out]


def _alone(hides: Bools, summed: Sequence[Longs], region: Longs) -> Bools:
    """Rows of regions that hide all of theirs and in whose sum they do not hide."""
    rows = np.bincount(region)
    few = np.any([withheld(np.bincount(region, values).astype(np.int64), rows) for values in summed], axis=0)
    found: Bools = (few & (np.bincount(region, hides) == rows))[region]
    return found
