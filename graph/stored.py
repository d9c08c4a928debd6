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
    """Arrow type of each property of a label's nodes but the key; lists are lists here."""
    types = {column.name: _property_type(column) for column in properties_of(table)}
    if table == "persons":
        types[ID_HASH] = pa.string()
    return types


def stored_rows(graph: Graph, table: str, keys: pa.Array, names: list[str]) -> pa.Table:
    """These properties and the housekeeping of the nodes with these keys; keys that the graph lacks have no row."""
    types = {name: kind for name, kind in property_types(table).items() if name in names} | HOUSEKEEPING
    sorts = {
        "days": [name for name, kind in types.items() if kind == _DAYS],
        "moments": [name for name, kind in types.items() if kind == _MOMENT],
    }
    sorts["plain"] = [name for name in types if name not in {*sorts["days"], *sorts["moments"]}]
    text = statement("read_rows", label=TABLES[table].label, key=key_of(table))
    schema = pa.schema([(key_of(table), pa.string()), *types.items()])

    def read(batch: list[str]) -> pa.Table:
        answer = graph.columns(text, keys=batch, **sorts)
        cells = {
            name: cells for sort, found in sorts.items() for name, cells in zip(found, answer[sort][0], strict=True)
        }
        columns = [_arrow(answer["key"][0], pa.string()), *(_arrow(cells[name], kind) for name, kind in types.items())]
        return pa.Table.from_arrays(columns, schema=schema)

    return _together(keys, read, schema)


def stored_links(graph: Graph, edge: Edge, keys: pa.Array) -> pa.Table:
    """Pairs `from`, `to` of keys that this kind of relationship joins, for the rows with these keys."""
    return _pairs(graph, statement("read_links", **edge.names), keys)


def sources_of(graph: Graph, edge: Edge, targets: pa.Array) -> pa.Table:
    """The same pairs, for the targets with these keys."""
    return _pairs(graph, statement("read_sources", **edge.names), targets)


def _pairs(graph: Graph, text: str, keys: pa.Array) -> pa.Table:
    def read(batch: list[str]) -> pa.Table:
        answer = graph.columns(text, keys=batch)
        return pa.Table.from_arrays(
            [pa.array(answer["key"][0], pa.string()), pa.array(answer["target"][0], pa.string())], schema=PAIRS
        )

    return _together(keys, read, PAIRS)


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
    known = {column.name for column in properties_of(table) if not column.secret}
    stored = stored_rows(graph, table, keys, [name for name in columns if name in known])
    key = key_of(table)
    cells: dict[str, Any] = {key: stored[key]}
    for name in columns:
        if name in stored.column_names:
            cells[name] = joined(stored[name]) if pa.types.is_list(stored[name].type) else stored[name]
    for edge in edges_of(table):
        if edge.column in columns:
            cells[edge.column] = _either(cells.get(edge.column), _references(graph, edge, stored[key]))
    return pa.table({name: _cast(table, name, cells.get(name), len(stored)) for name in columns})


def stored_keys(graph: Graph, table: str, *, closed: bool = False) -> pa.Array:
    """The keys of a label's nodes, those closed only when asked for."""
    text = statement("read_keys", label=TABLES[table].label, key=key_of(table))
    return pa.array(graph.columns(text, closed=closed)["key"], pa.string())


def batches(keys: pa.Array, size: int = BATCH) -> Iterator[pa.Array]:
    """The keys, so many at a time."""
    for start in range(0, len(keys), size):
        yield keys.slice(start, size)


def _property_type(column: Column) -> pa.DataType:
    if column.type in {"codes", "texts"}:
        return pa.list_(pa.string())
    return pa.string() if column.type == "code" else arrow_type(column)


def _arrow(cells: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == _DAYS:
        return pa.array(cells, pa.int32()).cast(kind)
    return pa.array(cells, pa.int64()).cast(kind) if kind == _MOMENT else pa.array(cells, kind)


def _together(keys: pa.Array, read: Callable[[list[str]], pa.Table], schema: pa.Schema) -> pa.Table:
    if not len(keys):
        return schema.empty_table()
    with ThreadPoolExecutor(READERS) as pool:
        return pa.concat_tables(pool.map(lambda batch: read(batch.to_pylist()), batches(keys)))


def joined(lists: Any) -> Any:
    """Lists of texts as `;`-joined texts; an empty list is blank."""
    filled = pc.binary_join(lists, ";")
    return pc.if_else(pc.equal(pc.fill_null(filled, ""), ""), None, filled)


def _references(graph: Graph, edge: Edge, keys: Any) -> Any:
    """For each key its references, sorted and `;`-joined; blank where it has none."""
    pairs = stored_links(graph, edge, keys.combine_chunks()).sort_by([("from", "ascending"), ("to", "ascending")])
    lists = pairs.group_by("from", use_threads=False).aggregate([("to", "list")])
    found = joined(lists["to_list"].combine_chunks())
    return found.take(pc.index_in(keys, value_set=lists["from"].combine_chunks()))


def _either(one: Any, other: Any) -> Any:
    return other if one is None else pc.coalesce(one, other)


def _cast(table: str, name: str, cells: Any, rows: int) -> Any:
    kind = HOUSEKEEPING.get(name) or arrow_type(TABLES[table].column(name))
    return pa.nulls(rows, kind) if cells is None else cells.cast(kind)
