"""Home: what holds now, and what waits for the reader."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.pages.rendering import page
from api.service.gaps import Found, kept_gaps
from api.service.offering import own_offers
from api.service.plans import plans_waiting
from api.service.registering import waiting_within
from api.service.running import runs_within
from api.who import Caller, allowed
from graph.gap_tree import NothingLoaded
from graph.offers import Offer
from graph.plans import StoredPlan
from graph.runs import Run
from graph.state import NotPrepared

router = APIRouter()

_LATEST = 5
"""Plans shown on the first page."""


@router.get("/")
def home(request: Request, caller: Annotated[Caller, Depends(allowed("me.read"))]) -> Response:
    found: Found | None = None
    latest: list[StoredPlan] = []
    waiting = plans = registrations = 0
    runs: list[Run] = []
    offers: list[Offer] = []
    empty = False
    if caller.may("gaps.read"):
        try:
            found = kept_gaps(caller.settings, region=caller.holder.region)
            latest, waiting, plans = plans_waiting(caller.settings, caller.holder.region, _LATEST)
            runs = runs_within(caller.settings, caller.holder.region, over=False)
        except (NotPrepared, NothingLoaded):
            empty = True
    if caller.may("registrations.read") and not empty:
        registrations = waiting_within(caller.settings, caller.holder.region)
    if caller.holder.organization is not None:
        offers = own_offers(caller.settings, caller.holder.organization)
    facts: dict[str, Any] = {
        "found": found,
        "waiting": waiting,
        "latest": latest,
        "plans": plans,
        "runs": runs,
        "registrations": registrations,
        "offers": offers,
        "empty": empty,
    }
    return page(request, "home.html", caller, **facts)
