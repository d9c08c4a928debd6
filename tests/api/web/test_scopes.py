"""Whoever works in one town reaches nothing beyond it by any route that names a region or a thing."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.rights import RIGHTS
from api.settings import Settings
from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import registration, rows
from tests.api.web.test_rights import GUARDED

HERE = f"{COUNTY}100000"
DOCUMENT = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1})).openapi()
MINE = [(method, path) for method, path, act in GUARDED if "coordinator" in RIGHTS[act]]
"""What a coordinator may call."""
WITH_REGION = [
    (method, path)
    for method, path in MINE
    if any(
        each["name"] == "region"
        for each in DOCUMENT["paths"].get(path, {}).get(method.lower(), {}).get("parameters", ())
    )
]
TOWN = {"coordinator": "far", "planner": "far.planner", "admin": "far.admin"}
"""Accounts that work in one town, by role."""
NAMED = sorted(
    {(method, path, role) for method, path, act in GUARDED if "{" in path for role in RIGHTS[act] & TOWN.keys()}
)
"""What names a thing, with each role that may call it."""
OWN = ("{token}", "{upload}")
"""Parts of addresses that name what belongs to an account and not to a place."""
EVERYWHERE = {("GET", "/api/v1/regions/{code}")}
"""The tree of regions is the same for everybody."""


@pytest.fixture(scope="module")
def beyond(service: Service, sample: Path) -> dict[str, str]:
    """Something of each kind that lies in another town, by the name that addresses give it."""

    def first(table: str, key: str, place: str) -> str:
        return next(row[key] for row in rows(sample, table) if row[place] and not row[place].startswith(HERE[:9]))

    home = {row["household"]: row["village"] for row in rows(sample, "households")}
    seat = {row["organization"]: row["region"] for row in rows(sample, "organizations")}
    need = next(
        row["need"]
        for row in rows(sample, "needs")
        if not row["incident_place"] and not home[row["household"]].startswith(HERE[:9])
    )
    offer = next(
        row["offer"]
        for row in rows(sample, "offers")
        if not seat[row["organization"]].startswith(HERE[:9]) and not row["place"].startswith(HERE[:9])
    )
    with service.client("mei") as client:
        run = client.post("/api/v1/runs", json={"on": "2026-11-29"}).json()["run"]
        client.post(f"/api/v1/runs/{run}/cancel")
    with service.client() as stranger:
        stranger.post("/api/v1/registrations", json=registration(7))
    with service.client("mei") as client:
        found = client.get("/api/v1/registrations?limit=200").json()["items"]
    for role in ("planner", "admin"):
        given = ["--role", role, "--region", HERE]
        service.zhongfu("user", "add", TOWN[role], *given, ZHONGFU_USER_PASSWORD=PASSWORD)
    return {
        "{name}": "root",
        "{household}": first("households", "household", "village"),
        "{need}": need,
        "{offer}": offer,
        "{organization}": first("organizations", "organization", "region"),
        "{volunteer}": first("volunteers", "volunteer", "village"),
        "{caseworker}": first("caseworkers", "caseworker", "town"),
        "{run}": run,
        "{plan}": service.plan,
        "{registration}": next(each["registration"] for each in found if each["region"] != HERE),
    }


def called(client: httpx.Client, method: str, path: str, **query: str) -> httpx.Response:
    page = not path.startswith("/api/")
    form: dict[str, Any] = {"csrf": client.headers["X-CSRF-Token"], "version": "1", "paused": "true", "kind": "bathing"}
    form |= {"state": "disabled", "role": "admin"}
    body = {} if method == "GET" else {"data": form} if page else {"json": BODIES.get(path, {})}
    return client.request(method, path, params=query, headers={"If-Match": '"1"'}, **body)


BODIES: dict[str, dict[str, object]] = {
    "/api/v1/offers/{offer}/pause": {"paused": True},
    "/api/v1/registrations/{registration}/refuse": {"reason": "a test"},
}


@pytest.mark.parametrize(("method", "path"), WITH_REGION)
def test_a_region_beyond_one_s_own_is_refused(service: Service, sample: Path, method: str, path: str) -> None:
    other = next(row["code"] for row in rows(sample, "regions") if row["level"] == "town" and row["code"] != HERE)
    with service.client("far") as client:
        for region in (other, f"{COUNTY}000000", "440000000000"):
            answer = called(client, method, path, region=region)
            assert answer.status_code == 403, (region, answer.text)
            assert answer.json()["code"] == "outside_scope"


def test_there_are_such_routes() -> None:
    assert len(WITH_REGION) > 8
    assert len(NAMED) > 20
    assert ("POST", "/users/{name}", "admin") in NAMED


@pytest.mark.parametrize(("method", "path", "role"), [each for each in NAMED if each[:2] not in EVERYWHERE])
def test_a_thing_beyond_one_s_own_region_is_refused(
    service: Service, beyond: dict[str, str], method: str, path: str, role: str
) -> None:
    if any(name in path for name in OWN):
        return
    parts = [part for part in path.split("/") if part.startswith("{")]
    assert set(parts) <= set(beyond), f"{path} names something that this test does not know"
    address = path
    for part in parts:
        address = address.replace(part, beyond[part])
    with service.client(TOWN[role]) as client:
        if path in BODIES:
            BODIES[address] = BODIES[path]
        answer = called(client, method, address)
    assert answer.status_code == 403, (address, answer.status_code, answer.text[:500])
    assert "outside_scope" in answer.text or not path.startswith("/api/")
