"""Signing in and out, and the language."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import inside, page
from api.pages.unsent import LONGEST_WAY
from api.routes.session import set_cookie
from api.service import accounts
from api.service.accounts import AccountWaits, SignInRefused
from api.who import SESSION, Caller, allowed_form, settings_of

router = APIRouter()

_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def form(request: Request, next: str = "/", ended: bool = False) -> Response:  # noqa: A002 as the address names it
    return page(request, "sign_in.html", None, back=inside(next), name="", fault=None, ended=ended)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=LONGEST_WAY)] = "/",
) -> Response:
    settings = settings_of(request)
    try:
        secret = accounts.sign_in(settings, name.strip().lower(), password)
    except (SignInRefused, AccountWaits) as fault:
        return page(request, "sign_in.html", None, 401, back=inside(back), name=name, fault=fault, ended=False)
    answer = RedirectResponse(inside(back), 303)
    set_cookie(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, caller: Annotated[Caller, Depends(allowed_form("me.read"))]) -> Response:
    accounts.sign_out(caller.settings, request.cookies.get(SESSION, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION)
    return answer


@router.get("/language/{language}")
def choose_language(language: Literal["en", "zh"], back: str = "/") -> Response:
    answer = RedirectResponse(inside(back), 303)
    answer.set_cookie("lang", language, max_age=_YEAR, samesite="lax")
    return answer
