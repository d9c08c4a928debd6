"""Writing canonical tables into the graph: differences only, in batches that may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.difference import Difference, difference
from graph.model import TABLES
from graph.queries import query
from graph.schema import edges_of, key_of, statement
from graph.state import RAISE_DATA_VERSION, RAISE_REGIONS_VERSION
from graph.stored import BATCH, property_types, stored_links, stored_roads, stored_rows

Progress = Callable[[str, int], None]
"""Told the table and how many more of its rows are done."""


def silent(_table: str, _rows: int) -> None:
    """Progress nobody watches."""


@dataclass(frozen=True)
class Count:
    """What became of the rows of one table."""

    table: str
    new: int = 0
    changed: int = 0
    same: int = 0
    closed: int = 0
    kept: int = 0
    """Left alone because someone edited them in the program later."""


@dataclass(frozen=True)
class Written:
    """What a load wrote: counts by table, and the keys of rows whose edits in the program won over the file."""

    counts: tuple[Count, ...]
    kept: Mapping[str, tuple[str, ...]]


def write_tables(
    graph: Graph,
    tables: Mapping[str, pa.Table],
    present: Mapping[str, Sequence[str]],
    actor: str,
    progress: Progress = silent,
) -> Written:
    """Make the graph hold these canonical tables, secrets sealed, in the order in which rows refer to one another.

    Running it twice is as good as once. The constraints must be there (`graph.constraints.prepare`).

    Parameters
    ----------
    present
        The columns that each file had: a blank cell of one clears, other columns stay as they are.
    """
    written = {
        name: write_table(graph, name, tables[name], present[name], actor, progress)
        for name in TABLES
        if name in tables
    }
    return Written(
        tuple(count for count, _ in written.values()), {name: kept for name, (_, kept) in written.items() if kept}
    )


def write_table(
    graph: Graph, table: str, given: pa.Table, present: Sequence[str], actor: str, progress: Progress = silent
) -> tuple[Count, tuple[str, ...]]:
    """Make the graph hold these canonical rows; returns the counts and the keys whose edits in the program won.

    Running it twice is as good as once. Rows written by someone else between reading and writing are compared anew.
    """
    if TABLES[table].key is None:
        return _write_roads(graph, given, actor, progress), ()
    first: Difference | None = None
    while True:
        found = difference_to(graph, table, given, present)
        first = first or found
        if _write_rows(graph, found, actor, progress) == len(found.rows):
            break
    _write_links(graph, found, progress)
    kept = tuple(found.kept["key"].to_pylist())
    return Count(table, first.new, first.changed, first.same, kept=len(kept)), kept


def difference_to(graph: Graph, table: str, given: pa.Table, present: Sequence[str]) -> Difference:
    """What these canonical rows of a table with a key change in the graph."""
    keys = given[key_of(table)].combine_chunks()
    stored = stored_rows(graph, table, keys, [name for name in property_types(table) if name in present])
    # rows that the graph lacks have no relationships either
    links = {
        edge: stored_links(graph, edge, stored[key_of(table)].combine_chunks())
        for edge in edges_of(table)
        if edge.column in present
    }
    return difference(table, given, present, stored, links)


def _write_rows(graph: Graph, found: Difference, actor: str, progress: Progress) -> int:
    key = key_of(found.table)
    text = statement("write_rows", label=TABLES[found.table].label, key=key)
    written = 0
    for rows in records(found.rows):
        shaped = [{"key": row.pop(key), "version": row.pop("version"), "properties": row} for row in rows]
        answers = graph.write_all([(_raise(found.table), {}), (text, {"rows": shaped, "actor": actor})])
        written += answers[1][0]["written"]
        progress(found.table, len(rows))
    return written


def _write_links(graph: Graph, found: Difference, progress: Progress) -> None:
    for name, each in (("unlink", found.unlinks), ("link", found.links)):
        for edge, pairs in each.items():
            text = statement(name, **edge.names)
            for batch in pairs.to_batches(BATCH):
                ends = list(zip(batch["from"].to_pylist(), batch["to"].to_pylist(), strict=True))
                graph.write_all([(_raise(found.table), {}), (text, {"pairs": ends})])
                progress(found.table, 0)


def _raise(table: str) -> str:
    """The statement that begins a transaction which changes rows of a table."""
    return query(RAISE_REGIONS_VERSION if table == "regions" else RAISE_DATA_VERSION)


def _write_roads(graph: Graph, given: pa.Table, actor: str, progress: Progress) -> Count:
    origins = pc.unique(given["from"])
    stored = stored_roads(graph, origins)
    before = given.join(stored, ["from", "to"], join_type="left outer", right_suffix="_stored")
    differs = pc.fill_null(pc.not_equal(before["minutes"], before["minutes_stored"]), True)
    rows = before.filter(differs).select(given.column_names)
    new = pc.sum(pc.is_null(before["minutes_stored"])).as_py() or 0
    for batch in records(rows):
        graph.write_all([(query(RAISE_DATA_VERSION), {}), (query("link_roads"), {"rows": batch, "actor": actor})])
        progress("travel", len(batch))
    return Count("travel", new=new, changed=len(rows) - new, same=len(given) - len(rows))


def records(rows: pa.Table) -> Iterator[list[dict[str, Any]]]:
    """Batches of rows as the driver takes them: moments in UTC without a zone's name."""
    moments = [field.name for field in rows.schema if pa.types.is_timestamp(field.type)]
    for batch in rows.to_batches(BATCH):
        records = batch.to_pylist()
        for name in moments:
            for record in records:
                if record[name] is not None:
                    record[name] = record[name].replace(tzinfo=UTC)
        yield records
