"""What was delivered to needs that are closed by now stays used up, in the snapshot and among the gaps."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from graph.closing import close_absent
from graph.connect import Graph
from graph.extract import extract
from graph.gaps import gaps
from graph.local import release
from graph.plans import Draft
from graph.snapshot import SPENDERS, Snapshot
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import made, ties

TODAY = date(2026, 11, 2)
every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


def delivered(graph: Graph, status: str = "delivered") -> None:
    """The tiny world with a grant of 500 yuan, meals for 20 yuan, food and two months of tutoring given."""
    put(graph, files())
    given = ties([("N01", "O1", 1), ("N03", "O3", 500), ("N04", "V1", 2), ("N06", "O2", 3)])
    for sort, table in given.items():
        if sort.providers == "offers":
            cost = {"O1": 20, "O2": 0, "O3": 500}
            at = table.column_names.index("cost")
            given[sort] = table.set_column(at, "cost", [[cost[offer] for offer in table["provider"].to_pylist()]])
    made(graph, "p1", given)
    graph.write("MATCH ()-[a:ASSIGNED]->() SET a.status = $status", status=status)


def spent(snapshot: Snapshot) -> dict[tuple[str, str], tuple[str, int]]:
    """What is used up by table and key: the month and how much."""
    state = snapshot.published
    return {
        (SPENDERS[table], getattr(snapshot, SPENDERS[table]).key[row].as_py()): (
            f"{1970 + then // 12}-{then % 12 + 1}",
            much,
        )
        for table, row, then, much in zip(
            state.spender_table.tolist(),
            state.spender.tolist(),
            state.spent_in.tolist(),
            state.spent.tolist(),
            strict=True,
        )
    }


def close_by_file(graph: Graph) -> None:
    closed = [row | {"status": "closed"} for row in tiny.ROWS["needs"]]
    put(graph, files(needs=closed))


def close_by_absence(graph: Graph) -> None:
    close_absent(graph, "needs", tiny.PROVINCE, files()["needs"].slice(0, 0), "tester", TODAY)


def close_households(graph: Graph) -> None:
    close_absent(graph, "households", tiny.PROVINCE, files()["households"].slice(0, 0), "tester", TODAY)


@every_release
@pytest.mark.parametrize("close", [close_by_file, close_by_absence, close_households])
def test_what_closed_needs_were_given_is_told_by_spender_and_period(
    graph: Graph, close: Callable[[Graph], None]
) -> None:
    delivered(graph)
    assert spent(extract(graph)) == {}
    close(graph)
    assert spent(extract(graph)) == {
        ("offers", "O1"): ("2026-11", 1),
        ("offers", "O2"): ("2026-11", 3),
        ("offers", "O3"): ("2026-11", 500),
        ("organizations", "G1"): ("2026-11", 520),
        ("funds", "F1"): ("2026-11", 500),
        ("volunteers", "V1"): ("2026-11", 960),
    }


def test_a_need_of_a_closed_person_is_closed_too(graph: Graph) -> None:
    delivered(graph)
    kept = files()["persons"]
    kept = kept.filter([person != "P1a" for person in kept["person"].to_pylist()])
    close_absent(graph, "persons", tiny.PROVINCE, kept, "tester", TODAY)
    assert spent(extract(graph)) == {("offers", "O1"): ("2026-11", 1), ("organizations", "G1"): ("2026-11", 20)}


@pytest.mark.parametrize("status", ["proposed", "accepted"])
def test_what_was_not_delivered_is_free_again(graph: Graph, status: str) -> None:
    delivered(graph, status)
    close_by_file(graph)
    assert spent(extract(graph)) == {}


def test_what_a_plan_of_another_period_gave_is_of_that_period(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    def earlier(**facts: Any) -> Draft:
        return Draft(**facts | {"period": "2025-12"})

    monkeypatch.setattr("tests.graph.planned.Draft", earlier)
    delivered(graph)
    close_by_file(graph)
    assert {then for then, _ in spent(extract(graph)).values()} == {"2025-12"}


def test_what_is_spent_stays_whatever_is_published_after_it(graph: Graph) -> None:
    delivered(graph)
    close_by_file(graph)
    before = spent(extract(graph))
    made(graph, "p2", ties())
    assert spent(extract(graph)) == before


@pytest.mark.parametrize(("status", "grant", "goods"), [("delivered", 500, 0), ("accepted", 0, 0)])
def test_gaps_take_as_used_what_is_used_up(graph: Graph, status: str, grant: int, goods: int) -> None:
    delivered(graph, status)
    close_by_file(graph)

    def used(on: date) -> dict[str, int]:
        rows = gaps(graph, on, tiny.PROVINCE, "province").capacity.to_pylist()
        return {each["kind"]: each["used"] for each in rows}

    # goods recur: their capacity is back in December
    assert used(date(2026, 12, 2))["hardship_grant"] == used(TODAY)["hardship_grant"] == grant
    assert used(date(2026, 12, 2))["daily_goods"] == goods
    assert used(TODAY)["daily_goods"] == (3 if status == "delivered" else 0)
