"""Publications: every revision that took effect."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.paging import Asked, Page, RegionAsked, page_of, scope_of
from api.problems import answers
from api.service import plans
from api.who import Caller, allowed
from graph.listed import Position

router = APIRouter(tags=["publications"])


class Publication(BaseModel):
    revision: int = Field(description="number, one more than that before")
    at: str = Field(description="moment it took effect")
    actor: str = Field(description="account that published it")
    cause: str = Field(description="what changed, such as plan")
    plan: str | None = Field(description="id of the plan, where one was published")
    scope: str | None = Field(description="code of the region that the plan is for")


@router.get("/publications", responses=answers(401, 403, 404, 409))
def list_publications(
    caller: Annotated[Caller, Depends(allowed("publications.read"))], asked: Asked, region: RegionAsked = None
) -> Page[Publication]:
    """Revisions of plans whose scope lies within a region, the newest first."""
    found = plans.revisions_within(caller.settings, scope_of(caller, region), asked.start, asked.one_more)
    return page_of(Publication, found, asked, lambda each: Position(str(each.revision)))
