"""The script that builds the committed regions, on a county of two towns."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from loaders.guangdong.build import Places, named_places, outlines, rows, write
from loaders.guangdong.scatter import village_place

FILES = {
    "cities": "code,name,provinceCode\n4414,梅州市,44\n1101,北京市,11\n",
    "areas": "code,name,cityCode,provinceCode\n441422,大埔县,4414,44\n",
    "streets": "code,name,areaCode,provinceCode,cityCode\n"
    "441422100,湖寮镇,441422,44,4414\n441422101,无名镇,441422,44,4414\n",
    "villages": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    "441422100201,甲村委会,441422100,44,4414,441422\n441422101001,乙社区居委会,441422101,44,4414,441422\n",
}
HULIAO = ["1", "Huliao", "Huliao", "Huliao,湖寮,湖寮镇", "24.34765", "116.69522", "P", "PPLA3", "CN", "", "30", "4414"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "places.tsv").write_text("\t".join([*HULIAO, "", "", "5000", "", "30"]) + "\n", "utf-8")
    return tmp_path


def built(folder: Path) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row for row in rows(folder, Places(named_places(folder / "places.tsv")))}


def test_a_town_found_by_name_lies_where_the_map_says_and_the_county_there_too(folder: Path) -> None:
    found = built(folder)
    assert found["441422100000"][4:] == (116.69522, 24.34765, False)
    assert found["441422000000"][4:] == (116.69522, 24.34765, False)


def test_a_town_not_found_lies_somewhere_in_its_county_and_says_so(folder: Path) -> None:
    *_, lon, lat, estimated = built(folder)["441422101000"]
    assert estimated
    assert shapely.contains_xy(outlines()["441422"], lon, lat)


def test_villages_lie_about_their_town(folder: Path) -> None:
    found = built(folder)
    town = found["441422101000"]
    place = village_place("441422101001", (town[4], town[5]), outlines()["441422"])
    assert found["441422101001"][3:] == ("441422101000", *place, True)


def test_other_provinces_are_left_out(folder: Path) -> None:
    assert not [code for code in built(folder) if code.startswith("11")]


def test_the_same_rows_give_the_same_bytes(folder: Path) -> None:
    places = Places(named_places(folder / "places.tsv"))
    write(rows(folder, places), folder / "one.gz")
    write(rows(folder, places), folder / "two.gz")
    assert (folder / "one.gz").read_bytes() == (folder / "two.gz").read_bytes()
