"""Rows that a replaced table no longer names are closed, and come back when it names them again."""

from datetime import date

import pytest

from graph.closing import NotReplaceable, close_absent
from graph.connect import Graph
from graph.extract import extract
from graph.write import Count, write_table
from tests import tiny
from tests.graph.loaded import files, nodes, put

TODAY = date(2026, 11, 2)


def replaced(graph: Graph, table: str, region: str, keep: list[str]) -> int:
    """Replace a table of the tiny world by those of its rows that are kept; how many rows were closed."""
    key = {
        "households": "household",
        "needs": "need",
        "offers": "offer",
        "persons": "person",
        "funds": "fund",
        "locks": "lock",
    }[table]
    given = files()[table]
    chosen = given.filter([name.as_py() in keep for name in given[key]])
    return close_absent(graph, table, region, chosen, "tester", TODAY)


def without_status(graph: Graph) -> Count:
    """Write the needs of the tiny world as a file that has no column of their status."""
    return write_table(graph, "needs", files()["needs"], ["need", "quantity"], "tester")[0]


def test_needs_within_the_region_are_closed_and_others_stay(graph: Graph) -> None:
    put(graph, files())
    # N07 is a stranger's, at the town; N06 lies in the other county, N11 in the city without counties
    assert replaced(graph, "needs", tiny.COUNTY_A, ["N01", "N02"]) == 7
    assert extract(graph).needs.key.to_pylist() == ["N01", "N02", "N06", "N11"]
    assert replaced(graph, "needs", tiny.COUNTY_A, ["N01", "N02"]) == 0


@pytest.mark.parametrize("before", [None, "paused"])
def test_a_need_named_again_comes_back_with_the_status_that_it_had(graph: Graph, before: str | None) -> None:
    put(graph, files(needs=[row | {"status": before} for row in tiny.ROWS["needs"]]))
    assert replaced(graph, "needs", tiny.COUNTY_A, ["N01"]) == 9
    assert without_status(graph).changed == 9
    assert {need.get("status") for need in nodes(graph, "Need", "need").values()} == {before}
    assert without_status(graph).same == 12


def test_a_need_that_a_file_closed_stays_closed_where_a_later_one_has_no_status(graph: Graph) -> None:
    put(graph, files(needs=[row | {"status": "closed"} for row in tiny.ROWS["needs"]]))
    assert replaced(graph, "needs", tiny.COUNTY_A, []) == 0
    assert without_status(graph).same == 12
    assert extract(graph).needs.key.to_pylist() == []


def test_a_closed_household_takes_its_members_and_needs_along_and_comes_back_whole(graph: Graph) -> None:
    put(graph, files())
    before = extract(graph)
    assert replaced(graph, "households", tiny.TOWN_A1, ["H2", "H3", "H7"]) == 1
    after = extract(graph)
    assert "H1" not in after.households.key.to_pylist()
    assert not {"P1a", "P1b"} & set(after.persons.key.to_pylist())
    assert not {"N01", "N02"} & set(after.needs.key.to_pylist())
    assert nodes(graph, "Household", "household")["H1"]["closed_on"].to_native() == TODAY
    assert put(graph, files())["households"].changed == 1
    assert extract(graph).digest == before.digest


def test_a_closed_fund_takes_the_offers_it_pays_along(graph: Graph) -> None:
    put(graph, files())
    assert replaced(graph, "funds", tiny.PROVINCE, []) == 1
    assert "O3" not in extract(graph).offers.key.to_pylist()


def test_an_offer_lies_where_it_starts_from_or_else_at_its_organisations_seat(graph: Graph) -> None:
    put(graph, files())
    assert replaced(graph, "offers", tiny.COUNTY_A, []) == 2
    assert extract(graph).offers.key.to_pylist() == ["O2", "O4", "O5", "O6"]


def test_a_closed_person_takes_what_was_for_that_person_along(graph: Graph) -> None:
    put(graph, files())
    assert replaced(graph, "persons", tiny.TOWN_A1, ["P1b", "P2", "P3", "P7"]) == 1
    after = extract(graph)
    assert "P1a" not in after.persons.key.to_pylist()
    assert "N01" not in after.needs.key.to_pylist()
    assert "N02" in after.needs.key.to_pylist()


def test_locks_lie_where_their_subject_does(graph: Graph) -> None:
    to_offer, to_worker = (
        {"provider_type": "offer", "provider": "O1"},
        {"provider_type": "caseworker", "provider": "W1"},
    )
    held = files(
        locks=[
            {"lock": "L1", "subject_type": "need", "subject": "N01", "mode": "forbid"} | to_offer,
            {"lock": "L2", "subject_type": "village", "subject": tiny.VILLAGE_A1A, "mode": "forbid"} | to_worker,
            {"lock": "L3", "subject_type": "household", "subject": "H1", "mode": "forbid"} | to_worker,
            {"lock": "L4", "subject_type": "need", "subject": "N06", "mode": "forbid"} | to_offer,
        ]
    )
    put(graph, held)
    assert close_absent(graph, "locks", tiny.COUNTY_B, held["locks"].slice(3), "tester", TODAY) == 0
    assert close_absent(graph, "locks", tiny.COUNTY_A, held["locks"].slice(2, 1), "tester", TODAY) == 2
    assert {key for key, lock in nodes(graph, "Lock", "lock").items() if "closed_on" in lock} == {"L1", "L2"}


def test_roads_within_the_region_are_taken_away(graph: Graph) -> None:
    roads = [
        {"from": tiny.VILLAGE_A1A, "to": tiny.TOWN_A1, "minutes": 12},
        {"from": tiny.VILLAGE_A1B, "to": tiny.TOWN_A1, "minutes": 9},
        {"from": tiny.TOWN_A1, "to": tiny.TOWN_B1, "minutes": 40},
    ]
    tables = files(travel=roads)
    put(graph, tables)
    assert close_absent(graph, "travel", tiny.COUNTY_A, tables["travel"].slice(0, 1), "tester", TODAY) == 1
    left = graph.read("MATCH ()-[r:ROAD]->() RETURN r.minutes AS minutes ORDER BY minutes")
    assert [row["minutes"] for row in left] == [12, 40]


def test_places_themselves_cannot_be_replaced(graph: Graph) -> None:
    with pytest.raises(NotReplaceable, match="regions"):
        close_absent(graph, "regions", tiny.PROVINCE, files()["regions"], "tester", TODAY)
