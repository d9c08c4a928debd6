"""Whoever lets an account in for an organisation that is on record sees both beside each other, or who may do so instead."""

import html
import re
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_offers import registration, rows

TOWN = f"{COUNTY}100000"


def known_organization(sample: Path) -> dict[str, str]:
    """An organisation with a credit code and its seat in the county, but not in the town."""
    seated = (each for each in rows(sample, "organizations") if each["region"].startswith(COUNTY))
    return next(each for each in seated if each["credit_code"] and each["region"] != TOWN)


def row(client: httpx.Client, number: str) -> str:
    """The row of a registration."""
    for part in client.get("/registrations").text.split("<tr>"):
        if f"/registrations/{number}/refuse" in part:
            return html.unescape(part)
    raise AssertionError(f"{number} is not in the list")


@pytest.mark.parametrize(
    ("language", "record", "same"),
    [("en", "On record: {}, which differs", "On record: the same"), ("zh", "已登记为：{}，与申请不同", "已登记：相同")],
)
def test_the_organisation_of_a_known_code_stands_beside_what_is_asked_with_each_difference_marked(
    service: Service, sample: Path, language: str, record: str, same: str
) -> None:
    known = known_organization(sample)
    asked = registration(881, name="别的名称", credit_code=known["credit_code"], type=known["type"], region=TOWN)
    with service.client() as stranger, service.client("mei") as mei:
        mei.cookies["lang"] = language
        number = stranger.post("/api/v1/registrations", json=asked).json()["registration"]
        shown = row(mei, number)
        places = {each["code"]: each["name"] for each in rows(sample, "regions")}
        assert record.format(known["name"]) in shown
        assert record.format(places[known["region"]]) in shown
        assert shown.count(same) == 1, "its type"
        assert f"/registrations/{number}/approve" in shown
        [told] = [
            each
            for each in mei.get("/api/v1/registrations?limit=200").json()["items"]
            if each["registration"] == number
        ]
        assert told["known_organization"] == {
            "organization": known["organization"],
            "name": known["name"],
            "type": known["type"],
            "region": known["region"],
            "region_name": places[known["region"]],
            "differs": ["name", "region"],
        }
        refused = mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "a test"})
        assert (refused.status_code, refused.json()["known_organization"]) == (200, None)


def test_who_may_not_let_it_in_is_told_who_may_and_nothing_waits_for_them(service: Service, sample: Path) -> None:
    known = known_organization(sample)
    asked = registration(882, credit_code=known["credit_code"], region=TOWN)

    def waiting(client: httpx.Client) -> int:
        told = re.search(r"(\w+) organisations? waits? for approval", client.get("/").text)
        assert told is not None
        return {"no": 0, "one": 1}.get(told[1]) or int(told[1] if told[1].isdigit() else 0)

    with service.client() as stranger, service.client("far") as far, service.client("mei") as mei:
        before = waiting(far), waiting(mei)
        number = stranger.post("/api/v1/registrations", json=asked).json()["registration"]
        shown = row(far, number)
        assert "outside your region: it is for a coordinator of 蕉岭县 to approve" in shown
        assert f"/registrations/{number}/approve" not in shown
        assert known["name"] not in shown
        far.cookies["lang"] = "zh"
        assert "须由负责蕉岭县的统筹员批准" in row(far, number)
        far.cookies["lang"] = "en"
        [told] = [
            each
            for each in far.get("/api/v1/registrations?limit=200").json()["items"]
            if each["registration"] == number
        ]
        assert (told["known_organization"], told["approved_within"]) == (None, f"{COUNTY}000000")
        assert (waiting(far), waiting(mei)) == (before[0], before[1] + 1)
        mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "a test"})
