"""Each role does its whole job in a browser, in both languages, with JavaScript and without."""

import io
import itertools
from pathlib import Path

import openpyxl
import pytest
from stdnum.cn import uscc

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service
from tests.browser.conftest import Opened, until

PLACE = f"{COUNTY}000000"
NAME = "蕉岭县"
HOW = list(itertools.product(("en", "zh"), (True, False)))
"""Language, and whether JavaScript runs."""
DAYS = dict(zip(HOW, range(3, 7), strict=True))
NUMBERS = dict(zip(HOW, range(901, 905), strict=True))


def credit_code(number: int) -> str:
    body = f"53441427{number:09d}"
    return str(body + uscc.calc_check_digit(body))


@pytest.mark.parametrize(("language", "script"), HOW)
def test_a_coordinator_loads_matches_and_publishes(
    opened: Opened, sample: Path, tmp_path: Path, language: str, script: bool
) -> None:
    reader = opened(language, script=script)
    reader.enter("mei")
    assert reader.say("What waits for you", "等待您处理") in reader.text
    lines = (sample / "households.csv").read_text("utf-8-sig").splitlines()[:4]
    bad, good = tmp_path / "bad" / "households.csv", tmp_path / "good" / "households.csv"
    for file in (bad, good):
        file.parent.mkdir()
    good.write_text("\n".join(lines) + "\n", "utf-8")
    bad.write_text("\n".join([*lines, lines[1].replace(COUNTY, "44", 1)]) + "\n", "utf-8")
    reader.open("/uploads")
    reader.page.locator("#files").set_input_files(bad)
    reader.page.locator("main form.fields button").click()
    reader.page.wait_for_url("**/uploads/*")
    assert reader.page.locator("td.cells .at-fault").count()
    assert reader.say("Write it", "确认写入") not in [
        each.inner_text() for each in reader.page.locator("main button").all()
    ]
    reader.open("/uploads")
    reader.page.locator("#files").set_input_files(good)
    reader.page.locator("main form.fields button").click()
    reader.page.wait_for_url("**/uploads/*")
    reader.follow(reader.button("Write it", "确认写入"))
    until(reader, f'p[role=status]:has-text("{reader.say("written", "已写入")}")')
    reader.open("/runs")
    reader.page.locator("#region").fill(NAME)
    reader.page.locator("#on").fill(f"2026-11-{DAYS[language, script]:02d}")
    reader.press("Put it in line", "提交任务")
    reader.page.wait_for_url("**/runs/*")
    until(reader, "main a[href^='/plans/']")
    reader.follow(reader.page.locator("main a[href^='/plans/']").first)
    assert reader.say("Region by region", "按区划") in reader.text
    reader.follow(reader.page.get_by_role("link", name=reader.say("Publish", "发布"), exact=True))
    assert reader.say("What changes", "将发生的变化") in reader.text
    reader.follow(reader.button("Publish it", "确认发布"))
    until(reader, f'main p:has-text("{reader.say("published", "已发布")}")')
    reader.open("/gaps")
    assert reader.page.locator("main table").count()


@pytest.mark.parametrize(("language", "script"), HOW)
def test_a_charity_registers_and_offers(opened: Opened, tmp_path: Path, language: str, script: bool) -> None:
    number = NUMBERS[language, script]
    stranger = opened(language, script=script)
    stranger.open("/register")
    stranger.page.locator("#name").fill(f"蕉岭爱心会 {number}")
    stranger.page.locator("#credit_code").fill(credit_code(number))
    stranger.page.locator("#region").fill(NAME)
    stranger.page.locator("#user").fill(f"love{number}")
    stranger.page.locator("#password").fill(PASSWORD)
    stranger.follow(stranger.button("Register", "提交注册"))
    stranger.page.reload()  # which sends nothing again
    assert stranger.say("Waiting for approval", "待批准") in stranger.text
    assert f"love{number}" not in stranger.text

    coordinator = opened(language, script=script)
    coordinator.enter("mei")
    coordinator.open("/registrations")
    row = coordinator.page.locator("tr", has_text=f"love{number}")
    coordinator.follow(row.get_by_role("button", name=coordinator.say("Approve", "批准")))
    row = coordinator.page.locator("tr", has_text=f"love{number}")
    assert coordinator.say("approved", "已批准") in row.inner_text()
    stranger.page.reload()
    assert stranger.say("Approved", "已批准") in stranger.text

    charity = opened(language, script=script)
    charity.enter(f"love{number}")
    charity.open("/offers")
    assert charity.page.locator("main table").count() == 0
    charity.follow(charity.page.locator("a.button"))
    charity.page.locator("#kind").select_option("social_support")
    charity.page.locator("#more").fill(NAME)
    charity.press("Add", "添加")
    charity.page.wait_for_selector(f"input[name=serves][value='{PLACE}']")
    charity.page.locator("input[value=elderly]").check()
    charity.press("Show whom it reaches", "查看可覆盖的需求")
    charity.page.wait_for_selector("#reach .sentence")
    assert NAME in charity.page.locator("#reach .sentence").inner_text()
    charity.page.locator("#capacity").fill("many")
    charity.press("Save", "保存")
    charity.page.wait_for_selector("#capacity-wrong")
    charity.refused(422)
    charity.page.locator("#capacity").fill("9")
    charity.press("Save", "保存")
    charity.page.wait_for_url("**/offers")
    assert charity.page.locator("main tbody tr").count() == 1
    charity.follow(charity.page.locator("main tbody th a"))
    charity.page.locator("#capacity").fill("12")
    charity.press("Save", "保存")
    charity.page.wait_for_url("**/offers")
    assert "12" in charity.page.locator("main tbody tr").inner_text()
    charity.follow(charity.page.get_by_role("button", name=charity.say("Pause", "暂停")))
    assert charity.say("paused", "已暂停") in charity.page.locator("main tbody tr").inner_text()

    charity.open("/uploads")
    with charity.page.expect_download() as waited:
        charity.page.locator("a[href='/uploads/form.xlsx']").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    header = {cell.value: cell.column for cell in sheet[1]}
    empty = Path(waited.value.path()).rename(tmp_path / "春节计划.xlsx")
    charity.page.locator("#files").set_input_files(empty)
    charity.page.locator("main form.fields button").click()
    charity.page.wait_for_selector("main .fault")
    assert "春节计划.xlsx" in charity.text
    charity.refused(422)
    kind = charity.say("bathing · bathing", "助浴 · bathing")
    assert kind in [cell.value for row in book["lists"].iter_rows() for cell in row]
    for name, zh, value in (("kind", "服务项目", kind), ("capacity", "容量", "3"), ("serves", "服务区域", NAME)):
        sheet.cell(2, header[charity.say(name, zh)]).value = value
    filled = tmp_path / "offers.xlsx"
    book.save(filled)
    charity.page.locator("#files").set_input_files(filled)
    charity.page.locator("main form.fields button").click()
    charity.page.wait_for_url("**/uploads/*")
    charity.follow(charity.button("Write it", "确认写入"))
    until(charity, f'p[role=status]:has-text("{charity.say("written", "已写入")}")')
    charity.open("/offers")
    assert charity.page.locator("main tbody tr").count() == 2
    charity.follow(charity.page.get_by_role("link", name=charity.say("Withdraw", "撤回")).first)
    charity.follow(charity.button("Withdraw it", "确认撤回"))
    assert charity.page.locator("main tbody tr").count() == 1


@pytest.mark.parametrize(("language", "script"), HOW)
def test_a_planner_reads_gaps_from_the_top_to_a_village_and_takes_them_along(
    opened: Opened, language: str, script: bool
) -> None:
    reader = opened(language, script=script)
    reader.enter("lan")
    reader.open(f"/gaps?region={COUNTY}")
    towns = reader.page.locator("main tbody th a")
    assert towns.count() > 1
    towns.first.click()
    reader.page.wait_for_url("**region=*")
    assert reader.page.locator("main tbody tr").count() > 1
    for form in ("csv", "xlsx"):
        with reader.page.expect_download() as waited:
            reader.page.locator(f"a[href*='gaps.{form}']").first.click()
        assert Path(waited.value.path()).stat().st_size > 100


@pytest.mark.parametrize(("language", "script"), HOW)
def test_an_administrator_lets_people_in_and_puts_them_out(
    opened: Opened, service: Service, language: str, script: bool
) -> None:
    name = f"new{language}{int(script)}"
    reader = opened(language, script=script)
    reader.enter("root")
    reader.open("/users")
    reader.page.locator("#name").fill(name)
    reader.page.locator("#role").select_option("planner")
    reader.page.locator("#region").fill(COUNTY)
    reader.page.locator("#password").fill(PASSWORD)
    reader.follow(reader.button("Make the account", "建立账号"))
    row = reader.page.locator("tr", has_text=name)
    assert reader.say("planner", "规划员") in row.inner_text()
    with service.client(name) as client:
        assert client.get("/api/v1/me").json()["region"] == PLACE
        reader.follow(row.get_by_role("button"))
        assert reader.say("disabled", "停用") in reader.page.locator("tr", has_text=name).inner_text()
        assert client.get("/api/v1/me").status_code == 401
