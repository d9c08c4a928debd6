"""Columns of canonical tables as integers: codes, references, lists, numbers and days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph import snapshot as shape
from graph.model import Code
from graph.snapshot import FOREVER, LONG_AGO, NONE, Ragged

T = TypeVar("T")
_DAYS_TO = {"start": LONG_AGO, "end": FOREVER}


def code_index(column: pa.ChunkedArray, codes: tuple[Code, ...], blank: int = NONE) -> shape.Bytes:
    """Positions of coded values in their list; `blank` where the cell is null."""
    found = pc.index_in(plain(column), value_set=pa.array([code.code for code in codes], pa.string()))
    return as_numpy(pc.fill_null(found, blank), np.int8)


def key_index(column: Any, keys: shape.Keys) -> shape.Ints:
    """Positions of references in sorted keys; NONE where the cell is null or the key is not there."""
    if not len(column):
        return np.zeros(0, np.int32)
    return as_numpy(pc.fill_null(pc.index_in(plain(column), value_set=keys), NONE), np.int32)


def sorted_order(keys: shape.Keys) -> npt.NDArray[np.int64] | None:
    """Order of keys by their bytes; None when they already stand in it."""
    if len(keys) < 2 or pc.all(pc.less(keys[:-1], keys[1:])).as_py():
        return None
    return np.asarray(pc.sort_indices(keys), np.int64)


@dataclass(frozen=True)
class Rows:
    """Some rows of a table in some order; each column is put so when it is asked for, and no second table stands."""

    table: pa.Table
    at: pa.Array | None = None
    """Positions in the table; None for all of them as they stand."""

    def __getitem__(self, name: str) -> Any:
        column = self.table[name]
        return column if self.at is None else column.take(self.at)

    def __len__(self) -> int:
        return len(self.table if self.at is None else self.at)

    def __contains__(self, name: str) -> bool:
        return name in self.table.column_names


def by_key(table: pa.Table, key: str | None, some: pa.Array | None = None) -> Rows:
    """The rows, or some of them, in order of the bytes of their keys; a table of pairs, which has no key, as it stands."""
    rows = Rows(table, some)
    if key is None:
        return rows
    order = sorted_order(key_texts(rows[key]))
    if order is None:
        return rows
    at = pa.array(order)
    return Rows(table, at if some is None else some.take(at))


def plain(column: Any) -> Any:
    """The column as strings, whether it is in a dictionary or not."""
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def key_texts(column: Any) -> shape.Keys:
    """The column as one array of strings without nulls; a blank cell is an empty text."""
    texts = plain(column)
    joined = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    filled = pc.fill_null(joined, "")
    return pa.concat_arrays([filled]) if filled.offset else filled


def text_values(texts: Any, lists: Any) -> shape.Keys:
    """The distinct values of a column of texts and one of lists, sorted by their bytes; blanks are none."""
    listed, _ = _per_list(lists, lambda names: names)
    found = {*pc.unique(plain(texts)).to_pylist(), *(name for names in listed for name in names)}
    return pa.array(sorted((text for text in found if text), key=str.encode), pa.string())


def as_numpy(column: Any, kind: type[np.generic]) -> npt.NDArray[Any]:
    """A column without nulls as one contiguous numpy array of this type."""
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.ascontiguousarray(joined.to_numpy(zero_copy_only=False), kind)


def number(column: Any, blank: int = NONE, kind: type[np.generic] = np.int64) -> npt.NDArray[Any]:
    """Whole numbers; `blank` where the cell is null."""
    return as_numpy(pc.fill_null(column, blank), kind)


def leading_digits(column: Any, count: int) -> shape.Ints:
    """The first digits of codes as whole numbers; NONE where there are not so many."""
    digits = pc.utf8_slice_codeunits(pc.fill_null(plain(column), ""), 0, count)
    right = pc.match_substring_regex(digits, f"^[0-9]{{{count}}}$")
    return as_numpy(pc.cast(pc.if_else(right, digits, str(NONE)), pa.int32()), np.int32)


def flag(column: Any) -> shape.Bools:
    """Booleans; false where the cell is null."""
    return as_numpy(pc.fill_null(column, False), np.bool_)


def degrees(column: Any) -> shape.Floats:
    """Coordinates in degrees; NaN where the cell is null."""
    return as_numpy(pc.fill_null(column, float("nan")), np.float64)


def day(column: Any, blank: str) -> shape.Ints:
    """Days from 1970-01-01; where the cell is null, before every date (`start`) or after (`end`)."""
    return number(pc.cast(column, pa.int32()), _DAYS_TO[blank], np.int32)


def month(column: Any) -> shape.Ints:
    """Months from 1970-01 of texts such as 2026-12; NONE where the cell is null or no month."""
    texts = key_texts(column)
    good = pc.match_substring_regex(texts, "^[0-9]{4}-(0[1-9]|1[0-2])$")
    written = np.array(pc.if_else(good, texts, "1970-01").to_pylist(), "datetime64[M]").astype(np.int32)
    return np.where(as_numpy(good, np.bool_), written, NONE).astype(np.int32)


def _per_list(column: Any, parse: Callable[[list[str]], T]) -> tuple[list[T], npt.NDArray[np.int64]]:
    """Parse each distinct list once; returns the parsed lists (the blank one last) and each row's position."""
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = joined if pa.types.is_dictionary(joined.type) else joined.dictionary_encode()
    parsed = [parse(text.split(";") if text else []) for text in coded.dictionary.to_pylist()]
    rows = as_numpy(pc.fill_null(coded.indices, len(parsed)), np.int64)
    return [*parsed, parse([])], rows


def bits(column: Any, codes: tuple[Code, ...]) -> shape.Bits:
    """Lists of codes as bit sets: bit i is the i-th code of the list."""
    position = {code.code: at for at, code in enumerate(codes)}
    parsed, rows = _per_list(column, lambda names: sum({1 << position[name] for name in names}))
    return np.array(parsed, np.uint16)[rows]


def ragged(column: Any, keys: shape.Keys) -> Ragged:
    """Lists of references as sorted distinct indices."""
    lists, rows = _per_list(column, lambda names: names)
    # one look-up for all names: each call codes the keys anew
    found = key_index(pa.array([name for names in lists for name in names], pa.string()), keys)
    ends = np.cumsum([len(names) for names in lists])
    coded = [np.unique(part) for part in np.split(found, ends[:-1])]
    lengths = np.array([len(part) for part in coded], np.int64)
    starts, taken = np.cumsum(lengths) - lengths, lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    at = np.arange(offsets[-1]) - np.repeat(offsets[:-1], taken) + np.repeat(starts[rows], taken)
    return Ragged(offsets, np.concatenate(coded).astype(np.int32)[at])
