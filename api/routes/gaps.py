"""What coverage and help lack, region by region."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.paging import scope_of
from api.problems import answers
from api.service.gap_told import told_rows, told_worth
from api.service.gaps import KeptFound, kept_gaps, require_few_rows
from api.service.village_map import village_map, village_names
from api.who import Caller, allowed

router = APIRouter(tags=["gaps"])
TABLES = ("summary", "places", "households", "needs", "workers", "worth", "capacity")


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
    households: list[dict[str, Any]] = Field(
        description="figures null where one from 1 to 4, or a sum less the others, would point at households; "
        "no row of villages, nor of a region whose summary does"
    )
    needs: list[dict[str, Any]] = Field(description="likewise")
    workers: list[dict[str, Any]] = Field(
        description="of the regions that lack workers how many at least, of average capacity; places that nobody may cover; "
        "the least villages_limit that would cover all others, null where none need be raised"
    )
    worth: list[dict[str, Any]] = Field(
        description="what one more unit of a kind, so many hours of a volunteer or so many yuan of who stands there would be "
        "worth to the published plans: the urgency of the best unserved need let in, and in how many towns; for those "
        "without the right to the cases only where they are told of five such needs or more. One more usual worker: by how "
        "many more places are covered, and how many more households, for these readers to the nearest five, get one at least"
    )
    capacity: list[dict[str, Any]]
    untold: list[Untold] = Field(description="why the causes that some plans tell are not among these")


@router.get("/gaps", responses=answers(401, 403, 404, 409, 503))
def show_gaps(
    caller: Annotated[Caller, Depends(allowed("gaps.read"))],
    region: Annotated[str | None, Query(max_length=12, description="code; by default one's own")] = None,
    level: Annotated[
        Literal["province", "city", "county", "town", "village"] | None,
        Query(description="level of the rows; by default the next down"),
    ] = None,
    on: Annotated[str | None, Query(max_length=10, description="day, as 2026-12-01; by default today")] = None,
) -> Gaps:
    """What is lacking in a region by its regions of a level, with causes as the published plans tell them."""
    scope = scope_of(caller, region)
    require_few_rows(caller.settings, scope, level)
    found = kept_gaps(caller.settings, region=scope, level=level, on=on)
    return Gaps(
        scope=found.gaps.scope,
        level=found.gaps.level,
        revision=found.gaps.revision,
        as_of=None if found.as_of is None else found.as_of.isoformat(timespec="seconds"),
        **{name: _rows(found, name, cases=caller.sees_cases) for name in TABLES},
        untold=[
            Untold(code=each.code, message=each.message("en"), message_zh=each.message("zh")) for each in found.untold
        ],
    )


class VillageMap(BaseModel):
    revision: int
    as_of: str | None = Field(description="moment of which the shades are, where data changed since; null for now")
    west: float
    south: float
    unit: float = Field(description="degrees that a step of `lon` and `lat` is")
    lon: list[int] = Field(description="units east of the village before, of the first from `west`")
    lat: list[int] = Field(description="units north of the village before, of the first from `south`")
    shades: str = Field(
        description="a sign a village: 0 for none to 5 for all, - where nothing counts or, of red needs and of one kind, is told"
    )


class VillageNames(BaseModel):
    names: list[str]
    towns: list[str] = Field(description="towns that they lie in, one after the other")
    counts: list[int] = Field(description="how many of the names lie in each")


Region = Annotated[str | None, Query(max_length=12, description="code; by default one's own")]


@router.get("/gaps/map", responses=answers(401, 403, 404, 409, 503))
def show_map(
    caller: Annotated[Caller, Depends(allowed("gaps.read"))],
    region: Region = None,
    measure: Annotated[
        Literal["villages", "households", "needs", "red"],
        Query(description="villages covered, households with a worker, needs met, red needs met"),
    ] = "villages",
    kind: Annotated[
        str | None, Query(max_length=200, description="in place of a measure: needs met of this service kind alone")
    ] = None,
) -> VillageMap:
    """Every village of a region whose place is known (most of these are estimates), shaded by the share of a measure."""
    found = village_map(caller.settings, scope_of(caller, region), measure, kind, cases=caller.sees_cases)
    return VillageMap(**vars(found) | {"as_of": found.as_of and found.as_of.isoformat(timespec="seconds")})


@router.get("/gaps/map/names", responses=answers(401, 403, 404, 409, 503))
def name_map(caller: Annotated[Caller, Depends(allowed("gaps.read"))], region: Region = None) -> VillageNames:
    """Names of the villages of the map, in the same order."""
    return VillageNames(**vars(village_names(caller.settings, scope_of(caller, region))))


def _rows(found: KeptFound, name: str, *, cases: bool) -> list[dict[str, Any]]:
    """The rows of a table as the caller may see them, causes as objects."""
    rows: list[dict[str, Any]]
    if not cases and name in {"needs", "households"}:
        rows = told_rows(found, name)
    elif not cases and name == "worth":
        rows = told_worth(found)
    else:
        rows = getattr(found.gaps, name).to_pylist()
    for row in rows:
        if row.get("causes"):
            row["causes"] = json.loads(row["causes"])
    return rows
