"""One's own account: what it may, and a new password that nobody else knows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.form_faults import beside_fields
from api.pages.rendering import page
from api.routes.session import set_cookie
from api.service import accounts
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError

router = APIRouter()
_FIELDS = {"present_password_wrong": "present", "bad_password": "password"}
"""The field that each fault is about."""


@router.get("/account")
def show_account(
    request: Request, caller: Annotated[Caller, Depends(allowed("me.read"))], changed: bool = False
) -> Response:
    return _page(request, caller, None, changed)


@router.post("/account")
def change_password(
    request: Request,
    caller: Annotated[Caller, Depends(allowed_form("me.write", "/account"))],
    present: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    try:
        secret = accounts.change_own_password(caller.settings, caller.name, present, password)
    except CallError as fault:
        return _page(request, caller, fault, changed=False)
    answer = RedirectResponse("/account?changed=true", 303)
    set_cookie(request, answer, secret)
    return answer


def _page(request: Request, caller: Caller, fault: CallError | None, changed: bool) -> Response:
    facts = {"faults": beside_fields(fault, _FIELDS), "fault": fault, "changed": changed}
    user = accounts.user_named(caller.settings, caller.name)
    return page(request, "account.html", caller, 422 if fault else 200, user=user, **facts)
