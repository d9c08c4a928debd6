"""A tiny world in which every column of every table is used: two counties, and a city without counties."""

from datetime import date
from typing import Any

import pyarrow as pa

from graph.assemble import assemble
from graph.model import TABLES
from graph.snapshot import Snapshot
from graph.tables import arrow_schema

PROVINCE, CITY = "440000000000", "441400000000"
COUNTY_A, TOWN_A1, VILLAGE_A1A, VILLAGE_A1B = "441402000000", "441402101000", "441402101201", "441402101202"
TOWN_A2, VILLAGE_A2A = "441402102000", "441402102201"
COUNTY_B, TOWN_B1, VILLAGE_B1A, VILLAGE_B1B = "441403000000", "441403101000", "441403101201", "441403101202"
CITY_D, TOWN_D1, VILLAGE_D1A = "441900000000", "441900003000", "441900003001"

REVISION = 7

ROWS: dict[str, list[dict[str, Any]]] = {
    "regions": [
        {"code": PROVINCE, "name": "广东省", "level": "province"},
        {"code": CITY, "name": "梅州市", "level": "city", "parent": PROVINCE},
        {"code": COUNTY_A, "name": "梅江区", "level": "county", "parent": CITY},
        {"code": TOWN_A1, "name": "甲一镇", "level": "town", "parent": COUNTY_A, "lon": 116.10, "lat": 24.30},
        {"code": VILLAGE_A1A, "name": "新村", "level": "village", "parent": TOWN_A1, "lon": 116.11, "lat": 24.31},
        {"code": VILLAGE_A1B, "name": "旧村", "level": "village", "parent": TOWN_A1, "lon": 116.14, "lat": 24.28},
        {"code": TOWN_A2, "name": "甲二镇", "level": "town", "parent": COUNTY_A},
        {"code": VILLAGE_A2A, "name": "新村", "level": "village", "parent": TOWN_A2, "lon": 116.20, "lat": 24.40},
        {"code": COUNTY_B, "name": "梅县区", "level": "county", "parent": CITY, "population": 600_000},
        {"code": TOWN_B1, "name": "乙一镇", "level": "town", "parent": COUNTY_B, "lon": 116.40, "lat": 24.10},
        {"code": VILLAGE_B1A, "name": "上村", "level": "village", "parent": TOWN_B1, "lon": 116.41, "lat": 24.11},
        {"code": VILLAGE_B1B, "name": "下村", "level": "village", "parent": TOWN_B1},
        {"code": CITY_D, "name": "东莞市", "level": "city", "parent": PROVINCE},
        {"code": TOWN_D1, "name": "东城街道", "level": "town", "parent": CITY_D, "lon": 113.75, "lat": 23.02},
        {"code": VILLAGE_D1A, "name": "岗贝社区", "level": "village", "parent": TOWN_D1, "lon": 113.76, "lat": 23.03},
    ],
    "households": [
        {"household": "H1", "village": VILLAGE_A1A, "alert": "red", "hukou": "441402"},
        {"household": "H2", "village": VILLAGE_A1A, "alert": "green"},
        {"household": "H3", "village": VILLAGE_A1B, "alert": "orange", "weight": 4},
        {"household": "H4", "village": VILLAGE_A2A, "alert": "yellow"},
        {"household": "H5", "village": VILLAGE_B1A, "alert": "blue"},
        {"household": "H6", "hukou": "431000"},
        {"household": "H7", "village": VILLAGE_A1A, "alert": "red"},
        {"household": "H8", "village": VILLAGE_D1A, "alert": "none"},
    ],
    "persons": [
        {
            "person": "P1a",
            "household": "H1",
            "categories": "extreme_hardship",
            "traits": "elderly;disabled",
            "birth_year": 1940,
        },
        {"person": "P1b", "household": "H1", "categories": "subsistence_allowance", "birth_year": 1990},
        {"person": "P2", "household": "H2", "categories": "subsistence_allowance"},
        {"person": "P3", "household": "H3", "categories": "rigid_expenditure", "traits": "minor", "birth_year": 2015},
        {"person": "P4", "household": "H4", "traits": "elderly", "birth_year": 1950, "sex": "F"},
        {"person": "P5", "household": "H5", "categories": "subsistence_allowance", "birth_year": 1980},
        {"person": "P6", "household": "H6", "birth_year": 2000},
        {"person": "P7", "household": "H7", "living": "institution", "birth_year": 1930},
        {"person": "P8", "household": "H8", "birth_year": 1960},
    ],
    "needs": [
        {"need": "N01", "household": "H1", "person": "P1a", "kind": "meal_delivery", "quantity": 1, "urgency": "red"},
        {"need": "N02", "household": "H1", "kind": "food", "quantity": 5, "opened_on": date(2025, 6, 1)},
        {"need": "N03", "household": "H2", "kind": "temporary_relief", "quantity": 800, "urgency": "orange"},
        {"need": "N04", "household": "H3", "person": "P3", "kind": "tutoring", "quantity": 2},
        {"need": "N05", "household": "H4", "kind": "visiting", "quantity": 1, "due_on": date(2026, 12, 1)},
        {"need": "N06", "household": "H5", "kind": "food", "quantity": 3},
        {"need": "N07", "household": "H6", "kind": "food", "quantity": 2, "incident_place": TOWN_A1, "urgency": "red"},
        {"need": "N08", "household": "H2", "kind": "visiting", "quantity": 1, "status": "paused"},
        {"need": "N09", "household": "H3", "kind": "bathing", "quantity": 1, "opened_on": date(2027, 1, 5)},
        {"need": "N10", "household": "H2", "kind": "food", "quantity": 1, "status": "closed"},
        {"need": "N11", "household": "H8", "kind": "visiting", "quantity": 1},
        {"need": "N12", "household": "H2", "kind": "visiting", "quantity": 1, "opened_on": date(2026, 9, 9)},
    ],
    "organizations": [
        {"organization": "G1", "name": "区民政局", "type": "government", "region": TOWN_A1, "budget": 1000},
        {"organization": "G2", "name": "爱心会", "type": "charity", "region": CITY},
    ],
    "funds": [
        {
            "fund": "F1",
            "name": "临时救助",
            "region": COUNTY_A,
            "amount": 900,
            "kinds": "hardship_grant",
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 12, 31),
        },
    ],
    "offers": [
        {
            "offer": "O1",
            "organization": "G1",
            "kind": "meal_delivery",
            "capacity": 2,
            "unit_cost": 20,
            "serves": TOWN_A1,
            "categories": "extreme_hardship;subsistence_allowance",
            "traits": "elderly",
            "min_age": 60,
            "max_age": 110,
        },
        {
            "offer": "O2",
            "organization": "G2",
            "kind": "daily_goods",
            "capacity": 8,
            "serves": f"{COUNTY_A};{COUNTY_B}",
            "place": TOWN_B1,
        },
        {
            "offer": "O3",
            "organization": "G1",
            "kind": "hardship_grant",
            "capacity": 2000,
            "unit_cost": 1,
            "fund": "F1",
            "serves": PROVINCE,
        },
        {
            "offer": "O4",
            "organization": "G2",
            "kind": "food",
            "unit_cost": 3,
            "serves": VILLAGE_A1A,
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 11, 30),
        },
        {"offer": "O5", "organization": "G2", "kind": "visiting", "capacity": 3, "serves": CITY, "paused": True},
        {"offer": "O6", "organization": "G2", "kind": "social_support", "capacity": 1, "serves": f"{CITY};{CITY_D}"},
    ],
    "volunteers": [
        {"volunteer": "V1", "village": VILLAGE_A1B, "skills": "tutoring;visiting", "hours": 21, "minutes_limit": 30},
        {"volunteer": "V2", "village": VILLAGE_B1A, "skills": "social_support", "hours": 4},
    ],
    "caseworkers": [
        {"caseworker": "W1", "town": TOWN_A1, "capacity": 10, "minutes_limit": 60, "villages_limit": 2},
        {"caseworker": "W2", "town": TOWN_A2, "type": "clerk", "capacity": 10},
        {"caseworker": "W3", "town": TOWN_B1, "capacity": 10, "dialects": "客家话"},
        {"caseworker": "W4", "town": TOWN_D1, "capacity": 5},
    ],
    "locks": [
        {
            "lock": "L1",
            "subject_type": "village",
            "subject": VILLAGE_A1A,
            "provider_type": "caseworker",
            "provider": "W1",
            "mode": "keep",
            "until": date(2026, 12, 31),
            "reason": "熟悉情况",
        },
        {
            "lock": "L2",
            "subject_type": "need",
            "subject": "N05",
            "provider_type": "volunteer",
            "provider": "V2",
            "mode": "forbid",
        },
        {
            "lock": "L3",
            "subject_type": "household",
            "subject": "H5",
            "provider_type": "caseworker",
            "provider": "W3",
            "mode": "keep",
        },
    ],
    "exclusions": [
        {
            "need": "N12",
            "provider_type": "offer",
            "provider": "O6",
            "since": date(2026, 10, 1),
            "reason": "declined",
        },
    ],
    "assigned": [
        {"need": "N02", "provider_type": "offer", "provider": "O4", "quantity": 5, "status": "accepted"},
        {"need": "N06", "provider_type": "offer", "provider": "O2", "quantity": 3, "status": "proposed"},
    ],
    "covers": [{"place": VILLAGE_A1A, "caseworker": "W1"}, {"place": VILLAGE_B1A, "caseworker": "W3"}],
    "responsible": [{"household": "H1", "caseworker": "W1"}, {"household": "H5", "caseworker": "W3"}],
    "spent": [
        {"table": "offers", "key": "O3", "period": "2026-03", "amount": 10},
        {"table": "organizations", "key": "G1", "period": "2026-03", "amount": 10},
        {"table": "organizations", "key": "G1", "period": "2025-12", "amount": 995},
        {"table": "funds", "key": "F1", "period": "2026-03", "amount": 10},
        {"table": "volunteers", "key": "V1", "period": "2026-11", "amount": 40},
        {"table": "volunteers", "key": "V1", "amount": 20},
    ],
}
"""Rows by table; absent cells are blank."""

_STATE = {
    "exclusions": {"need": "s", "provider_type": "s", "provider": "s", "since": "d", "reason": "s"},
    "assigned": {"need": "s", "provider_type": "s", "provider": "s", "quantity": "n", "status": "s"},
    "covers": {"place": "s", "caseworker": "s"},
    "responsible": {"household": "s", "caseworker": "s"},
    "spent": {"table": "s", "key": "s", "period": "s", "amount": "n"},
}
_TYPES = {"s": pa.string(), "d": pa.date32(), "n": pa.int64()}


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the canonical table of this name."""
    if name in _STATE:
        return pa.Table.from_pylist(rows, pa.schema([(column, _TYPES[kind]) for column, kind in _STATE[name].items()]))
    schema = arrow_schema(TABLES[name])
    if name == "offers":
        schema = schema.append(pa.field("paused", pa.bool_()))
    return pa.Table.from_pylist(rows, schema)


def tables(**changed: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """The canonical tables, with other rows in the tables named."""
    return {name: table_of(name, rows) for name, rows in (ROWS | changed).items()}


def snapshot(**changed: list[dict[str, Any]]) -> Snapshot:
    """The world as a snapshot, with other rows in the tables named."""
    return assemble(tables(**changed), revision=REVISION)
