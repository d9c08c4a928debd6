"""Registering an organisation, and the list from which its coordinator lets it in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.picking import place_meant
from api.pages.rendering import page
from api.routes.registrations import mine, to_approve
from api.service import places, registering
from api.service.cells import CellsRefused
from api.who import Caller, allowed, allowed_form, settings_of
from graph.errors import CallError
from graph.model import ORGANIZATION_TYPES

router = APIRouter()
Decider = Annotated[Caller, Depends(allowed_form("registrations.decide"))]
Cell = Annotated[str, Form(max_length=200)]


@router.get("/register")
def register_form(request: Request) -> Response:
    return _form(request, {"type": "charity"}, None)


@router.post("/register")
def register(
    request: Request,
    name: Cell = "",
    type: Cell = "",  # noqa: A002 as the table names it
    credit_code: Cell = "",
    region: Cell = "",
    user: Cell = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    cells = {"name": name, "type": type, "credit_code": credit_code, "region": region}
    try:
        settings = settings_of(request)
        code = place_meant(places.tree(settings), region) if region.strip() else ""
        made = registering.register(settings, cells | {"region": code}, user.strip(), password)
    except CallError as fault:
        return _form(request, cells | {"user": user}, fault)
    return page(request, "registered.html", None, 201, registration=made)


@router.get("/registrations")
def list_registrations(request: Request, caller: Annotated[Caller, Depends(allowed("registrations.read"))]) -> Response:
    found = registering.registrations_within(caller.settings, caller.holder.region)
    return page(request, "registrations.html", caller, registrations=found)


@router.post("/registrations/{registration}/approve")
def approve(registration: str, caller: Decider) -> Response:
    registering.approve(caller.settings, to_approve(caller, registration))
    return RedirectResponse("/registrations", 303)


@router.post("/registrations/{registration}/refuse")
def refuse(registration: str, caller: Decider, reason: Annotated[str, Form(max_length=1000)] = "") -> Response:
    registering.refuse(caller.settings, mine(caller, registration), reason.strip())
    return RedirectResponse("/registrations", 303)


def _form(request: Request, given: dict[str, str], fault: CallError | None) -> Response:
    faults = {each.column: each for each in fault.faults} if isinstance(fault, CellsRefused) else {}
    status = 422 if fault else 200
    return page(
        request, "register.html", None, status, given=given, fault=fault, faults=faults, types=ORGANIZATION_TYPES
    )
