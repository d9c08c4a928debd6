"""Plans as the graph keeps them."""

import pytest

from graph.connect import Graph
from graph.listed import Position
from graph.plans import (
    WAITING,
    PlanAmbiguous,
    PlanDecided,
    PlanUnknown,
    approve_plan,
    certificate_of,
    count_plans,
    list_plans,
    plan_named,
    reject_plan,
)
from tests import tiny
from tests.graph.planned import draft


def test_a_saved_plan_is_a_draft_with_everything_it_came_with(world: Graph) -> None:
    draft(world, "abc1", tiny.CITY)
    plan = plan_named(world, "abc1")
    assert (plan.state, plan.actor, plan.scope, plan.scope_name) == ("draft", "planner", tiny.CITY, "梅州市")
    assert (plan.period, plan.on, plan.base_revision, plan.base_data, plan.revision) == (
        "2026-11",
        "2026-11-02",
        0,
        1,
        None,
    )
    assert certificate_of(world, "abc1") == {"plan": "abc1"}


def test_saving_a_plan_again_changes_nothing_but_the_data_it_fits(world: Graph) -> None:
    draft(world, "abc1")
    approve_plan(world, "abc1", "director")
    draft(world, "abc1", base_data=5)
    draft(world, "abc1", base_data=3)
    plan = plan_named(world, "abc1")
    assert (plan.state, plan.base_data) == ("approved", 5)
    assert len(list_plans(world)) == 1


def test_the_beginning_of_an_id_is_enough_when_only_one_begins_so(world: Graph) -> None:
    for name in ("abc1", "abd2", "abd"):
        draft(world, name)
    assert plan_named(world, "abc").id == "abc1"
    assert plan_named(world, "abd").id == "abd"
    with pytest.raises(PlanAmbiguous, match="any of 3 plans"):
        plan_named(world, "ab")


@pytest.mark.parametrize("name", ["zzz", ""])
def test_a_plan_that_does_not_exist_is_told_plainly(world: Graph, name: str) -> None:
    draft(world, "abc1")
    with pytest.raises(PlanUnknown) as told:
        plan_named(world, name)
    assert "zhongfu plans" in told.value.repair("en")
    assert "zhongfu plans" in told.value.repair("zh")
    with pytest.raises(PlanUnknown):
        certificate_of(world, "zzz")


def test_plans_are_listed_with_the_newest_first(world: Graph) -> None:
    for name in ("p1", "p2", "p3"):
        draft(world, name)
    assert [plan.id for plan in list_plans(world)] == ["p3", "p2", "p1"]


def test_plans_of_a_region_are_listed_a_page_at_a_time(world: Graph) -> None:
    for name, scope in (("p1", tiny.TOWN_A1), ("p2", tiny.CITY), ("p3", tiny.COUNTY_A), ("p4", tiny.COUNTY_A)):
        draft(world, name, scope)
    inside = list_plans(world, tiny.COUNTY_A)
    assert [plan.id for plan in inside] == ["p4", "p3", "p1"]
    read: list[str] = []
    position = Position()
    while found := list_plans(world, tiny.COUNTY_A, position, 1):
        read += [plan.id for plan in found]
        position = Position(found[-1].created_at, found[-1].id)
    assert read == ["p4", "p3", "p1"]


def test_plans_that_wait_are_counted_and_listed_alone(world: Graph) -> None:
    for name, scope in (("p1", tiny.TOWN_A1), ("p2", tiny.CITY), ("p3", tiny.COUNTY_A), ("p4", tiny.COUNTY_A)):
        draft(world, name, scope)
    approve_plan(world, "p3", "director")
    reject_plan(world, "p4", "director")
    assert count_plans(world) == (4, 3)
    assert count_plans(world, tiny.COUNTY_A) == (3, 2)
    assert [plan.id for plan in list_plans(world, tiny.COUNTY_A, states=WAITING)] == ["p3", "p1"]
    assert [plan.id for plan in list_plans(world, limit=1, states=WAITING)] == ["p3"]
    assert [plan.id for plan in list_plans(world, states=["rejected"])] == ["p4"]


def test_a_rejected_plan_keeps_who_and_why_and_is_not_approved(world: Graph) -> None:
    draft(world, "p1")
    plan = reject_plan(world, "p1", "director", "too many changes")
    assert (plan.state, plan.decided_by, plan.decision) == ("rejected", "director", "too many changes")
    with pytest.raises(PlanDecided, match="is rejected and cannot become approved") as told:
        approve_plan(world, "p1", "director")
    assert "已否决" in told.value.message("zh")


def test_deciding_twice_is_as_good_as_once(world: Graph) -> None:
    draft(world, "p1")
    first = approve_plan(world, "p1", "director")
    assert approve_plan(world, "p1", "somebody else") == first
