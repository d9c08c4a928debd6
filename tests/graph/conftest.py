"""A tiny world that stays in the graph from test to test, without anything published."""

from collections.abc import Callable

import pytest

from graph.connect import Graph
from graph.local import release
from tests.conftest import empty
from tests.graph.loaded import files, put


@pytest.fixture
def world(graph_of: Callable[[str], Graph]) -> Graph:
    """The tiny world with nothing planned or published; a test must leave its data as they are."""
    graph = graph_of(release.DEFAULT)
    if not graph.read("MATCH (g:Graph {tiny: true}) RETURN g"):
        empty(graph)
        put(graph, files())
    graph.write("MATCH ()-[t:ASSIGNED|COVERS|RESPONSIBLE_FOR]->() DELETE t")
    graph.write("MATCH (n:Plan|Publication) DELETE n")
    graph.write("MATCH (g:Graph) SET g.tiny = true, g.revision = 0, g.data_version = 1")
    return graph
