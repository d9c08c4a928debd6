"""Gaps by region: what is lacking, where, and why."""

import gc
import json
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from graph import gap_figures
from graph.connect import Graph
from graph.gap_causes import Explained, told_of
from graph.gap_offers import Offers, read_offers
from graph.gap_tree import LevelNotInside, RegionUnknown, scopes_meeting
from graph.gaps import Gaps, every_figure, gaps, gaps_from
from graph.load_record import Load, LoadUnderWay, begin
from graph.local import release
from graph.snapshot import Snapshot
from graph.state import NotPrepared
from graph.ties import ties_of
from matching.plan_tables import plan_tables
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import WHOLE, made, ties
from tests.plans import ON, good_plan

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


def row(table: pa.Table, **wanted: Any) -> dict[str, Any]:
    """The one row with these values."""
    found: dict[str, Any]
    (found,) = [each for each in table.to_pylist() if all(each[name] == value for name, value in wanted.items())]
    return found


def lacking(
    graph: Graph,
    region: str | None = None,
    level: str | None = None,
    explained: Iterable[Explained] = (),
    on: date = ON,
) -> Gaps:
    """Gaps on the tests' day."""
    return gaps(graph, on, region, level, explained)


def figures(table: pa.Table) -> dict[str, int]:
    """Sum of every column of whole numbers."""
    names = [field.name for field in table.schema if pa.types.is_integer(field.type)]
    return {name: sum(value or 0 for value in table[name].to_pylist()) for name in names}


@every_release
def test_with_nothing_published_everything_is_lacking(graph: Graph) -> None:
    put(graph, files())
    found = lacking(graph)
    assert (found.level, found.revision) == ("city", 0)
    city = row(found.summary, region=tiny.CITY)
    assert (city["towns"], city["towns_stationed"], city["towns_covered"]) == (3, 2, 0)
    assert (city["villages"], city["villages_covered"]) == (5, 0)
    assert (city["households"], city["households_cared_for"]) == (5, 0)
    assert city["needs_met"] == city["units_met"] == 0
    assert row(found.needs, region=tiny.CITY, kind="food", urgency="red")["units"] == 7


def test_a_village_is_covered_by_a_double_hundred_worker_and_only_helped_by_another(world: Graph) -> None:
    made(world, "p", ties([], [(tiny.VILLAGE_A1A, "W1"), (tiny.VILLAGE_A2A, "W2")], [("H1", "W1"), ("H4", "W2")]))
    villages = row(lacking(world, tiny.CITY).places, region=tiny.COUNTY_A, level="village", real=True)
    assert (villages["total"], villages["covered"], villages["helped"], villages["uncovered"]) == (3, 1, 1, 2)
    homes = lacking(world, tiny.CITY).households
    assert row(homes, region=tiny.COUNTY_A, alert="red")["without"] == 0
    assert row(homes, region=tiny.COUNTY_A, alert="yellow") | {"region": ""} == {
        "region": "",
        "alert": "yellow",
        "needing": 1,
        "cared_for": 0,
        "helped": 1,
        "without": 1,
        "causes": None,
    }


def test_a_household_whose_members_all_live_in_institutions_needs_nobody(world: Graph) -> None:
    alerts = lacking(world, tiny.TOWN_A1).households
    assert row(alerts, region=tiny.VILLAGE_A1A, alert="red")["needing"] == 1


def test_units_met_count_up_to_what_is_needed(world: Graph) -> None:
    made(world, "p", ties([("N02", "O4", 3), ("N06", "O2", 3), ("N01", "O1", 1)]))
    found = lacking(world, tiny.PROVINCE, "county").needs
    food = row(found, region=tiny.COUNTY_A, kind="food", urgency="red")
    assert (food["needs"], food["needs_met"], food["units"], food["units_met"], food["units_unmet"]) == (2, 0, 7, 3, 4)
    assert row(found, region=tiny.COUNTY_A, kind="meal_delivery", urgency="red")["needs_unmet"] == 0
    assert row(found, region=tiny.COUNTY_B, kind="food", urgency="blue")["needs_met"] == 1


def test_needs_that_do_not_count_are_no_gap(world: Graph) -> None:
    later = lacking(world, tiny.COUNTY_A, on=date(2027, 2, 1)).needs
    now = lacking(world, tiny.COUNTY_A).needs
    assert "bathing" not in now["kind"].to_pylist()
    assert "bathing" in later["kind"].to_pylist()
    assert figures(later)["needs"] == figures(now)["needs"] + 1


def test_an_emergency_counts_where_it_happened_even_above_the_rows(world: Graph) -> None:
    by_village = lacking(world, tiny.TOWN_A1, "village").needs
    assert row(by_village, region=tiny.TOWN_A1, kind="food", urgency="red")["units"] == 2


def test_a_row_says_that_it_is_of_a_wider_region_itself(world: Graph) -> None:
    for level, own in (("town", set()), ("village", {tiny.TOWN_A1, tiny.TOWN_A2})):
        rows = lacking(world, tiny.COUNTY_A, level).summary.to_pylist()
        assert {row["region"] for row in rows if row["itself"]} == own
        assert {row["region"] for row in rows if row["level"] == level and not row["itself"]} == {
            row["region"] for row in rows
        } - own


def test_a_city_without_counties_is_a_row_among_counties(world: Graph) -> None:
    summary = lacking(world, tiny.PROVINCE, "county").summary
    assert summary["region"].to_pylist() == [tiny.COUNTY_A, tiny.COUNTY_B, tiny.CITY_D]
    assert row(summary, region=tiny.CITY_D)["villages"] == 1


def test_every_level_adds_up_to_the_same(world: Graph) -> None:
    made(world, "p", WHOLE)
    found = [lacking(world, tiny.PROVINCE, level) for level in ("province", "city", "county", "town", "village")]
    for one, other in pairwise(found):
        for name in ("summary", "places", "households", "needs"):
            assert figures(getattr(one, name)) == figures(getattr(other, name))


REPORTS = [
    (None, None),
    (tiny.PROVINCE, "county"),
    (tiny.PROVINCE, "village"),
    (tiny.CITY, None),
    (tiny.CITY, "town"),
    (tiny.COUNTY_A, None),
    (tiny.TOWN_A1, "village"),
    (tiny.CITY_D, None),
    (tiny.VILLAGE_A1A, None),
]


def test_the_finest_figures_give_every_report(world: Graph) -> None:
    snapshot = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[])
    plans = [told(snapshot, good_plan(snapshot, scope)) for scope in (tiny.COUNTY_A, tiny.PROVINCE)]
    made(world, "p", WHOLE)
    finest, state = every_figure(world, ON)
    for region, level in REPORTS:
        plainly = lacking(world, region, level, plans)
        found = gaps_from(finest, state.revision, region, level, [told_of(each) for each in plans])
        assert (found.scope, found.level, found.revision) == (plainly.scope, plainly.level, plainly.revision)
        for name in ("summary", "places", "households", "needs", "capacity"):
            assert getattr(found, name).equals(getattr(plainly, name)), (region, level, name)


def test_capacity_stands_in_every_region_that_an_offer_reaches(world: Graph) -> None:
    made(world, "p", ties([("N06", "O2", 3)]))
    found = lacking(world, tiny.PROVINCE, "county").capacity
    goods = {each["region"]: each for each in found.to_pylist() if each["kind"] == "daily_goods"}
    assert set(goods) == {tiny.COUNTY_A, tiny.COUNTY_B}
    assert all((each["capacity"], each["used"], each["unused"]) == (8, 3, 5) for each in goods.values())
    assert row(found, region=tiny.COUNTY_A, kind="food")["unlimited"] == 1
    assert {each["region"] for each in found.to_pylist() if each["kind"] == "social_support"} == set(goods) | {
        tiny.CITY_D
    }
    assert row(found, region=tiny.COUNTY_A, kind="hardship_grant")["unused"] == 2000


def test_an_offer_of_several_areas_in_one_region_counts_once(world: Graph) -> None:
    found = lacking(world, tiny.PROVINCE, "province").capacity
    assert row(found, kind="social_support")["offers"] == 1
    assert row(found, kind="daily_goods")["capacity"] == 8


def test_a_paused_offer_gives_nothing(graph: Graph) -> None:
    put(graph, files())
    assert "visiting" in lacking(graph).capacity["kind"].to_pylist()
    graph.write("MATCH (o:Offer {offer: 'O5'}) SET o.paused = true")
    assert "visiting" not in lacking(graph).capacity["kind"].to_pylist()


def funded(graph: Graph, on: date = ON, **fund: Any) -> dict[str, int]:
    """Capacity of grants by region, when the fund that pays for them has these cells."""
    put(graph, files(funds=[tiny.ROWS["funds"][0] | {"kinds": None} | fund]))
    rows = lacking(graph, tiny.PROVINCE, "county", on=on).capacity.to_pylist()
    return {each["region"]: each["capacity"] for each in rows if each["kind"] == "hardship_grant"}


def test_an_offer_gives_only_where_the_fund_that_pays_for_it_does(graph: Graph) -> None:
    counties = (tiny.COUNTY_A, tiny.COUNTY_B, tiny.CITY_D)
    assert funded(graph, region=tiny.PROVINCE) == dict.fromkeys(counties, 2000)
    assert funded(graph, region=tiny.CITY) == dict.fromkeys(counties[:2], 2000)
    assert funded(graph, region=tiny.TOWN_A1) == {tiny.COUNTY_A: 2000}
    within = lacking(graph, tiny.COUNTY_A, "town").capacity
    assert row(within, kind="hardship_grant")["region"] == tiny.TOWN_A1
    assert "hardship_grant" not in lacking(graph, tiny.COUNTY_B).capacity["kind"].to_pylist()


def test_an_offer_gives_nothing_on_days_when_its_fund_does_not_pay(graph: Graph) -> None:
    assert funded(graph, date(2026, 12, 31)) == {tiny.COUNTY_A: 2000}
    assert funded(graph, date(2027, 1, 1)) == funded(graph, date(2025, 12, 31)) == {}


def test_an_offer_whose_fund_pays_for_nothing_of_its_kind_gives_nothing(graph: Graph) -> None:
    assert funded(graph, kinds="hardship_grant") == funded(graph, kinds="temporary_relief") == {tiny.COUNTY_A: 2000}
    assert funded(graph, kinds="food;visiting") == {}


def test_offers_that_are_over_give_nothing(world: Graph) -> None:
    assert "food" not in lacking(world, tiny.COUNTY_A, on=date(2026, 12, 1)).capacity["kind"].to_pylist()


def told(snapshot: Any, plan: Any) -> Explained:
    tables = plan_tables(plan, snapshot)
    named = (tables[name] for name in ("unmet", "uncovered", "shortfall"))
    return Explained(plan.certificate.scope, snapshot, *named, worth_of([]))


def worth_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    """What a plan tells of one more: town, what, kind, amount, urgency; of a worker also places and households."""
    names = ("town", "what", "kind", "amount", "urgency", "places", "households")
    numbers = {"amount", "places", "households"}
    schema = pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in names])
    return pa.Table.from_pylist([dict(zip(names, each, strict=False)) for each in rows], schema)


@pytest.fixture
def planned(world: Graph) -> tuple[Gaps, Any]:
    """Gaps of the province right after a good plan for it was published, and that plan."""
    snapshot = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[])
    plan = good_plan(snapshot, tiny.PROVINCE)
    tables = plan_tables(plan, snapshot)
    made(world, plan.id, ties_of(tables["assignments"], tables["coverage"], tables["responsibilities"]))
    return lacking(world, tiny.PROVINCE, "county", [told(snapshot, plan)]), plan


def test_right_after_publishing_the_figures_are_those_of_the_plan(planned: tuple[Gaps, Any]) -> None:
    found, plan = planned
    said = plan.certificate
    for urgency, count in said.open.items():
        mine = [each for each in found.needs.to_pylist() if each["urgency"] == urgency]
        assert (sum(each["needs"] for each in mine), sum(each["units"] for each in mine)) == (
            count["needs"],
            count["units"],
        )
        assert sum(each["needs_met"] for each in mine) == said.served[urgency]["needs"]
        assert sum(each["units_met"] for each in mine) == said.served[urgency]["units"]
    levels = {
        level: [each for each in found.places.to_pylist() if each["level"] == level] for level in ("town", "village")
    }
    assert sum(each["covered"] + each["helped"] for each in levels["village"]) == said.covered["villages"]
    assert sum(each["covered"] + each["helped"] for each in levels["town"]) == said.covered["towns"]
    homes = figures(found.households)
    assert homes["cared_for"] + homes["helped"] == said.covered["households"]


def test_causes_are_those_that_the_published_plan_tells(planned: tuple[Gaps, Any]) -> None:
    found, plan = planned
    causes = [json.loads(each["causes"]) for each in found.needs.to_pylist() if each["causes"]]
    assert sum(sum(each.values()) for each in causes) == len(plan.unmet.need) > 0
    for each in (*found.needs.to_pylist(), *found.places.to_pylist(), *found.households.to_pylist()):
        lacking = next(each[name] for name in ("needs_unmet", "uncovered", "without") if name in each)
        assert sum(json.loads(each["causes"] or "{}").values()) == lacking


def test_a_newer_plan_tells_the_causes_within_its_scope(world: Graph) -> None:
    snapshot = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[])
    whole, county = (told(snapshot, good_plan(snapshot, scope)) for scope in (tiny.PROVINCE, tiny.COUNTY_A))
    renamed = pa.array(["elsewhere"] * len(county.uncovered), pa.string())
    at = county.uncovered.column_names.index("reason")
    county = replace(county, uncovered=county.uncovered.set_column(at, "reason", renamed))
    for newest_first, reason in (([county, whole], "elsewhere"), ([whole, county], "none_near")):
        found = lacking(world, tiny.PROVINCE, "county", newest_first).places.to_pylist()
        causes = {each["region"]: set(json.loads(each["causes"])) for each in found if each["causes"]}
        assert causes == {tiny.COUNTY_A: {reason}}


def test_one_plan_at_a_time_is_held_while_causes_are_counted(world: Graph) -> None:
    alive: list[weakref.ref[Snapshot]] = []

    def loaded() -> Iterator[Explained]:
        for scope in (tiny.COUNTY_A, tiny.COUNTY_B, tiny.PROVINCE):
            gc.collect()
            assert [each() for each in alive if each() is not None] == []
            yield opened(scope)

    def opened(scope: str) -> Explained:
        snapshot = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[])
        alive.append(weakref.ref(snapshot))
        return told(snapshot, good_plan(snapshot, scope))

    found = lacking(world, tiny.PROVINCE, "county", loaded())
    assert len(alive) == 3
    assert any(found.places["causes"].to_pylist())


def test_figures_of_half_a_load_are_refused(graph: Graph) -> None:
    put(graph, files())
    begin(graph, Load("L1", "tester", "digest", "elsewhere", "statements", datetime.now(UTC)))
    with pytest.raises(LoadUnderWay):
        lacking(graph)


def test_figures_are_of_one_state_and_asked_again_where_somebody_wrote(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(graph, files())
    closed = [row | ({"status": "closed"} if row["household"] == "H1" else {}) for row in tiny.ROWS["needs"]]
    before = figures(lacking(graph).summary)

    def written_meanwhile(*given: Any) -> Offers:
        if not changed:
            changed.append(put(graph, files(needs=closed)))
        return read_offers(*given)

    changed: list[Any] = []
    monkeypatch.setattr(gap_figures, "read_offers", written_meanwhile)
    after = figures(lacking(graph).summary)
    assert before["needs"] - after["needs"] == 2


def test_the_scopes_that_meet_a_region_are_those_inside_it_and_those_around_it(world: Graph) -> None:
    scopes = [tiny.PROVINCE, tiny.CITY, tiny.COUNTY_A, tiny.COUNTY_B, tiny.CITY_D, tiny.TOWN_A1]
    assert scopes_meeting(world, tiny.COUNTY_A, scopes) == {tiny.PROVINCE, tiny.CITY, tiny.COUNTY_A, tiny.TOWN_A1}
    assert scopes_meeting(world, tiny.CITY_D, scopes) == {tiny.PROVINCE, tiny.CITY_D}
    assert scopes_meeting(world, tiny.PROVINCE, scopes) == set(scopes)


def test_without_the_plans_own_tables_causes_are_blank(world: Graph) -> None:
    found = lacking(world)
    assert {
        value for table in (found.needs, found.places, found.households) for value in table["causes"].to_pylist()
    } == {None}


def test_six_digits_name_a_region(world: Graph) -> None:
    assert lacking(world, "441402").scope == tiny.COUNTY_A


def test_a_village_is_its_own_row(world: Graph) -> None:
    assert lacking(world, tiny.VILLAGE_A1A).summary["region"].to_pylist() == [tiny.VILLAGE_A1A]


def test_a_region_that_does_not_exist_is_told_plainly(world: Graph) -> None:
    with pytest.raises(RegionUnknown, match="990000") as told_plainly:
        lacking(world, "990000")
    assert "990000" in told_plainly.value.message("zh")


@pytest.mark.parametrize("level", ["city", "hamlet"])
def test_a_level_that_the_region_does_not_have_is_told_plainly(world: Graph, level: str) -> None:
    with pytest.raises(LevelNotInside, match=level) as told_plainly:
        lacking(world, tiny.COUNTY_A, level)
    assert "county, town, village" in told_plainly.value.repair("en")


def test_an_empty_graph_says_that_nothing_is_loaded(graph: Graph) -> None:
    with pytest.raises(NotPrepared):
        lacking(graph)


def test_workers_missing_stand_in_the_row_of_their_region_and_add_up_above(
    planned: tuple[Gaps, Any], world: Graph
) -> None:
    snapshot, plan = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[]), planned[1]
    rows = pa.table(
        {
            "place": [tiny.COUNTY_A, tiny.COUNTY_B],
            "workers": [2, 3],
            "villages_limit": [4, -1],
            "unreached": [1, 0],
            "reason": ["short_of_villages", "short_of_load"],
            "facts": ["{}", "{}"],
        }
    )
    tells = [replace(told(snapshot, plan), shortfall=rows)]
    one = lacking(world, tiny.PROVINCE, "county", tells).workers.to_pylist()
    assert [(each["region"], each["missing"], each["unreached"], each["villages_limit"]) for each in one] == [
        (tiny.COUNTY_A, 2, 1, 4),
        (tiny.COUNTY_B, 3, 0, None),
    ]
    (whole,) = lacking(world, tiny.PROVINCE, "province", tells).workers.to_pylist()
    assert (whole["missing"], whole["unreached"], whole["villages_limit"]) == (5, 1, 4)
    assert json.loads(whole["causes"]) == {"short_of_load": 3, "short_of_villages": 2}
    assert lacking(world, tiny.TOWN_A1, "village", tells).workers.to_pylist() == []


def test_the_most_urgent_need_that_one_more_lets_in_stands_for_a_region_with_the_least_amount_and_its_towns(
    planned: tuple[Gaps, Any], world: Graph
) -> None:
    snapshot, plan = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[]), planned[1]
    more = worth_of(
        [
            (tiny.TOWN_A1, "unit", "food", 1, "red"),
            (tiny.TOWN_A2, "unit", "food", 1, "blue"),
            (tiny.TOWN_A1, "hours", "food", 3, "blue"),
            (tiny.TOWN_A2, "hours", "food", 2, "blue"),
            (tiny.COUNTY_A, "yuan", "food", 40, "green"),
        ]
    )
    tells = [replace(told(snapshot, plan), worth=more)]
    county = [
        {"region": tiny.COUNTY_A, "kind": "food", "what": what, "amount": amount, "urgency": urgency}
        | {"places": None, "households": None, "towns": towns}
        for what, amount, urgency, towns in [("unit", 1, "red", 1), ("hours", 2, "blue", 2), ("yuan", 40, "green", 1)]
    ]
    assert lacking(world, tiny.PROVINCE, "county", tells).worth.to_pylist() == county
    by_town = lacking(world, tiny.COUNTY_A, "town", tells).worth.to_pylist()
    assert [(each["region"], each["what"], each["amount"]) for each in by_town] == [
        (tiny.COUNTY_A, "yuan", 40),
        (tiny.TOWN_A1, "unit", 1),
        (tiny.TOWN_A1, "hours", 3),
        (tiny.TOWN_A2, "unit", 1),
        (tiny.TOWN_A2, "hours", 2),
    ]
    newer = replace(told(snapshot, plan), scope=tiny.TOWN_A1)
    [unit, *_] = lacking(world, tiny.PROVINCE, "county", [newer, *tells]).worth.to_pylist()
    assert (unit["what"], unit["urgency"], unit["towns"]) == ("unit", "blue", 1)


def test_a_region_has_what_one_more_worker_is_worth_in_the_best_of_its_towns(
    planned: tuple[Gaps, Any], world: Graph
) -> None:
    snapshot, plan = tiny.snapshot(assigned=[], covers=[], responsible=[], spent=[]), planned[1]
    more = worth_of([(tiny.TOWN_A1, "worker", None, 1, None, 1, 3), (tiny.TOWN_A2, "worker", None, 1, None, 0, 9)])
    tells = [replace(told(snapshot, plan), worth=more)]
    [found] = lacking(world, tiny.PROVINCE, "county", tells).worth.to_pylist()
    assert (found["kind"], found["urgency"], found["places"], found["households"], found["towns"]) == (
        None,
        None,
        1,
        3,
        1,
    )
    by_town = lacking(world, tiny.COUNTY_A, "town", tells).worth.to_pylist()
    assert [(each["region"], each["places"], each["households"]) for each in by_town] == [
        (tiny.TOWN_A1, 1, 3),
        (tiny.TOWN_A2, 0, 9),
    ]
