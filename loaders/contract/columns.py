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
from loaders.read.headers import likeliest
from loaders.read.raw import RawTable

_MISSPELLED = 0.75
"""How near a header must be to count as a column's misspelling, so that `unit` is not taken for `quantity`."""


def columns_missing(raw: RawTable, rows: pa.Table, existing: Existing) -> Iterator[Found]:
    """Required columns that the file lacks; a file that only updates rows of the graph may leave out those it does not misspell."""
    table = TABLES[raw.name]
    given = raw.cells.column_names
    missing = [
        column for column in table.columns if (column.required or column.type == "key") and column.name not in given
    ]
    if not missing:
        return
    unknown = [header for found in raw.found if found.code == "column_unknown" for header in found.texts]
    absent = [column.name for column in table.columns if column.name not in given]
    meant = {likeliest(header, table, absent, _MISSPELLED): header for header in reversed(unknown)}
    if table.key in given and _all_known(rows[table.key], raw.name, existing):
        # a column that is left out leaves what the graph has; one that is misspelled would lose what the file says
        missing = [column for column in missing if column.name in meant]
    for column in missing:
        hint = meant.get(column.name) or _misspelling(column, unknown)
        yield Found("column_missing", raw.file, raw.name, column.name, hints=hint)


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
