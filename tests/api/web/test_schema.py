"""Whatever is sent, as whoever: no fault of the service, and every answer as the OpenAPI document says."""

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from api.addresses import part
from api.app import create_app
from api.settings import Settings
from tests.api.web.conftest import Service

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
LEFT_OUT = re.compile(r"/(events|publish|cancel|approve|reject)$|/session$")
"""Streams, and what would change what other tests stand on."""
ROW = re.compile(r"/api/v1/(households|needs|offers|organizations|caseworkers|volunteers)/\{(\w+)\}")
"""Addresses of single rows, whose keys nobody guesses."""

APP = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1}))
OPERATIONS = [
    found.ok()
    for found in schemathesis.openapi.from_dict(APP.openapi()).get_all_operations()
    if not LEFT_OUT.search(found.ok().path)
]


@pytest.mark.parametrize("name", [None, "root", "mei", "lan", "kind"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_every_answer_is_as_described(operation: Any, service: Service, name: str | None) -> None:
    headers = {"Authorization": f"Bearer {token_of(service, name)}"} if name else {}

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        answer = case.call(base_url=service.address, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    holds()


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if ROW.fullmatch(each.path) and each.method == "get"],
    ids=lambda each: each.label,
)
def test_rows_that_are_there_are_as_described(operation: Any, service: Service) -> None:
    table, key = ROW.fullmatch(operation.path).groups()  # type: ignore[union-attr] # as they were chosen
    headers = {"Authorization": f"Bearer {token_of(service, 'all')}"}
    with service.client("all") as client:
        rows = client.get(f"/api/v1/{table}", params={"limit": 5}).json()["items"]
    assert rows
    for row in rows:
        case = operation.Case(path_parameters={key: part(row[key])})
        answer = case.call(base_url=service.address, headers=headers)
        assert answer.status_code == 200
        case.validate_response(answer, checks=CHECKS)


_tokens: dict[str, str] = {}


def token_of(service: Service, name: str) -> str:
    """A token that may write, made once."""
    if name not in _tokens:
        with service.client(name) as client:
            _tokens[name] = client.post("/api/v1/tokens", json={"label": "schema", "writes": True}).json()["secret"]
    return _tokens[name]
