"""Rows as the graph holds them, read by their keys as Arrow columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.model import TABLES, Column
from graph.queries import query
from graph.schema import ID_HASH, Edge, edges_of, key_of, properties_of, statement
from graph.tables import arrow_type

BATCH = 10_000
"""Keys in one question, rows in one transaction."""
READERS = 2
"""Threads that read at once."""

_DAYS, _MOMENT = pa.date32(), pa.timestamp("us", tz="UTC")
HOUSEKEEPING = {"version": pa.int64(), "closed_on": _DAYS, "edited_at": _MOMENT, "paused": pa.bool_()}
"""Properties beside a row's own: how often it was written, since when it is closed, when it was edited in the program,
and whether its provider paused it."""

PAIRS = pa.schema([("from", pa.string()), ("to", pa.string())])


def property_types(table: str) -> dict[str, pa.DataType]:
    """Arrow type of each property of a label's nodes but the key; lists are `;`-joined texts, which lie within the node's row."""
    types = {column.name: _property_type(column) for column in properties_of(table)}
    if table == "persons":
        types[ID_HASH] = pa.string()
    return types


def stored_rows(graph: Graph, table: str, keys: pa.Array, names: list[str]) -> pa.Table:
    """These properties and the housekeeping of the nodes with these keys; keys that the graph lacks have no row."""
    shape = _Shape(table, names)
    text = statement("read_rows", label=TABLES[table].label, key=key_of(table))
    return _together(keys, lambda batch: shape.rows(graph.columns(text, keys=batch, **shape.asked)), shape.schema)


class _Shape:
    """How the properties of a label's nodes are asked for and come back: days and moments as numbers, the rest plain."""

    def __init__(self, table: str, names: Sequence[str]) -> None:
        types = {name: kind for name, kind in property_types(table).items() if name in names} | HOUSEKEEPING
        self.schema = pa.schema([(key_of(table), pa.string()), *types.items()])
        self.asked = {
            "days": [name for name, kind in types.items() if kind == _DAYS],
            "moments": [name for name, kind in types.items() if kind == _MOMENT],
        }
        self.asked["plain"] = [name for name in types if name not in {*self.asked["days"], *self.asked["moments"]}]

    def rows(self, answer: dict[str, list[Any]]) -> pa.Table:
        """An answer as Arrow columns."""
        names = self.schema.names[1:]
        cells = {
            name: cells
            for sort, found in self.asked.items()
            for name, cells in zip(found, answer[sort][0], strict=True)
        }
        columns = [
            _arrow(answer["key"][0], pa.string()),
            *(_arrow(cells[name], self.schema.field(name).type) for name in names),
        ]
        return pa.Table.from_arrays(columns, schema=self.schema)


def stored_links(graph: Graph, edge: Edge, keys: pa.Array) -> pa.Table:
    """Pairs `from`, `to` of keys that this kind of relationship joins, for the rows with these keys."""
    text = statement("read_links", **edge.names)
    return _together(keys, lambda batch: _pairs(graph.columns(text, keys=batch)), PAIRS)


def sources_of(graph: Graph, edge: Edge, targets: pa.Array) -> pa.Table:
    """The same pairs, for the targets with these keys."""
    text = statement("read_sources", **edge.names)
    return _together(targets, lambda batch: _pairs(graph.columns(text, keys=batch)), PAIRS)


def _pairs(answer: dict[str, list[Any]]) -> pa.Table:
    return pa.Table.from_arrays([pa.array(answer[name][0], pa.string()) for name in ("key", "target")], schema=PAIRS)


def stored_roads(graph: Graph, origins: pa.Array) -> pa.Table:
    """Roads from these places, as rows of `travel`."""
    schema = pa.schema([(column.name, arrow_type(column)) for column in TABLES["travel"].columns])

    def read(batch: list[str]) -> pa.Table:
        answer = graph.columns(query("read_roads"), keys=batch)
        return pa.Table.from_arrays(
            [pa.array(answer[name][0], schema.field(name).type) for name in schema.names], schema=schema
        )

    return _together(origins, read, schema)


def canonical(graph: Graph, table: str, keys: pa.Array, columns: Sequence[str]) -> pa.Table:
    """These columns of the rows with these keys, in canonical types; secrets are blank. Housekeeping may be asked for too."""
    rows = stored_rows(graph, table, keys, _open_names(table, columns))
    found = rows[key_of(table)].combine_chunks()
    return _canonical(table, columns, rows, lambda edge: stored_links(graph, edge, found))


def open_rows(graph: Graph, table: str, columns: Sequence[str]) -> pa.Table:
    """The same of every row that is not closed, read in one go: for the shorter tables."""
    shape = _Shape(table, _open_names(table, columns))
    text = statement("read_open_rows", label=TABLES[table].label, key=key_of(table))
    rows = shape.rows(graph.columns(text, **shape.asked))
    return _canonical(
        table, columns, rows, lambda edge: _pairs(graph.columns(statement("read_open_links", **edge.names)))
    )


def _open_names(table: str, columns: Sequence[str]) -> list[str]:
    known = {column.name for column in properties_of(table) if not column.secret}
    return [name for name in columns if name in known]


def _canonical(table: str, columns: Sequence[str], stored: pa.Table, links: Callable[[Edge], pa.Table]) -> pa.Table:
    cells: dict[str, Any] = {name: stored[name] for name in stored.column_names if name in columns}
    keys = stored[key_of(table)]
    for edge in edges_of(table):
        if edge.column in columns:
            cells[edge.column] = _either(cells.get(edge.column), _references(links(edge), keys))
    return pa.table({name: _cast(table, name, cells.get(name), len(stored)) for name in columns})


def stored_keys(graph: Graph, table: str) -> pa.Array:
    """The keys of a label's nodes, closed ones too."""
    text = statement("read_keys", label=TABLES[table].label, key=key_of(table))
    return pa.array(graph.columns(text)["key"][0], pa.string())


def batches(keys: pa.Array, size: int = BATCH) -> Iterator[pa.Array]:
    """The keys, so many at a time."""
    for start in range(0, len(keys), size):
        yield keys.slice(start, size)


def _property_type(column: Column) -> pa.DataType:
    return pa.string() if column.type in {"code", "codes", "texts"} else arrow_type(column)


def _arrow(cells: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == _DAYS:
        return pa.array(cells, pa.int32()).cast(kind)
    return pa.array(cells, pa.int64()).cast(kind) if kind == _MOMENT else pa.array(cells, kind)


def _together(keys: pa.Array, read: Callable[[list[str]], pa.Table], schema: pa.Schema) -> pa.Table:
    if not len(keys):
        return schema.empty_table()
    with ThreadPoolExecutor(READERS) as pool:
        return pa.concat_tables(pool.map(lambda batch: read(batch.to_pylist()), batches(keys)))


def _references(pairs: pa.Table, keys: Any) -> Any:
    """For each key its references, sorted and `;`-joined; blank where it has none."""
    pairs = pairs.sort_by([("from", "ascending"), ("to", "ascending")])
    lists = pairs.group_by("from", use_threads=False).aggregate([("to", "list")])
    found = pc.binary_join(lists["to_list"].combine_chunks(), ";")
    return found.take(pc.index_in(keys, value_set=lists["from"].combine_chunks()))


def _either(one: Any, other: Any) -> Any:
    return other if one is None else pc.coalesce(one, other)


def _cast(table: str, name: str, cells: Any, rows: int) -> Any:
    kind = HOUSEKEEPING.get(name) or arrow_type(TABLES[table].column(name))
    return pa.nulls(rows, kind) if cells is None else cells.cast(kind)
