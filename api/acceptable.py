"""What a caller accepts: who takes no JSON is told so, rather than sent what it cannot read."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi import Request
from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

_JSON = frozenset(("*/*", "application/*", "application/json"))
_NOT_AT_ALL = re.compile(r"q=0(\.0*)?")


def require_acceptable(request: Request) -> None:
    """Refuse a request whose header Accept leaves out JSON, where the route answers in it. Raises HTTPException (406)."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 as those who ask are dependencies of routes
    liked = [each for line in request.headers.getlist("accept") for each in line.split(",") if each.strip()]
    if liked and in_json(route) and not any(map(_takes_json, liked)):
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)


def in_json(route: APIRoute) -> bool:
    """Whether a route answers in JSON: not those that stream events, send a workbook, or have nothing to say."""
    return isinstance(route.response_class, DefaultPlaceholder) and route.status_code != HTTPStatus.NO_CONTENT


def _takes_json(listed: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in listed.split(";"))
    return kind in _JSON and not any(_NOT_AT_ALL.fullmatch(each) for each in parameters)
