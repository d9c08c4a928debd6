"""The graph read as one consistent whole: canonical tables, and from them a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.assemble import assemble
from graph.connect import Graph
from graph.consistent import read_whole
from graph.gone import with_answered
from graph.model import TABLES
from graph.queries import query
from graph.schema import NODE_TABLES
from graph.snapshot import Snapshot
from graph.spent import held_by_closed, spent_of
from graph.state import State
from graph.stored import READERS, open_rows, stored_roads
from graph.tables import arrow_schema

_VILLAGES = 200
"""Villages in one question: some 15,000 households in the countryside."""
_BY_VILLAGE = {
    "households": ("household", "village", "alert", "weight", "dialect", "hukou"),
    "persons": ("person", "household", "categories", "traits", "birth_year", "living"),
    "needs": ("need", "household", "person", "kind", "quantity", "urgency", "opened_on", "due_on", "status"),
}
"""The long tables, read village by village, with the columns that a snapshot holds; the others are read whole."""
_BLANK = -1
"""Blank number in an answer, where `collect` would pass over it; no column of the vocabulary holds it."""
_PROVIDER_TYPE = {"Offer": "offer", "Volunteer": "volunteer", "Caseworker": "caseworker"}


def extract(graph: Graph) -> Snapshot:
    """The snapshot of everything that a plan needs, with the state that is published now.

    Closed rows are left out, and with them what cannot hold without them: the members and needs of a closed household,
    the offers of a closed organisation or fund, locks on either. A closed provider that has answered for a need is kept
    without anything more to give. Raises as `read_tables`.
    """
    tables, state = read_tables(graph)
    return assemble(tables, state.revision)


def read_tables(graph: Graph, readers: int = READERS) -> tuple[dict[str, pa.Table], State]:
    """Canonical tables as `graph.assemble` takes them, and the state of the graph that they are of.

    Of the long tables only the columns that a snapshot holds are read, by as many questions at once as there are
    `readers`: each keeps a processor of the server busy. Raises as `graph.consistent.read_whole`.
    """
    return read_whole(graph, lambda state: _read(graph, state.revision, readers))


def _read(graph: Graph, revision: int, readers: int) -> dict[str, pa.Table]:
    with ThreadPoolExecutor(readers) as pool:
        whole = {name: pool.submit(_whole, graph, name) for name in NODE_TABLES if name not in _BY_VILLAGE}
        strangers = pool.submit(graph.columns, query("read_strangers"))
        incidents = pool.submit(graph.columns, query("read_incidents"))
        tables = {name: job.result() for name, job in whole.items()}
        roads = pool.submit(stored_roads, graph, tables["regions"]["code"].combine_chunks())
        villages = tables["regions"].filter(pc.equal(tables["regions"]["level"], "village"))["code"].to_pylist()
        shards = list(_shards(villages, strangers.result()["household"]))
        parts = {name: [pool.submit(_shard, graph, name, *shard) for shard in shards] for name in _BY_VILLAGE}
        if len(roads.result()):
            tables["travel"] = roads.result()
        for name, jobs in parts.items():
            rows = [_schema(name).empty_table(), *(job.result() for job in jobs)]
            tables[name] = pa.concat_tables(rows).unify_dictionaries()
        tables |= _published(graph, revision, shards, pool)
    tables["needs"] = _with_incidents(tables["needs"], incidents.result())
    tables["exclusions"] = _pairs(graph.columns(query("read_excluded")), since=pa.date32())
    return with_answered(graph, _without_closed(tables))


def _with_incidents(needs: pa.Table, incidents: dict[str, list[Any]]) -> pa.Table:
    """The needs with the places of emergencies, which are few."""
    known, places = (pa.array(incidents[name][0], pa.string()) for name in ("need", "incident_place"))
    return needs.append_column("incident_place", places.take(pc.index_in(needs["need"], value_set=known)))


def _without_closed(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables without offers of a closed organisation or fund, and without locks on what is not read."""
    offers = tables["offers"]
    offers = offers.filter(_there(offers["organization"], tables["organizations"]["organization"]))
    offers = offers.filter(pc.or_(pc.is_null(offers["fund"]), _there(offers["fund"], tables["funds"]["fund"])))
    locks = tables["locks"]
    providers = [offers["offer"], tables["volunteers"]["volunteer"], tables["caseworkers"]["caseworker"]]
    known = pa.chunked_array([chunk for column in providers for chunk in column.chunks], pa.string())
    locks = locks.filter(_there(locks["provider"], known))
    return tables | {"offers": offers, "locks": locks}


def _there(references: Any, keys: Any) -> Any:
    return pc.is_in(references, value_set=keys.combine_chunks())


def _shards(villages: list[str], strangers: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    for start in range(0, len(villages), _VILLAGES):
        yield villages[start : start + _VILLAGES], []
    for start in range(0, len(strangers), 50 * _VILLAGES):
        yield [], strangers[start : start + 50 * _VILLAGES]


def _whole(graph: Graph, table: str) -> pa.Table:
    """One of the shorter tables, whole, with every column but the secrets."""
    columns = [*(column.name for column in TABLES[table].columns), *(["paused"] if table == "offers" else [])]
    return open_rows(graph, table, columns)


def _shard(graph: Graph, table: str, villages: list[str], strangers: list[str]) -> pa.Table:
    """The rows of one of the long tables in these villages and of these strangers, in canonical types."""
    answer = graph.columns(query(f"read_{table}"), villages=villages, strangers=strangers)
    sorts = {column.name: column.type for column in TABLES[table].columns}
    schema = _schema(table)
    return pa.Table.from_arrays(
        [_cells(answer[field.name][0], sorts[field.name], field.type) for field in schema], schema=schema
    )


def _schema(table: str) -> pa.Schema:
    """The columns of one of the long tables that are read."""
    whole = arrow_schema(TABLES[table])
    return pa.schema([whole.field(name) for name in _BY_VILLAGE[table]])


def _cells(cells: list[Any], sort: str, kind: pa.DataType) -> Any:
    if sort == "int":
        numbers = pa.array(cells, kind)
        return pc.if_else(pc.equal(numbers, _BLANK), None, numbers)
    texts = pa.array(cells, pa.string())
    if sort in {"code", "codes", "date"}:  # few are distinct
        coded = texts.dictionary_encode()
        values = pc.if_else(pc.equal(coded.dictionary, ""), None, coded.dictionary)
        distinct = values.cast(pa.date32() if sort == "date" else pa.string())
        return distinct.take(coded.indices).cast(kind)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _published(
    graph: Graph, revision: int, shards: list[tuple[list[str], list[str]]], pool: ThreadPoolExecutor
) -> dict[str, pa.Table]:
    """The tables `assigned`, `covers`, `responsible` and `spent` at a revision; before the first one there are none."""
    if revision == 0:
        return {}
    closed = pool.submit(held_by_closed, graph, revision)
    assigned = pool.map(
        lambda shard: _pairs(
            _unpacked(graph.columns(query("read_assigned"), villages=shard[0], strangers=shard[1], revision=revision))
        ),
        shards,
    )
    responsible = pool.map(
        lambda shard: _pairs(_unpacked(graph.columns(query("read_responsible"), villages=shard[0], revision=revision))),
        shards,
    )
    return {
        "assigned": pa.concat_tables(assigned),
        "covers": _pairs(graph.columns(query("read_covers"), revision=revision)),
        "responsible": pa.concat_tables(responsible),
        "spent": spent_of(closed.result()),
    }


def _unpacked(answer: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: cells[0] for name, cells in answer.items()}


def _pairs(columns: dict[str, list[Any]], **types: pa.DataType) -> pa.Table:
    """What ties a subject to a provider, labels as provider types."""
    if "provider_type" in columns:
        columns["provider_type"] = [_PROVIDER_TYPE[label] for label in columns["provider_type"]]
    types = {"quantity": pa.int64()} | types
    cells = {}
    for name, values in columns.items():
        kind = types.get(name, pa.string())
        cells[name] = pa.array(values, pa.int32()).cast(kind) if kind == pa.date32() else pa.array(values, kind)
    if "status" in cells:
        cells["status"] = pc.if_else(pc.equal(cells["status"], ""), None, cells["status"])
    return pa.table(cells)
