"""Real regions: the divisions of Guangdong in 2023."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from graph.model import TABLES, codes_of
from graph.tables import arrow_schema
from loaders.guangdong import UnknownRegion, divisions, regions
from loaders.guangdong.build import BORDER_DEGREES, outlines
from loaders.guangdong.scatter import PULLS, around, reach, town_place
from loaders.guangdong.shapes import FILE, shapes, write_shapes

ROWS: dict[str, dict[str, Any]] = {row["code"]: row for row in divisions().to_pylist()}
LEVELS = codes_of(TABLES["regions"].column("level"))
DONGGUAN, ZHONGSHAN = "441900000000", "442000000000"
OUTLINES = outlines()


def of_level(level: str) -> dict[str, dict[str, Any]]:
    return {code: row for code, row in ROWS.items() if row["level"] == level}


def test_counts_are_those_of_2023() -> None:
    counts = Counter(row["level"] for row in ROWS.values())
    assert counts == {"province": 1, "city": 21, "county": 122, "town": 1757, "village": 26842}


def test_real_towns_and_villages_are_told_by_their_codes() -> None:
    towns = [code for code in of_level("town") if int(code[6:9]) < 400]
    villages = [code for code in of_level("village") if int(code[6:9]) < 400 and int(code[9:]) < 400]
    assert (len(towns), len(villages)) == (1610, 26524)


def test_codes_are_sorted_and_of_twelve_digits() -> None:
    assert list(ROWS) == sorted(ROWS)
    assert all(len(code) == 12 and code.isdigit() for code in ROWS)


def test_every_region_but_the_province_has_a_parent_above_it() -> None:
    for code, row in ROWS.items():
        if row["level"] == "province":
            assert row["parent"] is None
        else:
            assert LEVELS.index(ROWS[row["parent"]]["level"]) < LEVELS.index(row["level"]), code


def test_a_code_begins_with_its_parents_code() -> None:
    significant = {"province": 2, "city": 4, "county": 6, "town": 9}
    for code, row in ROWS.items():
        if row["parent"] is not None:
            parent = row["parent"]
            assert code[: significant[ROWS[parent]["level"]]] == parent[: significant[ROWS[parent]["level"]]]


def test_dongguan_and_zhongshan_have_no_counties_and_their_towns_hang_on_the_city() -> None:
    for city, towns in ((DONGGUAN, 36), (ZHONGSHAN, 24)):
        children = [row for row in ROWS.values() if row["parent"] == city]
        assert {row["level"] for row in children} == {"town"}
        assert len(children) >= towns - 4
    others = {row["parent"] for row in of_level("town").values()} - {DONGGUAN, ZHONGSHAN}
    assert {ROWS[parent]["level"] for parent in others} == {"county"}


def test_the_regions_table_is_the_canonical_one() -> None:
    assert regions("441422").schema.equals(arrow_schema(TABLES["regions"]))


def test_a_region_comes_with_everything_within_and_its_ancestors() -> None:
    codes = regions("441422000000")["code"].to_pylist()
    within = [code for code in ROWS if code.startswith("441422")]
    assert codes == ["440000000000", "441400000000", *within]


def test_six_digits_name_a_region_too() -> None:
    assert regions("441422").equals(regions("441422000000"))
    assert len(regions("440000")) == len(ROWS)


def test_a_city_without_counties_is_whole() -> None:
    codes = regions("441900")["code"].to_pylist()
    assert codes[:2] == ["440000000000", DONGGUAN]
    assert len(codes) == 1 + sum(code.startswith("4419") for code in ROWS)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownRegion, match="450100"):
        regions("450100")


def test_population_is_given_for_cities_and_adds_up_to_the_province() -> None:
    rows = regions("440000").to_pylist()
    cities = [row["population"] for row in rows if row["level"] == "city"]
    assert rows[0]["population"] == sum(cities) == pytest.approx(126_012_510, rel=1e-4)
    assert all(row["population"] is None for row in rows if row["level"] not in ("province", "city"))


def test_every_region_has_coordinates_in_the_province() -> None:
    for row in ROWS.values():
        assert 109 < row["lon"] < 118
        assert 20 < row["lat"] < 26


def county_outline(code: str) -> BaseGeometry:
    return OUTLINES.get(code[:6]) or OUTLINES[code[:4] + "00"]


def test_named_towns_lie_in_their_county_and_are_most_of_the_towns() -> None:
    named = [code for code, row in of_level("town").items() if not row["estimated"]]
    assert len(named) == 1286
    for code in named:
        place = shapely.Point(ROWS[code]["lon"], ROWS[code]["lat"])
        assert shapely.dwithin(county_outline(code), place, BORDER_DEGREES), code


def test_other_towns_are_put_in_their_county_by_their_code() -> None:
    estimated = [code for code, row in of_level("town").items() if row["estimated"]]
    for code in estimated:
        assert (ROWS[code]["lon"], ROWS[code]["lat"]) == town_place(code, county_outline(code))


def test_villages_lie_about_their_town_by_their_code_and_in_their_county() -> None:
    pulled = Counter[int]()
    for code, row in of_level("village").items():
        town = ROWS[row["parent"]]
        seat, place = (town["lon"], town["lat"]), (row["lon"], row["lat"])
        ways = [*(around(code, seat, pull) for pull in range(PULLS)), seat]
        pulled[ways.index(place)] += 1
        if place != seat:
            assert shapely.contains_xy(county_outline(code), *place), code
    assert pulled[0] > 0.85 * pulled.total(), "few are pulled back"
    assert pulled[PULLS] < 0.01 * pulled.total(), "hardly any stands on its town"


def test_committees_of_residents_lie_nearer_than_villages() -> None:
    assert reach("441402001001") < reach("441402001201")


def test_every_county_and_city_has_a_shape_near_its_outline_and_neighbours_do_not_overlap() -> None:
    found = shapes()
    counties = {code: found[code] for code in found if code in of_level("county") or code in (DONGGUAN, ZHONGSHAN)}
    assert len(counties) == 124
    assert set(of_level("city")) <= set(found)
    for code, shape in counties.items():
        assert shape.is_valid
        outline = OUTLINES[code[:6]]
        assert shape.symmetric_difference(outline).area < 0.05 * outline.area
    whole = shapely.union_all(list(counties.values()))
    assert sum(shape.area for shape in counties.values()) == pytest.approx(whole.area, rel=1e-3)


def test_the_committed_shapes_are_those_of_the_outlines(tmp_path: Path) -> None:
    write_shapes(OUTLINES, tmp_path / "shapes.json.gz")
    assert (tmp_path / "shapes.json.gz").read_bytes() == FILE.read_bytes()
