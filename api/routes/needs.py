"""Needs: what households need, and how much of it is open."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["needs"])
Reader = Annotated[Caller, Depends(allowed("needs.read"))]

Urgency = Literal["red", "orange", "yellow", "blue", "green"]


class Need(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("needs"))

    need: str
    household: str
    person: str | None
    kind: str
    quantity: int
    urgency: str
    opened_on: str | None
    due_on: str | None
    incident_place: str | None
    status: str
    source: str | None
    as_of: str | None
    version: int


@router.get("/needs", responses=answers(401, 403, 404, 409))
def list_needs(
    caller: Reader,
    asked: Asked,
    region: RegionAsked = None,
    kind: Annotated[str | None, Query(max_length=200, description="service kind, narrower ones not among it")] = None,
    urgency: Urgency | None = None,
    status: Annotated[
        Literal["open", "paused", "closed"] | None, Query(description="by default open and paused")
    ] = None,
) -> Page[Need]:
    """Needs where an emergency happened, or else where their household lives, within a region."""
    found = resources.list_needs(
        caller.settings, scope_of(caller, region), asked.start, asked.limit, kind=kind, urgency=urgency, status=status
    )
    return page(Need, found)


@router.get("/needs/{need}", responses=answers(401, 403, 404, 409))
def show_need(need: str, caller: Reader) -> Need:
    """One need, closed or not."""
    row, place = resources.need_and_place(caller.settings, need)
    caller.require_within(place)
    return Need(**row)
