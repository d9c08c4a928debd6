"""A charity's file has the words of people: kinds and regions by name, by code or by both, from a workbook that offers them."""

import io
import re
from typing import Any

import openpyxl
import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_uploads import HEADER, PLACE, own, sent


def choices(sheet: Any, at: int) -> list[str]:
    """What the drop-down of a column offers."""
    letter = openpyxl.utils.get_column_letter(at + 1)
    [found] = [each for each in sheet.data_validations.dataValidation if str(each.sqref).startswith(f"{letter}2")]
    assert found.formula1.startswith(f"lists!${letter}$1")
    return [row[at].value for row in sheet.parent["lists"].iter_rows() if row[at].value is not None]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_to_fill_in_offers_choices_and_loads_as_it_is(service: Service, language: str) -> None:
    with service.client("kind") as client:
        client.cookies["lang"] = language
        content = client.get("/uploads/form.xlsx", params={"mine": True}).content
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert sheet.max_row == len(own(client)) + 1
        header = [cell.value for cell in sheet[1]]
        kinds = client.get("/api/v1/service-kinds").json()
        offered = choices(sheet, header.index("服务项目" if language == "zh" else "kind"))
        assert offered == [
            f"{each['name_zh'] if language == 'zh' else each['name_en']} · {each['kind']}" for each in kinds
        ]
        assert {
            row[header.index("服务项目" if language == "zh" else "kind")].value for row in sheet.iter_rows(min_row=2)
        } <= set(offered)
        areas = [
            row[header.index("服务区域" if language == "zh" else "serves")].value for row in sheet.iter_rows(min_row=2)
        ]
        assert all(re.fullmatch(r"\D+ · \d{12}(;\D+ · \d{12})*", each) for each in areas), areas
        before = own(client)
        checked = sent(client, ("offers.xlsx", content)).json()
        assert (checked["totals"]["error"], checked["totals"]["warning"]) == (0, 0), checked["issues"]
        done = client.post(f"/api/v1/uploads/{checked['upload']}/write").json()
        assert (done["counts"][0]["new"], done["counts"][0]["changed"], done["counts"][0]["same"]) == (
            0,
            0,
            len(before),
        )
        assert own(client) == before


@pytest.mark.parametrize(
    ("kind", "serves"),
    [
        ("助浴", "蕉岭县"),
        ("助浴 · bathing", "梅州市 蕉岭县"),
        ("bathing·助浴", f"广东省 梅州市 蕉岭县 · {PLACE}"),
        (" Ｂathing ", PLACE),
        ("bathing", COUNTY),
        ("bathing", "蕉岭"),
        ("bathing", "梅州市蕉岭县"),
        ("bathing", "梅州 蕉岭县"),
    ],
)
def test_kinds_and_regions_are_read_by_code_by_name_or_by_both(service: Service, kind: str, serves: str) -> None:
    with service.client("kind") as client:
        before = own(client)
        path = sent(client, ("供给.csv", HEADER + f"{kind},3,{serves},\n")).headers["location"]
        assert client.get(path).json()["totals"]["error"] == 0, client.get(path).json()["issues"]
        client.post(f"{path}/write")
        [new] = [each for key, each in own(client).items() if key not in before]
        assert (new["kind"], new["serves"]) == ("bathing", [PLACE])
        client.delete(f"/api/v1/offers/{new['offer']}", headers={"If-Match": '"1"'})


def test_a_kind_or_region_that_is_none_is_told_with_its_row_and_what_may_stand_there(service: Service) -> None:
    rows = f"飞行 · flying,7,{PLACE},\n助浴 · meal_delivery,7,{PLACE},\nbathing,7,蕉岭县;没有的县,\nbathing,1,新村村委会,\n"
    with service.client("kind") as client:
        told = {each["row"]: each for each in sent(client, ("供给.csv", HEADER + rows)).json()["issues"]}
        kinds = client.get("/api/v1/service-kinds").json()
    assert [(row, told[row]["code"], told[row]["column"]) for row in sorted(told)] == [
        (2, "code_unknown", "kind"),
        (3, "code_unknown", "kind"),
        (4, "region_name_unclear", "serves"),
        (5, "region_name_unclear", "serves"),
    ]
    for row in (2, 3):
        for each in kinds:
            assert each["name_zh"] in told[row]["repair_zh"]
            assert each["name_en"] in told[row]["repair_en"]
    assert "没有的县" in told[4]["message_zh"]
    assert "蕉岭县" not in told[4]["message_zh"]


@pytest.mark.parametrize("name", ["offers.csv", "我的文件.csv"])
def test_a_charity_s_file_of_something_else_is_told_by_its_columns(service: Service, name: str) -> None:
    with service.client("kind") as client:
        told = sent(client, (name, "a,b,c\n1,2,3\n"))
        assert told.status_code == 201, told.text
        assert told.json()["blocked"]
        [issue] = told.json()["issues"]
        assert (issue["code"], issue["value"]) == ("header_unknown", "a, b, c")
        client.delete(told.headers["location"])
