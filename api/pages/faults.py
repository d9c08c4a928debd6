"""A fault as a page: what is wrong and what to do about it."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.pages.rendering import page, to_sign_in
from api.problems import RETRY_SECONDS, Problem


def fault_page(request: Request, problem: Problem) -> Response:
    """The page of a fault; a stranger is led to where one signs in."""
    if problem.code == "not_signed_in":
        return to_sign_in(request)
    shown = page(request, "fault.html", None, problem.status, problem=problem)
    if problem.status == 503:
        shown.headers["Retry-After"] = str(RETRY_SECONDS)
    return shown
