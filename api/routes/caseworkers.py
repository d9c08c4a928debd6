"""Caseworkers: stationed in towns, covering villages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["caseworkers"])
Reader = Annotated[Caller, Depends(allowed("caseworkers.read"))]


class Caseworker(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("caseworkers"))

    caseworker: str
    town: str | None
    type: str | None
    capacity: int
    dialects: list[str]
    minutes_limit: int | None
    villages_limit: int | None
    version: int


@router.get("/caseworkers", responses=answers(401, 403, 404, 409))
def list_caseworkers(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Caseworker]:
    """Caseworkers by the town of their station, within a region."""
    scope = scope_of(caller, region)
    return page(Caseworker, resources.list_rows(caller.settings, "caseworkers", scope, asked.start, asked.limit), asked)


@router.get("/caseworkers/{caseworker:key}", responses=answers(401, 403, 404, 409))
def show_caseworker(caseworker: str, caller: Reader) -> Caseworker:
    """One caseworker."""
    row = resources.row_of(caller.settings, "caseworkers", caseworker)
    caller.require_within(row["town"])
    return Caseworker(**row)
