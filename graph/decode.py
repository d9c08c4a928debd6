"""The columns of a snapshot back to Arrow: codes to their names, indices to keys, numbers that mean blank to nulls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES, codes_of
from graph.snapshot import NONE, Keys, Ragged


def texts(column: Keys) -> pa.Array:
    """Text with blanks as nulls."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def numbers(column: npt.NDArray[Any], blank: int = NONE) -> pa.Array:
    """Whole numbers with `blank` as null."""
    return pa.array(column, mask=column == blank)


def degrees(column: npt.NDArray[np.float64]) -> pa.Array:
    """Coordinates with NaN as null."""
    return pa.array(column, mask=np.isnan(column))


def days(column: npt.NDArray[np.int32], blank: int) -> pa.Array:
    """Dates of days counted from 1970-01-01, with `blank` as null."""
    return pa.array(column, mask=column == blank).cast(pa.date32())


def months(column: npt.NDArray[np.int32]) -> pa.Array:
    """Months such as 2026-12 of months counted from 1970-01, NONE as null."""
    return pa.array(np.datetime_as_string(column.astype("datetime64[M]")), pa.string(), mask=column == NONE)


def refs(column: npt.NDArray[np.int32], keys: Keys) -> pa.Array:
    """Keys that indices refer to, NONE as null."""
    return keys.take(numbers(column))


def coded_refs(column: npt.NDArray[np.int32], keys: Keys) -> pa.Array:
    """References into few keys, as a dictionary of those keys."""
    return pa.DictionaryArray.from_arrays(numbers(column), keys)


def codes(column: npt.NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    """Names of codes, which are positions in the list of names, NONE as null."""
    coded = pa.array(column.astype(np.int32), mask=column == NONE)
    return pa.DictionaryArray.from_arrays(coded, pa.array(names, pa.string()))


def coded(column: npt.NDArray[np.int8], table: str, name: str) -> pa.Array:
    """Codes of a column of the vocabulary."""
    return codes(column, codes_of(TABLES[table].column(name)))


def choice(types: npt.NDArray[np.int8], rows: npt.NDArray[np.int32], keys: Sequence[Keys]) -> pa.Array:
    """Keys of rows that stand in different tables: row i in the table `types[i]`."""
    starts = np.cumsum([0, *(len(each) for each in keys[:-1])])
    return pa.concat_arrays(keys).take(pa.array(starts[types] + rows))


def sets(bits: npt.NDArray[np.uint16], table: str, name: str) -> pa.Array:
    """Bit sets as `;`-joined codes, each distinct set written once."""
    names = codes_of(TABLES[table].column(name))
    found, rows = np.unique(bits, return_inverse=True)
    texts = [";".join(each for at, each in enumerate(names) if value >> at & 1) or None for value in found.tolist()]
    return _dictionary(rows, texts)


def lists(lists: Ragged, keys: Keys) -> pa.Array:
    """Lists of references as `;`-joined keys, each distinct list written once."""
    names, place = keys.to_pylist(), dict[bytes, int]()
    texts: list[str | None] = []
    rows = np.zeros(len(lists.offsets) - 1, np.int32)
    for row in range(len(rows)):
        each = lists[row]
        at = place.setdefault(each.tobytes(), len(texts))
        if at == len(texts):
            texts.append(";".join(names[one] for one in each.tolist()) or None)
        rows[row] = at
    return _dictionary(rows, texts)


def _dictionary(rows: npt.NDArray[Any], texts: Sequence[str | None]) -> pa.Array:
    blank = np.array([text is None for text in texts], bool)
    coded = pa.array(rows.astype(np.int32), mask=blank[rows] if len(rows) else None)
    return pa.DictionaryArray.from_arrays(coded, pa.array([text or "" for text in texts], pa.string()))
