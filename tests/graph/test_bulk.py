"""The import tool and the statements make the same graph."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph import local
from graph.assemble import assemble
from graph.bulk import write_files
from graph.connect import Graph, open_graph
from graph.extract import extract
from graph.load_record import Load, LoadUnderWay, finish_import, load_under_way
from graph.local import bulk_import, release
from graph.queries import query
from tests import tiny
from tests.graph.loaded import files, put

LOAD = Load("L1", "tester", "digest", "here", "import", datetime(2026, 11, 2, tzinfo=UTC))


def everything(graph: Graph) -> tuple[list[Any], list[Any]]:
    """Every node and relationship of the vocabulary with its properties, as sorted texts."""
    found = graph.read(
        "MATCH (n) WHERE NOT n:Graph AND NOT n:Load "
        "RETURN labels(n) + [key IN keys(n) | key + '=' + toString(valueType(n[key])) + "
        "CASE WHEN n[key] IS :: LIST<ANY> THEN reduce(s = '', x IN n[key] | s + ';' + x) ELSE toString(n[key]) END] AS it"
    )
    tied = graph.read(
        "MATCH (a)-[r]->(b) RETURN [head(labels(a)), coalesce(a.code, a.kind, a.household, a.person, a.need, "
        "a.organization, a.fund, a.offer, a.volunteer, a.caseworker, a.lock), type(r), head(labels(b)), "
        "coalesce(b.code, b.kind, b.household, b.person, b.need, b.organization, b.fund, b.offer, b.volunteer, "
        "b.caseworker, b.lock), toString(r.minutes), r.actor] AS it"
    )
    return sorted(sorted(row["it"]) for row in found), sorted(map(str, (row["it"] for row in tied)))


def world() -> dict[str, Any]:
    """The tiny world with a road, moments, a text of several lines and quotes."""
    moment = datetime(2026, 11, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    persons = [{**row, "as_of": moment, "groups": "民政:低保;残联"} for row in tiny.ROWS["persons"]]
    locks = [{**row, "reason": 'said "no",\nand; twice'} for row in tiny.ROWS["locks"]]
    roads = [{"from": tiny.VILLAGE_A1A, "to": tiny.TOWN_A1, "minutes": 12}]
    return files(persons=persons, locks=locks, travel=roads)


@pytest.fixture(params=release.known())
def imported(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The world imported into a graph of its own, on every release; nothing made it whole yet."""
    written = write_files(world(), tmp_path / "files", LOAD, "fingerprint")
    home = tmp_path / "home"
    assert written.broken_lines
    bulk_import(home, written.nodes, written.relationships, version=request.param, broken_lines=True)
    local.start(home, size="small", idle_seconds=120)
    with open_graph(home=home) as graph:
        yield request.param, graph
    local.stop(home)


def test_import_and_statements_make_the_same_graph(imported: Any, graph_of: Any) -> None:
    version, graph = imported
    assert load_under_way(graph) == LOAD
    assert graph.read(query("sealed_by")) == [{"key": "fingerprint"}]
    with pytest.raises(LoadUnderWay):
        extract(graph)
    finish_import(graph, "L1")
    assert extract(graph).digest == assemble(world()).digest
    other = graph_of(version)
    other.write("MATCH (n) DETACH DELETE n")
    put(other, world())
    nodes, ties = everything(graph)
    other_nodes, other_ties = everything(other)
    assert nodes == other_nodes
    assert ties == other_ties
    assert constraints(graph) == constraints(other)


def constraints(graph: Graph) -> list[str]:
    return sorted(row["name"] for row in graph.read("SHOW CONSTRAINTS YIELD name"))
