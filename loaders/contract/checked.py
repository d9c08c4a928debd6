"""What a check gives back, and what it asks of a graph that already holds rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from graph.offers import GivenAt
from graph.stored import HOUSEKEEPING
from graph.tables import arrow_schema
from loaders.issues import Issues, Rows

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CheckedTable:
    """One checked file: its canonical table, and which columns the file had.

    A column that the file lacks is null throughout `rows` and not in `present`: a second load leaves it as it is,
    while a null in a present column clears. `bad` marks rows with an error; `file_rows` are their rows in the file.
    """

    file: str
    rows: pa.Table
    present: tuple[str, ...]
    file_rows: Rows
    bad: Bools


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: the tables in the order in which rows may refer to one another, and the issues."""

    parts: Mapping[str, CheckedTable]
    issues: Issues

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Canonical tables by name."""
        return {name: part.rows for name, part in self.parts.items()}

    @property
    def present(self) -> dict[str, tuple[str, ...]]:
        """The columns that each file had."""
        return {name: part.present for name, part in self.parts.items()}

    @property
    def ok(self) -> bool:
        """Whether nothing hinders writing: there may be warnings and notices, but no error."""
        return not self.issues.errors


class Existing(Protocol):
    """What the graph already holds, asked for piece by piece; rows loaded before may be referred to."""

    def count(self, table: str) -> int:
        """How many rows of the table there are."""
        ...

    def rows(self, table: str, columns: Sequence[str], by: str, keys: pa.Array | None) -> pa.Table:
        """These columns (canonical types) of the rows whose `by` is among `keys`; of all rows when `keys` is None."""
        ...

    def given(self, offers: Sequence[str]) -> Sequence[GivenAt]:
        """What published assignments take from these offers, by offer and place."""
        ...


@dataclass(frozen=True)
class Held:
    """Existing rows from canonical tables in memory; what only a graph keeps beside them is blank unless it is given."""

    tables: Mapping[str, pa.Table]
    published: Sequence[GivenAt] = ()

    def count(self, table: str) -> int:
        return self.tables[table].num_rows if table in self.tables else 0

    def rows(self, table: str, columns: Sequence[str], by: str, keys: pa.Array | None) -> pa.Table:
        whole = self.tables.get(table)
        if whole is None:
            whole = arrow_schema(TABLES[table]).empty_table()
        chosen = whole if keys is None else whole.filter(pc.is_in(whole[by], value_set=keys))
        for name in HOUSEKEEPING.keys() & set(columns) - set(chosen.column_names):
            chosen = chosen.append_column(name, pa.nulls(len(chosen), HOUSEKEEPING[name]))
        return chosen.select(list(columns))

    def given(self, offers: Sequence[str]) -> Sequence[GivenAt]:
        return [each for each in self.published if each.offer in offers]


NOTHING = Held({})
"""An empty graph."""
