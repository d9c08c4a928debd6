"""Rows of gaps as those see them who have no right to the cases: no figure, and nothing left of a sum, points at households."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from api.service.counting import FEW, rounded
from api.service.gaps import KeptFound, causes_of
from api.service.telling import Hides
from graph.gap_causes import HOUSEHOLDS, NEEDS
from graph.model import LEVELS
from graph.snapshot import VILLAGE

Rows = list[dict[str, Any]]

_LEVEL = {code.code: at for at, code in enumerate(LEVELS)}
_PART = {"needs": NEEDS[1:], "households": HOUSEHOLDS[1:]}
"""Tables that tell of people by kind, urgency or alert."""


def told_rows(found: KeptFound, name: str) -> Rows:
    """The table `needs` or `households` of gaps, its figures null where they would point at households, causes to the nearest five.

    Rows that would do so by their names alone are left out. Of single villages no row is told: the least of them are one
    household's.
    """
    level = _LEVEL[found.gaps.level]
    if level == VILLAGE:
        return []
    table: pa.Table = getattr(found.gaps, name)
    hides: Hides = getattr(found.telling, name)[level]
    numbers = hides.numbers(table, _PART[name])
    rows: Rows = table.to_pylist()
    for row in rows:
        row["causes"] = _near(row["causes"])
    untold = dict.fromkeys(each for each in table.column_names if each not in {"region", *_PART[name]})
    for at in np.flatnonzero(hides.among(numbers, hides.hides)).tolist():
        rows[at] |= untold
    alone = hides.among(numbers, hides.alone).tolist()
    return [row for row, left_out in zip(rows, alone, strict=True) if not left_out]


def told_worth(found: KeptFound) -> Rows:
    """The table `worth` of gaps where the row of `needs` tells of as many of its kind and urgency that are left as need not hide.

    Households that one more worker is for are told to the nearest five.
    """
    left = {(row["region"], row["kind"], row["urgency"]): row["needs_unmet"] for row in told_rows(found, "needs")}
    rows: Rows = found.gaps.worth.to_pylist()
    workers = [row | {"households": rounded(row["households"])} for row in rows if row["what"] == "worker"]
    return [row for row in rows if (left.get((row["region"], row["kind"], row["urgency"])) or 0) >= FEW] + workers


def told_causes(found: KeptFound) -> dict[str, list[tuple[str, int]]]:
    """The causes of a whole report: of places all, of needs and households none in a single village."""
    counts = causes_of(found.gaps)
    return (
        counts
        if found.gaps.level != LEVELS[VILLAGE].code
        else {name: [] for name in _PART} | {name: counts[name] for name in ("places", "workers")}
    )


def _near(causes: str | None) -> str | None:
    """Causes with their counts to the nearest five, those of hardly anybody left out."""
    if causes is None:
        return None
    return json.dumps({code: near for code, count in json.loads(causes).items() if (near := rounded(count))})
