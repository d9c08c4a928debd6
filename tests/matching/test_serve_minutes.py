"""Minutes of assignments against numbers worked out by hand (model (6), (7))."""

import pytest

from matching.match import match
from matching.serve import serve
from tests.matching.worlds import (
    A1A,
    A1B,
    B1A,
    CITY,
    CITY_D,
    COUNTY_A,
    D1A,
    PROVINCE,
    REGIONS,
    TOWN_A1,
    TOWN_A2,
    TOWN_B1,
    TOWN_D1,
    Rows,
    need,
    offer,
    problem_of,
    world,
)

VILLAGE_TO_TOWN, TOWN_TO_COUNTY, COUNTY_TO_A2A, COUNTY_TO_B1, TOWN_TO_A2A = 9, 9, 47, 131, 43
"""1.4 × 1.506 km, 1.4 × 1.507, 1.4 × 15.064, 1.4 × 45.170 and 1.4 × 13.557 at 30 km/h, rounded, and 5."""


def minutes(rows: Rows) -> list[int]:
    found: list[int] = serve(problem_of(rows)).assignments.minutes.tolist()
    return found


@pytest.mark.parametrize(
    ("area", "place", "total"),
    [
        (A1A, B1A, 0),
        (TOWN_A1, B1A, VILLAGE_TO_TOWN),
        (COUNTY_A, None, VILLAGE_TO_TOWN),
        (COUNTY_A, TOWN_A1, VILLAGE_TO_TOWN),
        (COUNTY_A, "441402102201", VILLAGE_TO_TOWN + TOWN_TO_A2A),
        (CITY, None, VILLAGE_TO_TOWN + TOWN_TO_COUNTY),
        (CITY, TOWN_A1, VILLAGE_TO_TOWN + TOWN_TO_COUNTY),
        (CITY, TOWN_B1, VILLAGE_TO_TOWN + TOWN_TO_COUNTY + COUNTY_TO_B1),
        (PROVINCE, TOWN_B1, VILLAGE_TO_TOWN + TOWN_TO_COUNTY + COUNTY_TO_B1),
    ],
)
def test_minutes_are_the_legs_of_the_area_that_serves(area: str, place: str | None, total: int):
    cells = {"place": place} if place else {}
    assert minutes(world(needs=[need("N")], offers=[offer("O", area, **cells)])) == [total]


def test_a_village_without_coordinates_lies_ten_minutes_from_its_town():
    assert minutes(world(needs=[need("N", A1B)], offers=[offer("O", TOWN_A1)])) == [10]


def test_the_widest_of_the_areas_that_hold_the_place_serves():
    rows = world(needs=[need("N")], offers=[offer("O", A1A, TOWN_A1)])
    assert minutes(rows) == [VILLAGE_TO_TOWN]


def test_an_emergency_at_a_county_starts_from_its_seat():
    rows = world(needs=[need("N", incident_place=COUNTY_A)], offers=[offer("O", COUNTY_A, place=TOWN_A1)])
    assert minutes(rows) == [TOWN_TO_COUNTY]


def test_a_city_without_counties_is_its_own_county():
    rows = world(needs=[need("N", D1A)], offers=[offer("O", CITY_D, place=TOWN_D1)])
    # the city has no coordinates: its seat is that of its first town
    assert minutes(rows) == [VILLAGE_TO_TOWN]


TOWN_D2, D2A = "441900004000", "441900004001"
TWO_TOWNS: Rows = {
    "regions": [
        *REGIONS,
        {"code": TOWN_D2, "name": "丁二镇", "level": "town", "parent": CITY_D, "lon": 113.7, "lat": 22.9},
        {"code": D2A, "name": "村", "level": "village", "parent": TOWN_D2, "lon": 113.7, "lat": 22.91},
    ]
}
D1_TO_D2 = 36
"""1.4 × 11.119 km at 30 km/h, rounded, and 5."""


@pytest.mark.parametrize(
    ("area", "place", "total"),
    [
        (CITY_D, TOWN_D2, VILLAGE_TO_TOWN + D1_TO_D2),
        (CITY_D, D2A, VILLAGE_TO_TOWN + D1_TO_D2),
        (CITY_D, None, VILLAGE_TO_TOWN),
        # above the city the legs lead to its seat, that of its first town, and on to the county's
        (PROVINCE, TOWN_D2, VILLAGE_TO_TOWN),
    ],
)
def test_a_city_without_counties_serves_as_a_county_does(area: str, place: str | None, total: int):
    cells = {"place": place} if place else {}
    rows = world(needs=[need("N", D1A)], offers=[offer("O", area, **cells)])
    assert match(problem_of(rows | TWO_TOWNS)).assignments.minutes.tolist() == [total]


def test_a_city_with_counties_serves_over_the_seats_of_its_counties():
    rows = world(needs=[need("N")], offers=[offer("O", CITY, place=TOWN_A2)])
    assert match(problem_of(rows | TWO_TOWNS)).assignments.minutes.tolist() == [VILLAGE_TO_TOWN + TOWN_TO_COUNTY]


def test_a_fund_of_one_village_keeps_the_legs_of_a_city_without_counties():
    rows = world(
        needs=[need("N", D1A)],
        offers=[offer("O", CITY_D, place=TOWN_D2, fund="F", unit_cost=1)],
        funds=[{"fund": "F", "name": "金", "region": D1A, "amount": 5}],
    )
    assert match(problem_of(rows | TWO_TOWNS)).assignments.minutes.tolist() == [VILLAGE_TO_TOWN + D1_TO_D2]


def test_with_a_travel_table_a_missing_pair_counts_six_hundred_minutes():
    rows = world(needs=[need("N")], offers=[offer("O", TOWN_A1)])
    assert minutes(rows | {"travel": [{"from": A1A, "to": TOWN_A1, "minutes": 17}]}) == [17]
    assert minutes(rows | {"travel": [{"from": TOWN_A1, "to": A1A, "minutes": 18}]}) == [18]
    assert minutes(rows | {"travel": [{"from": A1B, "to": TOWN_A1, "minutes": 17}]}) == [600]


def test_a_fund_of_a_narrower_region_keeps_the_legs_of_the_area():
    rows = world(
        needs=[need("N")],
        offers=[offer("O", CITY, place=TOWN_B1, fund="F", unit_cost=1)],
        funds=[{"fund": "F", "name": "金", "region": A1A, "amount": 5}],
    )
    assert minutes(rows) == [VILLAGE_TO_TOWN + TOWN_TO_COUNTY + COUNTY_TO_B1]
