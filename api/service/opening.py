"""The way into the graph that every use case takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from time import monotonic

from api.settings import Settings
from graph import local
from graph.connect import Graph, open_graph
from graph.constraints import prepare
from graph.errors import ServerUnreachable, ZhongfuError
from graph.local import Home, Running, jars
from graph.local.release import DEFAULT
from graph.state import NotPrepared, read_state
from loaders.writing import finish

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""

_FAIL_SECONDS = 1.0
"""So long those who waited for a graph that did not open fail with it, rather than try one after another."""
_LOOK_SECONDS = 1.0
"""A server looks no oftener whether a load was cut off, or whether its local Neo4j is another one by now."""


def silent(_step: str, _share: float) -> None:
    """Progress that nobody looks at."""


@contextmanager
def opened(settings: Settings, progress: Progress = silent) -> Iterator[Graph]:
    """A graph that holds data; a load that was cut off is finished first. Raises NotPrepared where nothing was loaded."""
    if never_used(settings):  # no server need start to say so
        raise NotPrepared(where=settings.home)
    with _graph(settings, progress) as graph:
        kept = _KEPT.get(_place(settings))
        if kept is None or monotonic() - kept.found_whole > _LOOK_SECONDS:
            read_state(graph)
            finish(graph, settings.home)
            if kept is not None:
                kept.found_whole = monotonic()
        yield graph


@contextmanager
def prepared(settings: Settings, progress: Progress = silent) -> Iterator[Graph]:
    """A graph that takes what is written into it, whether it holds data or not."""
    with _graph(settings, progress) as graph:
        kept = _KEPT.get(_place(settings))
        if kept is None or not kept.prepared:
            prepare(graph)
        if kept is not None:
            kept.prepared = True
        yield graph


@contextmanager
def kept_open(settings: Settings) -> Iterator[None]:
    """Within this block all use cases of these settings share one graph, opened at its first use and anew when it was lost."""
    _KEPT[_place(settings)] = kept = _Kept()
    try:
        yield
    finally:
        del _KEPT[_place(settings)]
        kept.let_go()


@dataclass
class _Kept:
    """A graph that a server keeps open between requests."""

    graph: Graph | None = None
    prepared: bool = False
    found_whole: float = -inf
    """When it was last found to hold data and no load that was cut off."""
    answered: float = -inf
    """When it was last opened or asked whether it answers."""
    failure: ZhongfuError | None = None
    """Why it did not open when it was last tried, and when that was."""
    failed: float = -inf
    lock: Lock = field(default_factory=Lock)

    def held(self, anew: Callable[[], Graph]) -> Graph:
        """The graph, opened anew when it was lost; the lock must be held.

        A local Neo4j that ended is started at once. One that another process started in its place has another address:
        who waited for the old one would be told that nobody answers, again and again.
        """
        if self.graph is not None and self.graph.home is not None and monotonic() - self.answered > _LOOK_SECONDS:
            self.answered = monotonic()
            if not self.graph.answers():
                self.let_go()
        if self.graph is None:
            if self.failure is not None and monotonic() - self.failed < _FAIL_SECONDS:
                raise type(self.failure)(**self.failure.facts) from self.failure
            try:
                self.graph, self.answered = anew(), monotonic()
            except ZhongfuError as failure:
                self.failure, self.failed = failure, monotonic()
                raise
        return self.graph

    def let_go(self) -> None:
        graph, self.graph, self.prepared, self.found_whole = self.graph, None, False, -inf
        if graph is not None:
            graph.close()


_KEPT: dict[tuple[str | None, str], _Kept] = {}


def _place(settings: Settings) -> tuple[str | None, str]:
    return settings.graph, str(settings.home)


@contextmanager
def _graph(settings: Settings, progress: Progress) -> Iterator[Graph]:
    kept = _KEPT.get(_place(settings))
    if kept is None:
        with _opened_anew(settings, progress) as own:
            yield own
        return
    with kept.lock:
        graph = kept.held(lambda: _opened_anew(settings, progress))
    try:
        yield graph
    except ServerUnreachable:
        with kept.lock:
            if kept.graph is graph:  # else another request found it lost first
                kept.let_go()
        raise


def _opened_anew(settings: Settings, progress: Progress) -> Graph:
    fetch_jars(settings)
    progress("graph", 0.0)
    return open_graph(settings.graph, settings.home)


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
