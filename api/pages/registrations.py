"""Registering an organisation, and the list from which its coordinator lets it in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.forms import shown_at
from api.pages.form_faults import beside_fields
from api.pages.paged import ROWS, back_to, stretch_of
from api.pages.rendering import page, typed
from api.routes.registrations import mine, speaks_for, to_approve
from api.service import registering
from api.service.same_code import same_codes
from api.sources import source_of
from api.who import Caller, allowed, allowed_form, settings_of
from graph.errors import CallError
from graph.model import ORGANIZATION_TYPES
from graph.registrations import RegistrationDecided, position_of

router = APIRouter()
Approver = Annotated[Caller, Depends(allowed_form("registrations.decide", "/registrations"))]
Refuser = Annotated[Caller, Depends(allowed_form("registrations.decide", "/registrations", "registration", "reason"))]
SeveralRefuser = Annotated[Caller, Depends(allowed_form("registrations.decide", "/registrations", "chosen", "why"))]
Cell = Annotated[str, Form()]
Chosen = Annotated[list[str], Form(max_length=ROWS, default_factory=list)]
_FIELDS = ("region", "credit_code", "user", "password")
"""Those beside which it is said what is wrong with them."""


@router.get("/register")
def register_form(request: Request, number: Annotated[str, Query(max_length=100)] = "") -> Response:
    if number.strip():
        return RedirectResponse(f"/register/{quote(number.strip(), safe='')}", 303)
    return _form(request, {"type": "charity"}, None)


@router.post("/register", dependencies=[Depends(shown_at("/register"))])
def register(
    request: Request,
    name: Cell = "",
    type: Cell = "",  # noqa: A002 as the table names it
    credit_code: Cell = "",
    region: Cell = "",
    user: Cell = "",
    password: Cell = "",
) -> Response:
    cells = {"name": name, "type": type, "credit_code": credit_code, "region": region}
    try:
        settings = settings_of(request)
        made = registering.register(settings, cells, user.strip(), password, source_of(request))
    except CallError as fault:
        return _form(request, cells | {"user": user}, fault)
    return RedirectResponse(f"/register/{made.registration}", 303)


@router.get("/register/{registration}")
def show_standing(request: Request, registration: str) -> Response:
    return page(
        request, "registration.html", None, standing=registering.standing_of(settings_of(request), registration)
    )


@router.get("/registrations")
def list_registrations(request: Request, caller: Annotated[Caller, Depends(allowed("registrations.read"))]) -> Response:
    return _list(
        request, caller, typed(request, "registration", "reason", "why"), request.query_params.getlist("chosen")
    )


@router.post("/registrations/refuse")
def refuse_several(request: Request, caller: SeveralRefuser, chosen: Chosen, why: Cell = "") -> Response:
    numbers = [mine(caller, each) for each in chosen]
    try:
        registering.refuse_several(caller.settings, numbers, why)
    except (registering.NoneChosen, registering.ReasonWanted, RegistrationDecided) as fault:
        return _list(request, caller, {"why": why}, numbers, fault)
    return RedirectResponse(back_to(request, "/registrations"), 303)


@router.post("/registrations/{registration}/approve")
def approve(request: Request, registration: str, caller: Approver) -> Response:
    registering.approve(caller.settings, to_approve(caller, registration))
    return RedirectResponse(back_to(request, "/registrations"), 303)


@router.post("/registrations/{registration}/refuse")
def refuse(request: Request, registration: str, caller: Refuser, reason: Cell = "") -> Response:
    number = mine(caller, registration)
    try:
        registering.refuse(caller.settings, number, reason)
    except registering.ReasonWanted as fault:
        return _list(request, caller, {"registration": number, "reason": reason}, [], fault)
    return RedirectResponse(back_to(request, "/registrations"), 303)


def _list(
    request: Request,
    caller: Caller,
    given: dict[str, str],
    chosen: Sequence[str],
    fault: CallError | RegistrationDecided | None = None,
) -> Response:
    """The registrations, with what was typed and ticked, and what is wrong with it."""
    read = partial(registering.registrations_within, caller.settings, caller.holder.region)
    shown = stretch_of(request, "/registrations", read, position_of)
    same = same_codes(caller.settings, shown.rows)
    facts: dict[str, Any] = {
        "registrations": shown,
        "same": same,
        "outside": {number for number, each in same.items() if not speaks_for(caller, each)},
        "given": given,
        "chosen": chosen,
        "every": "every" in request.query_params,
        "fault": fault,
        "most": registering.LONGEST_REASON,
    }
    return page(request, "registrations.html", caller, 422 if fault else 200, **facts)


def _form(request: Request, given: dict[str, str], fault: CallError | None) -> Response:
    facts: dict[str, Any] = {"given": given, "fault": fault, "faults": beside_fields(fault, _FIELDS)}
    return page(request, "register.html", None, 422 if fault else 200, types=ORGANIZATION_TYPES, **facts)
