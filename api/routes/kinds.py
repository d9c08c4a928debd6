"""Service kinds: what can be needed and offered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.problems import answers
from api.service import kinds
from api.who import Caller, allowed

router = APIRouter(tags=["service kinds"])


class ServiceKind(BaseModel):
    kind: str
    name_zh: str
    name_en: str | None
    kind_class: str = Field(serialization_alias="class")
    unit: str
    minutes_per_unit: int
    divisible: bool
    recurring: bool
    broader: list[str] = Field(description="kinds that include this one")


@router.get("/service-kinds", responses=answers(401, 403, 409))
def list_kinds(caller: Annotated[Caller, Depends(allowed("kinds.read"))]) -> list[ServiceKind]:
    """The kinds that hold, in order of code."""
    return [ServiceKind(**vars(each)) for each in kinds.all_kinds(caller.settings)]
