"""Home: what holds now, and what waits for the reader."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.pages.rendering import page
from api.service.gaps import Found, kept_gaps
from api.service.plans import plans_within
from api.who import Caller, allowed
from graph.plans import StoredPlan
from graph.state import NotPrepared

router = APIRouter()

_LATEST = 5
"""Plans shown on the first page."""


@router.get("/")
def home(request: Request, caller: Annotated[Caller, Depends(allowed("me.read"))]) -> Response:
    found: Found | None = None
    plans: list[StoredPlan] = []
    empty = False
    if caller.may("gaps.read"):
        try:
            found = kept_gaps(caller.settings, region=caller.holder.region)
            plans = plans_within(caller.settings, caller.holder.region)
        except NotPrepared:
            empty = True
    waiting = [plan for plan in plans if plan.state in {"draft", "approved"}]
    return page(request, "home.html", caller, found=found, waiting=waiting[:_LATEST], plans=plans, empty=empty)
