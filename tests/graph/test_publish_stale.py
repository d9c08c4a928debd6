"""A draft whose base has moved on is held against what the graph holds now, by the rules of verification."""

from dataclasses import dataclass

import pytest

from graph.connect import Graph
from graph.extract import extract
from graph.plans import plan_named
from graph.publish import Published, StaleDraft, publish
from graph.ties import Ties, ties_of
from matching.plan_tables import exclusion_table, plan_tables
from matching.stale import breaches_now
from matching.verify.told import Told
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import draft, held
from tests.plans import good_plan


@dataclass(frozen=True)
class Run:
    """A run's plan, saved as a draft, and its publication."""

    graph: Graph
    plan: str
    told: Told
    ties: Ties

    def publish(self) -> Published:
        return publish(
            self.graph, self.plan, self.ties, "coordinator", lambda: breaches_now(self.told, extract(self.graph))
        )


def run(graph: Graph, scope: str) -> Run:
    """A good plan for a scope on what the graph holds now."""
    snapshot = extract(graph)
    plan = good_plan(snapshot, scope)
    tables = plan_tables(plan, snapshot) | {"exclusions": exclusion_table(snapshot, plan.on)}
    ties = ties_of(tables["assignments"], tables["coverage"], tables["responsibilities"])
    return Run(graph, draft(graph, plan.id, scope), Told(tables, plan.policy, plan.certificate.as_json()), ties)


def test_capacity_that_another_published_plan_took_is_not_given_twice(world: Graph) -> None:
    one, other = run(world, tiny.COUNTY_A), run(world, tiny.COUNTY_B)
    one.publish()
    before = held(world)
    with pytest.raises(StaleDraft, match="offer O2 hands out 10 units, more than its capacity 8") as refusal:
        other.publish()
    assert "供给 O2" in refusal.value.message("zh")
    assert f"zhongfu match --region {tiny.COUNTY_B}" in refusal.value.repair("zh")
    assert held(world) == before
    assert plan_named(world, other.plan).state == "draft"


def test_plans_that_do_not_touch_are_published_one_after_the_other(world: Graph) -> None:
    one, other = run(world, tiny.COUNTY_A), run(world, tiny.CITY_D)
    assert (one.publish().revision, other.publish().revision) == (1, 2)


def test_a_plan_made_anew_after_a_refusal_is_published(world: Graph) -> None:
    one, other = run(world, tiny.COUNTY_A), run(world, tiny.COUNTY_B)
    one.publish()
    with pytest.raises(StaleDraft):
        other.publish()
    assert run(world, tiny.COUNTY_B).publish().revision == 2
    assert breaches_now(one.told, extract(world)) == ()


def test_a_need_closed_since_the_run_is_not_served(graph: Graph) -> None:
    put(graph, files())
    made = run(graph, tiny.COUNTY_A)
    closed = [row | ({"status": "closed"} if row["need"] == "N01" else {}) for row in tiny.ROWS["needs"]]
    put(graph, files(needs=closed))
    with pytest.raises(StaleDraft, match="need N01 was closed or taken out"):
        made.publish()
    assert held(graph)["ASSIGNED"] == set()


def test_new_needs_and_new_names_do_not_stop_a_plan(graph: Graph) -> None:
    put(graph, files())
    made = run(graph, tiny.COUNTY_A)
    more = {"need": "N99", "household": "H2", "kind": "food", "quantity": 1}
    put(graph, files(needs=[*tiny.ROWS["needs"], more]))
    assert made.publish().revision == 1
