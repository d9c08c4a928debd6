"""Every route is an act of the one table of rights, and the service holds to it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.rights import RIGHTS
from api.settings import Settings
from tests.api.web.conftest import Service

ACCOUNT_OF = {"admin": "root", "coordinator": "mei", "planner": "lan", "provider": "kind"}
PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/registrations"),
    ("GET", "/api/v1/registrations/{registration}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/language/{language}"),
    ("GET", "/register"),
    ("POST", "/register"),
    ("GET", "/register/{registration}"),
    ("GET", "/places"),
}
"""What a stranger may call."""
CONVERTED = re.compile(r":\w+}")
"""How a part of an address is read, which its name in the document does not tell."""
ANY = "nobody"
"""What stands for a part of an address that names something."""


def routes() -> Iterator[tuple[str, str, str | None]]:
    """Method, address and act of every route."""
    app = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1}))
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            acts = {act for each in dependencies(route.dependant) if (act := getattr(each, "act", None))}
            assert len(acts) <= 1, f"{route.path} is several acts: {acts}"
            for method in route.methods or ():
                yield method, CONVERTED.sub("}", str(route.path)), next(iter(acts), None)


def dependencies(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from dependencies(inner)


ROUTES = sorted(routes(), key=str)
GUARDED = [(method, path, act) for method, path, act in ROUTES if act is not None]


def test_every_route_is_an_act_or_public() -> None:
    assert {(method, path) for method, path, act in ROUTES if act is None} == PUBLIC


def test_every_act_of_the_table_is_a_route_s() -> None:
    assert {act for _, _, act in GUARDED} == set(RIGHTS)


def called(client: httpx.Client, method: str, path: str) -> httpx.Response:
    address = path
    while "{" in address:
        before, _, rest = address.partition("{")
        address = before + ANY + rest.partition("}")[2]
    form = None if path.startswith("/api/") or method == "GET" else {"csrf": client.headers.get("X-CSRF-Token", "")}
    return client.request(method, address, data=form)


@pytest.mark.parametrize(("method", "path", "act"), GUARDED)
def test_a_stranger_is_let_in_nowhere(service: Service, method: str, path: str, act: str) -> None:
    with service.client() as client:
        answer = called(client, method, path)
    if path.startswith("/api/"):
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?")


@pytest.mark.parametrize("role", ACCOUNT_OF)
def test_a_role_may_what_the_table_says_and_nothing_else(service: Service, role: str) -> None:
    with service.client(ACCOUNT_OF[role]) as client:
        for method, path, act in GUARDED:
            if path.endswith(("/session", "/sign-out")):
                continue  # it would end this one
            answer = called(client, method, path)
            refused = answer.status_code == 403 and "forbidden" in answer.text + _code(answer)
            assert answer.status_code < 500, (method, path, answer.text)
            assert (answer.status_code == 403) == (role not in RIGHTS[act]), (method, path, answer.text)
            assert refused == (role not in RIGHTS[act]) or not path.startswith("/api/"), (method, path, answer.text)


def _code(answer: httpx.Response) -> str:
    return (
        "" if "html" in answer.headers.get("content-type", "") else str(answer.json()["code"]) if answer.content else ""
    )


def test_who_works_in_one_town_sees_and_decides_nothing_beyond_it(service: Service) -> None:
    with service.client("far") as client:
        plans = client.get("/api/v1/plans").json()["items"]
        assert all(each["scope"].startswith("441427100") for each in plans)
        for answer in (
            client.get(f"/api/v1/plans/{service.plan}"),
            client.post(f"/api/v1/plans/{service.plan}/approve"),
            client.post(f"/api/v1/plans/{service.plan}/reject", json={}),
            client.post(f"/api/v1/plans/{service.plan}/publish"),
            client.get("/api/v1/gaps", params={"region": "441427"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
        own = client.get("/api/v1/gaps").json()
        assert own["scope"] == "441427100000"
