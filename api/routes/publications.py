"""Publications: every revision that took effect."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from api.problems import answers
from api.service import plans
from api.who import Caller, allowed

router = APIRouter(tags=["publications"])


class Publication(BaseModel):
    revision: int
    at: str
    actor: str
    cause: str
    plan: str | None
    scope: str | None


@router.get("/publications", responses=answers(401, 403, 409))
def list_publications(caller: Annotated[Caller, Depends(allowed("publications.read"))]) -> list[Publication]:
    """Revisions of plans whose scope lies within the caller's region, the newest first."""
    found = plans.revisions_within(caller.settings, caller.holder.region)
    return [Publication(**vars(each)) for each in found]
