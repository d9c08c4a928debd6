"""What the graph says of itself: its layout, the published revision, the version of its data, a load under way."""

from __future__ import annotations

from dataclasses import dataclass

from graph.connect import Graph
from graph.errors import GraphError, NewerDatabase, OlderDatabase
from graph.queries import query
from graph.schema import SCHEMA

RAISE_DATA_VERSION = "raise_data_version"
"""Name of the statement that begins every transaction that changes data; writers wait there for one another."""
RAISE_REGIONS_VERSION = "raise_regions_version"
"""The same where regions are among what changes."""


class NotPrepared(GraphError):
    """The graph holds nothing of ours."""

    code = "graph_not_prepared"
    en = "The graph at {where} holds no data yet."
    zh = "{where} 的图库中还没有数据。"
    repair_en = "Load a folder of tables first: `zhongfu load FOLDER`."
    repair_zh = "请先导入数据表：`zhongfu load 文件夹`。"


@dataclass(frozen=True)
class State:
    """The graph at one moment; a reader that finds the same state before and after has read one consistent whole."""

    revision: int
    """The published revision: what holds has `since` ≤ it and no `until` ≤ it."""
    data_version: int
    """Raised by every transaction that changes data."""
    regions_version: int
    """Raised by those among them that change regions."""
    loading: str | None
    """The load that is under way or was cut off; until it is finished the graph is neither the old nor the new."""


def read_state(graph: Graph) -> State:
    """The graph's state.

    Raises
    ------
    NotPrepared
        Nothing was ever loaded.
    OlderDatabase, NewerDatabase
        Another version of the program wrote it, in another layout.
    """
    rows = graph.read(query("state"))
    if not rows:
        raise NotPrepared(where=graph.home or graph.address)
    check_schema(graph, rows[0]["schema"])
    return State(*(rows[0][name] for name in ("revision", "data_version", "regions_version", "loading")))


def database_id(graph: Graph) -> str:
    """Id of the database, another one whenever it is made anew."""
    return str(graph.read(query("database_id"))[0]["id"])


def loading(graph: Graph) -> bool:
    """Whether a load is under way or was cut off; false for a graph that holds nothing."""
    return any(row["loading"] is not None for row in graph.read(query("state")))


def check_schema(graph: Graph, found: int) -> None:
    """Refuse a graph of another layout than ours."""
    if found != SCHEMA:
        kind = OlderDatabase if found < SCHEMA else NewerDatabase
        raise kind(where=graph.home or graph.address, found=f"layout {found}", known=f"layout {SCHEMA}")
