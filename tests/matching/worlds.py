"""Small worlds for the needs' half: hand-made ones, random ones, and who may serve whom told from the rows alone."""

import random
from datetime import date
from typing import Any

from hypothesis import strategies as st

from graph.assemble import assemble
from graph.snapshot import Snapshot
from matching.policy import MatchPolicy
from matching.problem import Problem
from tests.tiny import table_of

ON = date(2026, 11, 2)
PROVINCE = "440000000000"
CITY, COUNTY_A, COUNTY_B = "441400000000", "441402000000", "441403000000"
TOWN_A1, TOWN_A2, TOWN_B1 = "441402101000", "441402102000", "441403101000"
A1A, A1B, A2A, B1A = "441402101201", "441402101202", "441402102201", "441403101201"
CITY_D, TOWN_D1, D1A = "441900000000", "441900003000", "441900003001"

REGIONS: list[dict[str, Any]] = [
    {"code": PROVINCE, "name": "省", "level": "province", "lon": 113.0, "lat": 23.0},
    {"code": CITY, "name": "市", "level": "city", "parent": PROVINCE, "lon": 116.0, "lat": 24.0},
    {"code": COUNTY_A, "name": "甲县", "level": "county", "parent": CITY, "lon": 116.1, "lat": 24.1},
    {"code": TOWN_A1, "name": "甲一镇", "level": "town", "parent": COUNTY_A, "lon": 116.11, "lat": 24.11},
    {"code": A1A, "name": "村", "level": "village", "parent": TOWN_A1, "lon": 116.12, "lat": 24.12},
    {"code": A1B, "name": "村", "level": "village", "parent": TOWN_A1},
    {"code": TOWN_A2, "name": "甲二镇", "level": "town", "parent": COUNTY_A},
    {"code": A2A, "name": "村", "level": "village", "parent": TOWN_A2, "lon": 116.2, "lat": 24.2},
    {"code": COUNTY_B, "name": "乙县", "level": "county", "parent": CITY},
    {"code": TOWN_B1, "name": "乙一镇", "level": "town", "parent": COUNTY_B, "lon": 116.4, "lat": 24.4},
    {"code": B1A, "name": "村", "level": "village", "parent": TOWN_B1, "lon": 116.41, "lat": 24.41},
    {"code": CITY_D, "name": "无县市", "level": "city", "parent": PROVINCE},
    {"code": TOWN_D1, "name": "丁一镇", "level": "town", "parent": CITY_D, "lon": 113.7, "lat": 23.0},
    {"code": D1A, "name": "村", "level": "village", "parent": TOWN_D1, "lon": 113.71, "lat": 23.01},
]
"""A city with two counties, and one without."""
PARENT = {row["code"]: row.get("parent") for row in REGIONS}
VILLAGES = (A1A, A1B, A2A, B1A, D1A)
AREAS = (PROVINCE, CITY, COUNTY_A, COUNTY_B, TOWN_A1, TOWN_A2, TOWN_B1, A1A, A1B, A2A, B1A, CITY_D, TOWN_D1, D1A)

GOODS, FOOD, VISIT, GREET = "goods", "food", "visit", "greet"
KINDS: list[dict[str, Any]] = [
    {"kind": GOODS, "name_zh": "物资", "class": "goods", "unit": "件", "divisible": True},
    {"kind": FOOD, "name_zh": "食品", "class": "goods", "unit": "件", "divisible": True, "broader": GOODS},
    {"kind": VISIT, "name_zh": "探视", "class": "support", "unit": "月", "divisible": False, "minutes_per_unit": 60},
    {
        "kind": GREET,
        "name_zh": "问候",
        "class": "support",
        "unit": "月",
        "divisible": False,
        "minutes_per_unit": 60,
        "broader": VISIT,
    },
]
BROADER = {FOOD: GOODS, GREET: VISIT}
URGENCIES = ("red", "orange", "yellow", "blue", "green")

Rows = dict[str, list[dict[str, Any]]]


def world(**rows: list[dict[str, Any]]) -> Rows:
    """A world of these rows on the regions and kinds above, with a household in each village and an organisation."""
    homes = [{"household": f"H{code}", "village": code} for code in VILLAGES]
    base: Rows = {
        "regions": REGIONS,
        "service_kinds": KINDS,
        "households": homes,
        "organizations": [{"organization": "G", "name": "会", "type": "charity"}],
    }
    return base | rows


def need(key: str, village: str = A1A, **cells: Any) -> dict[str, Any]:
    """A need of one unit of food in the household of a village."""
    return {"need": key, "household": f"H{village}", "kind": FOOD, "quantity": 1, "urgency": "green"} | cells


def offer(key: str, *serves: str, **cells: Any) -> dict[str, Any]:
    """An offer of one unit of food."""
    return {"offer": key, "organization": "G", "kind": FOOD, "capacity": 1, "serves": ";".join(serves)} | cells


def snapshot_of(rows: Rows) -> Snapshot:
    """The snapshot of a world."""
    return assemble({name: table_of(name, each) for name, each in rows.items()})


def problem_of(
    rows: Rows, scope: str = PROVINCE, on: date = ON, policy: MatchPolicy | None = None, period: str = "2026-11"
) -> Problem:
    """The run of a world."""
    snapshot = snapshot_of(rows)
    place = snapshot.regions.key.to_pylist().index(scope)
    return Problem(snapshot, place, period, (on - date(1970, 1, 1)).days, policy or MatchPolicy())


def chain(place: str | None) -> list[str]:
    """A place and all it lies in."""
    found = []
    while place:
        found.append(place)
        place = PARENT[place]
    return found


def place_of(rows: Rows, row: dict[str, Any]) -> str:
    """Where a need is."""
    homes = {home["household"]: home.get("village") for home in rows["households"]}
    return row.get("incident_place") or homes[row["household"]]


def may_serve(rows: Rows, one: dict[str, Any], by: dict[str, Any], on: date = ON) -> bool:
    """Whether an offer may serve a need, told from the rows (model (3), (4), (5))."""
    places = chain(place_of(rows, one))
    kinds = [one["kind"], BROADER.get(one["kind"])]
    if by["kind"] not in kinds or not set(by["serves"].split(";")) & set(places) or by.get("paused"):
        return False
    if by.get("valid_from", on) > on or by.get("valid_to", on) < on:
        return False
    fund = next((row for row in rows.get("funds", []) if row["fund"] == by.get("fund")), None)
    if fund and not (
        fund["region"] in places
        and set(fund.get("kinds", one["kind"]).split(";")) & set(kinds)
        and fund.get("valid_from", on) <= on <= fund.get("valid_to", on)
    ):
        return False
    for lock in rows.get("locks", []):
        subject = {"need": one["need"], "household": one["household"], "village": place_of(rows, one)}
        holds = lock["mode"] == "forbid" and lock.get("until", on) >= on
        if holds and lock["provider"] == by["offer"] and lock["subject"] == subject[lock["subject_type"]]:
            return False
    people = [
        person
        for person in rows.get("persons", [])
        if (person["person"] == one["person"] if one.get("person") else person["household"] == one["household"])
    ]
    asks = [by.get(name) for name in ("categories", "traits", "min_age", "max_age")]
    return not any(each is not None for each in asks) or any(_accepted(person, by, on) for person in people)


def _accepted(person: dict[str, Any], by: dict[str, Any], on: date) -> bool:
    for name in ("categories", "traits"):
        if by.get(name) and not set(by[name].split(";")) & set((person.get(name) or "").split(";")):
            return False
    if by.get("min_age") is None and by.get("max_age") is None:
        return True
    if not person.get("birth_year"):
        return False
    return by.get("min_age", 0) <= on.year - person["birth_year"] <= by.get("max_age", 150)


def random_world(seed: int, needs: int, offers: int, *, most: int = 3, kinds: tuple[str, ...] = (FOOD, GOODS)) -> Rows:
    """A world drawn from a seed: several areas, acceptance rules, dates, incident places, funds and locks occur."""
    draw = random.Random(seed)
    people = [
        {
            "person": f"P{number}",
            "household": f"H{draw.choice(VILLAGES)}",
            "categories": draw.choice([None, "subsistence_allowance", "extreme_hardship;other_hardship"]),
            "traits": draw.choice([None, "elderly", "disabled;elderly", "minor"]),
            "birth_year": draw.choice([None, 1940, 1980, 2015]),
        }
        for number in range(6)
    ]
    asked = []
    for number in range(needs):
        village = draw.choice(VILLAGES)
        mine = [person["person"] for person in people if person["household"] == f"H{village}"]
        asked.append(
            need(
                f"N{number:03}",
                village,
                kind=draw.choice(kinds),
                quantity=draw.randint(1, most),
                urgency=draw.choice(URGENCIES),
                person=draw.choice([None, *mine]),
                opened_on=draw.choice([None, date(2025, 1, 31), date(2026, 8, 2), date(2026, 10, 2)]),
                due_on=draw.choice([None, date(2026, 12, 1)]),
                incident_place=draw.choice([None] * 6 + [TOWN_A1, COUNTY_A, CITY, CITY_D, A2A]),
            )
        )
    offered = [
        offer(
            f"O{number:03}",
            *draw.sample(AREAS, draw.choice([1, 1, 2, 3])),
            kind=draw.choice(kinds),
            capacity=draw.choice([None, 0, 1, 2, 3, 5, 8]) if draw.random() < 0.9 else 1,
            organization=draw.choice(["G", "S"]),
            unit_cost=draw.choice([None, 1, 3]),
            place=draw.choice([None, TOWN_A1, B1A, TOWN_D1, COUNTY_A]),
            fund=draw.choice([None, None, None, "F1", "F2"]),
            categories=draw.choice([None, None, "subsistence_allowance", "extreme_hardship"]),
            traits=draw.choice([None, None, "elderly"]),
            min_age=draw.choice([None, None, None, 60]),
            valid_to=draw.choice([None, None, None, date(2026, 11, 1), ON]),
            paused=draw.random() < 0.05,
        )
        for number in range(offers)
    ]
    locks = [
        {
            "lock": f"L{number}",
            "subject_type": kind,
            "subject": {"need": draw.choice(asked)["need"], "village": A1A, "household": f"H{B1A}"}[kind],
            "provider_type": "offer",
            "provider": draw.choice(offered)["offer"],
            "mode": "forbid",
        }
        for number, kind in enumerate(draw.sample(["need", "village", "household"], draw.randint(0, 2)))
        if asked and offered
    ]
    return world(
        persons=[_given(row) for row in people],
        needs=[_given(row) for row in asked],
        offers=[_given(row) for row in offered],
        locks=locks,
        organizations=[
            {"organization": "G", "name": "会", "type": "charity"},
            {"organization": "S", "name": "局", "type": "government"},
        ],
        funds=[
            {"fund": "F1", "name": "金", "region": COUNTY_A, "amount": 10**6, "kinds": GOODS},
            {"fund": "F2", "name": "金", "region": TOWN_A1, "amount": 10**6},
        ],
    )


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def worlds(most_needs: int, most_offers: int, **options: Any) -> st.SearchStrategy[Rows]:
    """Random worlds of at most so many needs and offers."""
    return st.builds(
        lambda seed, needs, offers: random_world(seed, needs, offers, **options),
        st.integers(0, 10**9),
        st.integers(1, most_needs),
        st.integers(1, most_offers),
    )
