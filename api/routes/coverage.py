"""Coverage: which caseworker covers which town or village, as published now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["coverage"])
Reader = Annotated[Caller, Depends(allowed("coverage.read"))]


class Coverage(BaseModel):
    place: str = Field(description="code of the town or village")
    level: str
    caseworker: str
    minutes: int | None = Field(description="way from the station")
    since: int = Field(description="revision from which on it holds")


@router.get("/coverage", responses=answers(401, 403, 404, 409))
def list_coverage(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Coverage]:
    """Who covers what within a region."""
    scope = scope_of(caller, region)
    return page(Coverage, resources.list_coverage(caller.settings, scope, asked.start, asked.limit), asked)
