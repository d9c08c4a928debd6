"""Text in CSV that a spreadsheet program would run as a formula, and the quote mark that keeps it from doing so.

What is written with a quote mark is read without it, so that tables written out load as they were.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_RUNS = r"^'*[=+\-@\t\r]"
"""A quote mark of our own before the sign is shielded too, so that every text comes back as it was."""


def shielded(column: Any) -> Any:
    """A column of text with a quote mark before each cell that would run."""
    runs = pc.fill_null(pc.match_substring_regex(column, _RUNS), False)
    if not pc.any(runs).as_py():
        return column
    return pc.if_else(runs, pc.binary_join_element_wise(pa.scalar("'"), column, ""), column)


def unshielded(column: Any) -> Any:
    """The column as it was before `shielded`."""
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column  # by far the most columns, in a fraction of the time
    marked = pc.fill_null(pc.match_substring_regex(column, r"^'+[=+\-@\t\r]"), False)
    return pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column)


def unshielded_table(table: pa.Table) -> pa.Table:
    """A table of text cells, plain or in dictionaries, as it was before its columns were shielded."""
    for at, column in enumerate(table.columns):
        coded = pa.types.is_dictionary(column.type)
        values = column.unify_dictionaries().chunk(0).dictionary if coded and column.num_chunks else column
        if (coded and not column.num_chunks) or unshielded(values) is values:
            continue
        plain = unshielded(column.cast(pa.string()))
        table = table.set_column(at, table.field(at), plain.dictionary_encode().cast(column.type) if coded else plain)
    return table
