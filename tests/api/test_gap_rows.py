"""Rows of the table of gaps: their order, their search, their files; and villages as points of a map."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from api.pages.maps import step_of
from api.service.gap_files import gaps_csv, gaps_xlsx
from api.service.gap_rows import MEASURES, WITHHELD, GapRows, _named, _ordered
from api.service.village_map import shades
from graph.gap_tree import tree_of
from graph.model import SERVICE_KINDS
from graph.snapshot import NONE
from tests import tiny

MEALS = next(kind for kind in SERVICE_KINDS if kind.kind == "meal_delivery")


def rows(name: str = "梅江区") -> GapRows:
    """Counties of the tiny world, the first of them called so."""
    regions = tiny.snapshot().regions
    names = [
        name if code == tiny.COUNTY_A else said
        for code, said in zip(regions.key.to_pylist(), regions.name.to_pylist(), strict=True)
    ]
    tree = tree_of(replace(regions, name=pa.array(names, pa.string())), tiny.PROVINCE, "county")
    shares = {measure: (np.array([1, 2, 0]), np.array([4, 2, 0])) for measure in MEASURES}
    return GapRows(
        tiny.PROVINCE, "county", ("city", "county"), MEALS, 1, None, tree, tree.rows, shares, np.array([1, 0], np.int32)
    )


def test_rows_stand_by_share_then_by_what_lacks_and_those_without_any_last() -> None:
    part, whole = np.array([0, 5, 1, 10, 0]), np.array([3, 10, 2, 10, 0])
    assert _ordered((part, whole), 5, descending=False).tolist() == [0, 1, 2, 3, 4]
    assert _ordered((part, whole), 5, descending=True).tolist() == [3, 2, 1, 0, 4]
    assert _ordered(None, 3, descending=True).tolist() == [2, 1, 0]


def test_the_order_tells_nothing_of_what_is_withheld() -> None:
    part, whole = np.array([3, WITHHELD, 9, WITHHELD]), np.array([10, WITHHELD, 10, WITHHELD])
    assert _ordered((part, whole), 4, descending=False).tolist() == [0, 2, 1, 3]
    assert _ordered((part, whole), 4, descending=True).tolist() == [2, 0, 1, 3]


def test_withheld_figures_are_blank_cells_under_the_name_of_the_kind() -> None:
    few = replace(rows(), shares=rows().shares | {"kind": (np.array([1, WITHHELD, 0]), np.array([4, WITHHELD, 0]))})
    found = list(csv.DictReader(StringIO(gaps_csv(few, "zh").decode("utf-8-sig"))))
    assert [(row["需求：助餐"], row["已满足需求：助餐"]) for row in found] == [("", ""), ("4", "1")]


@pytest.mark.parametrize(
    ("find", "codes"), [("", 3), ("梅", 2), ("东莞", 1), ("4414", 2), ("14", 0), (".*", 0), ("新村", 0)]
)
def test_a_row_is_found_by_a_part_of_its_name_or_the_beginning_of_its_code(find: str, codes: int) -> None:
    assert _named(rows().tree.regions, rows().places, find).sum() == codes


def test_a_row_names_what_it_is_part_of_below_the_top() -> None:
    regions = tiny.snapshot().regions
    tree = tree_of(regions, tiny.PROVINCE, "village")
    shares = {measure: (np.zeros(6, np.int64),) * 2 for measure in MEASURES}
    order = np.arange(1, dtype=np.int32)
    found = GapRows(tiny.PROVINCE, "village", ("village",), None, 1, None, tree, tree.rows, shares, order).rows()
    assert [(row.name, row.within) for row in found] == [("新村", "梅州市 梅江区 甲一镇")]


def test_files_hold_the_rows_asked_for_in_their_order_under_headers_in_the_reader_s_language() -> None:
    text = gaps_csv(rows(), "zh").decode("utf-8-sig")
    found = list(csv.DictReader(StringIO(text)))
    assert [row["区划"] for row in found] == ["梅县区", "梅江区"]
    assert (found[1]["行政区划代码"], found[1]["需求"], found[1]["已满足需求"], found[1]["层级"]) == (
        tiny.COUNTY_A,
        "4",
        "1",
        "县区",
    )
    sheet = openpyxl.load_workbook(BytesIO(gaps_xlsx(rows(), "en"))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["code", "region", "level"]
    assert [cell.value for cell in sheet["A"]] == ["code", tiny.COUNTY_B, tiny.COUNTY_A]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert gaps_csv(rows(), "zh").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_of_a_region_runs_as_a_formula(name: str) -> None:
    found = list(csv.reader(StringIO(gaps_csv(rows(name), "en").decode("utf-8-sig"))))
    assert found[2][1] == f"'{name}"
    sheet = openpyxl.load_workbook(BytesIO(gaps_xlsx(rows(name), "en"))).active
    assert sheet is not None
    assert (sheet["B3"].value, sheet["B3"].data_type) == (name, "s")


def test_a_village_has_the_shade_that_a_region_with_its_share_has() -> None:
    part, whole = np.array([0, 0, 1, 499, 5, 8, 95, 999, 7]), np.array([0, 9, 1000, 1000, 10, 10, 100, 1000, 7])
    steps = [step_of(*pair) for pair in zip(part.tolist(), whole.tolist(), strict=True)]
    assert shades(part, whole).tolist() == [NONE if step is None else step for step in steps]
