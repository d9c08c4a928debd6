"""Constraints derived from the vocabulary: every key is unique within its label."""

from __future__ import annotations

from graph.connect import Graph
from graph.model import TABLES
from graph.queries import query
from graph.schema import NODE_TABLES, SCHEMA, key_of, statement
from graph.state import check_schema

_OWN_KEYS = {"Graph": "name", "Load": "load", "Plan": "id", "Publication": "revision"}
"""Keys of the labels that no file brings."""


def unique_keys() -> dict[str, str]:
    """The key of every label."""
    return {TABLES[name].label: key_of(name) for name in NODE_TABLES} | _OWN_KEYS


def prepare(graph: Graph) -> None:
    """Make the constraints and the graph's own node where they are missing.

    Raises
    ------
    OlderDatabase, NewerDatabase
        Another version of the program wrote the graph, in another layout; nothing was changed.
    """
    for row in graph.read(query("state")):
        check_schema(graph, row["schema"])
    for label, key in unique_keys().items():
        graph.write(statement("constraint", name=f"{label.lower()}_{key}", label=label, key=key))
    graph.read(query("await_indexes"))
    graph.write(query("create_state"), schema=SCHEMA)
