"""Reading the graph as one whole."""

from datetime import UTC, datetime

import pytest

from graph.assemble import assemble
from graph.connect import Graph
from graph.constraints import prepare
from graph.extract import extract
from graph.load_record import Load, LoadUnderWay, begin
from graph.local import release
from graph.state import NotPrepared
from tests import tiny
from tests.graph.loaded import files, put

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


@every_release
def test_files_and_graph_have_the_same_digest(graph: Graph) -> None:
    tables = files(travel=[{"from": tiny.VILLAGE_A1A, "to": tiny.TOWN_A1, "minutes": 12}])
    put(graph, tables)
    assert extract(graph).digest == assemble(tables).digest


def test_an_empty_graph_says_that_nothing_was_loaded(graph: Graph) -> None:
    with pytest.raises(NotPrepared):
        extract(graph)


def test_a_prepared_graph_without_rows_is_an_empty_snapshot(graph: Graph) -> None:
    prepare(graph)
    assert len(extract(graph).needs.key) == 0


def test_a_load_under_way_is_not_read(graph: Graph) -> None:
    put(graph, files())
    begin(graph, Load("L1", "Anna", "digest", "here", "statements", datetime(2026, 11, 2, tzinfo=UTC)))
    with pytest.raises(LoadUnderWay, match="Anna"):
        extract(graph)
