"""Locks: pairs that a person decided, kept or forbidden."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["locks"])
Reader = Annotated[Caller, Depends(allowed("locks.read"))]


class Lock(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("locks"))

    lock: str
    subject_type: str
    subject: str | None
    provider_type: str
    provider: str | None
    mode: str
    until: str | None
    reason: str | None
    version: int


@router.get("/locks", responses=answers(401, 403, 404, 409))
def list_locks(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Lock]:
    """Locks by the place of their need, village or household, within a region."""
    scope = scope_of(caller, region)
    return page(Lock, resources.list_locks(caller.settings, scope, asked.start, asked.limit), asked)
