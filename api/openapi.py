"""The OpenAPI document, with what the routes do not say of themselves: who may call, and what comes in headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.acceptable import in_json
from api.problems import Problem, answers
from api.route_calls import guard_of
from api.who import SESSION

_SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "for programs: the `secret` of `POST /api/v1/tokens`, made once by whoever is signed in",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION,
        "description": "for browsers: set by `POST /api/v1/session`; a change needs `mark` as well",
    },
    "mark": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "`csrf` of `POST /api/v1/session` or `GET /api/v1/me`, with every change by session",
    },
}
_PATHS = {
    "caseworker": "key of a caseworker, as `/api/v1/caseworkers` has it",
    "code": "code of a region; zeros at the end may be left out",
    "file": "name of one of the upload's `files`",
    "household": "key of a household, as `/api/v1/households` has it",
    "name": "name of an account, as `/api/v1/users` has it",
    "need": "key of a need, as `/api/v1/needs` has it",
    "offer": "key of an offer, as `/api/v1/offers` has it",
    "organization": "key of an organisation, as `/api/v1/organizations` has it",
    "plan": "id of a plan, as `/api/v1/plans` has it, or so many of its first characters that it is the only one",
    "registration": "number of a registration, as `/api/v1/registrations` has it",
    "run": "number of a run, as `/api/v1/runs` has it",
    "token": "`token` of `/api/v1/tokens`, not its secret",
    "upload": "number of an upload, as `/api/v1/uploads` has it",
    "volunteer": "key of a volunteer, as `/api/v1/volunteers` has it",
}
"""What the parts of an address name."""
_HEADERS = {
    "401": {"WWW-Authenticate": "`Bearer`"},
    "409": {"Retry-After": "seconds after which to ask again, where the same change is still being made"},
    "412": {"ETag": "version of now, of what `present` shows"},
    "503": {"Retry-After": "seconds after which to ask again"},
}
"""Headers of answers by their status."""

_WORDS = {
    "actor": "account that changed it last",
    "begun_at": "moment a worker began",
    "credit_code": "unified social credit code",
    "created_at": "moment it was made",
    "decided_at": "moment of the decision",
    "decided_by": "account that decided",
    "decision": "reason given for the decision",
    "ended_at": "moment it was over",
    "expires_at": "moment from which on it opens nothing",
    "fault": "what ended it, with `code`, `message` and `message_zh`; null where nothing did",
    "kind": "service kind, as `/api/v1/service-kinds` has it",
    "on": "day, as 2026-12-01",
    "organization": "key of an organisation",
    "organization_name": "name of the organisation",
    "password": "10 to 200 characters",
    "period": "month, as 2026-12",
    "region": "code of a region",
    "region_name": "name of the region",
    "scope": "code of the region that it is for",
    "scope_name": "name of that region",
    "town": "code of the town",
    "unmet": "needs that are not wholly met",
    "urgency": "red, orange, yellow, blue or green, the most urgent first",
    "version": "rises with each change; what is edited has it as ETag",
    "writes": "whether it may change anything",
}
"""What fields of answers and bodies are, of whatever resource, where the resource says nothing of its own."""


def named(route: APIRoute) -> str:
    """The name of an operation, after which generated clients name their functions: that of the route's own function."""
    return route.name


def complete(app: FastAPI) -> None:
    """Complete the OpenAPI document of an app."""
    plainly, guarded = app.openapi, dict(_guarded(app))

    def described() -> dict[str, Any]:
        document = plainly()
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= own.pop("$defs", {}) | {"Problem": own}
        document["components"]["securitySchemes"] = _SECURITY
        for schema in document["components"]["schemas"].values():
            for name in schema.get("properties", {}).keys() & _WORDS.keys():
                schema["properties"][name].setdefault("description", _WORDS[name])
        for path, method, operation in _operations(document):
            _complete(operation, method, json=guarded.get((path, method)))
        return document

    app.openapi = described  # type: ignore[method-assign] # as FastAPI has it


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _guarded(app: FastAPI) -> Iterator[tuple[tuple[str, str], bool]]:
    """Addresses and methods that are acts of the table of rights, and whether they answer in JSON."""
    for route in iter_route_contexts(app.routes):
        own = route.original_route
        if isinstance(own, APIRoute) and guard_of(route.dependant) is not None:
            yield from (((str(route.path_format), method.lower()), in_json(own)) for method in route.methods or ())


def _complete(operation: dict[str, Any], method: str, *, json: bool | None) -> None:
    """Complete an operation, which is an act of the table of rights unless `json` is None."""
    by_session: dict[str, list[str]] = {"session": []} if method == "get" else {"session": [], "mark": []}
    operation["security"] = [{"token": []}, by_session] if json is not None else []
    taken, given = operation.get("parameters", ()), operation["responses"]
    for parameter in taken:
        if parameter["in"] == "path":
            parameter["description"] = _PATHS[parameter["name"]]
    if "requestBody" in operation:
        for status, answer in answers(413, 415).items():
            given.setdefault(str(status), answer)
    if json:
        for status, answer in answers(406).items():
            given.setdefault(str(status), answer)
    for status, headers in _HEADERS.items():
        if status in given:
            _head(given[status], headers)
    if any(parameter["name"] == "If-Match" for parameter in taken) and "200" in given:
        _head(given["200"], {"ETag": "version after the change"})


def _head(answer: dict[str, Any], headers: dict[str, str]) -> None:
    answer["headers"] = {name: {"schema": {"type": "string"}, "description": text} for name, text in headers.items()}
