"""The way into the graph that every use case takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.settings import Settings
from graph import local
from graph.connect import Graph, open_graph
from graph.local import Home, Running, jars
from graph.local.release import DEFAULT
from graph.state import NotPrepared, read_state
from loaders.writing import finish

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""


def silent(_step: str, _share: float) -> None:
    """Progress that nobody looks at."""


@contextmanager
def opened(settings: Settings, progress: Progress = silent) -> Iterator[Graph]:
    """A graph that holds data; a load that was cut off is finished first. Raises NotPrepared where nothing was loaded."""
    if never_used(settings):  # no server need start to say so
        raise NotPrepared(where=settings.home)
    fetch_jars(settings)
    progress("graph", 0.0)
    with open_graph(settings.graph, settings.home) as graph:
        read_state(graph)
        finish(graph, settings.home)
        yield graph


def never_used(settings: Settings) -> bool:
    """Whether the graph is a local one that nobody ever opened."""
    return settings.local and not Home(settings.home).has_data()


def fetch_jars(settings: Settings, release: str | None = None) -> None:
    """Have the jars of the local Neo4j on this machine; they are fetched once, with a bar of their own."""
    if settings.local:
        jars.classpath(release or Home(settings.home).last_release() or DEFAULT)


def start_local(
    settings: Settings,
    *,
    release: str | None = None,
    size: str = "auto",
    port: int | None = None,
    idle_seconds: float | None = local.IDLE_SECONDS,
    progress: Progress = silent,
) -> Running:
    """The local Neo4j of this home: the one that runs, else a new one."""
    fetch_jars(settings, release)
    progress("graph", 0.0)
    return local.start(settings.home, version=release, size=size, port=port, idle_seconds=idle_seconds)
