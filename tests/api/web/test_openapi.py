"""The OpenAPI document says what who writes a client must know."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from api.app import create_app
from api.routes.offering import NewOffer
from api.routes.registrations import NewRegistration
from api.routes.runs import NewRun
from api.routes.tokens import NewToken
from api.routes.users import NewUser
from api.settings import Settings
from tests.api.web.test_rights import PUBLIC

DOCUMENT = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1})).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_an_operation_is_named_as_a_client_would_name_its_function() -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations())
    assert max(names.values()) == 1
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) and "api_v" not in name for name in names)
    assert not any("__" in name.strip("_") for name in SCHEMAS)


def test_every_parameter_is_described() -> None:
    untold = [
        (method, path, each["name"])
        for method, path, operation in operations()
        for each in operation.get("parameters", ())
        if not each.get("description")
    ]
    assert untold == []


def test_who_may_call_is_told_and_a_change_by_session_needs_its_mark() -> None:
    told = {(method, path) for method, path, operation in operations() if operation["security"] == []}
    assert told == {(method, path) for method, path in PUBLIC if path in DOCUMENT["paths"]}
    for method, _, operation in operations():
        for way in operation["security"]:
            assert way.keys() <= DOCUMENT["components"]["securitySchemes"].keys()
            assert "token" in way or ("mark" in way) == (method != "GET")


def test_the_answers_that_any_call_may_get_are_told_with_their_headers() -> None:
    for method, path, operation in operations():
        given = operation["responses"]
        assert {"409", "422", "500", "503", "507"} <= given.keys(), (method, path)
        assert "Retry-After" in given["503"]["headers"]
        assert ("401" in given) == (operation["security"] != [] or path == "/api/v1/session")
        if "requestBody" in operation:
            assert {"413", "415"} <= given.keys(), (method, path)
        if any(each["name"] == "If-Match" for each in operation.get("parameters", ())):
            assert "ETag" in given["412"]["headers"]
            assert {"412", "428"} <= given.keys()


def test_every_change_but_of_sessions_and_tokens_may_be_sent_again_under_its_key() -> None:
    once = {
        (method, path)
        for method, path, operation in operations()
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    }
    changes = {(method, path) for method, path, _ in operations() if method != "GET"}
    assert {path for _, path in changes - once} == {"/api/v1/session", "/api/v1/tokens", "/api/v1/tokens/{token}"}
    assert "a session or a token" in DOCUMENT["info"]["description"]


@pytest.mark.parametrize("form", [NewOffer, NewRun, NewUser, NewRegistration, NewToken])
def test_a_form_that_people_fill_in_has_an_example_that_is_one(form: type[BaseModel]) -> None:
    assert form.model_validate(SCHEMAS[form.__name__]["example"])
