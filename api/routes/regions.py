"""Regions: the tree, from province to village."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.fields import described
from api.problems import answers
from api.service.calls import region_code
from api.service.filters import FilterUnknown
from api.who import Caller, allowed
from graph.within import Region as Stored

router = APIRouter(tags=["regions"], dependencies=[])


_KNOWN, _KNOWN_ZH = "A region is named by its code of 12 digits.", "区划须写 12 位代码。"


class Region(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("regions"))

    code: str
    name: str
    level: str
    parent: str | None
    lon: float | None
    lat: float | None
    population: int | None


class RegionWithInside(Region):
    line: list[Region] = Field(description="what it is part of, from the top")
    inside: list[Region] = Field(description="what is right inside it")


@router.get("/regions", responses=answers(401, 403, 404))
def list_regions(
    caller: Annotated[Caller, Depends(allowed("regions.read"))],
    parent: Annotated[
        str | None, Query(max_length=12, description="code of the region that they are right inside")
    ] = None,
) -> list[Region]:
    """The regions right inside one; without one those that are part of no other."""
    tree = caller.tree
    if parent is not None and region_code(parent) not in tree.regions:
        raise FilterUnknown(name="parent", value=parent, known=_KNOWN, known_zh=_KNOWN_ZH)
    codes = tree.roots if parent is None else tree.children[region_code(parent)]
    return [_region(tree.regions[code]) for code in codes]


@router.get("/regions/{code}", responses=answers(401, 403, 404))
def show_region(code: str, caller: Annotated[Caller, Depends(allowed("regions.read"))]) -> RegionWithInside:
    """One region, what it is part of and what is right inside it."""
    tree = caller.tree
    region, *line = tree.line(region_code(code))
    inside = [_region(tree.regions[each]) for each in tree.children[region.code]]
    return RegionWithInside(**vars(region), line=[_region(each) for each in reversed(line)], inside=inside)


def _region(region: Stored) -> Region:
    return Region(**vars(region))
