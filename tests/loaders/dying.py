"""A process that loads a folder and is killed on its way: ``python -m tests.loaders.dying HOME FOLDER POINT``."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph import write
from graph.connect import Graph
from loaders import load, writing


def _dies_before(point: int, original: Callable[..., Any], count: list[int]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        count[0] += 1
        if count[0] == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    return counted


def main(home: str, folder: str, point: str) -> None:
    """Load in batches of five rows and die before writing transaction number `point`, or before `end` or `finish_import`."""
    write.BATCH = 5
    count = [0]
    if point.isdigit():
        for name in ("write", "write_all", "transact"):
            setattr(Graph, name, _dies_before(int(point), getattr(Graph, name), count))
    else:
        load.IMPORT_ROWS = 1 if point == "finish_import" else load.IMPORT_ROWS
        setattr(writing, point, _dies_before(1, getattr(writing, point), count))
    load.load(Path(folder), "mortal", home=Path(home))


if __name__ == "__main__":
    main(*sys.argv[1:])
