"""Arrow columns from numpy: running keys, codes, lists, dates, and whole tables in the vocabulary's order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import TABLES, Code
from graph.tables import arrow_schema

Integers = npt.NDArray[np.integer[Any]]
"""Whole numbers of any width."""
DIGITS = 8
"""Digits of a running key: enough for twenty times the province."""


def numbered(prefix: str, numbers: Integers) -> pa.Array:
    """Keys like `H00000017` from positions counted from 0; null where the position is negative."""
    width = len(prefix) + DIGITS
    text = np.empty((len(numbers), width), np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    rest = numbers.astype(np.int64) + 1
    for place in range(width - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * width
    keys = pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text))
    if numbers.min(initial=0) < 0:
        keys = pa.compute.if_else(pa.array(numbers >= 0), keys, None)
    return keys


def running(prefix: str, count: int) -> pa.Array:
    """The keys of a table of this many rows."""
    return numbered(prefix, np.arange(count))


def chosen(values: Sequence[str | None] | pa.Array, index: Integers) -> pa.DictionaryArray:
    """A value for each row; null where the index is negative or the value is None."""
    dictionary = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    blank = np.array([not scalar.is_valid for scalar in dictionary]) if dictionary.null_count else None
    hidden = index < 0 if blank is None else (index < 0) | blank[index]
    if blank is not None:
        dictionary = dictionary.fill_null("")
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=hidden), dictionary)


def coded(codes: Sequence[Code], index: Integers) -> pa.DictionaryArray:
    """A code for each row by its position in the list; null where the position is negative."""
    return chosen([code.code for code in codes], index)


def listed(names: Sequence[str], bits: Integers) -> pa.DictionaryArray:
    """A `;`-separated list for each row from a bit set over the names; null where no bit is set."""
    present = np.flatnonzero(np.bincount(bits))
    lists = [";".join(name for bit, name in enumerate(names) if value >> bit & 1) or None for value in present.tolist()]
    position = np.zeros(present.max(initial=0) + 1, np.int32)
    position[present] = np.arange(len(present))
    return chosen(lists, position[bits])


def whole(numbers: Integers, blank: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers, null where blank."""
    return pa.array(numbers.astype(np.int64), mask=blank)


def dated(days: Integers, blank: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Dates from days since 1970, null where blank."""
    return pa.array(days.astype(np.int32), mask=blank).cast(pa.date32())


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.combine(day, time(), UTC)


def assembled(name: str, rows: int, /, **columns: Any) -> pa.Table:
    """A canonical table of the vocabulary; columns that are not given are blank."""
    schema = arrow_schema(TABLES[name])
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"table {name} has no column {', '.join(sorted(unknown))}")
    arrays = []
    for field in schema:
        values = columns.get(field.name)
        if values is None:
            values = pa.nulls(rows, field.type)
        elif isinstance(values, pa.DictionaryArray) and not pa.types.is_dictionary(field.type):
            values = values.dictionary_decode()
        arrays.append(values.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)
