"""Rows without a word in them are no rows; the others keep their numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.issues import Found, Rows
from loaders.read.raw import RawTable


def without_blank_rows(raw: RawTable) -> RawTable:
    """The table without its blank rows, with a notice of those that stand between others."""
    count = raw.cells.num_rows
    blank = np.arange(count)
    for column in raw.cells.columns if raw.cells.num_columns else ():
        blank = blank[_blank(column.take(pa.array(blank)) if len(blank) < count else column)]
        if not len(blank):
            return raw
    kept = np.ones(count, np.bool_)
    kept[blank] = False
    last = np.flatnonzero(kept)[-1] if kept.any() else -1
    within = raw.file_rows(blank[blank < last])
    notice = (Found("row_blank", raw.file, raw.name, rows=within[:1], count=len(within)),) if len(within) else ()
    rows = raw.file_rows(np.flatnonzero(kept))
    return replace(raw, cells=raw.cells.filter(pa.array(kept)), rows=rows, found=(*raw.found, *notice))


def _blank(cells: pa.ChunkedArray) -> Rows:
    """Positions of cells with nothing or spaces alone."""
    if pa.types.is_dictionary(cells.type):  # whose texts may be few and long
        parts = [_without_word(each.dictionary).take(each.indices).fill_null(True) for each in cells.chunks]
        return np.flatnonzero(pa.chunked_array(parts, pa.bool_()).to_numpy())
    return np.flatnonzero(_without_word(cells).to_numpy())


def _without_word(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return pc.equal(pc.utf8_trim_whitespace(texts.fill_null("")), "")
