"""What one rule found in one column of a table, by position."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from loaders.issues import Rows


@dataclass(frozen=True)
class Finding:
    """Positions in a table at fault in a column; `values` and `hints` are as long, or one text for all.

    `hints_zh` are the hints of the Chinese texts where they are others. A notice stands for `count` cells and names
    the first position alone.
    """

    code: str
    table: str
    column: str
    at: Rows
    values: pa.Array | str = ""
    hints: pa.Array | str = ""
    count: int = 1
    hints_zh: pa.Array | str | None = None
