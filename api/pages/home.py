"""Home: what holds now, and what waits for the reader."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.pages.rendering import page
from api.service.gaps import Found, kept_gaps
from api.service.offering import own_offers
from api.service.plans import plans_within
from api.service.registering import registrations_within
from api.service.running import runs_within
from api.who import Caller, allowed
from graph.gap_tree import NothingLoaded
from graph.offers import Offer
from graph.plans import StoredPlan
from graph.registrations import Registration
from graph.runs import Run
from graph.state import NotPrepared

router = APIRouter()

_LATEST = 5
"""Plans shown on the first page."""


@router.get("/")
def home(request: Request, caller: Annotated[Caller, Depends(allowed("me.read"))]) -> Response:
    found: Found | None = None
    plans: list[StoredPlan] = []
    runs: list[Run] = []
    registrations: list[Registration] = []
    offers: list[Offer] = []
    empty = False
    if caller.may("gaps.read"):
        try:
            found = kept_gaps(caller.settings, region=caller.holder.region)
            plans = plans_within(caller.settings, caller.holder.region)
            runs = runs_within(caller.settings, caller.holder.region, over=False)
        except (NotPrepared, NothingLoaded):
            empty = True
    if caller.may("registrations.read") and not empty:
        every = registrations_within(caller.settings, caller.holder.region)
        registrations = [each for each in every if each.state == "waiting"]
    if caller.holder.organization is not None:
        offers = own_offers(caller.settings, caller.holder.organization)
    waiting = [plan for plan in plans if plan.state in {"draft", "approved"}]
    facts: dict[str, Any] = {
        "found": found,
        "waiting": waiting,
        "latest": waiting[:_LATEST],
        "plans": plans,
        "runs": runs,
        "registrations": registrations,
        "offers": offers,
        "empty": empty,
    }
    return page(request, "home.html", caller, **facts)
