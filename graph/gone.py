"""Closed providers that have answered for a need which is still there: their promises stand, and they give no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.schema import key_of
from graph.stored import canonical
from graph.ties import FACTS


def with_answered(graph: Graph, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with the closed providers of facts (accepted, delivered), so that no need is served a second time.

    Such an offer is paused and has no capacity, such a volunteer no hours; an offer's organisation and fund come along.
    """
    found = dict(tables)
    if "assigned" not in found:
        return found
    facts = found["assigned"]
    facts = facts.filter(pc.is_in(facts["status"], value_set=FACTS))
    facts = facts.filter(pc.is_in(facts["need"], value_set=found["needs"]["need"].combine_chunks()))
    for table, nothing in (("offers", {"paused": True, "capacity": 0}), ("volunteers", {"hours": 0})):
        of_type = facts.filter(pc.equal(facts["provider_type"], key_of(table)))
        gone = _rows(graph, found, table, of_type["provider"])
        found[table] = _together(found[table], _all(gone, **nothing))
        if table == "offers":
            for paying in ("organizations", "funds"):
                rows = _rows(graph, found, paying, gone[key_of(paying)])
                found[paying] = _together(found[paying], rows)
    return found


def _rows(graph: Graph, tables: Mapping[str, pa.Table], table: str, keys: Any) -> pa.Table:
    """The rows of a table with these keys that are not among those read."""
    key = key_of(table)
    wanted = pc.unique(pc.drop_null(keys))
    missing = wanted.filter(pc.invert(pc.is_in(wanted, value_set=tables[table][key].combine_chunks())))
    return canonical(graph, table, missing, tables[table].column_names)


def _all(rows: pa.Table, **cells: bool | int) -> pa.Table:
    """The rows with the same cell in all of them."""
    for name, cell in cells.items():
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, pa.array([cell] * len(rows), rows.schema.field(name).type))
    return rows


def _together(rows: pa.Table, more: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, more.cast(rows.schema)]).unify_dictionaries() if len(more) else rows
