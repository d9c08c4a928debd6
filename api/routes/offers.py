"""Offers: what organisations offer, where, to whom and how much."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.revisions import etag
from api.service import offering, resources
from api.service.filters import require_key, require_kind
from api.who import Caller, allowed
from graph.offers import Offer as Stored

router = APIRouter(tags=["offers"])
Reader = Annotated[Caller, Depends(allowed("offers.read"))]


class Offer(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("offers"))

    offer: str
    organization: str
    kind: str
    capacity: int | None
    unit_cost: int | None
    fund: str | None
    place: str | None
    serves: list[str]
    categories: list[str]
    traits: list[str]
    min_age: int | None
    max_age: int | None
    valid_from: str | None
    valid_to: str | None
    updated_on: str | None
    paused: bool = Field(description="whether its organisation has paused it")
    version: int


@router.get("/offers", responses=answers(401, 403, 404, 409))
def list_offers(
    caller: Reader,
    asked: Asked,
    region: RegionAsked = None,
    organization: Annotated[str | None, Query(max_length=200, description="key of an organisation")] = None,
    kind: Annotated[str | None, Query(max_length=200, description="service kind, narrower ones not among it")] = None,
) -> Page[Offer]:
    """Offers where they start from, or else at their organisation's seat, within a region; a provider sees its own alone."""
    own = caller.holder.organization
    if own is None:
        require_key(caller.settings, "organization", organization)
    elif organization is not None:
        caller.require_organization(organization)
    require_kind(caller.settings, kind)
    found = resources.list_offers(
        caller.settings,
        scope_of(caller, region),
        asked.start,
        asked.limit,
        organization=own or organization,
        kind=kind,
    )
    return page(Offer, found, asked)


@router.get("/offers/{offer:key}", responses=answers(401, 403, 404, 409))
def show_offer(offer: str, caller: Reader, response: Response) -> Offer:
    """One offer with its version as ETag; a provider sees its own alone."""
    mine(caller, offer)
    return shown(caller, offer, response)


def mine(caller: Caller, offer: str) -> Stored:
    """An offer within the caller's region, or of an organisation that the caller may speak for. Raises OfferUnknown and OutsideScope."""
    found = offering.offer(caller.settings, offer)
    caller.require_offer(found.organization, found.place)
    return found


def standing(caller: Caller, offer: str) -> Offer:
    """An offer as it stands. Raises OfferUnknown."""
    return Offer(**resources.row_of(caller.settings, "offers", offer))


def shown(caller: Caller, offer: str, response: Response) -> Offer:
    """The same with its version as ETag of the answer."""
    found = standing(caller, offer)
    response.headers["ETag"] = etag(found.version)
    return found
