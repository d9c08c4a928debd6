"""Text in CSV that a spreadsheet program would run as a formula, and the quote mark that keeps it from doing so."""

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
    marked = pc.fill_null(pc.match_substring_regex(column, r"^'+[=+\-@\t\r]"), False)
    if not pc.any(marked).as_py():
        return column
    return pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column)
