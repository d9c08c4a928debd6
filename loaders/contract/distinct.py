"""A column as distinct values and positions, so that each value is judged once however often it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loaders.issues import Rows

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Distinct:
    """Row i holds `values[index[i]]`, blank where the index is -1; without an index, row i holds `values[i]`."""

    values: pa.StringArray
    index: npt.NDArray[np.int32] | None

    def spread(self, per_value: Bools) -> Bools:
        """A mask over values as a mask over rows."""
        if self.index is None:
            return per_value
        return np.append(per_value, False)[self.index]

    def rows(self, per_value: Bools) -> Rows:
        """Rows whose value is marked."""
        if not per_value.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.spread(per_value))

    def at(self, per_value: pa.Array, rows: Rows) -> pa.Array:
        """What belongs to the values of these rows, dictionary-coded where the column is."""
        if self.index is None:
            return per_value.take(pa.array(rows))
        return pa.DictionaryArray.from_arrays(pa.array(self.index[rows]), per_value)

    def whole(self, per_value: pa.Array, kind: pa.DataType) -> pa.Array:
        """A column of this Arrow type from what belongs to each value."""
        if self.index is None:
            return per_value.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else per_value.cast(kind)
        index = pa.array(self.index, mask=self.index < 0)
        if not pa.types.is_dictionary(kind):
            return per_value.cast(kind).take(index)
        # several spellings of one value become one entry, and blanks no entry
        coded = per_value.dictionary_encode()
        merged = coded.indices.take(index)
        return pa.DictionaryArray.from_arrays(merged.cast(pa.int32()), coded.dictionary).cast(kind)


def distinct(cells: pa.ChunkedArray) -> Distinct:
    """The distinct values of a dictionary-coded column, or the values of a plain one."""
    joined = one_array(cells)
    if not pa.types.is_dictionary(joined.type):
        return Distinct(joined, None)
    index = joined.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Distinct(joined.dictionary, index)


def true(mask: pa.Array) -> Bools:
    """An Arrow mask as numpy; null is False."""
    return np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)


def one_array(cells: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, copied only when it is in several."""
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()
