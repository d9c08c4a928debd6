"""Publishing: one switch from revision to revision, within a scope, by differences."""

from datetime import date
from typing import Any

import pytest

from graph.connect import Graph
from graph.extract import extract
from graph.gaps import gaps
from graph.local import release
from graph.plans import PlanDecided, approve_plan, plan_named, reject_plan
from graph.publish import PlanNotApproved, PlanNotVerified, PlanUnfit, publish
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import WHOLE, draft, held, holds, made, never, pairs, ties

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


@every_release
def test_what_a_plan_says_holds_once_it_is_published(graph: Graph) -> None:
    put(graph, files())
    done = made(graph, "p1", WHOLE)
    assert (done.revision, done.already) == (1, False)
    assert held(graph) == pairs(WHOLE)
    assert (plan_named(graph, "p1").state, plan_named(graph, "p1").revision) == ("published", 1)


@every_release
def test_a_second_plan_writes_the_differences_alone(graph: Graph) -> None:
    put(graph, files())
    made(graph, "p1", WHOLE)
    other = ties(
        [("N01", "O1", 1), ("N02", "O4", 4), ("N04", "V1", 2), ("N06", "O2", 3), ("N11", "O6", 1)],
        [(tiny.VILLAGE_A1A, "W1"), (tiny.TOWN_A1, "W1"), (tiny.VILLAGE_B1A, "W1"), (tiny.VILLAGE_D1A, "W4")],
        [("H1", "W1"), ("H5", "W1"), ("H8", "W4")],
    )
    done = made(graph, "p2", other)
    assert held(graph) == pairs(other)
    assert done.began == {"assignments": 2, "coverage": 1, "responsibilities": 1}
    assert done.ended == {"assignments": 2, "coverage": 1, "responsibilities": 1}
    written = graph.read("MATCH ()-[t]->() WHERE t.since = 2 OR t.until = 2 RETURN count(t) AS n")[0]["n"]
    assert written == 8


def test_the_past_stays_as_it_was(world: Graph) -> None:
    made(world, "p1", WHOLE)
    made(world, "p2", ties([("N01", "O1", 1)]))
    made(world, "p3", WHOLE)
    assert [held(world, revision) for revision in range(4)] == [
        pairs(ties()),
        pairs(WHOLE),
        pairs(ties([("N01", "O1", 1)])),
        pairs(WHOLE),
    ]


def test_a_county_published_anew_leaves_everything_else_untouched(world: Graph) -> None:
    made(world, "p1", WHOLE)
    made(world, "p2", ties([("N03", "O3", 800)], [(tiny.VILLAGE_A2A, "W2")], [("H4", "W2")]), tiny.COUNTY_A)
    now = held(world)
    assert now["ASSIGNED"] == {("N03", "O3"), ("N06", "O2")}
    assert now["COVERS"] == {(tiny.VILLAGE_A2A, "W2"), (tiny.VILLAGE_B1A, "W3"), (tiny.VILLAGE_D1A, "W4")}
    assert now["RESPONSIBLE_FOR"] == {("H4", "W2"), ("H5", "W3"), ("H8", "W4")}


def everything(graph: Graph) -> set[tuple[Any, ...]]:
    """Every tie there ever was, with all it says, but for those of county A's places, households and needs."""
    rows = graph.read(
        "MATCH (a)-[t:ASSIGNED|COVERS|RESPONSIBLE_FOR]->(b) "
        "WHERE NOT coalesce(a.need, b.code, b.household) IN $inside "
        "RETURN type(t) AS type, coalesce(a.need, b.code, b.household) AS subject, "
        "coalesce(b.offer, b.volunteer, a.caseworker) AS provider, t.since AS since, t.until AS until, "
        "t.quantity AS quantity, t.minutes AS minutes, t.cost AS cost, t.status AS status",
        inside=[*INSIDE],
    )
    return {tuple(each.values()) for each in rows}


INSIDE = {"N01", "N02", "N03", "N04", "N05", "N07", "H1", "H3", "H4", tiny.VILLAGE_A1A, tiny.TOWN_A1, tiny.VILLAGE_A2A}
"""What WHOLE and the plan for county A say of that county."""


def test_publishing_a_county_writes_nothing_outside_it(world: Graph) -> None:
    made(world, "p1", WHOLE)
    before = everything(world)
    made(world, "p2", ties([("N03", "O3", 800)], [(tiny.VILLAGE_A2A, "W2")], [("H4", "W2")]), tiny.COUNTY_A)
    made(world, "p3", ties(), tiny.COUNTY_A)
    assert everything(world) == before != set()


def test_whoever_was_responsible_for_a_household_that_has_left_is_so_no_more(graph: Graph) -> None:
    put(graph, files())
    made(graph, "p1", ties([], [(tiny.VILLAGE_A1A, "W1")], [("H1", "W1"), ("H8", "W4"), ("H5", "W1")]))
    gone = [row | ({"village": None} if row["household"] in {"H1", "H5"} else {}) for row in tiny.ROWS["households"]]
    moved = [
        row | ({"incident_place": tiny.TOWN_B1} if row["household"] in {"H1", "H5"} else {})
        for row in tiny.ROWS["needs"]
    ]
    put(graph, files(households=gone, needs=moved))
    assert extract(graph).published.household.tolist() == [7]
    assert sum(gaps(graph, date(2026, 11, 2)).summary["households_cared_for"].to_pylist()) == 1
    made(graph, "p2", ties(), tiny.COUNTY_B, holds)
    assert held(graph)["RESPONSIBLE_FOR"] == {("H1", "W1"), ("H8", "W4"), ("H5", "W1")}
    done = made(graph, "p3", ties(), tiny.COUNTY_A, holds)
    assert held(graph)["RESPONSIBLE_FOR"] == {("H8", "W4")}
    assert done.ended["responsibilities"] == 2


def test_an_emergency_belongs_to_the_place_where_it_happened(world: Graph) -> None:
    made(world, "p1", ties([("N06", "O2", 3), ("N07", "O2", 2)]))
    made(world, "p2", ties([("N06", "O2", 3)]), tiny.COUNTY_B)
    assert held(world)["ASSIGNED"] == {("N06", "O2"), ("N07", "O2")}
    made(world, "p3", ties(), tiny.TOWN_A1)
    assert held(world)["ASSIGNED"] == {("N06", "O2")}


def test_facts_stay_whatever_the_plan_says(world: Graph) -> None:
    made(world, "p1", WHOLE)
    world.write("MATCH (:Need {need: 'N02'})-[a:ASSIGNED]->() SET a.status = 'accepted'")
    done = made(world, "p2", ties([("N02", "O4", 4)]))
    assert done.began["assignments"] == 0
    assert held(world)["ASSIGNED"] == {("N02", "O4")}
    assert world.read("MATCH (:Need {need: 'N02'})-[a:ASSIGNED]->() RETURN a.quantity AS q, a.since AS since") == [
        {"q": 5, "since": 1}
    ]


def test_what_is_wanted_beyond_a_fact_is_a_tie_of_its_own(world: Graph) -> None:
    made(world, "p1", ties([("N02", "O4", 2)]))
    world.write("MATCH (:Need {need: 'N02'})-[a:ASSIGNED]->() SET a.status = 'accepted'")
    one_fact_and_more = [
        {"since": 1, "until": None, "quantity": 2, "status": "accepted"},
        {"since": 2, "until": None, "quantity": 3, "status": "proposed"},
    ]
    for name, began in (("p2", 1), ("p3", 0)):
        assert made(world, name, ties([("N02", "O4", 5)])).began["assignments"] == began
        assert of_need(world, "N02") == one_fact_and_more
        assert extract(world).published.quantity.tolist() == [2, 3]
    assert made(world, "p4", ties([("N02", "O4", 4)])).ended["assignments"] == 1
    assert [(each["until"], each["quantity"]) for each in of_need(world, "N02")] == [(None, 2), (4, 3), (None, 2)]
    made(world, "p5", ties())
    assert [each["since"] for each in of_need(world, "N02") if each["until"] is None] == [1]


def of_need(graph: Graph, need: str) -> list[dict[str, Any]]:
    """Every assignment that a need ever had, in the order in which they began."""
    return graph.read(
        "MATCH (:Need {need: $need})-[a:ASSIGNED]->() RETURN a.since AS since, a.until AS until, "
        "a.quantity AS quantity, a.status AS status ORDER BY since",
        need=need,
    )


def test_publishing_a_published_plan_again_changes_nothing(world: Graph) -> None:
    first = made(world, "p1", WHOLE)
    again = publish(world, "p1", WHOLE, "coordinator", never)
    assert (again.revision, again.already) == (first.revision, True)


def test_a_plan_supersedes_those_whose_scope_lies_inside_its_own(world: Graph) -> None:
    made(world, "province", ties())
    made(world, "county", ties(), tiny.COUNTY_A)
    assert plan_named(world, "province").state == "published"
    made(world, "city", ties(), tiny.CITY)
    states = {name: plan_named(world, name).state for name in ("province", "county", "city")}
    assert states == {"province": "published", "county": "superseded", "city": "published"}
    made(world, "province again", ties())
    assert plan_named(world, "province").state == "superseded"
    assert plan_named(world, "city").state == "superseded"


def test_a_superseded_plan_is_not_published_again(world: Graph) -> None:
    made(world, "p1", WHOLE)
    made(world, "p2", ties())
    with pytest.raises(PlanDecided, match="superseded"):
        publish(world, "p1", WHOLE, "coordinator", never)
    assert held(world) == pairs(ties())


def test_a_plan_that_failed_verification_is_not_published(world: Graph) -> None:
    draft(world, "p1", verified=False)
    with pytest.raises(PlanNotVerified):
        publish(world, "p1", WHOLE, "coordinator", never)


def test_a_rejected_plan_is_not_published(world: Graph) -> None:
    draft(world, "p1")
    reject_plan(world, "p1", "planner", "too late")
    with pytest.raises(PlanDecided, match="rejected"):
        publish(world, "p1", WHOLE, "coordinator", never)


def test_a_plan_that_must_be_reviewed_waits_for_approval(world: Graph) -> None:
    draft(world, "p1", review=True)
    with pytest.raises(PlanNotApproved):
        publish(world, "p1", WHOLE, "coordinator", never)
    approve_plan(world, "p1", "director")
    assert publish(world, "p1", WHOLE, "coordinator", never).revision == 1


def test_a_plan_about_things_the_graph_lacks_is_refused_whole(world: Graph) -> None:
    draft(world, "p1")
    with pytest.raises(PlanUnfit):
        publish(world, "p1", ties([("N01", "O1", 1), ("N99", "O1", 1)]), "coordinator", never)
    assert world.read("MATCH ()-[t:ASSIGNED]->() RETURN count(t) AS n") == [{"n": 0}]
    assert made(world, "p2", WHOLE).revision == 1
