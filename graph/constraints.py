"""Constraints derived from the vocabulary: every key is unique within its label; and an index of what else rows are looked up by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from graph.connect import Graph
from graph.model import TABLES
from graph.queries import query
from graph.schema import NODE_TABLES, SCHEMA, key_of, statement
from graph.state import check_schema

_OWN_KEYS = {
    "Answer": "key",
    "Graph": "name",
    "Load": "load",
    "Plan": "id",
    "Publication": "revision",
    "Registration": "registration",
    "Run": "run",
    "Session": "digest",
    "Token": "digest",
    "User": "name",
}
"""Keys of the labels that no file brings."""

INDEXES = {"organization_credit_code": ("Organization", "credit_code")}
"""Every index beside those of the keys by its name: the label, and the property; a graph that lacks one is read all the same."""

_MAKERS = 2


def unique_keys() -> dict[str, tuple[str, str]]:
    """Every constraint by its name: the label, and the key that is unique within it."""
    keys = {TABLES[name].label: key_of(name) for name in NODE_TABLES} | _OWN_KEYS
    return {f"{label.lower()}_{key}": (label, key) for label, key in keys.items()}


def prepare(graph: Graph) -> None:
    """Make the constraints, the indexes and the graph's own node where they are missing.

    A server that is killed while it makes a constraint leaves the index behind under its name; it is dropped first.

    Raises
    ------
    OlderDatabase, NewerDatabase
        Another version of the program wrote the graph, in another layout; nothing was changed.
    """
    for row in graph.read(query("state")):
        check_schema(graph, row["schema"])
    there = {row["name"] for row in graph.read(query("constraint_names"))}
    missing = {name: ends for name, ends in unique_keys().items() if name not in there}

    def make(name: str) -> None:
        label, key = missing[name]
        graph.write(statement("drop_index", name=name))
        graph.write(statement("constraint", name=name, label=label, key=key))

    with ThreadPoolExecutor(_MAKERS) as pool:  # each is filled by one thread of the server
        list(pool.map(make, missing))
    lacking = INDEXES.keys() - {row["name"] for row in graph.read(query("index_names"))}
    for name in sorted(lacking):
        label, looked_up = INDEXES[name]
        graph.write(statement("index", name=name, label=label, property=looked_up))
    if missing or lacking:
        graph.read(query("await_indexes"))
    graph.write(query("create_state"), schema=SCHEMA)
