"""An offer names regions by code, short or whole, or by name; and all that is wrong with it is told in one round."""

import re

import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_offers import PLACE, made


@pytest.mark.parametrize("written", [COUNTY, PLACE, "蕉岭县", "梅州市 蕉岭县"])
def test_regions_are_written_by_code_or_by_name(service: Service, written: str) -> None:
    with service.client("kind") as client:
        offer = made(client, serves=f"{written};{PLACE}", place=written)
        assert (offer["serves"], offer["place"]) == ([PLACE], PLACE)
        path = f"/api/v1/offers/{offer['offer']}"
        changed = client.patch(path, json={"serves": f"{COUNTY}100；{written}"}, headers={"If-Match": '"1"'})
        assert changed.json()["serves"] == sorted([f"{COUNTY}100000", PLACE])
        tried = client.post("/api/v1/offers/reach", json={"kind": "bathing", "serves": written})
        assert "蕉岭县" in tried.json()["sentence"]
        client.delete(path, headers={"If-Match": '"2"'})


@pytest.mark.parametrize("written", [COUNTY, "蕉岭县"])
def test_the_form_takes_where_an_offer_starts_from_by_short_code_and_by_name(service: Service, written: str) -> None:
    with service.client("kind") as client:
        form = {
            "csrf": client.headers["X-CSRF-Token"],
            "kind": "bathing",
            "more": written,
            "place": written,
            "capacity": "7",
        }
        before = {each["offer"] for each in client.get("/api/v1/offers?limit=200").json()["items"]}
        saved = client.post("/offers/new", data=form)
        assert saved.status_code == 303, saved.text
        [offer] = [
            each for each in client.get("/api/v1/offers?limit=200").json()["items"] if each["offer"] not in before
        ]
        assert (offer["serves"], offer["place"]) == ([PLACE], PLACE)
        client.delete(f"/api/v1/offers/{offer['offer']}", headers={"If-Match": '"1"'})


def test_all_that_is_wrong_is_told_in_one_round(service: Service) -> None:
    with service.client("kind") as client:
        wrong = {
            "kind": "",
            "more": "nowhere at all",
            "place": "12345",
            "capacity": "many",
            "min_age": "70",
            "max_age": "60",
        }
        page = client.post("/offers/new", data=wrong | {"csrf": client.headers["X-CSRF-Token"]})
        assert page.status_code == 422
        assert set(re.findall(r'id="(\w+)-wrong"', page.text)) == {"kind", "serves", "place", "capacity", "max_age"}
        cells = {"serves": "nowhere", "capacity": "many", "unit_cost": "9" * 300}
        told = client.post("/api/v1/offers", json=cells).json()
        assert [each["field"] for each in told["errors"]].count("serves") == 1
        assert {each["field"] for each in told["errors"]} == {"kind", "serves", "capacity", "unit_cost"}


@pytest.mark.parametrize("written", [f"{PLACE} {COUNTY}100000", f"{COUNTY} 城北镇", f"{COUNTY} nowhere"])
def test_a_code_with_anything_beside_it_is_no_region(service: Service, written: str) -> None:
    with service.client("kind") as client:
        refused = client.post("/api/v1/offers", json={"kind": "bathing", "capacity": "3", "serves": written})
        assert refused.status_code == 422
        assert [each["field"] for each in refused.json()["errors"]] == ["serves"]
        assert written in refused.json()["errors"][0]["message"]


def test_every_region_that_is_unclear_is_named_up_to_five(service: Service) -> None:
    with service.client("kind") as client:
        cells = {"kind": "bathing", "capacity": "3", "serves": "nowhere;蕉岭县;neither;nowhere"}
        [fault] = client.post("/api/v1/offers", json=cells).json()["errors"]
        assert fault["message"].count("'nowhere'") == fault["message"].count("'neither'") == 1
        assert "蕉岭县" not in fault["message"]
        many = cells | {"serves": ";".join(f"nowhere{number}" for number in range(300))}
        [fault] = client.post("/api/v1/offers", json=many).json()["errors"]
        assert fault["message"].count("'nowhere") == 5


@pytest.mark.parametrize("written", ["蕉岭县、蕉城镇", "蕉岭县，蕉城镇", "蕉岭县, 蕉城镇"])
def test_areas_that_commas_part_are_told_with_the_semicolon_wherever_they_are_typed(
    service: Service, written: str
) -> None:
    with service.client("kind") as client:
        cells = {"kind": "bathing", "capacity": "3", "serves": written}
        [fault] = client.post("/api/v1/offers", json=cells).json()["errors"]
        assert fault["field"] == "serves"
        for text in (fault["message"], fault["message_zh"]):
            assert "蕉岭县;蕉城镇" in text
            assert ";）" in text or "(;)" in text
        form = {"csrf": client.headers["X-CSRF-Token"], "kind": "bathing", "capacity": "3", "more": written}
        for answer in (client.get("/offers/new", params=form), client.post("/offers/new", data=form)):
            assert answer.status_code == 422
            assert "蕉岭县;蕉城镇" in answer.text.partition('id="serves-wrong"')[2].partition("</p>")[0]
        file = f'kind,capacity,serves\nbathing,3,"{written}"\n'
        checked = client.post("/api/v1/uploads", files=[("files", ("offers.csv", file.encode()))]).json()
        [issue] = [each for each in checked["issues"] if each["severity"] == "error"]
        assert (issue["code"], issue["column"]) == ("list_parted", "serves")
        assert "蕉岭县;蕉城镇" in issue["repair_zh"]


def test_several_areas_are_added_at_once_with_semicolons_between_them(service: Service) -> None:
    with service.client("kind") as client:
        page = client.get("/offers/new", params={"kind": "bathing", "more": f"蕉岭县；{COUNTY}100"}).text
        assert re.findall(r'name="serves" value="(\d+)" checked', page) == [PLACE, f"{COUNTY}100000"]
