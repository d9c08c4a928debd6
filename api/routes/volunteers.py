"""Volunteers: people who give hours."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["volunteers"])
Reader = Annotated[Caller, Depends(allowed("volunteers.read"))]


class Volunteer(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("volunteers"))

    volunteer: str
    village: str | None
    skills: list[str]
    hours: int
    minutes_limit: int | None
    version: int


@router.get("/volunteers", responses=answers(401, 403, 404, 409))
def list_volunteers(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Volunteer]:
    """Volunteers by their village, within a region."""
    scope = scope_of(caller, region)
    return page(Volunteer, resources.list_rows(caller.settings, "volunteers", scope, asked.start, asked.limit), asked)


@router.get("/volunteers/{volunteer:key}", responses=answers(401, 403, 404, 409))
def show_volunteer(volunteer: str, caller: Reader) -> Volunteer:
    """One volunteer."""
    row = resources.row_of(caller.settings, "volunteers", volunteer)
    caller.require_within(row["village"])
    return Volunteer(**row)
