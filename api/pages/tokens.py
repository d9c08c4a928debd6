"""The tokens of one's own account: made with a secret that is shown once, listed and ended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.account import account_page
from api.pages.paged import back_to
from api.service import accounts
from api.who import Caller, allowed_form
from graph.errors import CallError

router = APIRouter(prefix="/account/tokens")
_FIELDS = ("label", "writes", "days")
Maker = Annotated[Caller, Depends(allowed_form("tokens.write", "/account", *_FIELDS))]
Ender = Annotated[Caller, Depends(allowed_form("tokens.write", "/account"))]


@router.post("")
def new_token(
    request: Request,
    caller: Maker,
    label: Annotated[str, Form(max_length=100)] = "",
    writes: Annotated[bool, Form()] = False,
    days: Annotated[int, Form(ge=1, le=366)] = 90,
    once: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    caller.require_session()
    given = {"label": label, "writes": "true" if writes else "", "days": str(days)}
    try:
        made = accounts.new_token(caller.settings, caller.holder, label, writes=writes, days=days, once=once or None)
    except CallError as fault:
        return account_page(request, caller, fault, given=given)
    return account_page(request, caller, None, made=made)


@router.post("/{token}/end")
def end_token(request: Request, token: str, caller: Ender) -> Response:
    caller.require_session()
    accounts.end_token(caller.settings, caller.name, token)
    return RedirectResponse(back_to(request, "/account"), 303)
