"""The first load of an empty graph: canonical tables as input files of Neo4j's own import tool.

The import is whole or nothing. What it leaves names itself a load under way, so that no reader takes the graph for
finished before `graph.load_record.finish_import` made the constraints; whoever finds it so may do that, nothing else is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, starmap
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.difference import given_links
from graph.load_record import Load
from graph.local import ImportFiles
from graph.model import TABLES
from graph.schema import NAME, NODE_TABLES, SCHEMA, Edge, edges_of, key_of
from graph.stored import property_types

_STRETCH = 100_000
_OWN = 2
"""Nodes that no table brings: the graph's own and the load's."""
_ENDS = [":START_ID", ":END_ID"]
_TYPES = {
    pa.int64(): "long",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "datetime",
}


@dataclass(frozen=True)
class InputFiles:
    """What the import tool is given; `broken_lines` says that a cell holds more lines than one."""

    nodes: tuple[ImportFiles, ...]
    relationships: tuple[ImportFiles, ...]
    broken_lines: bool


def write_files(tables: Mapping[str, pa.Table], folder: Path, load: Load, key: str) -> InputFiles:
    """Write canonical tables, secrets sealed, as CSV for the import tool; beside them the graph's own node and the load's.

    `key` is the fingerprint of the key that sealed them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in NODE_TABLES if name in tables]
    first = accumulate((len(tables[name]) for name in names), initial=_OWN)
    numbers = _Numbers(tables, dict(zip(names, first, strict=False)))  # the last is where another table would begin
    with ThreadPoolExecutor(2) as pool:
        nodes = pool.map(lambda name: _node_file(name, tables[name], numbers, load.actor, folder), names)
        edges = [edge for name in names for edge in edges_of(name)]
        relationships = pool.map(lambda edge: _edge_file(edge, tables[edge.table], numbers, folder), edges)
        roads = [_road_file(tables["travel"], numbers, load.actor, folder)] if "travel" in tables else []
        of_nodes, of_relationships = [*_own_files(folder, load, key), *nodes], [*relationships, *roads]
        return InputFiles(
            tuple(each.files for each in of_nodes),
            tuple(each.files for each in of_relationships),
            any(each.broken_lines for each in (*of_nodes, *of_relationships)),
        )


@dataclass(frozen=True)
class _Numbers:
    """The number of each node in the store, which the tool then need not look up: tables one after the other, row by row."""

    tables: Mapping[str, pa.Table]
    first: Mapping[str, int]

    def of_rows(self, table: str, start: int, rows: int) -> pa.Array:
        """The numbers of so many rows of a table."""
        first = self.first[table] + start
        return pa.array(np.arange(first, first + rows, dtype=np.int64))

    def named(self, table: str, keys: Any) -> Any:
        """The numbers of the rows with these keys."""
        at = pc.index_in(pc.cast(keys, pa.string()), value_set=self.tables[table][key_of(table)].combine_chunks())
        return pc.add(pc.cast(at, pa.int64()), self.first[table])


@dataclass(frozen=True)
class _Written:
    files: ImportFiles
    broken_lines: bool


def _node_file(table: str, rows: pa.Table, numbers: _Numbers, actor: str, folder: Path) -> _Written:
    key = key_of(table)
    kinds = {name: kind for name, kind in property_types(table).items() if name in rows.column_names}
    headers = [":ID", key, *map(_header, kinds, kinds.values()), "version:long", "actor"]

    def named(start: int, part: pa.Table) -> pa.Table:
        own = [pc.cast(part[key], pa.string()), *(_cells(part[name], kind) for name, kind in kinds.items())]
        number = numbers.of_rows(table, start, len(part))
        return pa.table([number, *own, _all(len(part), 1), _all(len(part), actor)], names=headers)

    return _write(TABLES[table].label, starmap(named, _stretches(rows)), folder / f"{table}.csv")


def _cells(column: Any, kind: pa.DataType) -> Any:
    """A canonical column as the import tool reads it."""
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    return pc.cast(column, kind)


def _edge_file(edge: Edge, rows: pa.Table, numbers: _Numbers, folder: Path) -> _Written:
    key = key_of(edge.table)
    numbered = rows.set_column(rows.column_names.index(key), key, numbers.of_rows(edge.table, 0, len(rows)))
    pairs = given_links(edge, numbered)
    ends = [pairs["from"], numbers.named(edge.target, pairs["to"])]
    found = pa.table(ends[::-1] if edge.inward else ends, names=_ENDS)
    return _write(edge.type, [found], folder / f"{edge.table}-{edge.column}-{edge.target}.csv")


def _stretches(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The rows, so many at a time, at least once: as text they take several times the room of canonical ones."""
    for start in range(0, max(len(rows), 1), _STRETCH):
        yield start, rows.slice(start, _STRETCH)


def _road_file(rows: pa.Table, numbers: _Numbers, actor: str, folder: Path) -> _Written:
    ends = [numbers.named("regions", rows[name]) for name in ("from", "to")]
    found = pa.table([*ends, rows["minutes"], _all(len(rows), actor)], names=[*_ENDS, "minutes:long", "actor"])
    return _write("ROAD", [found], folder / "travel.csv")


def _own_files(folder: Path, load: Load, key: str) -> tuple[_Written, ...]:
    """The graph's own node, which says that this load is under way, and the load's."""
    state = {
        ":ID": [0],
        "name": [NAME],
        "schema:long": [SCHEMA],
        "revision:long": [0],
        "data_version:long": [1],
        "regions_version:long": [1],
        "loading": [load.load],
        "key": [key],
    }
    record = {
        ":ID": [1],
        "load": [load.load],
        "actor": [load.actor],
        "source": [load.source],
        "host": [load.host],
        "way": [load.way],
        "state": ["running"],
        "started_at:datetime": _cells(pa.array([load.started_at]), pa.timestamp("us", tz="UTC")),
        "version:long": [1],
    }
    return (
        _write("Graph", [pa.table(state)], folder / "graph.csv"),
        _write("Load", [pa.table(record)], folder / "load.csv"),
    )


def _header(name: str, kind: pa.DataType) -> str:
    return name if kind == pa.string() else f"{name}:{_TYPES[kind]}"


def _all(rows: int, value: object) -> pa.Array:
    return pa.repeat(pa.scalar(value), rows)


def _write(name: str, stretches: Iterable[pa.Table], path: Path) -> _Written:
    rows, writer = 0, None
    for part in stretches:
        writer = writer or csv.CSVWriter(path, part.schema)
        writer.write_table(part)
        rows += len(part)
    if writer is not None:
        writer.close()
    return _Written(ImportFiles(name, (path,)), _lines(path) > rows + 1)


def _lines(path: Path) -> int:
    """How many characters that end a line a file holds."""
    content = np.memmap(path, np.uint8, "r")
    parts = (content[start : start + (1 << 24)] for start in range(0, len(content), 1 << 24))
    return sum(int(np.count_nonzero((part == ord("\n")) | (part == ord("\r")))) for part in parts)
