"""Whoever registered sees by its number how that stands, and nobody learns more; what is typed wrong is shown again as it was."""

import csv
import re
from pathlib import Path

import pytest

from graph.connect import open_graph
from graph.registrations import CreditCodeMoved, decide_registration
from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import PLACE, credit_code, registration

LONG = "长" * 5000


def test_a_registration_is_looked_up_by_its_number_and_tells_nothing_of_who_sent_it(service: Service) -> None:
    given = registration(31)
    with service.client() as stranger, service.client("mei") as mei:
        sent = stranger.post("/api/v1/registrations", json=given)
        address = sent.headers["location"]
        number = address.rpartition("/")[2]
        waiting = stranger.get(address)
        assert waiting.json() == sent.json()
        assert set(waiting.json()) == {"registration", "state", "asked_on", "decided_on", "reason"}
        assert (waiting.json()["state"], waiting.json()["decided_on"]) == ("waiting", None)
        looked_up = stranger.get("/register", params={"number": f" {number} "})
        assert (looked_up.status_code, looked_up.headers["location"]) == (303, f"/register/{number}")
        pages = [stranger.get(f"/register/{number}").text]
        reason = "请附上登记证书 <b>&"
        assert mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": reason}).status_code == 200
        told = stranger.get(address).json()
        assert (told["state"], told["reason"]) == ("refused", reason)
        assert told["decided_on"] >= told["asked_on"]
        pages.append(stranger.get(f"/register/{number}").text)
        assert "请附上登记证书 &lt;b&gt;&amp;" in pages[1]
        for text in (*pages, waiting.text, stranger.get(address).text):
            for secret in (given["name"], given["user"], given["credit_code"], "蕉岭", PLACE, "mei"):
                assert secret not in text


@pytest.mark.parametrize("number", ["000000000000", "x", "a b", "%00", "长"])
def test_a_number_that_is_none_is_told_on_a_page(service: Service, number: str) -> None:
    with service.client() as stranger:
        for path in (f"/register/{number}", f"/api/v1/registrations/{number}"):
            assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("reason", ["", "  \n ", "why" * 1000])
def test_a_registration_is_refused_for_a_reason_alone(service: Service, reason: str) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        waiting = [
            each for each in mei.get("/api/v1/registrations?limit=200").json()["items"] if each["user"] == "charity32"
        ]
        if not waiting:
            stranger.post("/api/v1/registrations", json=registration(32))
            waiting = [
                each
                for each in mei.get("/api/v1/registrations?limit=200").json()["items"]
                if each["user"] == "charity32"
            ]
        number = waiting[0]["registration"]
        answer = mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": reason})
        assert answer.status_code == 422, answer.text
        mark = {"csrf": mei.headers["X-CSRF-Token"]}
        page = mei.post(f"/registrations/{number}/refuse", data=mark | {"reason": reason})
        assert page.status_code == 422
        assert f'value="{reason}" aria-invalid="true"' in page.text
        assert stranger.get(f"/api/v1/registrations/{number}").json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", LONG),
        ("name", "爱心会\u202eevil"),
        ("credit_code", LONG),
        ("region", LONG),
        ("region", "no such place"),
        ("user", LONG),
        ("user", "Mrs Li"),
        ("user", "kind"),
        ("password", LONG),
        ("password", "short"),
        ("credit_code", credit_code(33)[:-1] + "?"),
    ],
)
def test_a_registration_typed_wrong_is_shown_again_with_the_fault_beside_the_field(
    service: Service, field: str, text: str
) -> None:
    typed = registration(33) | {field: text}
    with service.client() as stranger:
        page = stranger.post("/register", data=typed)
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-wrong"', page.text) == [field]
    assert PASSWORD not in page.text
    for name in ("name", "credit_code", "region", "user"):
        assert f'name="{name}" value="{typed[name]}"' in page.text


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"user": "Mrs Li"}, "bad_user_name", "user"),
        ({"user": "kind"}, "user_taken", "user"),
        ({"password": "short"}, "bad_password", "password"),
        ({"region": "990000000000"}, "cells_refused", "region"),
    ],
)
def test_a_registration_that_cannot_be_names_the_field_as_the_request_does(
    service: Service, wrong: dict[str, str], code: str, field: str
) -> None:
    with service.client() as stranger:
        told = stranger.post("/api/v1/registrations", json=registration(34) | wrong).json()
    assert (told["code"], [each["field"] for each in told["errors"]]) == (code, [field])


@pytest.mark.parametrize("written", [COUNTY, "蕉岭县", "梅州市 蕉岭县", "梅州市蕉岭县", f"{COUNTY}000000"])
def test_a_seat_is_written_by_code_or_by_name_on_the_page_and_by_the_api(service: Service, written: str) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        asked = stranger.post("/api/v1/registrations", json=registration(36, region=written))
        assert asked.status_code == 201, asked.text
        shown = stranger.post("/register", data=registration(37, region=written))
        assert shown.status_code == 303, shown.text
        numbers = {asked.json()["registration"], shown.headers["location"].rpartition("/")[2]}
        listed = {each["registration"]: each for each in mei.get("/api/v1/registrations?limit=200").json()["items"]}
        assert {listed[number]["region"] for number in numbers} == {f"{COUNTY}000000"}
        for number in numbers:
            mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "a test"})


@pytest.mark.parametrize("path", ["/api/v1/registrations", "/register"])
def test_a_seat_that_may_be_several_is_told_with_each_of_them(service: Service, path: str) -> None:
    given = registration(38, region="村")
    with service.client() as stranger:
        told = stranger.post(path, **({"json": given} if path.startswith("/api") else {"data": given}))  # type: ignore[arg-type]
    assert told.status_code == 422
    assert len(set(re.findall(rf"\(({COUNTY}\d{{6}})\)", told.text))) == 5


def test_an_organisation_that_waits_is_told_by_its_code(service: Service) -> None:
    with service.client() as stranger:
        assert stranger.post("/api/v1/registrations", json=registration(35)).status_code == 201
        again = stranger.post("/api/v1/registrations", json=registration(35, user="other35"))
    assert (again.status_code, again.json()["code"]) == (409, "registration_waits")
    assert [each["field"] for each in again.json()["errors"]] == ["credit_code"]


@pytest.mark.parametrize("field", ["capacity", "unit_cost", "min_age", "valid_from", "place", "more"])
def test_an_offer_typed_overlong_is_shown_again_with_the_fault_beside_the_field(service: Service, field: str) -> None:
    with service.client("kind") as client:
        typed = {"csrf": client.headers["X-CSRF-Token"], "kind": "bathing", "serves": PLACE, "max_age": "77"}
        page = client.post("/offers/new", data=typed | {field: "9" * 3000})
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-wrong"', page.text) == ["serves" if field == "more" else field]
    assert "9" * 3000 in page.text
    assert 'value="77"' in page.text


def test_an_overlong_name_or_password_opens_no_account_and_breaks_no_page(service: Service) -> None:
    with service.client() as stranger:
        for typed in ({"name": LONG, "password": PASSWORD}, {"name": "mei", "password": LONG}):
            assert stranger.post("/sign-in", data=typed).status_code == 401


@pytest.mark.parametrize(
    "change", [{"state": "active"}, {"state": "disabled"}, {"role": "admin"}, {"password": PASSWORD}]
)
def test_an_account_is_not_changed_while_its_registration_waits(service: Service, change: dict[str, str]) -> None:
    with service.client() as stranger, service.client("root") as root, service.client("mei") as mei:
        number = stranger.post("/api/v1/registrations", json=registration(61)).json()["registration"]
        account = root.get("/api/v1/users/charity61")
        answer = root.patch("/api/v1/users/charity61", json=change, headers={"If-Match": account.headers["etag"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "account_undecided")
        assert root.get("/api/v1/users/charity61").json() == account.json()
        page = root.get("/users/charity61").text
        assert "has decided its registration" in page
        assert 'action="/users/charity61"' not in page
        assert mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "no such charity"}).status_code == 200
        assert root.get("/api/v1/users/charity61").status_code == 404


def test_a_code_that_several_organisations_have_is_neither_registered_nor_approved_until_that_is_put_right(
    service: Service, tmp_path: Path
) -> None:
    code, town, other = credit_code(71), f"{COUNTY}100000", PLACE
    keys = {key: f"TWICE-{key}" for key in ("here", "there")}

    def held(codes: dict[str, str]) -> None:
        """The organisations of the test as a graph has them that was filled before codes were compared."""
        with open_graph(home=service.zhongfu.home) as graph:
            for key, each in codes.items():
                graph.write("MATCH (o:Organization {organization: $key}) SET o.credit_code = $code", key=key, code=each)

    seats = {keys["here"]: (town, credit_code(72)), keys["there"]: (other, credit_code(73))}
    lines = [f"{key},会,charity,{region},{each}" for key, (region, each) in seats.items()]
    text = "\n".join(["organization,name,type,region,credit_code", *lines])
    with service.client() as stranger, service.client("mei") as mei, service.client("far") as far:
        sent = mei.post("/api/v1/uploads", files=[("files", ("organizations.csv", text.encode()))])
        assert sent.json()["totals"]["error"] == 0, sent.text
        mei.post(f"{sent.headers['location']}/write")
        number = stranger.post("/api/v1/registrations", json=registration(71, region=town)).json()["registration"]
        held(dict.fromkeys(seats, code))
        again = stranger.post("/api/v1/registrations", json=registration(74, credit_code=code))
        assert (again.status_code, again.json()["code"]) == (409, "registration_waits")
        listed = {each["registration"]: each for each in mei.get("/api/v1/registrations?limit=200").json()["items"]}
        assert (listed[number]["known"], listed[number]["shared"]) == (None, True)
        assert "有多个机构使用该代码" in mei.get("/registrations", headers={"Accept-Language": "zh"}).text
        for client, named in ((mei, {"here", "there"}), (far, {"here"})):
            refused = client.post(f"/api/v1/registrations/{number}/approve")
            assert (refused.status_code, refused.json()["code"]) == (409, "credit_code_twice")
            for said in refused.json()["messages"].values():
                assert {key for key in keys if keys[key] in said} == named
            page = client.post(f"/registrations/{number}/approve", data={"csrf": client.headers["X-CSRF-Token"]})
            assert page.status_code == 409
        mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "a test"})
        given = registration(75, credit_code=code)
        refused = stranger.post("/api/v1/registrations", json=given)
        assert (refused.status_code, refused.json()["code"]) == (409, "credit_code_twice")
        assert "TWICE" not in refused.text
        shown = stranger.post("/register", data=given)
        assert shown.status_code == 422
        assert 'id="credit_code-wrong"' in shown.text
        held({keys["there"]: credit_code(73)})
        number = stranger.post("/api/v1/registrations", json=given).json()["registration"]
        with open_graph(home=service.zhongfu.home) as graph, pytest.raises(CreditCodeMoved):
            decide_registration(graph, number, keys["there"], None, "mei")  # as if it had the code a moment ago
        assert stranger.get(f"/api/v1/registrations/{number}").json()["state"] == "waiting"
        approved = mei.post(f"/api/v1/registrations/{number}/approve").json()
        assert (approved["state"], approved["organization"]) == ("approved", keys["here"])


def test_a_coordinator_s_file_takes_no_code_of_another_and_names_that_within_the_own_region_alone(
    service: Service, sample: Path
) -> None:
    with (sample / "organizations.csv").open(encoding="utf-8-sig", newline="") as file:
        organizations = list(csv.DictReader(file))
    inside = [row for row in organizations if row["credit_code"] and row["region"].startswith(COUNTY)]
    theirs = next(row for row in inside if not row["region"].startswith(f"{COUNTY}100"))
    text = f"organization,name,type,region,credit_code\nNEW-81,会,charity,{COUNTY}100000,{theirs['credit_code']}\n"
    for name, named in (("mei", True), ("far", False), ("all", True)):
        with service.client(name) as client:
            sent = client.post("/api/v1/uploads", files=[("files", ("organizations.csv", text.encode()))]).json()
            [issue] = sent["issues"]
            assert (issue["severity"], issue["code"], issue["row"]) == ("error", "credit_code_taken", 2)
            for said in (issue["message_en"], issue["message_zh"]):
                assert (theirs["organization"] in said) == named
            refused = client.post(f"/api/v1/uploads/{sent['upload']}/write")
            assert (refused.status_code, refused.json()["code"]) == (409, "upload_at_fault")


@pytest.mark.parametrize(
    ("language", "told"), [("en", r"mei, [-\d]+ [:\d]+: no charity<"), ("zh", r"mei，[-\d]+ [:\d]+：no charity<")]
)
def test_who_decided_when_and_why_is_told_with_the_marks_of_the_readers_language(
    service: Service, language: str, told: str
) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        mei.cookies["lang"] = language
        asked = registration({"en": 82, "zh": 83}[language])
        number = stranger.post("/api/v1/registrations", json=asked).json()["registration"]
        assert mei.post(f"/api/v1/registrations/{number}/refuse", json={"reason": "no charity"}).status_code == 200
        row = mei.get("/registrations").text.partition(str(asked["credit_code"]))[2].partition("</tr>")[0]
        assert re.search(told, row)
