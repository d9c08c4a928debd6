"""Items of a list that something else than a semicolon parts are told with the semicolon and the cell as it should be."""

from pathlib import Path

import pytest

from tests import tiny
from tests.loaders.small_files import checked, rows, told

A, B = tiny.COUNTY_A, tiny.COUNTY_B


@pytest.mark.parametrize(
    ("table", "column", "written", "value", "repaired"),
    [
        ("persons", "categories", "低保、特困", "低保、特困", "低保;特困"),
        ("persons", "categories", "低保;特困, 其他", "特困, 其他", "低保;特困;其他"),
        ("persons", "traits", "elderly，disabled", "elderly,disabled", "elderly;disabled"),
        ("persons", "traits", "elderly、rich、", "elderly、rich、", "elderly;rich"),
        ("offers", "serves", f"{A}、{B}", f"{A}、{B}", f"{A};{B}"),
        ("offers", "serves", f"{A}, {B}", f"{A}, {B}", f"{A};{B}"),
        ("volunteers", "skills", "visiting，bathing", "visiting,bathing", "visiting;bathing"),
    ],
)
def test_a_list_that_commas_part_is_told_with_the_semicolon_and_the_repaired_text(
    tmp_path: Path, table: str, column: str, written: str, value: str, repaired: str
) -> None:
    world = rows()
    world[table][0][column] = written
    outcome = checked(tmp_path, world)
    assert [entry for entry in told(outcome) if entry[0] != "repaired_full_width"] == [
        ("list_parted", f"{table}.csv", 2, column, value)
    ]
    [issue] = [each for each in outcome.issues if each.severity == "error"]
    assert "semicolon (;)" in issue.message_en
    assert "分号（;）" in issue.message_zh
    assert issue.repair_en.endswith(repaired)
    assert issue.repair_zh.endswith(repaired)


def test_a_list_that_semicolons_part_is_read_whether_they_are_wide_or_not(tmp_path: Path) -> None:
    world = rows()
    world["persons"][0]["categories"] = "低保；特困;其他"
    outcome = checked(tmp_path, world)
    assert outcome.ok
    found = outcome.tables["persons"]["categories"][0].as_py()
    assert found == "subsistence_allowance;extreme_hardship;other_hardship"


def test_a_key_with_a_comma_that_stands_is_one_item(tmp_path: Path) -> None:
    world = rows()
    fund, kind = world["funds"][0], dict(world["service_kinds"][0])
    world["service_kinds"].append(kind | {"kind": "a,b", "name_zh": "甲、乙", "name_en": "a, b", "broader": ""})
    fund["kinds"] = "a,b"
    assert checked(tmp_path, world).ok
