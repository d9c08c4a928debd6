"""What is published now, and every revision that led to it."""

from graph.connect import Graph
from graph.listed import Position
from graph.publish import publish
from graph.published import current, revisions
from tests import tiny
from tests.graph.planned import WHOLE, draft, holds, made, ties


def test_before_the_first_publication_there_is_nothing(world: Graph) -> None:
    now = current(world)
    assert (now.revision, now.latest, now.plans) == (0, None, ())


def test_the_current_state_names_its_plans_with_scope_time_and_actor(world: Graph) -> None:
    made(world, "p1", WHOLE)
    made(world, "p2", ties(), tiny.COUNTY_A)
    now = current(world)
    assert now.revision == 2
    assert [(plan.id, plan.scope, plan.revision) for plan in now.plans] == [
        ("p2", tiny.COUNTY_A, 2),
        ("p1", tiny.PROVINCE, 1),
    ]
    assert now.latest is not None
    assert (now.latest.actor, now.latest.cause, now.latest.plan) == ("coordinator", "plan", "p2")


def test_the_plan_published_last_comes_first_though_it_was_made_first(world: Graph) -> None:
    draft(world, "county", tiny.COUNTY_A)
    made(world, "province", WHOLE)
    publish(world, "county", ties(), "coordinator", holds)
    assert [plan.id for plan in current(world).plans] == ["county", "province"]


def test_every_revision_is_told_the_newest_first(world: Graph) -> None:
    made(world, "p1", WHOLE)
    made(world, "p2", ties())
    assert [each.revision for each in revisions(world)] == [2, 1]
    assert [each.revision for each in revisions(world, None, Position("2"), 5)] == [1]
    assert [each.revision for each in revisions(world, tiny.COUNTY_A)] == []
