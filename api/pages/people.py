"""Accounts: who may enter, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import page
from api.revisions import FormVersion
from api.routes.users import require_account, require_change
from api.service import accounts
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError

router = APIRouter(prefix="/users")
Admin = Annotated[Caller, Depends(allowed_form("users.write"))]


@router.get("")
def list_users(request: Request, caller: Annotated[Caller, Depends(allowed("users.read"))]) -> Response:
    return _page(request, caller, {}, None)


@router.post("")
def add_user(
    request: Request,
    caller: Admin,
    name: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    region: Annotated[str, Form(max_length=20)] = "",
    organization: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    given = {"name": name, "role": role, "region": region, "organization": organization}
    try:
        require_account(caller, region or None, organization or None)
        accounts.add_user(
            caller.settings, name.strip(), role, password, region=region or None, organization=organization or None
        )
    except CallError as fault:
        return _page(request, caller, given, fault)
    return RedirectResponse("/users", 303)


@router.post("/{name}/state")
def change_state(
    name: str,
    caller: Admin,
    state: Annotated[str, Form(pattern="^(active|disabled)$")],
    version: FormVersion,
) -> Response:
    require_change(caller, name, {})
    accounts.change_user(caller.settings, name, version, {"state": state})
    return RedirectResponse("/users", 303)


def _page(request: Request, caller: Caller, given: dict[str, str], fault: CallError | None) -> Response:
    users = accounts.users_within(caller.settings, caller.holder.region)
    return page(request, "users.html", caller, 422 if fault else 200, users=users, given=given, fault=fault)
