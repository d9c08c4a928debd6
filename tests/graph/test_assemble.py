"""What blank cells mean, and that a snapshot does not depend on the order of rows."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.assemble import assemble
from graph.model import SERVICE_KINDS, TABLES
from graph.snapshot import FOREVER, LONG_AGO, NONE, Snapshot
from graph.tables import arrow_schema, shipped_service_kinds
from tests import tiny

PROVINCE, CITY, COUNTY, TOWN, VILLAGE = (
    "440000000000",
    "441400000000",
    "441402000000",
    "441402101000",
    "441402101201",
)
STREET, OF_CITY = "441900003000", "441900000000"


def table(name: str, *rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=arrow_schema(TABLES[name]))


def regions() -> pa.Table:
    return table(
        "regions",
        {"code": PROVINCE, "name": "广东省", "level": "province"},
        {"code": CITY, "name": "梅州市", "level": "city", "parent": PROVINCE},
        {"code": COUNTY, "name": "梅江区", "level": "county", "parent": CITY},
        {"code": TOWN, "name": "长沙镇", "level": "town", "parent": COUNTY},
        {"code": VILLAGE, "name": "长沙村委会", "level": "village", "parent": TOWN},
        {"code": OF_CITY, "name": "东莞市", "level": "city", "parent": PROVINCE},
        {"code": STREET, "name": "东城街道", "level": "town", "parent": OF_CITY},
    )


def world(**rows: list[dict[str, Any]]) -> Snapshot:
    return assemble({"regions": regions()} | {name: table(name, *each) for name, each in rows.items()})


def test_without_a_file_the_shipped_service_kinds_hold():
    assert world().kinds.key.to_pylist() == sorted(kind.kind for kind in SERVICE_KINDS)


@pytest.mark.parametrize(
    ("alert", "weight"), [("red", 8), ("orange", 5), ("yellow", 3), ("blue", 2), ("green", 1), ("none", 1), (None, 1)]
)
def test_a_blank_weight_follows_the_alert(alert: str | None, weight: int):
    assert world(households=[{"household": "H1", "alert": alert}]).households.weight.tolist() == [weight]


@pytest.mark.parametrize(("alert", "urgency"), [("red", 0), ("blue", 3), ("none", 4), (None, 4)])
def test_a_blank_urgency_is_the_household_s_alert_and_green_where_it_has_none(alert: str | None, urgency: int):
    snapshot = world(
        households=[{"household": "H1", "village": VILLAGE, "alert": alert}],
        needs=[{"need": "N1", "household": "H1", "kind": "food", "quantity": 1}],
    )
    assert snapshot.needs.urgency.tolist() == [urgency]


def test_the_place_of_a_need_is_its_incident_place_or_else_the_village():
    snapshot = world(
        households=[{"household": "H1", "village": VILLAGE}],
        needs=[
            {"need": "N1", "household": "H1", "kind": "food", "quantity": 1},
            {"need": "N2", "household": "H1", "kind": "food", "quantity": 1, "incident_place": COUNTY},
        ],
    )
    assert [snapshot.regions.key[int(place)].as_py() for place in snapshot.needs.place] == [VILLAGE, COUNTY]


def test_a_closed_need_and_the_locks_on_it_are_left_out():
    snapshot = world(
        households=[{"household": "H1", "village": VILLAGE}],
        needs=[{"need": "N1", "household": "H1", "kind": "food", "quantity": 1, "status": "closed"}],
        organizations=[{"organization": "G1", "name": "甲", "type": "charity"}],
        offers=[{"offer": "O1", "organization": "G1", "kind": "food", "serves": VILLAGE}],
        locks=[
            {
                "lock": "L1",
                "subject_type": "need",
                "subject": "N1",
                "provider_type": "offer",
                "provider": "O1",
                "mode": "keep",
            }
        ],
    )
    assert len(snapshot.needs.key) == 0
    assert len(snapshot.locks.key) == 0


def test_blank_limits_of_an_offer_are_no_limits_and_its_place_is_a_town_of_its_organisation():
    snapshot = world(
        organizations=[
            {"organization": "G1", "name": "甲", "type": "charity", "region": TOWN},
            {"organization": "G2", "name": "乙", "type": "charity", "region": CITY},
        ],
        offers=[
            {"offer": "O1", "organization": "G1", "kind": "food", "serves": f"{TOWN};{VILLAGE}"},
            {"offer": "O2", "organization": "G2", "kind": "food", "serves": CITY, "valid_to": date(1970, 1, 2)},
        ],
    )
    offers = snapshot.offers
    assert offers.capacity.tolist() == [NONE, NONE]
    assert offers.place.tolist() == [snapshot.regions.key.index(TOWN).as_py(), NONE]
    assert offers.valid_from.tolist() == [LONG_AGO, LONG_AGO]
    assert offers.valid_to.tolist() == [FOREVER, 1]
    assert offers.serves[0].tolist() == sorted(snapshot.regions.key.index(code).as_py() for code in (TOWN, VILLAGE))
    assert offers.categories.tolist() == [0, 0]


def test_a_city_without_counties_takes_the_county_s_part():
    places = world().regions
    slot = {places.key[at].as_py(): places.key[int(of)].as_py() for at, of in enumerate(places.county_slot)}
    assert slot == {
        PROVINCE: PROVINCE,
        CITY: CITY,
        COUNTY: COUNTY,
        TOWN: COUNTY,
        VILLAGE: COUNTY,
        OF_CITY: OF_CITY,
        STREET: OF_CITY,
    }


def test_a_pair_of_the_travel_table_serves_both_ways_and_a_row_for_each_way_holds_each_way():
    other = "441402101202"
    tables = {
        "regions": pa.concat_tables(
            [regions(), table("regions", {"code": other, "name": "乙村", "level": "village", "parent": TOWN})]
        ),
        "travel": table(
            "travel",
            {"from": TOWN, "to": VILLAGE, "minutes": 7},
            {"from": VILLAGE, "to": other, "minutes": 3},
            {"from": other, "to": VILLAGE, "minutes": 4},
        ),
    }
    travel = assemble(tables).travel
    assert travel is not None
    key = sorted([PROVINCE, CITY, COUNTY, TOWN, VILLAGE, OF_CITY, STREET, other])
    found = {
        (key[a], key[b]): int(m) for a, b, m in zip(travel.origin, travel.destination, travel.minutes, strict=True)
    }
    assert found == {(TOWN, VILLAGE): 7, (VILLAGE, TOWN): 7, (VILLAGE, other): 3, (other, VILLAGE): 4}


def test_every_real_and_unreal_part_of_a_code_is_told_apart():
    codes = {"441402001001": True, "441402001200": True, "441402001400": False, "441402400201": False}
    parents = sorted({code[:9] + "000" for code in codes})
    rows = [
        *({"code": code, "name": code, "level": "town", "parent": COUNTY} for code in parents),
        *({"code": code, "name": code, "level": "village", "parent": code[:9] + "000"} for code in codes),
    ]
    places = assemble({"regions": pa.concat_tables([regions(), table("regions", *rows)])}).regions
    for code, real in codes.items():
        assert places.real[places.key.index(code).as_py()] == real


@given(st.permutations(range(7)), st.permutations(range(30)))
def test_the_order_of_rows_does_not_change_the_digest(of_regions: list[int], of_kinds: list[int]):
    kinds = shipped_service_kinds()
    plain = assemble({"regions": regions(), "service_kinds": kinds})
    turned = assemble({"regions": regions().take(of_regions), "service_kinds": kinds.take(of_kinds)})
    assert turned.digest == plain.digest


@given(st.permutations(range(5)), st.permutations(range(6)))
def test_the_order_of_rows_does_not_change_the_published_state(of_assigned: list[int], of_spent: list[int]):
    pair = tiny.ROWS["assigned"][0]
    beyond = [pair | {"quantity": units, "status": "proposed"} for units in (5, 4, 5)]
    rows = [*tiny.ROWS["assigned"], *beyond]
    turned = tiny.snapshot(assigned=[rows[at] for at in of_assigned], spent=[tiny.ROWS["spent"][at] for at in of_spent])
    assert turned.published.digest == tiny.snapshot(assigned=rows).published.digest


def test_any_changed_cell_changes_the_digest():
    one = world(households=[{"household": "H1", "alert": "red"}])
    other = world(households=[{"household": "H1", "alert": "orange"}])
    assert one.digest != other.digest
    assert np.array_equal(one.regions.level, other.regions.level)


def test_dialects_are_those_that_households_ask_for_or_workers_speak_and_blank_is_none():
    snapshot = world(
        households=[{"household": "H1", "dialect": "粤语"}, {"household": "H2"}],
        caseworkers=[
            {"caseworker": "W1", "town": TOWN, "capacity": 1, "dialects": "客家话;粤语"},
            {"caseworker": "W2", "town": TOWN, "capacity": 1},
        ],
    )
    names = snapshot.dialects.key.to_pylist()
    assert names == ["客家话", "粤语"]
    assert snapshot.households.dialect.tolist() == [1, NONE]
    assert [snapshot.caseworkers.dialects[worker].tolist() for worker in (0, 1)] == [[0, 1], []]


def test_of_a_registration_the_city_is_kept_and_blank_is_none():
    codes = ("441402", "440000000000", None)
    rows = world(
        households=[{"household": f"H{at}"} | ({"hukou": code} if code else {}) for at, code in enumerate(codes)]
    )
    assert rows.households.hukou_city.tolist() == [4414, 4400, NONE]
