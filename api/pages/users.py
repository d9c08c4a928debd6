"""Accounts: who may enter, for administrators."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.paged import back_to, stretch_of
from api.pages.rendering import page, typed
from api.revisions import FormVersion
from api.routes.users import mine, require_account, require_change
from api.service import accounts, places
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError
from graph.users import UserChanged, position_of

router = APIRouter(prefix="/users")
_FIELDS = ("role", "region", "organization")
"""What of an account is changed by a form; its password stands in none."""
Maker = Annotated[Caller, Depends(allowed_form("users.write", "/users", "name", *_FIELDS))]
Switcher = Annotated[Caller, Depends(allowed_form("users.write", "/users"))]
Changer = Annotated[Caller, Depends(allowed_form("users.write", "/users/{name}", "version", *_FIELDS))]


@router.get("")
def list_users(request: Request, caller: Annotated[Caller, Depends(allowed("users.read"))]) -> Response:
    return _page(request, caller, typed(request, "name", *_FIELDS), None)


@router.post("")
def add_user(
    request: Request,
    caller: Maker,
    name: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    region: Annotated[str, Form(max_length=200)] = "",
    organization: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    given = {"name": name, "role": role, "region": region, "organization": organization}
    try:
        where = _region(caller, region)
        require_account(caller, where, organization or None)
        accounts.add_user(
            caller.settings, name.strip(), role, password, region=where, organization=organization or None
        )
    except CallError as fault:
        return _page(request, caller, given, fault)
    return RedirectResponse("/users", 303)


@router.post("/{name:key}/state")
def change_state(
    request: Request,
    name: str,
    caller: Switcher,
    state: Annotated[str, Form(pattern="^(active|disabled)$")],
    version: FormVersion,
) -> Response:
    require_change(caller, name, {})
    try:
        accounts.change_user(caller.settings, name, version, {"state": state})
    except UserChanged as fault:
        return _user(request, caller, name, {}, fault, asked=state)
    return RedirectResponse(back_to(request, "/users"), 303)


@router.get("/{name:key}")
def show_user(request: Request, name: str, caller: Annotated[Caller, Depends(allowed("users.write"))]) -> Response:
    return _user(request, caller, name, typed(request, "version", *_FIELDS), None)


@router.post("/{name:key}")
def change_user(
    request: Request,
    name: str,
    caller: Changer,
    version: FormVersion,
    role: Annotated[str, Form(max_length=20)] = "",
    region: Annotated[str, Form(max_length=200)] = "",
    organization: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    given: dict[str, Any] = {"role": role, "organization": organization.strip() or None}
    filled = {"role": role, "region": region, "organization": organization, "version": str(version)}
    try:
        given["region"] = _region(caller, region)
        if password:
            given["password"] = password
        require_change(caller, name, given)
        accounts.change_user(caller.settings, name, version, given)
    except UserChanged as fault:
        return _user(request, caller, name, filled | {"region": given["region"] or ""}, fault)
    except CallError as fault:
        return _user(request, caller, name, filled, fault)
    return RedirectResponse("/users", 303)


def _region(caller: Caller, text: str) -> str | None:
    """The code of the region that is meant; None for everywhere. Raises PlaceUnclear."""
    return places.place_meant(caller.tree, text) if text.strip() else None


def _user(
    request: Request,
    caller: Caller,
    name: str,
    given: dict[str, str],
    fault: CallError | None,
    asked: str | None = None,
) -> Response:
    """One account within the caller's region, with what was filled in and what hinders a change of it.

    `asked` is the state that it was to have, had nobody changed it meanwhile. What is filled in stays of the version that it was
    of until its sender saw what another wrote meanwhile.
    """
    user = mine(caller, name)
    stored = {field: getattr(user, field) or "" for field in _FIELDS} | {"version": str(user.version)}
    newer = stored if isinstance(fault, UserChanged) else None
    facts: dict[str, Any] = {"user": user, "given": stored | given, "fault": fault, "newer": newer, "asked": asked}
    return page(request, "user.html", caller, 412 if newer else 422 if fault else 200, **facts)


def _page(request: Request, caller: Caller, given: dict[str, str], fault: CallError | None) -> Response:
    users = stretch_of(
        request, "/users", partial(accounts.users_within, caller.settings, caller.holder.region), position_of
    )
    return page(request, "users.html", caller, 422 if fault else 200, users=users, given=given, fault=fault)
