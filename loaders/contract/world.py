"""The files' rows beside what the graph already holds: what the rules between rows look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS, TABLES
from graph.tables import shipped_service_kinds
from loaders.contract.checked import CheckedTable, Existing
from loaders.contract.distinct import one_array, true
from loaders.issues import Rows

_LEVELS = pa.array([level.code for level in LEVELS])


@dataclass(frozen=True)
class Merged:
    """Rows of one table, those of the file first, then those that the graph alone has; `given` counts the first."""

    rows: pa.Table
    given: int

    @property
    def count(self) -> int:
        """Number of all rows."""
        return int(self.rows.num_rows)


@dataclass(frozen=True)
class World:
    """Tables of the files by name, what exists beside them, and which tables could not be read.

    `bound_to` is the region within which whoever loads them works; None is everywhere.
    """

    parts: Mapping[str, CheckedTable]
    existing: Existing
    unread: frozenset[str] = frozenset()
    bound_to: str | None = None
    today: dt.date = field(default_factory=dt.date.today)

    def column(self, table: str, column: str) -> pa.Array:
        """A column of a file; where the file lacks it, what the graph holds for the same keys."""
        part = self.parts[table]
        key = TABLES[table].key
        if column in part.present or key is None or not self.existing.count(table):
            return plain(part.rows[column])
        keys = plain(part.rows[key])
        held = self.existing.rows(table, (key, column), key, keys)
        return plain(held[column]).take(pc.index_in(keys, value_set=plain(held[key])))

    def merged(self, table: str, *columns: str) -> Merged:
        """The key and these columns of the file's rows and of those in the graph that the file does not name."""
        key = _key(table)
        names = (key, *columns)
        held = self.held(table, names)
        if table not in self.parts:
            return Merged(held, 0)
        given = pa.table({name: self.column(table, name) for name in names})
        others = held.filter(pc.invert(pc.is_in(plain(held[key]), value_set=given[key].combine_chunks())))
        return Merged(pa.concat_tables([given, others]), given.num_rows)

    def held(self, table: str, columns: tuple[str, ...]) -> pa.Table:
        """Columns of all rows in the graph; the shipped list where there are no service kinds anywhere."""
        key = columns[0]
        rows = self.existing.rows(table, columns, key, None)
        if table == "service_kinds" and not rows.num_rows and table not in self.parts:
            rows = shipped_service_kinds().select(list(columns))
        return pa.table({name: plain(rows[name]) for name in columns})

    def missing(self, keys: pa.Array, table: str) -> np.ndarray:
        """Which keys, blank ones apart, stand neither in the file nor in the graph."""
        name = _key(table)
        gone = true(keys.is_valid())
        if table in self.parts:
            gone &= ~true(pc.is_in(keys, value_set=self.keys[table]))
        if gone.any() and self.existing.count(table):
            asked = keys.filter(pa.array(gone)).unique()
            held = plain(self.existing.rows(table, (name,), name, asked)[name])
            gone &= ~true(pc.is_in(keys, value_set=held))
        return gone

    @cached_property
    def keys(self) -> dict[str, pa.Array]:
        """Keys of each file as one array."""
        return {name: plain(part.rows[TABLES[name].key]) for name, part in self.parts.items() if TABLES[name].key}

    @cached_property
    def places(self) -> Merged:
        """Every place with its level and parent."""
        return self.merged("regions", "level", "parent")

    @cached_property
    def place_levels(self) -> np.ndarray:
        """Level of each place as a number from 0 for the province, -1 where it is blank or at fault."""
        return np.asarray(pc.index_in(self.places.rows["level"], value_set=_LEVELS).fill_null(-1), np.int8)

    def place_index(self, codes: pa.Array) -> np.ndarray:
        """Position of each code in `places`, -1 where there is none."""
        found = pc.index_in(codes, value_set=self.places.rows["code"].combine_chunks(), skip_nulls=True)
        return np.asarray(found.fill_null(-1), np.int64)

    def inside(self, region: str) -> pa.Array:
        """Codes of a region and of everything within it."""
        codes = self.places.rows["code"].combine_chunks()
        parent = self.place_index(self.places.rows["parent"].combine_chunks())
        mine = true(pc.equal(codes, region))
        for _level in range(len(LEVELS) - 1):
            mine |= np.append(mine, False)[parent]
        return codes.filter(pa.array(mine))

    def file_rows(self, table: str, at: Rows) -> pa.Array:
        """Rows in the file of these positions, as text."""
        return pa.array(self.parts[table].file_rows[at]).cast(pa.string())


def _key(table: str) -> str:
    """The key of a table that others refer to."""
    return TABLES[table].key or ""


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array, dictionaries decoded."""
    joined = one_array(column) if isinstance(column, pa.ChunkedArray) else column
    return joined.cast(joined.type.value_type) if pa.types.is_dictionary(joined.type) else joined
