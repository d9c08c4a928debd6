"""Registrations: asked for by strangers, decided by the coordinator of the region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.fields import coded
from api.paging import Asked, Page, RegionAsked, page_of, scope_of
from api.problems import answers
from api.problems.refusals import OutsideScope
from api.repeats import Repeatable
from api.service import registering
from api.service.same_code import SameCode, same_codes
from api.sources import source_of
from api.who import Caller, allowed, settings_of
from graph.model import REGISTRATION_STATES
from graph.registrations import Registration as Stored
from graph.registrations import position_of

router = APIRouter(tags=["registrations"], route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("registrations.read"))]
Decider = Annotated[Caller, Depends(allowed("registrations.decide"))]


class KnownOrganization(BaseModel):
    organization: str
    name: str | None
    type: str | None
    region: str | None
    region_name: str | None
    differs: list[str] = Field(description="fields of these in which the registration says something else")


class Registration(BaseModel):
    registration: str
    name: str
    type: str
    credit_code: str
    region: str
    region_name: str | None
    user: str = Field(description="the account that it brings")
    state: str = Field(json_schema_extra=coded(REGISTRATION_STATES))
    reason: str | None = Field(description="why it was refused")
    organization: str | None = Field(description="the organisation that the account was let in for")
    known: str | None = Field(description="the organisation that has the same credit code already")
    shared: bool = Field(
        description="several organisations have the code, so that it is not approved until that is put right"
    )
    known_organization: KnownOrganization | None = Field(
        description="while it waits: `known` as it stands; null where that has its seat outside the caller's region"
    )
    approved_within: str | None = Field(
        description="while it waits and `known` is there: the narrowest region whose coordinators may approve it; null: everywhere"
    )
    version: int
    created_at: str
    decided_by: str | None
    decided_at: str | None


_EXAMPLE: JsonDict = {
    "name": "蕉岭县爱心会",
    "type": "charity",
    "credit_code": "53441427000000427G",
    "region": "441427000000",
    "user": "aixin",
    "password": "several plain words",
}


class NewRegistration(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    name: str = Field(max_length=200, description="name of the organisation")
    type: str = Field(max_length=40, description="as in the table of organisations")
    credit_code: str = Field(max_length=40, description="unified social credit code")
    region: str = Field(
        max_length=200, description="code or name of the region of its seat; zeros at the end of a code may be left out"
    )
    user: str = Field(max_length=40, description="name of the account to sign in with")
    password: str = Field(max_length=200)


class Standing(BaseModel):
    registration: str
    state: str = Field(json_schema_extra=coded(REGISTRATION_STATES))
    asked_on: date
    decided_on: date | None
    reason: str | None = Field(description="why it was refused")


class Refusal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=registering.LONGEST_REASON, description="read by the organisation")


@router.post("/registrations", status_code=201, responses=answers(409, 429))
def register_organization(request: Request, new: NewRegistration, response: Response) -> Standing:
    """Register an organisation with an account; it may enter once the coordinator of the region approves."""
    cells = new.model_dump(include={"name", "type", "credit_code", "region"})
    made = registering.register(settings_of(request), cells, new.user, new.password, source_of(request))
    response.headers["Location"] = f"/api/v1/registrations/{made.registration}"
    return Standing(**vars(registering.standing_of(settings_of(request), made.registration)))


@router.get("/registrations/{registration}", responses=answers(404))
def show_standing(request: Request, registration: str) -> Standing:
    """How a registration stands, for whoever has its number; it tells nothing of the organisation."""
    return Standing(**vars(registering.standing_of(settings_of(request), registration)))


@router.get("/registrations", responses=answers(401, 403, 404, 409))
def list_registrations(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Registration]:
    """Registrations of organisations seated within a region, those that wait first, then the newest."""
    found = registering.registrations_within(caller.settings, scope_of(caller, region), asked.start, asked.one_more)
    return page_of(Registration, told(caller, found), asked, position_of)


@router.post("/registrations/{registration}/approve", responses=answers(401, 403, 404, 409))
def approve_registration(registration: str, caller: Decider) -> Registration:
    """Let the account enter for the organisation."""
    return told(caller, [registering.approve(caller.settings, to_approve(caller, registration))])[0]


@router.post("/registrations/{registration}/refuse", responses=answers(401, 403, 404, 409))
def refuse_registration(registration: str, caller: Decider, refusal: Refusal) -> Registration:
    """Keep the account out, for a reason."""
    return told(caller, [registering.refuse(caller.settings, mine(caller, registration), refusal.reason)])[0]


def told(caller: Caller, registrations: Sequence[Stored]) -> list[Registration]:
    """Registrations with the organisations that have their codes already, as far as the caller may speak for them."""
    same = same_codes(caller.settings, registrations)
    return [Registration(**vars(each), **_beside(caller, same.get(each.registration))) for each in registrations]


def _beside(caller: Caller, same: SameCode | None) -> dict[str, Any]:
    if same is None:
        return {"known_organization": None, "approved_within": None}
    known = KnownOrganization(**{name: getattr(same, name) for name in KnownOrganization.model_fields})
    return {"known_organization": known if speaks_for(caller, same) else None, "approved_within": same.within}


def speaks_for(caller: Caller, same: SameCode) -> bool:
    """Whether an organisation has its seat within the caller's region."""
    own = caller.holder.region
    return own is None or (same.region is not None and caller.tree.within(same.region, own))


def mine(caller: Caller, registration: str) -> str:
    """The number of a registration within the caller's region. Raises RegistrationUnknown and OutsideScope."""
    found = registering.registration_named(caller.settings, registration)
    caller.require_within(found.region)
    return found.registration


def to_approve(caller: Caller, registration: str) -> str:
    """The same of one whose organisation, where the code is known, the caller may speak for as well.

    Raises OutsideScope, and CreditCodeTwice, which names the organisations of the same code that the caller may see.
    """
    number = mine(caller, registration)
    found = registering.registration_named(caller.settings, number)
    if found.known is not None:
        caller.require_organization(found.known)
    if found.shared and found.state == "waiting":
        holders = registering.holders_of(caller.settings, found.credit_code)
        raise registering.shared_code(found.credit_code, [each for each in holders if _sees(caller, each)])
    return number


def _sees(caller: Caller, organization: str) -> bool:
    try:
        caller.require_organization(organization)
    except OutsideScope:
        return False
    return True
