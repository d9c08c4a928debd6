"""Reading the graph as one consistent whole while others may write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from graph.connect import Graph
from graph.errors import GraphError
from graph.load_record import load_under_way, under_way
from graph.state import State, read_state

_ATTEMPTS = 5
Read = TypeVar("Read")


class AlwaysChanging(GraphError):
    """Others wrote all the while."""

    code = "graph_always_changing"
    en = "The graph changed each of the {attempts} times it was being read."
    zh = "连续 {attempts} 次读取期间，图库均被改动。"
    repair_en = "Try again when fewer people write at once."
    repair_zh = "请在写入较少时重试。"


def read_whole(graph: Graph, read: Callable[[State], Read]) -> tuple[Read, State]:
    """What `read` finds in the graph at one state, and that state; it is called again when somebody wrote meanwhile.

    Raises
    ------
    NotPrepared, OlderDatabase, NewerDatabase
        There is nothing to read, or not in this layout.
    LoadUnderWay
        A load is writing or was cut off.
    AlwaysChanging
        Somebody wrote during each of five attempts.
    """
    for _ in range(_ATTEMPTS):
        before = read_state(graph)
        if before.loading is not None:
            _refuse(graph)
            continue
        found = read(before)
        if read_state(graph) == before:
            return found, before
    raise AlwaysChanging(attempts=_ATTEMPTS)


def _refuse(graph: Graph) -> None:
    """Name the load that is under way, unless it ended just now."""
    load = load_under_way(graph)
    if load is not None:
        raise under_way(load)
