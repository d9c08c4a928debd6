"""Who is served by whom: each hard rule kept, and what happens one step beyond it."""

from datetime import date
from typing import Any

import pytest

from matching.policy import MatchPolicy, UnknownKinds
from matching.problem import Problem
from matching.serve import Served, serve
from tests.matching.worlds import (
    A1A,
    A1B,
    A2A,
    B1A,
    CITY,
    CITY_D,
    COUNTY_A,
    COUNTY_B,
    D1A,
    FOOD,
    GOODS,
    GREET,
    PROVINCE,
    TOWN_A1,
    TOWN_A2,
    TOWN_B1,
    TOWN_D1,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    world,
)


def pairs(problem: Problem, served: Served) -> list[tuple[str, str, int]]:
    """Need, provider and units of every assignment."""
    snapshot, rows = problem.snapshot, served.assignments
    tables = (snapshot.offers, snapshot.volunteers)
    return [
        (snapshot.needs.key[one].as_py(), tables[kind].key[by].as_py(), units)
        for one, kind, by, units in zip(
            rows.need.tolist(), rows.provider_type.tolist(), rows.provider.tolist(), rows.quantity.tolist(), strict=True
        )
    ]


def served_by(rows: Rows, **run: Any) -> list[tuple[str, str, int]]:
    """What a run of a world hands out."""
    problem = problem_of(rows, **run)
    return pairs(problem, serve(problem))


def reason_of(rows: Rows, **run: Any) -> list[str]:
    """Why each unmet need of a run is unmet."""
    reasons: list[str] = serve(problem_of(rows, **run)).unmet.reason.to_pylist()
    return reasons


def person(**cells: Any) -> list[dict[str, Any]]:
    """One member of the household of village A1A."""
    return [{"person": "P", "household": f"H{A1A}"} | cells]


# Capacity


def test_an_offer_gives_no_more_than_its_capacity():
    rows = world(needs=[need("N1"), need("N2"), need("N3")], offers=[offer("O", A1A, capacity=2)])
    assert served_by(rows) == [("N1", "O", 1), ("N2", "O", 1)]
    assert reason_of(rows) == ["capacity_taken"]


def test_a_blank_capacity_is_unlimited():
    offers = [{"offer": "O", "organization": "G", "kind": FOOD, "serves": A1A}]
    assert len(served_by(world(needs=[need("N1", quantity=10**6), need("N2")], offers=offers))) == 2


def test_without_offers_nobody_is_served():
    rows = world(needs=[need("N")], offers=[])
    assert served_by(rows) == []
    assert reason_of(rows) == ["no_provider"]


def test_without_needs_nothing_is_handed_out():
    served = serve(problem_of(world(needs=[], offers=[offer("O", A1A)])))
    assert len(served.assignments.need) == 0
    assert served.unused.reason.to_pylist() == ["no_need_in_area"]


# Which needs count


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({}, True),
        ({"opened_on": date(2026, 11, 2)}, True),
        ({"opened_on": date(2026, 11, 3)}, False),
        ({"status": "paused"}, False),
        ({"status": "closed"}, False),
    ],
)
def test_a_need_counts_if_it_is_open_and_was_opened_by_the_date(cells: dict[str, Any], counts: bool):
    rows = world(needs=[need("N", **cells)], offers=[offer("O", A1A)])
    assert bool(served_by(rows)) == counts


def test_needs_outside_the_scope_are_left_alone():
    rows = world(needs=[need("N1"), need("N2", B1A)], offers=[offer("O", CITY, capacity=2)])
    assert served_by(rows, scope=COUNTY_A) == [("N1", "O", 1)]


# Places


@pytest.mark.parametrize("area", [A1A, TOWN_A1, COUNTY_A, CITY, PROVINCE])
def test_an_offer_serves_its_area_and_all_within(area: str):
    assert served_by(world(needs=[need("N")], offers=[offer("O", area)])) == [("N", "O", 1)]


@pytest.mark.parametrize("area", [A1B, TOWN_A2, COUNTY_B, CITY_D])
def test_an_offer_serves_no_place_outside_its_areas(area: str):
    rows = world(needs=[need("N")], offers=[offer("O", area)])
    assert served_by(rows) == []
    assert reason_of(rows) == ["no_provider_reaches"]


def test_an_offer_with_several_areas_shares_its_capacity_among_them():
    rows = world(
        needs=[need("N1", A1A), need("N2", B1A), need("N3", D1A)], offers=[offer("O", A1A, TOWN_B1, CITY_D, capacity=2)]
    )
    assert len(served_by(rows)) == 2


def test_an_area_inside_another_of_the_same_offer_adds_nothing():
    rows = world(needs=[need("N1"), need("N2")], offers=[offer("O", A1A, COUNTY_A, capacity=1)])
    assert len(served_by(rows)) == 1


def test_towns_of_a_city_without_counties_are_served_by_town_city_and_province():
    for area in (TOWN_D1, CITY_D, PROVINCE):
        assert served_by(world(needs=[need("N", D1A)], offers=[offer("O", area)])) == [("N", "O", 1)]
    assert served_by(world(needs=[need("N", D1A)], offers=[offer("O", CITY)])) == []


@pytest.mark.parametrize(
    ("area", "reaches"), [(TOWN_A1, False), (A1A, False), (COUNTY_A, True), (CITY, True), (COUNTY_B, False)]
)
def test_an_emergency_placed_at_a_county_is_served_from_the_county_up(area: str, reaches: bool):
    rows = world(needs=[need("N", incident_place=COUNTY_A)], offers=[offer("O", area)])
    assert bool(served_by(rows)) == reaches


def test_an_emergency_is_served_where_it_happened_not_at_home():
    rows = world(needs=[need("N", A1A, incident_place=B1A)], offers=[offer("O1", A1A), offer("O2", B1A)])
    assert served_by(rows) == [("N", "O2", 1)]


# Kinds


@pytest.mark.parametrize(
    ("needed", "offered", "fits"),
    [(FOOD, GOODS, True), (GOODS, FOOD, False), (VISIT, GREET, False), (GREET, VISIT, True)],
)
def test_an_offer_serves_its_kind_and_narrower_ones(needed: str, offered: str, fits: bool):
    rows = world(needs=[need("N", kind=needed)], offers=[offer("O", A1A, kind=offered)])
    assert bool(served_by(rows)) == fits


def test_a_broader_offer_leaves_the_narrow_one_to_those_who_have_no_other():
    rows = world(
        needs=[need("N1", kind=FOOD), need("N2", kind=GOODS)],
        offers=[offer("O1", A1A, kind=GOODS), offer("O2", A1A, kind=FOOD)],
    )
    assert served_by(rows) == [("N1", "O2", 1), ("N2", "O1", 1)]


# Dates, pauses


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"valid_from": date(2026, 11, 2)}, None),
        ({"valid_to": date(2026, 11, 2)}, None),
        ({"valid_from": date(2026, 11, 3)}, "offer_dates"),
        ({"valid_to": date(2026, 11, 1)}, "offer_dates"),
        ({"paused": True}, "offer_paused"),
    ],
)
def test_an_offer_outside_its_dates_or_paused_serves_nobody(cells: dict[str, Any], reason: str | None):
    rows = world(needs=[need("N")], offers=[offer("O", A1A, **cells)])
    assert reason_of(rows) == ([reason] if reason else [])


# Acceptance


@pytest.mark.parametrize(
    ("who", "asks", "reason"),
    [
        ({"categories": "extreme_hardship"}, {"categories": "extreme_hardship;other_hardship"}, None),
        ({"categories": "rigid_expenditure"}, {"categories": "extreme_hardship"}, "not_accepted"),
        ({"traits": "elderly"}, {"traits": "elderly;minor"}, None),
        ({"traits": "minor"}, {"traits": "elderly"}, "not_accepted"),
        ({"birth_year": 1966}, {"min_age": 60}, None),
        ({"birth_year": 1967}, {"min_age": 60}, "not_accepted"),
        ({"birth_year": 2020}, {"max_age": 6}, None),
        ({"birth_year": 2019}, {"max_age": 6}, "not_accepted"),
        ({}, {"max_age": 6}, "data_missing"),
        ({}, {}, None),
    ],
)
def test_one_person_meets_what_the_offer_asks(who: dict[str, Any], asks: dict[str, Any], reason: str | None):
    rows = world(persons=person(**who), needs=[need("N")], offers=[offer("O", A1A, **asks)])
    assert reason_of(rows) == ([reason] if reason else [])


def test_one_and_the_same_person_meets_all_conditions():
    members = [
        {"person": "P1", "household": f"H{A1A}", "traits": "elderly", "birth_year": 1940},
        {"person": "P2", "household": f"H{A1A}", "categories": "extreme_hardship", "birth_year": 1990},
    ]
    asks = {"traits": "elderly", "categories": "extreme_hardship"}
    rows = world(persons=members, needs=[need("N")], offers=[offer("O", A1A, **asks)])
    assert reason_of(rows) == ["not_accepted"]
    members[0]["categories"] = "extreme_hardship"
    assert served_by(rows) == [("N", "O", 1)]


def test_a_named_person_must_meet_the_conditions_whoever_else_does():
    members = [
        {"person": "P1", "household": f"H{A1A}", "traits": "elderly"},
        {"person": "P2", "household": f"H{A1A}", "traits": "minor"},
    ]
    rows = world(persons=members, needs=[need("N1", person="P1"), need("N2", person="P2")], offers=[])
    rows["offers"] = [offer("O", A1A, traits="elderly", capacity=5)]
    assert served_by(rows) == [("N1", "O", 1)]


def test_a_household_without_known_members_is_served_by_offers_that_ask_nothing():
    rows = world(needs=[need("N1"), need("N2")], offers=[offer("O1", A1A), offer("O2", A1A, traits="elderly")])
    assert served_by(rows) == [("N1", "O1", 1)]


# Funds


def fund(**cells: Any) -> list[dict[str, Any]]:
    return [{"fund": "F", "name": "金", "region": PROVINCE, "amount": 100} | cells]


@pytest.mark.parametrize(
    ("cells", "pays"),
    [
        ({}, True),
        ({"region": TOWN_A1}, True),
        ({"region": A1A}, True),
        ({"region": TOWN_A2}, False),
        ({"region": COUNTY_B}, False),
        ({"kinds": FOOD}, True),
        ({"kinds": GOODS}, True),
        ({"kinds": VISIT}, False),
        ({"valid_to": date(2026, 11, 1)}, False),
        ({"amount": 2}, False),
        ({"amount": 3}, True),
    ],
)
def test_a_fund_pays_in_its_region_for_its_kinds_on_its_dates(cells: dict[str, Any], pays: bool):
    rows = world(needs=[need("N")], offers=[offer("O", PROVINCE, fund="F", unit_cost=3)], funds=fund(**cells))
    assert bool(served_by(rows)) == pays


@pytest.mark.parametrize(("budget", "units"), [(5, 1), (6, 2), (0, 0)])
def test_an_organisation_spends_no_more_than_its_budget(budget: int, units: int):
    rows = world(
        needs=[need("N", quantity=2)],
        offers=[offer("O", A1A, unit_cost=3, capacity=2)],
        organizations=[{"organization": "G", "name": "会", "type": "charity", "budget": budget}],
    )
    assert sum(each[2] for each in served_by(rows)) == units


# Who comes first


def test_the_more_urgent_come_first():
    rows = world(needs=[need("N1", urgency="orange"), need("N2", urgency="red")], offers=[offer("O", A1A)])
    assert served_by(rows) == [("N2", "O", 1)]


@pytest.mark.parametrize(
    ("on", "earlier", "later"),
    [
        (date(2026, 11, 2), date(2026, 10, 2), date(2026, 10, 3)),
        (date(2026, 2, 28), date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 11, 2), date(2025, 11, 2), date(2025, 11, 3)),
        (date(2024, 2, 29), date(2023, 8, 31), date(2023, 9, 1)),
    ],
)
def test_a_waiting_band_is_reached_on_the_day_that_ends_its_months(on: date, earlier: date, later: date):
    rows = world(
        needs=[need("N1", opened_on=later, due_on=on), need("N2", opened_on=earlier)], offers=[offer("O", A1A)]
    )
    assert served_by(rows, on=on) == [("N2", "O", 1)]


def test_within_a_band_the_earlier_due_come_first_then_the_earlier_opened_then_the_key():
    day = date(2026, 10, 20)
    rows = world(
        needs=[
            need("N1", opened_on=day),
            need("N2", opened_on=date(2026, 10, 10)),
            need("N3", opened_on=day, due_on=date(2026, 12, 1)),
            need("N4", opened_on=day, due_on=date(2026, 11, 30)),
        ],
        offers=[offer("O", A1A)],
    )
    order = []
    while rows["needs"]:
        first = served_by(rows)[0][0]
        order.append(first)
        rows["needs"] = [row for row in rows["needs"] if row["need"] != first]
    assert order == ["N4", "N3", "N2", "N1"]


def test_a_usual_quantity_of_the_policy_holds_and_one_of_an_unknown_kind_is_named_with_the_known_ones():
    rows = world(needs=[need("N", quantity=6)], offers=[offer("O", A1A, capacity=6)])
    green = serve(problem_of(rows, policy=MatchPolicy(usual_quantity={FOOD: 4}))).stages[4]
    assert green.value == 1.5
    with pytest.raises(UnknownKinds) as raised:
        problem_of(rows, policy=MatchPolicy(usual_quantity={FOOD: 4, "fodo": 4, "foood": 1}))
    assert raised.value.facts["unknown"] == "fodo, foood"
    assert raised.value.facts["known"] == f"{FOOD}, {GOODS}, {GREET}, {VISIT}"


def test_government_comes_before_charity_where_as_many_are_served():
    rows = world(
        needs=[need("N")],
        offers=[offer("O1", A1A), offer("O2", PROVINCE, organization="S")],
        organizations=[
            {"organization": "G", "name": "会", "type": "charity"},
            {"organization": "S", "name": "局", "type": "government"},
        ],
    )
    assert served_by(rows) == [("N", "O2", 1)]


def test_the_nearer_offer_then_the_cheaper_serves():
    near, far = offer("O2", COUNTY_A, place=TOWN_A1), offer("O1", COUNTY_A, place=A2A)
    assert served_by(world(needs=[need("N")], offers=[far, near])) == [("N", "O2", 1)]
    dear, cheap = offer("O1", A1A, unit_cost=2), offer("O2", A1A, unit_cost=1)
    assert served_by(world(needs=[need("N")], offers=[dear, cheap])) == [("N", "O2", 1)]
