"""A plan is held against a later snapshot: what broke since is named, what only changed its figures is not."""

from datetime import date
from typing import Any

from graph.assemble import assemble
from graph.snapshot import Snapshot
from matching.plan_tables import exclusion_table, plan_tables
from matching.stale import HARD, breaches_now
from matching.verify.told import Told
from matching.verify.verdict import CHECKS
from tests import tiny
from tests.plans import good_plan

NONE_PUBLISHED: dict[str, list[dict[str, Any]]] = {"assigned": [], "covers": [], "responsible": []}


def world(**changed: list[dict[str, Any]]) -> Snapshot:
    """The tiny world with nothing published but what is given."""
    return assemble(tiny.tables(**NONE_PUBLISHED | changed))


def rows(table: str, key: str, **cells: Any) -> list[dict[str, Any]]:
    """Rows of the tiny world, one of them changed."""
    name = next(iter(tiny.ROWS[table][0]))
    return [row | cells if row[name] == key else row for row in tiny.ROWS[table]]


def plan_for(scope: str) -> Told:
    """A good plan on the tiny world, as its files tell it."""
    snapshot = world()
    plan = good_plan(snapshot, scope)
    tables = plan_tables(plan, snapshot) | {"exclusions": exclusion_table(snapshot, plan.on)}
    return Told(tables, plan.policy, plan.certificate.as_json())


PLAN = plan_for(tiny.COUNTY_A)


def broken(now: Snapshot) -> list[tuple[str, dict[str, Any]]]:
    """The check and the subject of every breach."""
    return [(breach["check"], breach["subject"]) for breach in breaches_now(PLAN, now)]


def test_a_plan_holds_on_the_world_it_was_made_from() -> None:
    assert set(PLAN.tables["assignments"]["provider"].to_pylist()) >= {"O1", "O2"}
    assert broken(world()) == []


def test_capacity_taken_by_a_plan_published_elsewhere_names_the_provider() -> None:
    taken = [{"need": "N06", "provider_type": "offer", "provider": "O2", "quantity": 3, "status": "proposed"}]
    assert broken(world(assigned=taken, offers=rows("offers", "O2", capacity=10))) == []
    assert broken(world(assigned=taken)) == [("capacity", {"provider": "O2"})]


def test_capacity_cut_since_names_the_provider() -> None:
    assert ("capacity", {"provider": "O1"}) in broken(world(offers=rows("offers", "O1", capacity=0)))


def test_a_need_closed_since_is_named() -> None:
    told = breaches_now(PLAN, world(needs=rows("needs", "N01", status="closed")))
    assert [breach["subject"] for breach in told] == [{"need": "N01"}]
    assert told[0]["en"] == "need N01 was closed or taken out"
    assert told[0]["zh"] == "需求 N01 已关闭或移除"


def test_a_need_answered_since_by_another_is_named() -> None:
    answered = [{"need": "N02", "provider_type": "offer", "provider": "O4", "quantity": 5, "status": "accepted"}]
    told = broken(world(assigned=answered))
    assert {subject.get("need") for _, subject in told} == {"N02"}


def test_an_offer_paused_or_ended_since_is_named() -> None:
    assert any(check == "paused" for check, _ in broken(world(offers=rows("offers", "O1", paused=True))))
    ended = rows("offers", "O1", valid_to=date(2026, 11, 1))
    assert any(check == "dates" for check, _ in broken(world(offers=ended)))


def test_a_pair_forbidden_since_is_named() -> None:
    answer = {
        "need": "N01",
        "provider_type": "offer",
        "provider": "O1",
        "since": date(2026, 11, 9),
        "reason": "declined",
    }
    told = broken(world(exclusions=[*tiny.ROWS["exclusions"], answer]))
    assert [check for check, _ in told] == ["excluded"]


def test_a_caseworker_gone_since_is_named() -> None:
    staff = [row for row in tiny.ROWS["caseworkers"] if row["caseworker"] != "W1"]
    assert ("keys", {"caseworker": "W1"}) in broken(world(caseworkers=staff, locks=[]))


def test_minutes_costs_lists_and_the_certificate_are_not_asked_again_and_every_other_rule_is() -> None:
    spared = {check.name for check in CHECKS} - {check.name for check in HARD}
    assert spared == {
        *("assignment_way", "assignment_cost", "cover_minutes"),
        *("unmet", "uncovered_villages", "uncovered_towns", "uncovered_households", "unused", "unreached"),
        *("run", "counted", "baseline", "stages", "bands", "values", "bounds", "proven", "proven_cover"),
        *("proven_stand_ins", "stand_in_place", "stand_in_may", "stand_in_once", "stand_in_minutes", "stand_ins_limit"),
        *("rates", "changes", "max_changes", "budgets"),
    }


def test_a_scope_that_is_no_region_any_more_is_named() -> None:
    renamed = [row | {"code": "441499000000"} if row["code"] == tiny.TOWN_A2 else row for row in tiny.ROWS["regions"]]
    moved = [row | {"parent": "441499000000"} if row.get("parent") == tiny.TOWN_A2 else row for row in renamed]
    workers = rows("caseworkers", "W2", town=tiny.TOWN_A1)
    told = breaches_now(plan_for(tiny.TOWN_A2), world(regions=moved, caseworkers=workers))
    assert [(breach["check"], breach["subject"]) for breach in told] == [("keys", {"region": tiny.TOWN_A2})]
    assert told[0]["en"] == f"the plan's scope {tiny.TOWN_A2} is no region any more"
    assert told[0]["zh"] == f"方案范围 {tiny.TOWN_A2} 已不是有效行政区划"


def test_what_only_changes_the_figures_breaks_nothing() -> None:
    more = [*tiny.ROWS["needs"], {"need": "N99", "household": "H2", "kind": "food", "quantity": 1}]
    moved = rows("regions", tiny.TOWN_B1, lon=116.5)
    assert broken(world(needs=more)) == []
    assert broken(world(regions=moved)) == []
