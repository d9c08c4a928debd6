"""The first load of an empty graph: canonical tables as input files of Neo4j's own import tool.

The import is whole or nothing. What it leaves names itself a load under way, so that no reader takes the graph for
finished before `graph.loads.finish_import` made the constraints; whoever finds it so may do that, nothing else is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.difference import given_links, graph_rows
from graph.folders import told_plainly
from graph.loads import Load
from graph.local import ImportFiles
from graph.model import TABLES
from graph.schema import NAME, NODE_TABLES, SCHEMA, Edge, edges_of, key_of

FORM = "parquet"
_COMPRESSION = "snappy"  # the import tool's jars lack the others
_STRETCH = 500_000
_TYPES = {
    pa.int64(): "long",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.list_(pa.string()): "string[]",
    pa.timestamp("us", tz="UTC"): "datetime",
}


@dataclass(frozen=True)
class InputFiles:
    """What the import tool is given."""

    nodes: tuple[ImportFiles, ...]
    relationships: tuple[ImportFiles, ...]


def write_files(tables: Mapping[str, pa.Table], folder: Path, load: Load) -> InputFiles:
    """Write canonical tables, secrets sealed, as input files; beside them the graph's own node and the load's.

    Raises DiskFull and NoRights.
    """
    with told_plainly(folder, "ZHONGFU_HOME"), ThreadPoolExecutor(2) as pool:
        folder.mkdir(parents=True, exist_ok=True)
        nodes = pool.map(
            lambda name: _node_file(name, tables[name], load.actor, folder), [n for n in NODE_TABLES if n in tables]
        )
        edges = [(edge, tables[name]) for name in NODE_TABLES if name in tables for edge in edges_of(name)]
        relationships = pool.map(lambda pair: _edge_file(pair[0], pair[1], folder), edges)
        roads = [_road_file(tables["travel"], load.actor, folder)] if "travel" in tables else []
        own = _own_files(folder, load)
        return InputFiles((*nodes, *own), (*relationships, *roads))


def _node_file(table: str, rows: pa.Table, actor: str, folder: Path) -> ImportFiles:
    label, key = TABLES[table].label, key_of(table)
    path = folder / f"{table}.parquet"
    writer: pq.ParquetWriter | None = None
    # stretch by stretch, since rows in the graph's types take several times the room of canonical ones
    for start in range(0, max(len(rows), 1), _STRETCH):
        part = graph_rows(table, rows.slice(start, _STRETCH), rows.column_names)
        headers = [f"{key}:ID({label})", *map(_header, part.schema.names[1:], part.schema.types[1:])]
        named = part.rename_columns(headers).append_column("version:long", _all(len(part), 1))
        stamped = named.append_column("actor", _all(len(part), actor))
        writer = writer or pq.ParquetWriter(path, stamped.schema, compression=_COMPRESSION)
        writer.write_table(stamped)
    if writer is not None:
        writer.close()
    return ImportFiles(label, (path,))


def _edge_file(edge: Edge, rows: pa.Table, folder: Path) -> ImportFiles:
    pairs = given_links(edge, rows)
    start, end = (edge.target, edge.table) if edge.inward else (edge.table, edge.target)
    ends = pairs.select(["to", "from"]) if edge.inward else pairs
    named = ends.rename_columns([f":START_ID({TABLES[start].label})", f":END_ID({TABLES[end].label})"])
    return ImportFiles(edge.type, (_write(named, folder / f"{edge.table}-{edge.column}-{edge.target}.parquet"),))


def _road_file(rows: pa.Table, actor: str, folder: Path) -> ImportFiles:
    named = rows.rename_columns([":START_ID(Region)", ":END_ID(Region)", "minutes:long"])
    return ImportFiles(
        "ROAD", (_write(named.append_column("actor", _all(len(rows), actor)), folder / "travel.parquet"),)
    )


def _own_files(folder: Path, load: Load) -> tuple[ImportFiles, ...]:
    """The graph's own node, which says that this load is under way, and the load's."""
    state = {
        "name:ID(Graph)": [NAME],
        "schema:long": [SCHEMA],
        "revision:long": [0],
        "data_version:long": [1],
        "loading": [load.load],
    }
    record = {
        "load:ID(Load)": [load.load],
        "actor": [load.actor],
        "source": [load.source],
        "host": [load.host],
        "way": [load.way],
        "state": ["running"],
        "started_at:datetime": pa.array([load.started_at], pa.timestamp("us", tz="UTC")),
        "version:long": [1],
    }
    return (
        ImportFiles("Graph", (_write(pa.table(state), folder / "graph.parquet"),)),
        ImportFiles("Load", (_write(pa.table(record), folder / "load.parquet"),)),
    )


def _header(name: str, kind: pa.DataType) -> str:
    return name if kind == pa.string() else f"{name}:{_TYPES[kind]}"


def _all(rows: int, value: object) -> pa.Array:
    return pa.repeat(pa.scalar(value), rows)


def _write(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path, compression=_COMPRESSION)
    return path
