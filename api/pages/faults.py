"""A fault as a page: what is wrong and what to do about it."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import page
from api.pages.unsent import to_sign_in, way_back
from api.problems import RETRY_SECONDS, Problem
from api.who import Caller, known_caller
from graph.errors import ZhongfuError


def fault_page(request: Request, problem: Problem) -> Response:
    """The page of a fault; a stranger is led to where one signs in."""
    if problem.code == "not_signed_in":
        return to_sign_in(request)
    if problem.code == "csrf_missing" and (form := way_back(request)) is not None:
        return RedirectResponse(form, 303)  # of a session before this one: nothing was saved, and the form says so
    first = getattr(request.state, "first", None)  # of a list whose part is unknown
    shown = page(request, "fault.html", _reader(request, problem), problem.status, problem=problem, first=first)
    if problem.status == 503:
        shown.headers["Retry-After"] = str(RETRY_SECONDS)
    return shown


def _reader(request: Request, problem: Problem) -> Caller | None:
    """Who reads it, so that the page has its navigation; not while the graph is away."""
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    with suppress(ZhongfuError):
        return known_caller(request)
    return None
