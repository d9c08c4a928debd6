"""Worlds put into a graph, for tests."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from graph.connect import Graph
from graph.constraints import prepare
from graph.model import TABLES
from graph.tables import shipped_service_kinds
from graph.write import Count, write_table
from tests import tiny


def files(**changed: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """The tiny world as files bring it, service kinds included."""
    given = {name: table for name, table in tiny.tables(**changed).items() if name in TABLES}
    given["offers"] = given["offers"].drop_columns(["paused"])
    return {"service_kinds": shipped_service_kinds()} | given


def put(graph: Graph, tables: Mapping[str, pa.Table], actor: str = "tester") -> dict[str, Count]:
    """Write the tables, all of their columns, in the order of the vocabulary."""
    prepare(graph)
    return {
        name: write_table(graph, name, tables[name], tables[name].column_names, actor)[0]
        for name in TABLES
        if name in tables
    }


def nodes(graph: Graph, label: str, key: str) -> dict[str, dict[str, Any]]:
    """All properties of a label's nodes, by key."""
    found = graph.read(f"MATCH (n:{label}) RETURN properties(n) AS it")
    return {row["it"][key]: row["it"] for row in found}
