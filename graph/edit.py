"""Rows edited in the program: all of them or none, each as it was when it was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pyarrow as pa

from graph.connect import Graph, Run
from graph.difference import given_links, graph_rows
from graph.errors import GraphError
from graph.model import TABLES
from graph.queries import query
from graph.schema import Edge, edges_of, key_of, statement
from graph.state import RAISE_DATA_VERSION
from graph.stored import stored_links
from graph.write import records

Pairs = Sequence[tuple[str, str]]
Edit = Callable[[Run], None]
"""Writes rows within a transaction."""


class RowChanged(GraphError):
    """Somebody changed, made or closed a row since it was read."""

    code = "row_changed"
    en = "{key} of {table} is at version {now}, no longer at {version}: someone changed it meanwhile."
    zh = "{table_zh} {key} 已是第 {now} 版，不再是第 {version} 版：期间有人作了修改。"
    repair_en = "Look at it as it is now, then change it again."
    repair_zh = "请查看最新内容后再修改。"


def edit_of(
    graph: Graph,
    table: str,
    given: pa.Table,
    present: Sequence[str],
    versions: Mapping[str, int],
    actor: str,
    *,
    paused: bool | None = None,
) -> Edit:
    """What makes the graph hold these canonical rows within a transaction, which may do more than that.

    A later load of an older file leaves them as they are.

    Parameters
    ----------
    present
        The columns that are edited: a blank cell of one clears, other columns stay as they are.
    versions
        The version at which each row was read, by key; 0 for one that is to be new.
    paused
        Whether the rows, of offers, are paused from now on; None leaves that as it is.

    Raises
    ------
    RowChanged
        By what is returned: a row is at another version by now; the transaction is to be undone.
    """
    key, mark = key_of(table), uuid4().hex
    beside: dict[str, Any] = {} if paused is None else {"paused": paused}
    rows = [
        {"key": row.pop(key), "properties": row | beside}
        for batch in records(graph_rows(table, given, present))
        for row in batch
    ]
    for row in rows:
        row["version"] = versions[row["key"]] + 1
    links = _links(graph, table, given, present)

    def body(run: Run) -> None:
        run(query(RAISE_DATA_VERSION), {})
        text = statement("edit_rows", label=TABLES[table].label, key=key)
        if run(text, {"rows": rows, "mark": mark, "actor": actor})[0]["written"] != len(rows):
            raise _changed(run, table, versions)
        for edge, (gone, new) in links.items():
            run(statement("unlink", **edge.names), {"pairs": gone})
            run(statement("link", **edge.names), {"pairs": new})

    return body


def close_row(graph: Graph, table: str, key: str, version: int, actor: str, today: date) -> None:
    """Close one row, as it was at a version, from today on. Raises RowChanged."""
    text = statement("close_edited", label=TABLES[table].label, key=key_of(table))
    given = {"key": key, "version": version, "mark": uuid4().hex, "actor": actor, "today": today}

    def body(run: Run) -> None:
        run(query(RAISE_DATA_VERSION), {})
        if not run(text, given):
            raise _changed(run, table, {key: version})

    graph.transact(body)


def versions_of(graph: Graph, table: str, keys: Sequence[str]) -> dict[str, int]:
    """The version of each row by key, closed ones too; 0 for one that is not there."""
    text = statement("row_versions", label=TABLES[table].label, key=key_of(table))
    return {row["key"]: row["version"] for row in graph.read(text, keys=list(keys))}


def _links(graph: Graph, table: str, given: pa.Table, present: Sequence[str]) -> dict[Edge, tuple[Pairs, Pairs]]:
    """For each kind of relationship that is edited the pairs to be parted and those to be joined."""
    keys = given[key_of(table)].combine_chunks()
    found: dict[Edge, tuple[Pairs, Pairs]] = {}
    for edge in edges_of(table):
        if edge.column in present:
            stored, wanted = _pairs(stored_links(graph, edge, keys)), _pairs(given_links(edge, given))
            found[edge] = (sorted(stored - wanted), sorted(wanted - stored))
    return found


def _pairs(table: pa.Table) -> set[tuple[str, str]]:
    return set(zip(table["from"].to_pylist(), table["to"].to_pylist(), strict=True))


def _changed(run: Run, table: str, versions: Mapping[str, int]) -> RowChanged:
    """The first row that is at another version than it was read at."""
    text = statement("row_versions", label=TABLES[table].label, key=key_of(table))
    now = {row["key"]: row["version"] for row in run(text, {"keys": list(versions)})}
    key = next((key for key, version in versions.items() if now[key] != version), next(iter(versions)))
    return RowChanged(key=key, table=table, table_zh=TABLES[table].zh, version=versions[key], now=now[key])
