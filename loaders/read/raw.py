"""A table as its file has it: text cells, before any rule."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from graph.model import Column
from loaders.faults import FAULTS
from loaders.issues import Found, Rows

TEXT = pa.string()
CODED = pa.dictionary(pa.int32(), pa.string())
_FEW_KEYS = {"regions", "service_kinds", "organizations", "funds"}


@dataclass(frozen=True)
class RawTable:
    """The known columns of one file: blanks are null, cells are text, plain or dictionary-coded.

    `rows` holds the file's row of each row of `cells` (the header is row 1); None when they follow without a gap.
    `found` tells what reading itself met.
    """

    name: str
    file: str
    cells: pa.Table
    rows: Rows | None = None
    found: tuple[Found, ...] = field(default=())

    @property
    def readable(self) -> bool:
        """Whether the file could be read as a table at all."""
        return not any(FAULTS[each.code].whole and not each.column for each in self.found)

    @property
    def unread(self) -> frozenset[str]:
        """The columns that could not be read; their cells are null."""
        return frozenset(each.column for each in self.found if FAULTS[each.code].whole and each.column)

    def file_rows(self, at: Rows) -> Rows:
        """Rows in the file of these positions."""
        return at + 2 if self.rows is None else self.rows[at]


def text_type(column: Column) -> pa.DataType:
    """Plain text for what is mostly distinct, a dictionary for what repeats, so that each value is parsed once."""
    distinct = (
        column.type == "key" or column.secret or (column.type == "ref" and not _FEW_KEYS.issuperset(column.refers))
    )
    return TEXT if distinct else CODED


def unreadable(name: str, file: str, *found: Found) -> RawTable:
    """A table of which nothing could be read, and why."""
    return RawTable(name, file, pa.table({}), found=found)
