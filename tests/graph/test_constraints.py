"""The constraints of the vocabulary."""

import pytest
from neo4j.exceptions import ConstraintError

from graph.connect import Graph
from graph.constraints import INDEXES, prepare, unique_keys
from graph.errors import NewerDatabase, OlderDatabase
from graph.schema import SCHEMA
from graph.state import read_state


def names(graph: Graph) -> set[str]:
    return {row["name"] for row in graph.read("SHOW CONSTRAINTS YIELD name")}


def test_a_key_is_unique_within_its_label(graph: Graph) -> None:
    prepare(graph)
    graph.write("CREATE (:Need {need: 'N1'})")
    with pytest.raises(ConstraintError):
        graph.write("CREATE (:Need {need: 'N1'})")


def test_an_index_left_behind_by_a_half_made_constraint_is_replaced(graph: Graph) -> None:
    prepare(graph)
    graph.write("DROP CONSTRAINT need_need")
    graph.write("CREATE INDEX need_need FOR (n:Need) ON (n.need)")
    prepare(graph)
    assert names(graph) == set(unique_keys())


def test_an_index_that_an_older_graph_lacks_is_made_and_the_graph_is_read_all_the_same(graph: Graph) -> None:
    prepare(graph)
    [name] = INDEXES
    graph.write(f"DROP INDEX {name}")
    assert read_state(graph).revision == 0
    prepare(graph)
    [made] = graph.read("SHOW INDEXES YIELD name, state, labelsOrTypes, properties WHERE name = $name", name=name)
    assert (made["state"], made["labelsOrTypes"], made["properties"]) == ("ONLINE", ["Organization"], ["credit_code"])


@pytest.mark.parametrize(("layout", "fault"), [(SCHEMA - 1, OlderDatabase), (SCHEMA + 1, NewerDatabase)])
def test_a_graph_of_another_layout_is_refused(graph: Graph, layout: int, fault: type[Exception]) -> None:
    prepare(graph)
    graph.write("MATCH (g:Graph) SET g.schema = $layout", layout=layout)
    for use in (prepare, read_state):
        with pytest.raises(fault):
            use(graph)
