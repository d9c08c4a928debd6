"""Homes of a benchmark's own, gone when it ends, and the local Neo4j that serves one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.samples import scratch
from graph import local
from graph.local import Home, jars, release


@contextmanager
def home() -> Iterator[Path]:
    """A new home whose server is stopped when the block ends; the jars are on this machine."""
    jars.classpath(release.DEFAULT)
    with scratch() as folder:
        try:
            yield folder
        finally:
            local.stop(folder)


def server_of(folder: Path) -> list[int]:
    """The process of the server that says it runs in a home; its lock is left alone, lest it fail to start."""
    try:
        return [json.loads(Home(folder).state.read_text("utf-8"))["pid"]]
    except FileNotFoundError:
        return []
