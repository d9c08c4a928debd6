"""Signing in and out, and the language."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.forms import shown_at
from api.pages.rendering import AGAIN, inside, page
from api.routes.session import set_cookie
from api.service import accounts
from api.service.accounts import AccountWaits, SignInRefused
from api.who import SESSION, Caller, allowed_form, settings_of
from graph.errors import CallError

router = APIRouter()

_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def form(request: Request, next: str = "/") -> Response:  # noqa: A002 as the address names it
    return _form(request, inside(next))


@router.post("/sign-in", dependencies=[Depends(shown_at("/sign-in"))])
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    settings = settings_of(request)
    try:
        secret = accounts.sign_in(settings, name.strip().lower(), password)
    except (SignInRefused, AccountWaits) as fault:
        return _form(request, inside(back), name, fault)
    answer = RedirectResponse(inside(back), 303)
    set_cookie(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, caller: Annotated[Caller, Depends(allowed_form("me.read", None))]) -> Response:
    accounts.sign_out(caller.settings, request.cookies.get(SESSION, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION)
    return answer


@router.get("/language/{language}")
def choose_language(language: Literal["en", "zh"], back: str = "/") -> Response:
    answer = RedirectResponse(inside(back), 303)
    answer.set_cookie("lang", language, max_age=_YEAR, samesite="lax")
    return answer


def _form(request: Request, back: str, name: str = "", fault: CallError | None = None) -> Response:
    """The form, which tells of what was sent and not saved where the way back does."""
    ended = parse_qs(urlsplit(back).query).get(AGAIN, [""])[0]
    return page(request, "sign_in.html", None, 401 if fault else 200, back=back, name=name, fault=fault, ended=ended)
