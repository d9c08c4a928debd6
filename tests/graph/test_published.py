"""What is published now, and what was at any moment."""

from datetime import UTC, datetime

from graph.connect import Graph
from graph.published import current, revision_at, revisions
from tests import tiny
from tests.graph.planned import WHOLE, made, ties


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


def test_every_revision_has_its_time_and_a_moment_its_revision(world: Graph) -> None:
    before = datetime.now(UTC)
    made(world, "p1", WHOLE)
    between = datetime.now(UTC)
    made(world, "p2", ties())
    assert [each.revision for each in revisions(world)] == [2, 1]
    assert [revision_at(world, moment) for moment in (before, between, datetime.now(UTC))] == [0, 1, 2]
