"""Every fault of the service answered: as a problem to programs, as a page to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPMethod, HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from api.language import language_of
from api.problems.plain import plain
from api.problems.problem import Problem, answer, problem_of
from api.problems.refusals import NotSignedIn
from api.problems.wrong_requests import wrong_request
from api.revisions import Superseded
from api.route_calls import guard_of
from api.who import known_caller
from graph.errors import ZhongfuError

_log = structlog.get_logger()
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/openapi")


def register(app: FastAPI, page: Callable[[Request, Problem], Response]) -> None:
    """Let every fault of the app be told: as a problem under /api and to programs, else as a page."""

    def said(request: Request, problem: Problem) -> Response:
        return answer(problem) if request.url.path.startswith(_FOR_PROGRAMS) else page(request, problem)

    def foreseen(request: Request, error: Exception) -> Response:
        problem = problem_of(error, language_of(request))
        if problem is None:
            _log.error("unforeseen", path=request.url.path, exc_info=error)
            problem = plain(500, language_of(request))
        return said(request, problem)

    def superseded(request: Request, error: Exception) -> Response:
        assert isinstance(error, Superseded)  # noqa: S101 as it is registered below
        problem, present = problem_of(error.fault, language_of(request)), error.present.model_dump(mode="json")
        assert problem is not None  # noqa: S101 every fault of ours is told
        versions = {"sent_version": error.fault.facts["version"], "present_version": present["version"]}
        return said(request, problem.model_copy(update=versions | {"present": present}))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 as it is registered below
        return said(request, wrong_request(request, error, language_of(request)))

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 as it is registered below
        try:
            if _is_stranger(app, request):
                return foreseen(request, NotSignedIn())
        except ZhongfuError as fault:  # the graph is away, and nobody knows who asks
            return foreseen(request, fault)
        if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return said(request, plain(error.status_code, language_of(request)))
        allow = {"Allow": ", ".join(sorted(set(_methods(app, request))))}
        if request.method == HTTPMethod.OPTIONS:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)
        response = said(request, plain(error.status_code, language_of(request)))
        response.headers.update(allow)
        return response

    for kind in (ZhongfuError, OSError, Exception):
        app.add_exception_handler(kind, foreseen)
    app.add_exception_handler(Superseded, superseded)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)


def _is_stranger(app: FastAPI, request: Request) -> bool:
    """Whether somebody unknown asks for an address for those who are known: such learn not even which there are."""
    if not request.url.path.startswith("/api/v1/"):
        return False
    return known_caller(request) is None and not any(guard_of(route.dependant) is None for route in _at(app, request))


def _at(app: FastAPI, request: Request) -> Iterator[Any]:
    """The routes at the address of a request, of whatever method."""
    return (route for route in iter_route_contexts(app.routes) if route.matches(request.scope)[0] is not Match.NONE)


def _methods(app: FastAPI, request: Request) -> Iterator[str]:
    """The methods that an address takes, of whatever route."""
    yield HTTPMethod.OPTIONS
    for route in _at(app, request):
        methods = set(getattr(route, "methods", None) or {HTTPMethod.GET})
        yield from methods | ({HTTPMethod.HEAD} if HTTPMethod.GET in methods else set())
