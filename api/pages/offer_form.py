"""The form of an offer: what is filled in, and the page with the sentence of who may receive it and the needs it reaches."""

from __future__ import annotations

from typing import Any, Self

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.pages.form_faults import beside_fields
from api.pages.rendering import page
from api.revisions import MOST_VERSION
from api.routes.offering import Reach, reach_seen, use_seen, used_seen
from api.service import kinds, offering, places
from api.service.cells import CellsRefused, parted_by_commas, refused
from api.service.once import SentBefore
from api.service.places import PlaceUnclear, place_meant, unclear
from api.service.unseen import mark_of
from api.who import Caller
from graph.errors import ZhongfuError
from graph.model import CATEGORIES, TRAITS
from graph.offers import Offer
from graph.within import RegionTree
from loaders.issues import Issues

_NOTHING = Issues()
_LISTS = ("serves", "categories", "traits")


class Filled(BaseModel):
    """What a browser sends of the form; `more` are places to be added to those served, `seen` the mark of warnings that were read."""

    organization: str = ""
    kind: str = ""
    capacity: str = ""
    unit_cost: str = ""
    place: str = ""
    serves: list[str] = []
    more: str = ""
    categories: list[str] = Field(default=[], max_length=20)
    traits: list[str] = Field(default=[], max_length=20)
    min_age: str = ""
    max_age: str = ""
    valid_from: str = ""
    valid_to: str = ""
    version: int = Field(default=0, ge=0, le=MOST_VERSION)
    once: str = Field(default="", max_length=40)
    seen: str = Field(default="", max_length=40)
    csrf: str = ""

    @property
    def cells(self) -> dict[str, str]:
        """The cells as a file has them, the place to be added among those served."""
        cells = {
            name: ";".join(getattr(self, name)) if name in _LISTS else getattr(self, name) for name in offering.FIELDS
        }
        return cells | {"serves": ";".join((*self.serves, self.more) if self.more.strip() else self.serves)}

    def with_places(self, tree: RegionTree) -> Self:
        """The same with the places to be added among those served, and the start by its code. Raises CellsRefused."""
        serves, place = list(self.serves), self.place.strip()
        for item in filter(None, map(str.strip, self.more.replace("；", ";").split(";"))):
            commas = parted_by_commas("serves", item)
            if commas is not None:
                raise refused("offers", commas)
            added = _meant(tree, "serves", item)
            serves = [*(each for each in serves if each != added), added]
        if place:
            place = _meant(tree, "place", place)
        return self.model_copy(update={"serves": serves, "more": "", "place": place})


SENT = tuple(name for name in Filled.model_fields if name not in {"once", "seen", "csrf"})
"""The fields that the address of the form fills in."""


def _meant(tree: RegionTree, field: str, text: str) -> str:
    try:
        return place_meant(tree, text)
    except PlaceUnclear as fault:
        raise refused("offers", unclear(field, fault)) from fault


def filled_of(offer: Offer) -> Filled:
    """The form as an offer fills it."""
    blank = {name: "" if getattr(offer, name) is None else str(getattr(offer, name)) for name in offering.FIELDS}
    lists = {name: list(getattr(offer, name)) for name in _LISTS}
    return Filled(organization=offer.organization, version=offer.version, **{**blank, **lists})  # type: ignore[arg-type] # by name


def form_page(
    request: Request,
    caller: Caller,
    filled: Filled,
    *,
    offer: Offer | None = None,
    fault: ZhongfuError | None = None,
    newer: Offer | None = None,
    unseen: Issues = _NOTHING,
) -> Response:
    """The form, with what is wrong, and beside it what another wrote meanwhile, or what is to be read before it is saved."""
    tree = caller.tree
    reach, refused = _reach(caller, filled, offer)
    if fault is None and filled.kind and filled.serves:
        fault = refused

    def whole_name(code: str) -> str:
        return places.whole_name(tree, code) if code in tree.regions else code

    facts: dict[str, Any] = {
        "filled": filled,
        "offer": offer,
        "version": newer.version if newer else filled.version,
        "fault": fault,
        "faults": beside_fields(fault),
        "newer": filled_of(newer) if newer else None,
        "to_read": unseen,
        "mark": mark_of(unseen),
        "given": use_seen(caller, offer) if offer and unseen else [],
        "kinds": kinds.all_kinds(caller.settings),
        "reach": reach,
        "tree": tree,
        "categories": CATEGORIES,
        "traits": TRAITS,
        "whole_name": whole_name,
        "names_of": lambda codes: [whole_name(code) for code in codes],
    }
    status = 412 if newer else 409 if unseen or isinstance(fault, SentBefore) else 422 if fault else 200
    return page(request, "offer_form.html", caller, status, **facts)


def _reach(caller: Caller, filled: Filled, offer: Offer | None) -> tuple[Reach | None, CellsRefused | None]:
    """Whom it reaches as filled in; or what hinders that while it is not whole."""
    try:
        beside: dict[str, Any] = {} if offer is None else {"paused": offer.paused, "used": used_seen(caller, offer)}
        reached = offering.reach(caller.settings, filled.cells, by_decades=not caller.sees_cases, **beside)
    except CellsRefused as fault:
        return None, fault
    return reach_seen(caller, reached), None
