"""The way to the graph, on a real local Neo4j of every release."""

import pytest

from graph.connect import Graph
from graph.local import release

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


@every_release
def test_what_is_written_is_read_as_rows_and_as_columns(graph: Graph) -> None:
    graph.write("UNWIND range(1, 3) AS i CREATE (:Thing {key: i, name: 'thing ' + i})")
    assert graph.read("MATCH (t:Thing) RETURN t.key AS key ORDER BY key") == [{"key": 1}, {"key": 2}, {"key": 3}]
    columns = graph.columns(
        "MATCH (t:Thing) WHERE t.key > $least RETURN t.key AS key, t.name AS name ORDER BY key", least=1
    )
    assert columns == {"key": [2, 3], "name": ["thing 2", "thing 3"]}


@every_release
def test_every_test_begins_with_an_empty_graph(graph: Graph) -> None:
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    graph.write("CREATE CONSTRAINT FOR (t:Thing) REQUIRE t.key IS UNIQUE")
