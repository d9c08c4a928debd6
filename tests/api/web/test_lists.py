"""Lists take what they describe and nothing else: parameters, values of filters, and cursors of their own."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.rights import RIGHTS
from api.settings import Settings
from tests.api.conftest import COUNTY, DAY
from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import registration
from tests.api.web.test_resources import walked
from tests.api.web.test_rights import ACCOUNT_OF, ANY, GUARDED, PUBLIC

ROLES = ("coordinator", "admin", "planner", "provider")
READS = [(path, act) for method, path, act in GUARDED if method == "GET" and path.startswith("/api/v1/")]
DOCUMENT = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1})).openapi()
FILTERS = [
    (path, act, each["name"])
    for path, act in READS
    for each in DOCUMENT["paths"][path]["get"].get("parameters", ())
    if each["in"] == "query" and each["name"] not in {"cursor", "limit"}
]
LISTS = sorted(
    path
    for path, _ in READS
    if any(each["name"] == "cursor" for each in DOCUMENT["paths"][path]["get"].get("parameters", ()))
)


def account(act: str | None) -> str:
    """An account that may do an act."""
    return ACCOUNT_OF[next(role for role in ROLES if role in RIGHTS[act or ""])]


def asked(client: httpx.Client, path: str, **given: Any) -> httpx.Response:
    named = {part[1:-1]: ANY for part in path.split("/") if part.startswith("{")}
    return client.get(path.format_map(named), params=given)


@pytest.mark.parametrize(("path", "act"), READS)
def test_a_parameter_that_an_address_does_not_take_is_refused_by_name(service: Service, path: str, act: str) -> None:
    known = [each["name"] for each in DOCUMENT["paths"][path]["get"].get("parameters", ()) if each["in"] == "query"]
    with service.client(account(act)) as client:
        problem = asked(client, path, regoin="4414").json()
    assert (problem["status"], problem["code"]) == (422, "parameter_unknown")
    assert [each["field"] for each in problem["errors"]] == ["regoin"]
    for text in problem["messages"].values():
        assert all(word in text for word in ("regoin", "4414", *known))


@pytest.mark.parametrize(("method", "path"), sorted(each for each in PUBLIC if each[1].startswith("/api/")))
def test_strangers_are_told_of_a_parameter_that_an_address_does_not_take(
    service: Service, method: str, path: str
) -> None:
    with service.client() as stranger:
        answer = stranger.request(method, path, params={"regoin": "4414"})
    assert answer.status_code == 422
    assert "regoin" in answer.text
    assert answer.json()["code"] == "parameter_unknown"


@pytest.mark.parametrize(("path", "act", "name"), FILTERS)
def test_a_filter_whose_value_there_is_none_of_is_refused_and_named(
    service: Service, path: str, act: str, name: str
) -> None:
    with service.client(account(act)) as client:
        answer = asked(client, path, **{name: "no-such"})
    problem = answer.json()
    assert answer.status_code in {404, 422}
    assert [each["field"] for each in problem["errors"]] == [name]
    assert all("no-such" in text for text in problem["messages"].values())
    assert problem["messages"]["en"] != problem["messages"]["zh"]


def test_the_values_that_a_filter_takes_are_named(service: Service) -> None:
    with service.client("mei") as client:
        for name, known in (("kind", "bathing"), ("urgency", "orange"), ("status", "paused")):
            assert known in client.get("/api/v1/needs", params={name: "no-such"}).json()["detail"]


def test_a_parameter_given_twice_is_refused(service: Service) -> None:
    with service.client("mei") as client:
        problem = client.get("/api/v1/needs?urgency=red&urgency=blue").json()
    assert (problem["code"], problem["errors"][0]["field"]) == ("parameter_twice", "urgency")


def test_a_stranger_learns_of_no_parameter(service: Service) -> None:
    with service.client() as client:
        assert client.get("/api/v1/needs?regoin=4414").status_code == 401


def refused(answer: httpx.Response) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "bad_cursor"), answer.text
    assert [each["field"] for each in problem["errors"]] == ["cursor"]
    assert "`next`" in problem["repairs"]["en"]
    assert "`next`" in problem["repairs"]["zh"]


def test_a_cursor_is_of_one_list_with_its_filters(service: Service) -> None:
    with service.client("all") as client:
        asked_before = {"region": COUNTY, "status": "open"}
        following = client.get("/api/v1/needs", params=asked_before | {"limit": 3}).json()["next"]
        assert following
        again = client.get("/api/v1/needs", params=asked_before | {"limit": 7, "cursor": following})
        assert (again.status_code, len(again.json()["items"])) == (200, 7)
        for others in ({"region": COUNTY}, {"status": "open"}, asked_before | {"urgency": "red"}, {}):
            refused(client.get("/api/v1/needs", params=others | {"cursor": following}))
        for path in LISTS:
            if path != "/api/v1/needs":
                name = account(dict(READS)[path])
                with service.client(name) as other:
                    refused(other.get(path, params={"cursor": following}))


@pytest.fixture(scope="module")
def several(service: Service) -> Iterator[None]:
    """A few of everything that lists have."""
    with service.client() as stranger, service.client("mei") as client, service.client("root") as admin:
        for number in range(71, 75):
            answer = stranger.post("/api/v1/registrations", json=registration(number))
            assert answer.status_code == 201, answer.text
            client.post("/api/v1/tokens", json={"label": f"list {number}"})
            run = client.post("/api/v1/runs", json={"on": DAY}).json()["run"]
            client.post(f"/api/v1/runs/{run}/cancel")
            new = {"name": f"listed{number}", "role": "planner", "password": PASSWORD, "region": COUNTY}
            assert admin.post("/api/v1/users", json=new).status_code == 201
        waiting = client.get("/api/v1/registrations?limit=200").json()["items"]
        refused = [each["registration"] for each in waiting if each["state"] == "waiting"][1]
        assert client.post(f"/api/v1/registrations/{refused}/refuse", json={"reason": "no"}).status_code == 200
        yield
        for each in client.get("/api/v1/registrations?limit=200").json()["items"]:
            if each["state"] == "waiting":
                client.post(f"/api/v1/registrations/{each['registration']}/refuse", json={"reason": "no"})


ORDER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "plans": lambda row: row["created_at"],
    "publications": lambda row: row["revision"],
    "registrations": lambda row: (row["state"] == "waiting", datetime.fromisoformat(row["created_at"])),
    "runs": lambda row: datetime.fromisoformat(row["created_at"]),
    "tokens": lambda row: datetime.fromisoformat(row["began"]),
}
"""By what lists go from the highest down; accounts go by name."""


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("path", [*ORDER, "users"])
@pytest.mark.parametrize("name", ["all", "mei", "root", "lan"])
def test_small_pages_hold_what_one_large_page_holds_in_order(service: Service, path: str, name: str) -> None:
    with service.client(name) as client:
        answer = client.get(f"/api/v1/{path}", params={"limit": 200})
        if answer.status_code == 403:
            assert answer.json()["code"] == "forbidden"
            return
        rows = answer.json()["items"]
        assert walked(client, path, 2) == rows
        if path == "users":
            assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
        else:
            assert rows == sorted(rows, key=ORDER[path], reverse=True)
        least = {"runs": 4, "registrations": 4, "users": 4, "tokens": 4 if name == "mei" else 0}
        assert len(rows) >= least.get(path, 0)


@pytest.mark.usefixtures("several")
def test_lists_of_what_is_decided_are_bounded_by_a_region(service: Service) -> None:
    with service.client("all") as client, service.client("root") as admin:
        town = client.get(f"/api/v1/regions/{COUNTY}").json()["inside"][-1]["code"]
        for path, reader in (("runs", client), ("registrations", client), ("plans", client), ("users", admin)):
            assert walked(reader, path, region=COUNTY)
            assert [row for row in walked(reader, path, region=town) if row.get("role") != "provider"] == []
            wide = {json.dumps(row) for row in walked(reader, path)}
            assert {json.dumps(row) for row in walked(reader, path, region=COUNTY)} <= wide


@pytest.mark.usefixtures("several")
def test_one_account_is_shown_with_its_version_to_those_who_may_see_it(service: Service) -> None:
    with service.client("root") as client, service.client("mei") as other:
        shown = client.get("/api/v1/users/listed71")
        assert (shown.json()["name"], shown.headers["etag"]) == ("listed71", '"1"')
        assert client.get("/api/v1/users/nobody-there").json()["code"] == "user_unknown"
        assert other.get("/api/v1/users/listed71").json()["code"] == "forbidden"


def test_a_cursor_that_was_tampered_with_or_made_up_is_refused(service: Service) -> None:
    with service.client("lan") as client:
        following = client.get("/api/v1/offers", params={"limit": 2}).json()["next"]
        sealed = bytearray(base64.urlsafe_b64decode(following))
        sealed[-1] ^= 1
        made_up = base64.urlsafe_b64encode(f"{COUNTY}000000\nA".encode()).decode()
        for cursor in (
            base64.urlsafe_b64encode(sealed).decode(),
            following[:-4],
            following + "AAAA",
            made_up,
            "",
            "游标",
        ):
            refused(client.get("/api/v1/offers", params={"cursor": cursor}))


def test_a_cursor_tells_nothing_of_where_it_leads(service: Service) -> None:
    with service.client("all") as client:
        page = client.get("/api/v1/households", params={"limit": 1}).json()
    [row] = page["items"]
    sealed = base64.urlsafe_b64decode(page["next"])
    assert row["household"].encode() not in sealed
    assert json.dumps(row["village"]).strip('"').encode() not in sealed
