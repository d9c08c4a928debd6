"""Files that are sent are checked first, written only when one says so, whole or the rows without fault, and never harm."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import openpyxl
import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service

PLACE = f"{COUNTY}000000"
HEADER = "kind,capacity,serves,min_age\n"
GOOD = HEADER + f"meal_delivery,5,{PLACE},60\nbathing,7,{PLACE},\n"
BAD = HEADER + f"meal_delivery,5,{PLACE},60\nflying,7,{PLACE},\nbathing,many,{PLACE},\n"


def sent(client: httpx.Client, *files: tuple[str, bytes | str]) -> httpx.Response:
    given = [("files", (name, content if isinstance(content, bytes) else content.encode())) for name, content in files]
    return client.post("/api/v1/uploads", files=given)


def book(rows: list[list[object]]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def own(client: httpx.Client) -> dict[str, dict[str, Any]]:
    found, cursor = {}, None
    while True:
        page = client.get("/api/v1/offers", params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
        found |= {each["offer"]: each for each in page["items"]}
        if (cursor := page["next"]) is None:
            return found


NAMES = {
    "offers.csv": "offers.csv",
    "我的 供给;=1+1.csv": "我的 供给;=1+1.csv",
    "../../etc/passwd.csv": "passwd.csv",
    "a\\b.CSV": "b.CSV",
    "x" * 300 + ".csv": "x" * 196 + ".csv",
}
"""Names as they are sent, and as they are shown."""


@pytest.mark.parametrize("name", NAMES)
def test_a_charity_s_file_is_checked_under_its_own_name_and_then_written(service: Service, name: str) -> None:
    with service.client("kind") as client:
        before = own(client)
        checked = sent(client, (name, GOOD))
        assert checked.status_code == 201, checked.text
        assert (checked.json()["state"], checked.json()["totals"]["error"]) == ("checked", 0)
        assert checked.json()["files"] == [NAMES[name]]
        assert own(client) == before
        path = checked.headers["location"]
        done = client.post(f"{path}/write").json()
        assert (done["state"], done["counts"][0]["new"]) == ("written", 2)
        new = [each for key, each in own(client).items() if key not in before]
        assert sorted((each["kind"], each["capacity"], each["min_age"]) for each in new) == [
            ("bathing", 7, None),
            ("meal_delivery", 5, 60),
        ]
        assert {each["organization"] for each in new} == {client.get("/api/v1/me").json()["organization"]}
        twice = client.post(f"{path}/write")
        assert (twice.status_code, twice.json()["code"]) == (409, "upload_written")
        for each in new:
            client.delete(f"/api/v1/offers/{each['offer']}", headers={"If-Match": '"1"'})


def test_errors_stand_beside_their_rows_in_both_languages_and_nothing_is_written(service: Service) -> None:
    with service.client("kind") as client:
        before = own(client)
        checked = sent(client, ("offers.csv", BAD)).json()
        issues = {(each["row"], each["column"]): each for each in checked["issues"] if each["severity"] == "error"}
        assert set(issues) == {(3, "kind"), (4, "capacity")}
        wrong = issues[3, "kind"]
        assert wrong["cells"]["kind"] == "flying"
        assert "flying" in wrong["message_en"]
        assert "flying" in wrong["message_zh"]
        assert wrong["repair_zh"]
        refused = client.post(f"/api/v1/uploads/{checked['upload']}/write")
        assert (refused.status_code, refused.json()["code"]) == (409, "upload_at_fault")
        assert own(client) == before
        some = client.post(f"/api/v1/uploads/{checked['upload']}/write", params={"skip_errors": True}).json()
        assert (some["state"], some["counts"][0]["new"]) == ("written", 1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_corrected_file_has_the_repairs_made_and_the_faults_beside_the_rows(service: Service, language: str) -> None:
    spoilt = HEADER + f" meal_delivery ,５６,{PLACE},60\nflying,7,{PLACE},\n"
    with service.client("kind") as client:
        path = sent(client, ("offers.csv", spoilt)).headers["location"]
        answer = client.get(f"{path}/corrected/offers.csv", params={"language": language})
        assert answer.status_code == 200, answer.text
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        header, first, second = ([cell.value for cell in row] for row in sheet.iter_rows())
        at = {
            name: header.index(zh if language == "zh" else name)
            for name, zh in {"kind": "服务项目", "capacity": "容量"}.items()
        }
        shown = "助餐 · meal_delivery" if language == "zh" else "meal delivery · meal_delivery"
        assert (first[at["kind"]], first[at["capacity"]]) == (shown, "56")
        assert "flying" in second[header.index("问题 issue")]
        sheet.cell(3, at["kind"] + 1).value = "bathing"
        out = io.BytesIO()
        sheet.parent.save(out)
        again = sent(client, ("offers.xlsx", out.getvalue())).json()
        assert (again["totals"]["error"], again["totals"]["warning"]) == (0, 0), again["issues"]


def test_a_charity_sends_nothing_of_others(service: Service, sample: Path) -> None:
    with (sample / "offers.csv").open(encoding="utf-8-sig", newline="") as file:
        offers = list(csv.DictReader(file))
    with service.client("kind") as client:
        mine = client.get("/api/v1/me").json()["organization"]
        other = next(row for row in offers if row["organization"] != mine)
        rows = [f"{other['offer']},,", f",{other['organization']},", ",,F1"]
        text = "offer,organization,fund,kind,serves\n" + "".join(f"{row},bathing,{PLACE}\n" for row in rows)
        codes = {each["code"] for each in sent(client, ("offers.csv", text)).json()["issues"]}
        assert {"offer_of_another", "not_your_organization", "fund_not_yours"} <= codes


def test_a_coordinator_loads_what_lies_within_the_region_and_nothing_else(service: Service, sample: Path) -> None:
    lines = (sample / "households.csv").read_text("utf-8-sig").splitlines()
    village = lines[0].split(",").index("village")
    row = lines[1].split(",")
    new = ",".join(["HNEW1" if at == 0 else cell for at, cell in enumerate(row)])
    inside = "\n".join([lines[0], new]) + "\n"
    with service.client("mei") as client:
        checked = sent(client, ("households.csv", inside)).json()
        assert checked["totals"]["error"] == 0, checked["issues"]
        done = client.post(f"/api/v1/uploads/{checked['upload']}/write").json()
        assert (done["state"], done["counts"][0]["new"]) == ("written", 1)
        assert client.get("/api/v1/households/HNEW1").status_code == 200
        regions = (sample / "regions.csv").read_text("utf-8-sig")
        everywhere = sent(client, ("regions.csv", regions)).json()
        assert "table_for_everywhere" in {each["code"] for each in everywhere["issues"]}
    with service.client("far") as client:
        held = sent(client, ("households.csv", inside)).json()
        town = row[village][:9]
        expected = set() if town == f"{COUNTY}100" else {"row_held_outside_region"}
        assert {each["code"] for each in held["issues"] if each["severity"] == "error"} == expected
        moved = inside.replace("HNEW1", "HNEW2").replace(row[village], f"{COUNTY}101200")
        codes = {each["code"] for each in sent(client, ("households.csv", moved)).json()["issues"]}
        assert codes & {"row_outside_region", "reference_orphan"}


def test_a_file_that_is_no_table_or_one_a_second_time_is_refused_and_nothing_is_kept(
    service: Service, sample: Path
) -> None:
    households = (sample / "households.csv").read_bytes()
    header = households.decode("utf-8-sig").splitlines()[0] + "\n"
    cases: list[tuple[str, list[tuple[str, bytes | str]], list[str]]] = [
        ("upload_no_table", [("households.csv", households), ("housholds_new.csv", households)], ["housholds_new.csv"]),
        ("upload_no_table", [("我的表.xlsx", b"PK")], ["我的表.xlsx"]),
        (
            "upload_table_twice",
            [("households.csv", households), ("家庭.csv", households)],
            ["households.csv", "家庭.csv"],
        ),
        ("upload_table_twice", [("needs.csv", ""), ("Needs.xlsx", "")], ["needs.csv", "Needs.xlsx"]),
        ("upload_no_rows", [("households.csv", header)], ["households.csv"]),
    ]
    with service.client("mei") as client:
        before = client.get("/api/v1/uploads").json()
        for code, files, named in cases:
            answer = sent(client, *files)
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (422, code), problem
            for text in problem["messages"].values():
                assert all(name in text for name in named), text
            assert all(problem["repairs"].values())
        typo = sent(client, ("househods.csv", households)).json()["messages"]
        assert "households" in typo["en"]
        assert "家庭" in typo["zh"]
        assert client.get("/api/v1/uploads").json() == before


def test_a_workbook_without_rows_is_refused_on_the_page_that_sends_it(service: Service) -> None:
    with service.client("kind") as client:
        empty = client.get("/uploads/form.xlsx").content
        mark = {"csrf": client.headers["X-CSRF-Token"]}
        page = client.post("/uploads", data=mark, files=[("files", ("春节计划.xlsx", empty))])
        assert page.status_code == 422
        assert "春节计划.xlsx" in page.text
        assert all("春节计划.xlsx" not in each["files"] for each in client.get("/api/v1/uploads").json())


def test_an_upload_is_seen_and_written_by_its_sender_alone(service: Service) -> None:
    with service.client("kind") as client, service.client("mei") as other:
        path = sent(client, ("offers.csv", GOOD)).headers["location"]
        for answer in (
            other.get(path),
            other.post(f"{path}/write"),
            other.delete(path),
            other.get(f"{path}/corrected/offers.csv"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "upload_unknown")
        assert path.rpartition("/")[2] in [each["upload"] for each in client.get("/api/v1/uploads").json()]
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404


def test_an_upload_is_not_written_by_an_account_that_works_elsewhere_since(service: Service, sample: Path) -> None:
    lines = (sample / "households.csv").read_text("utf-8-sig").splitlines()
    row = ["HNARROW" if at == 0 else cell for at, cell in enumerate(lines[1].split(","))]
    with service.client("root") as admin:
        given = {"name": "narrowed", "role": "coordinator", "region": COUNTY, "password": PASSWORD}
        assert admin.post("/api/v1/users", json=given).status_code == 201
        with service.client("narrowed") as client:
            path = sent(client, ("households.csv", f"{lines[0]}\n{','.join(row)}\n")).headers["location"]
        town = {"region": f"{COUNTY}100"}
        narrowed = admin.patch("/api/v1/users/narrowed", json=town, headers={"If-Match": '"1"'})
        assert narrowed.status_code == 200, narrowed.text
    with service.client("narrowed") as client:
        for answer in (client.get(path), client.post(f"{path}/write"), client.delete(path)):
            assert (answer.status_code, answer.json()["code"]) == (404, "upload_unknown")
        assert client.get("/api/v1/uploads").json() == []
    with service.client("mei") as client:
        assert client.get("/api/v1/households/HNARROW").status_code == 404


def test_an_upload_that_many_write_at_once_is_written_once(service: Service) -> None:
    text = HEADER + "".join(f"bathing,{units},{PLACE},\n" for units in range(1, 200))
    start = Barrier(4)
    with service.client("kind") as client:
        before = own(client)
        path = sent(client, ("offers.csv", text)).headers["location"]

        def write(_: int) -> httpx.Response:
            start.wait()
            return client.post(f"{path}/write")

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(write, range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"upload_written"}
        done = client.get(path).json()
        assert (done["state"], done["counts"][0]["new"]) == ("written", 199)
        new = [each for key, each in own(client).items() if key not in before]
        assert len(new) == 199
        for each in new:
            client.delete(f"/api/v1/offers/{each['offer']}", headers={"If-Match": '"1"'})


def test_secrets_of_rows_at_fault_are_masked(service: Service, sample: Path) -> None:
    with (sample / "persons.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    row |= {"sex": "Q", "name": "司马相如", "phone": "13800138000", "id_number": "11010519491231002X"}
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    with service.client("mei") as client:
        answer = sent(client, ("persons.csv", text))
        cells = next(each["cells"] for each in answer.json()["issues"] if each["column"] == "sex")
        assert (cells["name"], cells["phone"], cells["id_number"]) == ("****", "13*******00", "11**************2X")
        assert cells["sex"] == "Q"
        page = client.get(f"/uploads/{answer.json()['upload']}").text
        for secret in ("司马相如", "13800138000", "11010519491231002X"):
            assert secret not in answer.text
            assert secret not in page


def test_a_name_of_many_chinese_characters_is_cut_and_comes_back_as_it_was_sent(service: Service, sample: Path) -> None:
    text = (sample / "households.csv").read_text("utf-8-sig")
    with service.client("kind") as client:
        cut = sent(client, ("数" * 100 + ".csv", GOOD))
        assert cut.status_code == 201, cut.text
        [name] = cut.json()["files"]
        assert name == "数" * 65 + ".csv"
    with service.client("mei") as client:
        upload = sent(client, ("家庭.csv", text)).json()["upload"]
        page = client.get(f"/uploads/{upload}/corrected/家庭.csv")
        assert page.status_code == 200
        assert page.headers["content-disposition"] == (
            "attachment; filename=\"__.xlsx\"; filename*=UTF-8''%E5%AE%B6%E5%BA%AD.xlsx"
        )
        assert client.get(f"/api/v1/uploads/{upload}/corrected/家庭.csv").status_code == 200


def test_what_is_kept_of_an_upload_is_sealed_and_gone_once_written(service: Service) -> None:
    with service.client("kind") as client:
        path = sent(client, ("offers.csv", GOOD)).headers["location"]
        store = service.zhongfu.home / "uploads" / path.rpartition("/")[2]
        content = b"".join(file.read_bytes() for file in store.iterdir())
        assert b"meal_delivery" not in content
        client.post(f"{path}/write")
        assert [file.name for file in store.iterdir()] == ["upload.json"]
