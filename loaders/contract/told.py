"""One cell has one error, the first that is found in it, in the file, in the cell or between rows; and a row at fault no doubts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from loaders.contract.distinct import Bools
from loaders.issues import Found, Rows


def rows_at_fault(found: Iterable[Found], file_rows: Rows) -> Bools:
    """Which of these rows of a file have an error."""
    bad = np.zeros(len(file_rows), np.bool_)
    for _cell, rows in _cells(found):
        bad |= np.isin(file_rows, rows)
    return bad


def unsaid(later: Iterable[Found], earlier: Sequence[Found]) -> list[Found]:
    """The later findings without errors of cells or whole columns that have one of the earlier errors."""
    told: dict[tuple[str, str], list[Rows]] = {}
    columns = {(each.file, each.column) for each in earlier if each.column and each.rows is None}
    for column, rows in _cells(earlier):
        told.setdefault(column, []).append(rows)
    left = [each for each in later if each.severity != "error" or (each.file, each.column) not in columns]
    return [rest for each in left if (rest := _without(each, told.get((each.file, each.column), []))) is not None]


def without_moot(found: Iterable[Found], at_fault: Mapping[str, Rows]) -> list[Found]:
    """The findings without doubts about what writing a row would do where an error keeps the row out, by file."""
    kept = (
        each if each.severity == "error" or each.rows is None else _only(each, ~np.isin(each.rows, at_fault[each.file]))
        for each in found
    )
    return [each for each in kept if each is not None]


def _cells(found: Iterable[Found]) -> Iterator[tuple[tuple[str, str], Rows]]:
    """File and column of each error of single cells, and their rows."""
    for each in found:
        if each.severity == "error" and each.column and each.rows is not None:
            yield (each.file, each.column), each.rows


def _without(found: Found, told: list[Rows]) -> Found | None:
    """A finding without these rows; None when nothing is left of it."""
    if not told or found.rows is None or found.severity != "error":
        return found
    return _only(found, ~np.isin(found.rows, np.concatenate(told)))


def _only(found: Found, kept: Bools) -> Found | None:
    """A finding of these of its rows alone; None when there are none."""
    if kept.all():
        return found
    mask = pa.array(kept)
    values, hints, hints_zh = (
        cells if cells is None or isinstance(cells, str) else cells.filter(mask)
        for cells in (found.values, found.hints, found.hints_zh)
    )
    rows = None if found.rows is None else found.rows[kept]
    left = replace(found, rows=rows, values=values, hints=hints, hints_zh=hints_zh)
    return left if kept.any() else None
