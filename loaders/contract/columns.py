"""The columns that a table must have are there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES, Column
from loaders.contract.checked import Existing
from loaders.contract.distinct import true
from loaders.contract.world import plain
from loaders.issues import Found
from loaders.read.raw import RawTable


def columns_missing(raw: RawTable, rows: pa.Table, existing: Existing) -> Iterator[Found]:
    """Required columns that the file lacks; a file that only updates rows of the graph may leave them out."""
    table = TABLES[raw.name]
    given = raw.cells.column_names
    missing = [
        column for column in table.columns if (column.required or column.type == "key") and column.name not in given
    ]
    if not missing or (table.key in given and _all_known(rows[table.key], raw.name, existing)):
        return
    unknown = [header for found in raw.found if found.code == "column_unknown" for header in found.texts]
    for column in missing:
        yield Found("column_missing", raw.file, raw.name, column.name, hints=_misspelling(column, unknown))


def _all_known(keys: pa.ChunkedArray, table: str, existing: Existing) -> bool:
    if not existing.count(table):
        return False
    name = TABLES[table].key or ""
    asked = plain(keys)
    held = existing.rows(table, (name,), name, asked)
    return bool(np.all(true(pc.is_in(asked, value_set=plain(held[name])))))


def _misspelling(column: Column, headers: list[str]) -> str:
    """The unknown header that is likeliest meant for the column; blank when none is near."""
    lower = {header.lower(): header for header in headers}
    near = [
        found for name in (column.name, column.zh) for found in difflib.get_close_matches(name, lower, n=1, cutoff=0.5)
    ]
    return lower[near[0]] if near else ""
