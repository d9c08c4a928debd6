"""A real local Neo4j for the tests: one server a release for the whole session, an empty graph for every test.

A test on every release says ``@pytest.mark.parametrize("graph", release.known(), indirect=True)``.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from graph import local
from graph.connect import Graph, open_graph
from graph.constraints import INDEXES, unique_keys
from graph.local import release

# how long an example takes is for the benchmarks to say
settings.register_profile("house", deadline=None)
settings.load_profile("house")

_IDLE_SECONDS = 120.0  # a session that is killed leaves its servers alone: they end by themselves


@pytest.fixture(scope="session")
def graph_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Graph]]:
    """The graph on a release of Neo4j, its server started at the first call and stopped with the session."""
    opened: dict[str, Graph] = {}

    def of(version: str) -> Graph:
        if version not in opened:
            home = tmp_path_factory.mktemp(f"neo4j-{version}")
            local.start(home, version=version, size="small", idle_seconds=_IDLE_SECONDS)
            opened[version] = open_graph(home=home)
        return opened[version]

    yield of
    for graph in opened.values():
        graph.close()
        assert graph.home is not None
        local.stop(graph.home)


@pytest.fixture
def graph(request: pytest.FixtureRequest, graph_of: Callable[[str], Graph]) -> Graph:
    """An empty graph, without data and without constraints and indexes other than the vocabulary's."""
    graph = graph_of(getattr(request, "param", release.DEFAULT))
    empty(graph)
    return graph


def empty(graph: Graph) -> None:
    """Take everything out of a graph but the vocabulary's constraints and indexes: without them every statement is planned anew."""
    while graph.write("MATCH (n) WITH n LIMIT 10000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
        pass
    for row in graph.read("SHOW CONSTRAINTS YIELD name WHERE NOT name IN $kept", kept=list(unique_keys())):
        graph.write(f"DROP CONSTRAINT `{row['name']}`")
    for row in graph.read(
        "SHOW INDEXES YIELD name, type, owningConstraint"
        " WHERE type <> 'LOOKUP' AND owningConstraint IS NULL AND NOT name IN $kept",
        kept=list(INDEXES),
    ):
        graph.write(f"DROP INDEX `{row['name']}`")


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[None]:
    """The test runs as a user who may not write in `tmp_path`."""
    tmp_path.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        for folder in tmp_path.parents:
            if folder.stat().st_uid == 0 and folder.name.startswith("pytest-"):
                folder.chmod(0o755)
        os.seteuid(65534)
    yield
    os.seteuid(user)
    tmp_path.chmod(0o755)
