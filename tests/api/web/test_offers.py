"""Charities register, are let in, and make, change, pause and withdraw offers; each sees what that does."""

import csv
from pathlib import Path
from typing import Any

import httpx
import pytest
from stdnum.cn import uscc

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service

PLACE = f"{COUNTY}000000"
OFFER = {"kind": "meal_delivery", "capacity": "12", "serves": PLACE}


def rows(sample: Path, table: str) -> list[dict[str, str]]:
    with (sample / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def made(client: httpx.Client, **cells: str) -> dict[str, Any]:
    answer = client.post("/api/v1/offers", json=OFFER | cells)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/offers/{answer.json()['offer']}"
    assert answer.headers["etag"] == '"1"'
    found: dict[str, Any] = answer.json()
    return found


def credit_code(number: int) -> str:
    body = f"53441427{number:09d}"
    code = body + uscc.calc_check_digit(body)
    assert uscc.is_valid(code)
    return str(code)


def registration(number: int, **others: str) -> dict[str, str]:
    given = {
        "name": f"蕉岭县爱心会 {number}",
        "type": "charity",
        "credit_code": credit_code(number),
        "region": PLACE,
        "user": f"charity{number}",
        "password": PASSWORD,
    }
    return given | others


def test_a_charity_enters_only_once_its_coordinator_approves(service: Service) -> None:
    with service.client() as stranger:
        waiting = stranger.post("/api/v1/registrations", json=registration(1))
        assert (waiting.status_code, waiting.json()["state"]) == (201, "waiting")
        entry = {"name": "charity1", "password": PASSWORD}
        told = stranger.post("/api/v1/session", json=entry)
        assert (told.status_code, told.json()["code"]) == (401, "account_waits")
        guessed = stranger.post("/api/v1/session", json=entry | {"password": "other plain words"})
        assert (guessed.status_code, guessed.json()["code"]) == (401, "sign_in_refused")
        with service.client("far") as far:
            theirs = far.get("/api/v1/registrations?limit=200").json()["items"]
            assert waiting.json()["registration"] not in [each["registration"] for each in theirs]
            refused = far.post(f"/api/v1/registrations/{waiting.json()['registration']}/approve")
            assert (refused.status_code, refused.json()["code"]) == (403, "outside_scope")
        with service.client("mei") as mei:
            listed = mei.get("/api/v1/registrations?limit=200").json()["items"]
            assert [each["user"] for each in listed if each["state"] == "waiting"] == ["charity1"]
            approved = mei.post(f"/api/v1/registrations/{listed[0]['registration']}/approve").json()
            assert (approved["state"], approved["organization"]) == ("approved", credit_code(1))
            again = mei.post(f"/api/v1/registrations/{listed[0]['registration']}/refuse", json={"reason": "a test"})
            assert (again.status_code, again.json()["code"]) == (409, "registration_decided")
    with service.client("charity1") as charity:
        assert charity.get("/api/v1/me").json()["organization"] == credit_code(1)
        assert made(charity)["organization"] == credit_code(1)


def test_a_charity_that_is_refused_never_enters(service: Service) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        number = stranger.post("/api/v1/registrations", json=registration(2)).json()["registration"]
        told = mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "nobody knows it"}).json()
        assert (told["state"], told["reason"]) == ("refused", "nobody knows it")
        entry = {"name": "charity2", "password": PASSWORD}
        assert stranger.post("/api/v1/session", json=entry).status_code == 401


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"credit_code": credit_code(3)[:-1] + "?"}, "credit_code"),
        ({"credit_code": ""}, "credit_code"),
        ({"region": "990000000000"}, "region"),
        ({"type": "club"}, "type"),
        ({"name": "  "}, "name"),
        ({"name": "a\u0000b"}, "name"),
    ],
)
def test_a_registration_at_fault_names_the_field_and_keeps_nothing(
    service: Service, fault: dict[str, str], field: str
) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        before = mei.get("/api/v1/registrations?limit=200").json()["items"]
        answer = stranger.post("/api/v1/registrations", json=registration(3, **fault))
        assert (answer.status_code, answer.json()["code"]) == (422, "cells_refused")
        assert field in [each["field"] for each in answer.json()["errors"]]
        assert mei.get("/api/v1/registrations?limit=200").json()["items"] == before


def test_one_organisation_waits_once_and_one_name_is_one_account(service: Service) -> None:
    with service.client() as stranger:
        assert stranger.post("/api/v1/registrations", json=registration(4)).status_code == 201
        twice = stranger.post("/api/v1/registrations", json=registration(4, user="another4"))
        assert (twice.status_code, twice.json()["code"]) == (409, "registration_waits")
        taken = stranger.post("/api/v1/registrations", json=registration(5, user="charity4"))
        assert (taken.status_code, taken.json()["code"]) == (409, "user_taken")


def test_an_edit_is_of_the_version_that_was_read(service: Service) -> None:
    with service.client("kind") as client:
        offer = made(client)
        path, at = f"/api/v1/offers/{offer['offer']}", {"If-Match": '"1"'}
        assert client.patch(path, json={"capacity": "5"}).status_code == 428
        changed = client.patch(path, json={"capacity": "5", "min_age": "60"}, headers=at)
        assert changed.status_code == 200, changed.text
        assert (changed.json()["capacity"], changed.json()["min_age"], changed.headers["etag"]) == (5, 60, '"2"')
        assert changed.json()["serves"] == [PLACE]
        stale = client.patch(path, json={"capacity": "7"}, headers=at)
        for answer in (
            stale,
            client.post(f"{path}/pause", json={"paused": True}, headers=at),
            client.delete(path, headers=at),
        ):
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (412, "row_changed")
            assert (problem["sent_version"], problem["present_version"], answer.headers["etag"]) == (1, 2, '"2"')
            assert problem["present"] == changed.json()
        cleared = client.patch(path, json={"capacity": ""}, headers={"If-Match": '"2"'})
        assert cleared.json()["capacity"] is None


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"kind": "flying"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"serves": ""}, "serves"),
        ({"serves": "44142"}, "serves"),
        ({"capacity": "-1"}, "capacity"),
        ({"capacity": "a few"}, "capacity"),
        ({"min_age": "70", "max_age": "60"}, "max_age"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"categories": "poor"}, "categories"),
        ({"unit_cost": "99999999999999999999"}, "unit_cost"),
    ],
)
def test_an_offer_at_fault_names_the_field_and_is_not_made(service: Service, fault: dict[str, str], field: str) -> None:
    with service.client("kind") as client:
        answer = client.post("/api/v1/offers", json=OFFER | fault)
        assert (answer.status_code, answer.json()["code"]) == (422, "cells_refused"), answer.text
        assert field in [each["field"] for each in answer.json()["errors"]]


def test_nobody_touches_the_offers_of_others(service: Service, sample: Path) -> None:
    with service.client("kind") as client:
        own = client.get("/api/v1/me").json()["organization"]
        other = next(row for row in rows(sample, "offers") if row["organization"] != own)
        answers = (
            client.post("/api/v1/offers", json=OFFER | {"organization": other["organization"]}),
            client.patch(f"/api/v1/offers/{other['offer']}", json={"capacity": "0"}, headers={"If-Match": '"1"'}),
            client.delete(f"/api/v1/offers/{other['offer']}", headers={"If-Match": '"1"'}),
            client.get(f"/api/v1/offers/{other['offer']}/use"),
            client.get(f"/api/v1/offers/{other['offer']}/reach"),
        )
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope"), answer.text
    with service.client("far") as far:
        refused = far.post("/api/v1/offers", json=OFFER | {"organization": own})
        assert refused.status_code == 403


def test_a_withdrawn_offer_is_gone_and_a_paused_one_rests(service: Service) -> None:
    with service.client("kind") as client:
        offer = made(client)
        path = f"/api/v1/offers/{offer['offer']}"
        paused = client.post(f"{path}/pause", json={"paused": True}, headers={"If-Match": '"1"'})
        assert (paused.json()["paused"], paused.json()["version"]) == (True, 2)
        assert client.delete(path, headers={"If-Match": '"1"'}).json()["code"] == "row_changed"
        assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
        assert client.get(f"{path}/use").json()["code"] == "offer_unknown"
        assert client.delete(path, headers={"If-Match": '"3"'}).status_code == 404


def reached(sample: Path, kind: str, *, min_age: int = 0) -> int:
    """Open needs of a kind for somebody old enough, counted from the files."""
    persons = rows(sample, "persons")
    count = 0
    for need in rows(sample, "needs"):
        if need["kind"] != kind or need["status"] not in {"", "open"}:
            continue
        able = [
            each
            for each in persons
            if (each["person"] == need["person"] if need["person"] else each["household"] == need["household"])
        ]
        old = [each for each in able if each["birth_year"] and 2026 - int(each["birth_year"]) >= min_age]
        count += bool(old) or not min_age
    return count


@pytest.mark.parametrize("age", [0, 75])
def test_an_offer_tells_the_needs_that_it_would_reach(service: Service, sample: Path, age: int) -> None:
    cells = {"kind": "meal_delivery", "serves": PLACE} | ({"min_age": str(age)} if age else {})
    expected = reached(sample, "meal_delivery", min_age=age)
    assert expected
    with service.client("mei") as client:
        own = next(row["organization"] for row in rows(sample, "organizations") if row["region"].startswith(COUNTY))
        answer = client.post("/api/v1/offers/reach", json=cells).json()
        assert sum(each["needs"] for each in answer["counts"]) == expected
        offer = client.post("/api/v1/offers", json=cells | {"organization": own}).json()
        again = client.get(f"/api/v1/offers/{offer['offer']}/reach").json()
        assert again == answer
        assert ("75" in again["sentence"]) == (age == 75)
        client.delete(f"/api/v1/offers/{offer['offer']}", headers={"If-Match": '"1"'})


def test_a_provider_is_told_no_number_below_five(service: Service) -> None:
    with service.client("kind") as client:
        counts = client.post("/api/v1/offers/reach", json=OFFER | {"kind": "social_support"}).json()["counts"]
    assert any(each["few"] for each in counts)
    assert any(not each["few"] for each in counts)
    for each in counts:
        told = [each[name] for name in ("needs", "unmet")] + (
            [each["needs"] - each["unmet"]] if each["unmet"] is not None else []
        )
        assert all(number is None or number == 0 or number >= 5 for number in told)
        assert each["few"] == (each["unmet"] is None)


def test_a_provider_is_told_no_number_of_a_part_of_a_town(service: Service, sample: Path) -> None:
    village = next(row["code"] for row in rows(sample, "regions") if row["level"] == "village")
    cells = {"kind": "social_support", "serves": village}
    with service.client("kind") as provider, service.client("mei") as coordinator:
        part = provider.post("/api/v1/offers/reach", json=cells).json()
        assert [each["needs"] for each in part["counts"]] == [None] * len(part["counts"])
        whole = coordinator.post("/api/v1/offers/reach", json=cells).json()["counts"]
        assert len(whole) == len(part["counts"])
        assert all(each["needs"] for each in whole)


def test_two_who_edit_at_once_one_is_told(service: Service) -> None:
    with service.client("kind") as one, service.client("kind") as other:
        path = f"/api/v1/offers/{made(one)['offer']}"
        codes = sorted(
            client.patch(path, json={"capacity": str(number)}, headers={"If-Match": '"1"'}).status_code
            for number, client in enumerate((one, other))
        )
        assert codes == [200, 412]


def test_a_coordinator_lets_nobody_in_for_an_organisation_beyond_its_region(service: Service, sample: Path) -> None:
    known = next(
        row for row in rows(sample, "organizations") if row["credit_code"] and row["region"] != f"{COUNTY}100000"
    )
    given = registration(6, credit_code=known["credit_code"], region=f"{COUNTY}100000")
    with service.client() as stranger, service.client("far") as far, service.client("mei") as mei:
        number = stranger.post("/api/v1/registrations", json=given).json()["registration"]
        for path in (f"/api/v1/registrations/{number}/approve", f"/registrations/{number}/approve"):
            answer = far.post(path, data={"csrf": far.headers["X-CSRF-Token"]})
            assert answer.status_code == 403, answer.text
        waiting = {each["registration"]: each for each in mei.get("/api/v1/registrations?limit=200").json()["items"]}[
            number
        ]
        assert (waiting["state"], waiting["known"]) == ("waiting", known["organization"])
        mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "a test"})
        again = stranger.post("/api/v1/registrations", json=given)
        assert again.status_code == 201, "the name of a refused account is free again"
        mei.post(f"/api/v1/registrations/{again.json()['registration']}/refuse", json={"reason": "a test"})


def test_a_coordinator_is_told_no_small_number_beyond_its_region(service: Service) -> None:
    with service.client("far") as far, service.client("mei") as mei:
        cells = {"kind": "social_support", "serves": PLACE}
        seen = {
            (each["town"], each["urgency"]): each
            for each in mei.post("/api/v1/offers/reach", json=cells).json()["counts"]
        }
        told = far.post("/api/v1/offers/reach", json=cells).json()["counts"]
        assert any(each["town"] != f"{COUNTY}100000" and each["few"] for each in told)
        for each in told:
            if each["town"] == f"{COUNTY}100000":
                assert each == seen[each["town"], each["urgency"]] | {"few": False}
            else:
                assert each["needs"] is None or each["needs"] >= 5


def test_an_offer_is_read_and_changed_by_the_same_people(service: Service, sample: Path) -> None:
    here, towns = f"{COUNTY}100000", [row["code"] for row in rows(sample, "regions") if row["level"] == "town"]
    elsewhere = next(town for town in towns if town != here)
    seats = {row["organization"]: row["region"] for row in rows(sample, "organizations")}
    organization = next(key for key, seat in seats.items() if seat.startswith(COUNTY) and not seat.startswith(here[:9]))
    with service.client("mei") as mei, service.client("far") as far:
        given = OFFER | {"organization": organization}
        for place, status in ((here, 200), (elsewhere, 403)):
            key = mei.post("/api/v1/offers", json=given | {"place": place}).json()["offer"]
            assert far.get(f"/api/v1/offers/{key}").status_code == status
            changed = far.patch(f"/api/v1/offers/{key}", json={"capacity": "3"}, headers={"If-Match": '"1"'})
            assert changed.status_code == status


def test_a_form_that_is_sent_twice_makes_one_offer_and_one_run(service: Service) -> None:
    with service.client("kind") as kind, service.client("mei") as mei:
        mark = {"csrf": kind.headers["X-CSRF-Token"], "once": "0123456789abcdef"}
        before = kind.get("/offers").text.count("/withdraw")
        for _ in range(2):
            answer = kind.post("/offers/new", data=mark | {"kind": "bathing", "serves": PLACE})
            assert answer.status_code == 303, answer.text
        assert kind.get("/offers").text.count("/withdraw") == before + 1
        many = len(mei.get("/api/v1/runs?limit=200").json()["items"])
        asked = {"csrf": mei.headers["X-CSRF-Token"], "once": "0123456789abcdef", "on": "2026-11-28"}
        places = {mei.post("/runs", data=asked).headers["location"] for _ in range(2)}
        assert len(places) == 1
        assert len(mei.get("/api/v1/runs?limit=200").json()["items"]) == many + 1
        mei.post(f"/api/v1{places.pop()}/cancel")


def test_a_plan_asked_for_by_a_region_beyond_its_scope_is_shown_by_its_scope(service: Service) -> None:
    with service.client("mei") as client:
        for region in ("440000000000", "441400000000", "999999999999"):
            assert client.get(f"/plans/{service.plan}", params={"region": region}).status_code == 200


def test_a_provider_tells_no_year_from_the_next(service: Service) -> None:
    with service.client("kind") as client:
        cells = {"kind": "social_support", "serves": PLACE}
        told = [client.post("/api/v1/offers/reach", json=cells | {"min_age": age}).json() for age in ("60", "61", "69")]
        assert told[0]["counts"] == told[1]["counts"] == told[2]["counts"]
        assert "61" in told[1]["sentence"]
        assert client.post("/api/v1/offers/reach", json=cells | {"min_age": "70"}).json()["counts"] != told[0]["counts"]
