"""One's own account: what it may, its tokens, and a new password that nobody else knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.form_faults import beside_fields
from api.pages.paged import stretch_of
from api.pages.rendering import page, typed
from api.routes.session import set_cookie
from api.service import accounts
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError
from graph.sessions import position_of

router = APIRouter()
_FIELDS = ("present", "password", "label")
"""Those beside which it is said what is wrong with them."""
_DAYS = (7, 30, 90, 180, 366)
"""For how long a token may be made, in days."""


@router.get("/account")
def show_account(
    request: Request, caller: Annotated[Caller, Depends(allowed("me.read"))], changed: bool = False
) -> Response:
    return account_page(request, caller, None, changed=changed, given=typed(request, "label", "writes", "days"))


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
        return account_page(request, caller, fault)
    answer = RedirectResponse("/account?changed=true", 303)
    set_cookie(request, answer, secret)
    return answer


def account_page(
    request: Request,
    caller: Caller,
    fault: CallError | None,
    *,
    changed: bool = False,
    made: accounts.NewToken | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """The page, with what is wrong in one of its forms, or the token that was made with its secret."""
    read = partial(accounts.tokens, caller.settings, caller.name)
    held = stretch_of(request, "/account", read, position_of)
    facts: dict[str, Any] = {
        "user": accounts.user_named(caller.settings, caller.name),
        "tokens": held,
        "given": given or {},
        "days": _DAYS,
        "over": {each.token for each in held.rows if datetime.fromisoformat(each.expires_at) <= datetime.now(UTC)},
        "made": made,
        "changed": changed,
        "fault": fault,
        "faults": beside_fields(fault, _FIELDS),
    }
    return page(request, "account.html", caller, 422 if fault else 200, **facts)
