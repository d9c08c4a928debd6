"""A process that publishes and is killed on its way: ``python -m tests.graph.dying HOME PLAN POINT``."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph import publish
from graph.connect import Graph, open_graph
from tests.graph.planned import WHOLE, holds


def _dies_before(point: int, original: Callable[..., Any], count: list[int]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        count[0] += 1
        if count[0] == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    return counted


def main(home: str, plan: str, point: str) -> None:
    """Publish in batches of two, one writer at a time, and die before transaction number `point`."""
    publish.BATCH, publish.WRITERS = 2, 1
    count = [0]
    with open_graph(home=Path(home)) as graph:
        for name in ("write", "transact"):
            setattr(Graph, name, _dies_before(int(point), getattr(Graph, name), count))
        publish.publish(graph, plan, WHOLE, "mortal", holds)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
