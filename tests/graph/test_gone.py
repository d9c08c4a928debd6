"""A provider that was closed after it answered: its promise stands, and no need is served a second time."""

from datetime import date
from pathlib import Path

import pytest

from api.exported import verify_folder
from api.plan_files import export
from graph.as_tables import as_tables
from graph.assemble import assemble
from graph.closing import close_absent
from graph.connect import Graph
from graph.extract import extract
from graph.snapshot import Snapshot
from graph.snapshot_files import load_snapshot, save_snapshot
from graph.ties import ties_of
from matching.match import match
from matching.plan import Plan
from matching.plan_tables import plan_tables
from matching.policy import DEFAULT_POLICY
from matching.problem import Problem
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import held, made, ties
from tests.graph.test_as_tables import assert_same

TODAY = date(2026, 11, 2)
GIVEN = [("N03", "O3", 500), ("N04", "V1", 2), ("N06", "O2", 2)]
ANSWERED = {(need, provider) for need, provider, _ in GIVEN}


def answered(graph: Graph, status: str = "accepted") -> None:
    """The tiny world, with three assignments that their providers have answered for."""
    put(graph, files())
    made(graph, "p1", ties(GIVEN))
    graph.write("MATCH ()-[a:ASSIGNED]->() SET a.status = $status", status=status)


def close(graph: Graph, table: str, *keys: str) -> None:
    """Close rows as a file that replaces the table and does not name them does."""
    rows = files()[table]
    kept = rows.filter([key not in keys for key in rows[0].to_pylist()])
    assert close_absent(graph, table, tiny.PROVINCE, kept, "tester", TODAY) == len(keys)


def planned(snapshot: Snapshot) -> Plan:
    """The plan of a run for the province."""
    scope = snapshot.regions.key.index(tiny.PROVINCE).as_py()
    return match(Problem(snapshot, scope, "2026-11", (TODAY - date(1970, 1, 1)).days, DEFAULT_POLICY))


def assigned(plan: Plan, snapshot: Snapshot) -> set[tuple[str, str, int]]:
    """Need, provider and units of a plan's assignments."""
    table = plan_tables(plan, snapshot)["assignments"]
    return set(zip(*(table[name].to_pylist() for name in ("need", "provider", "quantity")), strict=True))


CLOSED = {
    "the offers": [("offers", ("O2", "O3"))],
    "their organisations": [("organizations", ("G1", "G2"))],
    "the fund that pays": [("funds", ("F1",))],
    "a volunteer": [("volunteers", ("V1",))],
    "everything": [
        ("offers", ("O2", "O3")),
        ("organizations", ("G1", "G2")),
        ("funds", ("F1",)),
        ("volunteers", ("V1",)),
    ],
}


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("status", ["accepted", "delivered"])
def test_what_a_closed_provider_answered_for_is_kept_and_not_served_again(
    graph: Graph, closed: str, status: str
) -> None:
    answered(graph, status)
    for table, keys in CLOSED[closed]:
        close(graph, table, *keys)
    snapshot = extract(graph)
    rows = assigned(planned(snapshot), snapshot)
    kept = {need: {(by, units) for one, by, units in rows if one == need} for need, _, _ in GIVEN}
    for need, provider, units in GIVEN:
        asked = int(snapshot.needs.quantity[snapshot.needs.key.index(need).as_py()])
        assert any(by == provider and more >= units for by, more in kept[need])
        assert sum(units for _, units in kept[need]) <= asked


def test_a_closed_provider_gives_nothing_more(graph: Graph) -> None:
    answered(graph)
    close(graph, "offers", "O2", "O3")
    close(graph, "volunteers", "V1")
    snapshot = extract(graph)
    plan = planned(snapshot)
    given = {(need, provider): units for need, provider, units in assigned(plan, snapshot)}
    assert {pair: units for pair, units in given.items() if pair[1] in {"O2", "O3", "V1"}} == {
        (need, provider): units for need, provider, units in GIVEN
    }
    unused = plan_tables(plan, snapshot)["unused"]["provider"].to_pylist()
    assert not {"O2", "O3", "V1"} & set(unused)


def test_publishing_keeps_the_promise_of_a_closed_provider(graph: Graph) -> None:
    answered(graph)
    close(graph, "organizations", "G1", "G2")
    close(graph, "volunteers", "V1")
    snapshot = extract(graph)
    tables = plan_tables(planned(snapshot), snapshot)
    made(graph, "p2", ties_of(tables["assignments"], tables["coverage"], tables["responsibilities"]))
    assert held(graph)["ASSIGNED"] == ANSWERED | {("N12", "V2")}, "V2 is not closed and serves anew"
    began = graph.read("MATCH (n:Need)-[a:ASSIGNED]->() RETURN n.need = 'N12' AS anew, a.since AS since")
    assert {(row["anew"], row["since"]) for row in began} == {(False, 1), (True, 2)}


def test_nobody_waits_for_a_closed_provider_that_has_not_answered(graph: Graph) -> None:
    answered(graph, "proposed")
    close(graph, "offers", "O2", "O3")
    snapshot = extract(graph)
    assert not {"O2", "O3"} & set(snapshot.offers.key.to_pylist())
    unmet = plan_tables(planned(snapshot), snapshot)["unmet"]["need"].to_pylist()
    assert {"N03", "N06"} <= set(unmet)


def test_a_closed_provider_that_answered_goes_through_every_kind_of_file(graph: Graph, tmp_path: Path) -> None:
    answered(graph)
    close(graph, "organizations", "G1", "G2")
    close(graph, "volunteers", "V1")
    snapshot = extract(graph)
    assert_same(assemble(as_tables(snapshot), revision=1), snapshot)
    save_snapshot(snapshot, tmp_path / "kept")
    kept = load_snapshot(tmp_path / "kept", snapshot.digest, 1, snapshot.published.digest)
    assert_same(kept, snapshot)
    export(planned(snapshot), snapshot, tmp_path / "plan", with_input=True)
    plan, verdict = verify_folder(tmp_path / "plan", tmp_path / "plan" / "input")
    assert verdict.breaches == ()
    assert {(need, by) for need, by, _ in assigned(plan, snapshot)} >= ANSWERED


def test_a_provider_named_again_is_as_it_was(graph: Graph) -> None:
    answered(graph)
    before = extract(graph)
    close(graph, "organizations", "G1", "G2")
    assert extract(graph).digest != before.digest
    put(graph, files())
    assert_same(extract(graph), before)
