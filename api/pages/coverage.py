"""Coverage and gaps: the table of a region beside what each row lacks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.pages.rendering import page
from api.service import places
from api.service.calls import region_code
from api.service.gaps import find_gaps
from api.who import Caller, allowed

router = APIRouter()


@router.get("/gaps")
def gaps(
    request: Request,
    caller: Annotated[Caller, Depends(allowed("gaps.read"))],
    region: Annotated[str | None, Query(max_length=12)] = None,
    level: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    scope = region_code(region) if region else caller.holder.region
    if scope:
        caller.require_within(scope)
    found = find_gaps(caller.settings, region=scope, level=level or None)
    tree = places.tree(caller.settings)
    line = [
        each for each in reversed(list(tree.line(found.gaps.scope))) if tree.within(each.code, caller.holder.region)
    ]
    return page(request, "gaps.html", caller, found=found, line=line, rows=found.gaps.summary.to_pylist(), tree=tree)
