"""Needs: what households need, and how much of it is open."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.service import resources
from api.service.filters import require_kind
from api.service.open_needs import open_needs
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


class NeedCount(BaseModel):
    town: str = Field(description="code of the town, or of the wider region in which an emergency is placed")
    name: str
    kind: str
    urgency: str
    needs: int | None
    unmet: int | None
    few: bool = Field(description="whether a number is withheld, because it or what is left of a sum is from 1 to 4")


class Counts(BaseModel):
    as_of: str | None = Field(description="moment of the figures where data changed since; null for now")
    counts: list[NeedCount]


@router.get("/needs", responses=answers(401, 403, 404, 409))
def list_needs(
    caller: Reader,
    asked: Asked,
    region: RegionAsked = None,
    kind: Annotated[str | None, Query(max_length=200, description="service kind, narrower ones not among it")] = None,
    urgency: Annotated[Urgency | None, Query(description="by default every one")] = None,
    status: Annotated[
        Literal["open", "paused", "closed"] | None, Query(description="by default open and paused")
    ] = None,
) -> Page[Need]:
    """Needs where an emergency happened, or else where their household lives, within a region."""
    require_kind(caller.settings, kind)
    found = resources.list_needs(
        caller.settings, scope_of(caller, region), asked.start, asked.limit, kind=kind, urgency=urgency, status=status
    )
    return page(Need, found, asked)


@router.get("/needs/counts", responses=answers(401, 403, 404, 409))
def count_needs(
    caller: Annotated[Caller, Depends(allowed("needs.count"))],
    region: RegionAsked = None,
    kind: Annotated[str | None, Query(max_length=200, description="required for a region that has counties")] = None,
) -> Counts:
    """Needs that count today, by town, kind and urgency, and how many are not wholly met.

    All kinds together are told for a county or less: a county has some 2,000 rows, a city 14,000. To those without the
    right to the cases numbers from 1 to 4 are withheld, and so is what would give one away, also as the rest of a sum
    that gaps tell; towns are the finest rows.
    """
    require_kind(caller.settings, kind)
    found = open_needs(caller.settings, scope_of(caller, region), kind, cases=caller.sees_cases)
    names = caller.tree.regions
    rows = [_count(row, names[row["region"]].name) for row in found.rows]
    return Counts(as_of=None if found.as_of is None else found.as_of.isoformat(), counts=rows)


@router.get("/needs/{need:key}", responses=answers(401, 403, 404, 409))
def show_need(need: str, caller: Reader) -> Need:
    """One need, closed or not."""
    row, place = resources.need_and_place(caller.settings, need)
    caller.require_within(place)
    return Need(**row)


def _count(row: dict[str, Any], name: str) -> NeedCount:
    return NeedCount(
        town=row["region"],
        name=name,
        kind=row["kind"],
        urgency=row["urgency"],
        needs=row["needs"],
        unmet=row["needs_unmet"],
        few=row["needs_unmet"] is None,
    )
