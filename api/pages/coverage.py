"""Coverage and gaps: a map beside the table of a region, which shows the same and more."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.pages.maps import MEASURES, map_of
from api.pages.rendering import page
from api.service import places
from api.service.calls import region_code
from api.service.gaps import kept_gaps
from api.who import Caller, allowed

router = APIRouter()


@router.get("/gaps")
def gaps(
    request: Request,
    caller: Annotated[Caller, Depends(allowed("gaps.read"))],
    region: Annotated[str | None, Query(max_length=12)] = None,
    level: Annotated[str | None, Query(max_length=10)] = None,
    measure: Literal["villages", "households", "needs"] = "villages",
) -> Response:
    scope = region_code(region) if region else caller.holder.region
    if scope:
        caller.require_within(scope)
    found = kept_gaps(caller.settings, region=scope, level=level or None)
    tree = places.tree(caller.settings)
    line = [
        each for each in reversed(list(tree.line(found.gaps.scope))) if tree.within(each.code, caller.holder.region)
    ]
    rows = found.gaps.summary.to_pylist()
    facts: dict[str, Any] = {"found": found, "line": line, "rows": rows, "measure": measure, "measures": MEASURES}
    inside = [each for each in _LEVELS[tree.region(found.gaps.scope).level] if each != found.gaps.level]
    return page(request, "gaps.html", caller, **facts, map=map_of(tree, found.gaps.scope, rows, measure), levels=inside)


_LEVELS = {
    "province": ["city", "county"],
    "city": ["county", "town"],
    "county": ["town", "village"],
    "town": ["village"],
    "village": [],
}
"""Levels of rows that a region's page offers: more would be thousands of rows."""
