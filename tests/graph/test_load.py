"""Writing canonical tables into the graph."""

from datetime import UTC, date, datetime

import pytest

from graph.connect import Graph
from graph.local import release
from tests import tiny
from tests.graph.loaded import files, nodes, put

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


@every_release
def test_a_first_load_makes_a_node_of_every_row(graph: Graph) -> None:
    counts = put(graph, files())
    assert {name: count.new for name, count in counts.items()} == {name: len(table) for name, table in files().items()}
    assert nodes(graph, "Need", "need")["N02"] == {
        "need": "N02",
        "quantity": 5,
        "opened_on": nodes(graph, "Need", "need")["N02"]["opened_on"],
        "version": 1,
        "actor": "tester",
    }


@every_release
def test_the_same_load_again_changes_nothing(graph: Graph) -> None:
    put(graph, files())
    before = graph.read("MATCH (n) WHERE NOT n:Graph RETURN sum(n.version) AS versions")
    counts = put(graph, files(), actor="somebody else")
    assert all(count.new == count.changed == 0 for count in counts.values())
    assert graph.read("MATCH (n) WHERE NOT n:Graph RETURN sum(n.version) AS versions") == before


def test_a_changed_row_raises_its_version_and_carries_its_actor(graph: Graph) -> None:
    put(graph, files())
    households = [dict(row) for row in tiny.ROWS["households"]]
    households[0]["alert"] = "yellow"
    assert put(graph, files(households=households), actor="second")["households"].changed == 1
    found = nodes(graph, "Household", "household")
    assert (found["H1"]["alert"], found["H1"]["version"], found["H1"]["actor"]) == ("yellow", 2, "second")
    assert (found["H2"]["version"], found["H2"]["actor"]) == (1, "tester")


def test_a_blank_cell_clears(graph: Graph) -> None:
    put(graph, files())
    caseworkers = [{**row, "minutes_limit": None} for row in tiny.ROWS["caseworkers"]]
    put(graph, files(caseworkers=caseworkers))
    assert "minutes_limit" not in nodes(graph, "Caseworker", "caseworker")["W1"]


def test_an_absent_column_leaves_what_is_there(graph: Graph) -> None:
    put(graph, files())
    part = files()["caseworkers"].select(["caseworker", "capacity", "town"])
    assert put(graph, {"caseworkers": part})["caseworkers"].same == len(part)
    assert nodes(graph, "Caseworker", "caseworker")["W1"]["minutes_limit"] == 60


def test_absent_rows_stay(graph: Graph) -> None:
    put(graph, files())
    put(graph, files(volunteers=[]))
    assert set(nodes(graph, "Volunteer", "volunteer")) == {"V1", "V2"}


def test_a_changed_reference_is_joined_anew(graph: Graph) -> None:
    put(graph, files())
    offers = [dict(row) for row in tiny.ROWS["offers"]]
    offers[1] |= {"serves": f"{tiny.COUNTY_A};{tiny.CITY_D}"}
    for row in offers:
        row.pop("paused", None)
    put(graph, files(offers=offers))
    served = graph.read("MATCH (:Offer {offer: 'O2'})-[:SERVES]->(r:Region) RETURN r.code AS code ORDER BY code")
    assert [row["code"] for row in served] == [tiny.COUNTY_A, tiny.CITY_D]
    assert nodes(graph, "Offer", "offer")["O2"]["version"] == 2


def test_an_edit_later_than_the_file_wins_and_is_counted(graph: Graph) -> None:
    needs = [{**row, "as_of": datetime(2026, 11, 1, tzinfo=UTC)} for row in tiny.ROWS["needs"]]
    put(graph, files(needs=needs))
    graph.write(
        "MATCH (n:Need {need: 'N06'}) SET n.quantity = 9, n.version = n.version + 1, "
        "n.edited_at = datetime('2026-11-05T08:00:00Z')"
    )
    later = [{**row, "as_of": datetime(2026, 11, 3, tzinfo=UTC), "quantity": 4} for row in needs]
    assert put(graph, files(needs=later))["needs"].kept == 1
    assert nodes(graph, "Need", "need")["N06"]["quantity"] == 9
    last = [{**row, "as_of": datetime(2026, 11, 7, tzinfo=UTC), "quantity": 5} for row in needs]
    assert put(graph, files(needs=last))["needs"].kept == 0
    assert nodes(graph, "Need", "need")["N06"]["quantity"] == 5


def test_roads_carry_their_minutes(graph: Graph) -> None:
    roads = [{"from": tiny.VILLAGE_A1A, "to": tiny.TOWN_A1, "minutes": 12}]
    assert put(graph, files(travel=roads))["travel"].new == 1
    assert put(graph, files(travel=roads))["travel"].same == 1
    assert put(graph, files(travel=[{**roads[0], "minutes": 15}]))["travel"].changed == 1
    assert graph.read("MATCH ()-[r:ROAD]->() RETURN r.minutes AS minutes") == [{"minutes": 15}]


def test_dates_are_dates_in_the_graph(graph: Graph) -> None:
    put(graph, files())
    found = graph.read("MATCH (n:Need {need: 'N02'}) RETURN n.opened_on = date('2025-06-01') AS same")
    assert found == [{"same": True}]
    assert date(2025, 6, 1).isoformat() == str(nodes(graph, "Need", "need")["N02"]["opened_on"])
