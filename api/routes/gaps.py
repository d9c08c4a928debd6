"""What coverage and help lack, region by region."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.problems import answers
from api.service.calls import region_code
from api.service.gaps import kept_gaps
from api.who import Caller, allowed

router = APIRouter(tags=["gaps"])


class Untold(BaseModel):
    code: str
    message: str
    message_zh: str


class Gaps(BaseModel):
    scope: str
    level: str
    revision: int
    as_of: str | None = Field(description="moment of which the figures are, where data changed since; null for now")
    summary: list[dict[str, Any]] = Field(description="what matters first, one row a region")
    places: list[dict[str, Any]]
    households: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    capacity: list[dict[str, Any]]
    untold: list[Untold] = Field(description="why the causes that some plans tell are not among these")


@router.get("/gaps", responses=answers(401, 403, 404, 409, 503))
def show_gaps(
    caller: Annotated[Caller, Depends(allowed("gaps.read"))],
    region: Annotated[str | None, Query(max_length=12, description="code; by default one's own")] = None,
    level: Annotated[
        str | None, Query(max_length=10, description="level of the rows; by default the next down")
    ] = None,
    on: Annotated[str | None, Query(max_length=10, description="day, as 2026-12-01; by default today")] = None,
) -> Gaps:
    """What is lacking in a region by its regions of a level, with causes as the published plans tell them."""
    scope = region_code(region) if region else caller.holder.region
    if scope:
        caller.require_within(scope)
    found = kept_gaps(caller.settings, region=scope, level=level, on=on)
    tables = ("summary", "places", "households", "needs", "capacity")
    return Gaps(
        scope=found.gaps.scope,
        level=found.gaps.level,
        revision=found.gaps.revision,
        as_of=None if found.as_of is None else found.as_of.isoformat(timespec="seconds"),
        **{name: _rows(getattr(found.gaps, name)) for name in tables},
        untold=[
            Untold(code=each.code, message=each.message("en"), message_zh=each.message("zh")) for each in found.untold
        ],
    )


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as they stand, causes as objects."""
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        if row.get("causes"):
            row["causes"] = json.loads(row["causes"])
    return rows
