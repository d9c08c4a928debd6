"""Households: who is helped, without names and addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["households"])
Reader = Annotated[Caller, Depends(allowed("households.read"))]


class Household(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("households"))

    household: str
    village: str | None
    hukou: str | None
    alert: str | None
    registered_on: str | None
    resident_since: str | None
    weight: int | None
    dialect: str | None
    source: str | None
    as_of: str | None
    caseworker: str | None = Field(description="worker responsible for it, as published now")
    version: int


@router.get("/households", responses=answers(401, 403, 404, 409))
def list_households(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Household]:
    """Households by their village, within a region; those that live in none here come last, for callers without a region."""
    scope = scope_of(caller, region)
    return page(Household, resources.list_households(caller.settings, scope, asked.start, asked.limit), asked)


@router.get("/households/{household:key}", responses=answers(401, 403, 404, 409))
def show_household(household: str, caller: Reader) -> Household:
    """One household."""
    row = resources.household(caller.settings, household)
    caller.require_within(row["village"])
    return Household(**row)
