"""Assignments: which need is met by whom, as published now."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.service.filters import require_key
from api.who import Caller, allowed

router = APIRouter(tags=["assignments"])
Reader = Annotated[Caller, Depends(allowed("assignments.read"))]


class Assignment(BaseModel):
    need: str = Field(description="key of the need that is met")
    provider_type: Literal["offer", "volunteer"] = Field(description="of what the provider is the key")
    provider: str = Field(description="key of the offer or volunteer")
    quantity: int | None = Field(description="units")
    minutes: int | None = Field(description="way from the provider")
    cost: int | None = Field(description="yuan")
    status: str | None
    since: int = Field(description="revision from which on it holds")


@router.get("/assignments", responses=answers(401, 403, 404, 409))
def list_assignments(
    caller: Reader,
    asked: Asked,
    region: RegionAsked = None,
    need: Annotated[str | None, Query(max_length=200, description="key of a need")] = None,
    provider: Annotated[str | None, Query(max_length=200, description="key of an offer or a volunteer")] = None,
) -> Page[Assignment]:
    """Assignments by the place of their need, within a region."""
    scope = scope_of(caller, region)
    require_key(caller.settings, "need", need)
    require_key(caller.settings, "provider", provider)
    found = resources.list_assignments(caller.settings, scope, asked.start, asked.limit, need=need, provider=provider)
    return page(Assignment, found, asked)
