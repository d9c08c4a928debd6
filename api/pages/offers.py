"""Offers: the list of an organisation, the form with whom it reaches, pausing and withdrawing, and where each goes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.addresses import part, quoted
from api.clock import today
from api.pages.offer_form import SENT, Filled, filled_of, form_page
from api.pages.rendering import page
from api.revisions import FormVersion
from api.routes.offering import use_seen
from api.routes.offers import mine
from api.sentences import Standing, state_now, units_told
from api.service import kinds, offering, resources
from api.service.cells import CellsRefused
from api.service.once import SentBefore
from api.service.unseen import WarningsUnseen, mark_of
from api.who import Caller, allowed, allowed_form
from graph.edit import RowChanged
from graph.listed import Position
from graph.model import ServiceKind
from graph.offers import Offer
from loaders.issues import Issues

router = APIRouter(prefix="/offers")
_ORGANIZATIONS = 200
"""Organisations that a coordinator may choose from; others are named by their number."""
Reader = Annotated[Caller, Depends(allowed("offers.write"))]
Maker = Annotated[Caller, Depends(allowed_form("offers.write", "/offers/new", *SENT))]
Changer = Annotated[Caller, Depends(allowed_form("offers.write", "/offers/{offer}", *SENT))]
Pauser = Annotated[Caller, Depends(allowed_form("offers.write", "/offers"))]
Withdrawer = Annotated[Caller, Depends(allowed_form("offers.write", "/offers/{offer}/withdraw"))]
Organization = Annotated[str | None, Query(max_length=200)]


@router.get("")
def list_offers(request: Request, caller: Reader, organization: Organization = None) -> Response:
    if not organization and caller.holder.organization is None:
        found = resources.list_rows(caller.settings, "organizations", caller.holder.region, Position(), _ORGANIZATIONS)
        return page(request, "whose_offers.html", caller, organizations=found.rows, more=found.next is not None)
    whose = caller.organization_or_own(organization)
    offers, day = offering.own_offers(caller.settings, whose), today()
    seen = {area for offer in offers for area in offer.serves if caller.sees_cases_of(area)}
    told = {
        each.offer for each in offers if each.organization == caller.holder.organization or seen.issuperset(each.serves)
    }
    named = kinds.kinds_named(caller.settings, {each.kind for each in offers})
    facts: dict[str, Any] = {
        "offers": offers,
        "organization": whose,
        "tree": caller.tree,
        "told": told,
        "states": {
            each.offer: state_now(_standing(each, named[each.kind], known=each.offer in told), day) for each in offers
        },
        "named": named,
        "units_told": units_told,
    }
    return page(request, "offers.html", caller, **facts)


@router.get("/new")
def new_offer(request: Request, caller: Reader, filled: Annotated[Filled, Query()]) -> Response:
    whose = caller.organization_or_own(filled.organization)
    return _shown(request, caller, filled.model_copy(update={"organization": whose}), None)


@router.post("/new")
def add_offer(request: Request, caller: Maker, filled: Annotated[Filled, Form()]) -> Response:
    whose = caller.organization_or_own(filled.organization)
    return _saved(request, caller, filled.model_copy(update={"organization": whose}), None)


@router.get("/{offer:key}")
def edit_offer(request: Request, offer: str, caller: Reader, filled: Annotated[Filled, Query()]) -> Response:
    stored = mine(caller, offer)
    return _shown(request, caller, filled if request.query_params.keys() & set(SENT) else filled_of(stored), stored)


@router.post("/{offer:key}")
def change_offer(request: Request, offer: str, caller: Changer, filled: Annotated[Filled, Form()]) -> Response:
    return _saved(request, caller, filled, mine(caller, offer))


@router.get("/{offer:key}/pause")
def ask_pause(request: Request, offer: str, caller: Reader) -> Response:
    stored = mine(caller, offer)
    return page(request, "offer_pause.html", caller, offer=stored, counts=use_seen(caller, stored))


@router.post("/{offer:key}/pause")
def pause_offer(
    request: Request,
    offer: str,
    caller: Pauser,
    version: FormVersion,
    paused: Annotated[bool, Form()],
    seen: Annotated[bool, Form()] = False,
) -> Response:
    stored = mine(caller, offer)
    if paused and stored.needs and not seen:
        return RedirectResponse(f"/offers/{part(offer)}/pause", 303)
    try:
        offering.pause_offer(caller.settings, offer, version, paused=paused)
    except RowChanged as fault:
        return _stale(request, caller, mine(caller, offer), fault, "pause" if paused else "resume")
    return _to_list(caller, stored.organization)


@router.get("/{offer:key}/use")
def show_use(request: Request, offer: str, caller: Reader) -> Response:
    stored = mine(caller, offer)
    return page(request, "offer_use.html", caller, offer=stored, counts=use_seen(caller, stored))


@router.get("/{offer:key}/withdraw")
def ask_withdraw(request: Request, offer: str, caller: Reader) -> Response:
    stored = mine(caller, offer)
    return page(request, "offer_withdraw.html", caller, offer=stored, counts=use_seen(caller, stored))


@router.post("/{offer:key}/withdraw")
def withdraw_offer(request: Request, offer: str, caller: Withdrawer, version: FormVersion) -> Response:
    stored = mine(caller, offer)
    try:
        offering.withdraw_offer(caller.settings, offer, version)
    except RowChanged as fault:
        return _stale(request, caller, mine(caller, offer), fault, "withdraw")
    return _to_list(caller, stored.organization)


def _shown(request: Request, caller: Caller, filled: Filled, offer: Offer | None) -> Response:
    """The form as it is filled in, with whom it reaches, and the place that is to be added among those served."""
    try:
        placed = filled.with_places(caller.tree)
    except CellsRefused as fault:
        return form_page(request, caller, filled, offer=offer, fault=fault)
    return form_page(request, caller, placed, offer=offer)


def _saved(request: Request, caller: Caller, filled: Filled, offer: Offer | None) -> Response:
    """Write what was filled in, or show it again with what is wrong, with what another wrote meanwhile or what is to be read first."""
    try:
        unseen = _unseen(caller, filled, offer)
        if unseen:
            fault = WarningsUnseen(warnings=len(unseen))
            return form_page(request, caller, filled, offer=offer, fault=fault, unseen=unseen)
        if offer is None:
            made = offering.add_offer(caller.settings, filled.organization, filled.cells, filled.once or None)
        else:
            made = offering.change_offer(caller.settings, offer.offer, filled.version, filled.cells)
    except RowChanged as fault:
        return form_page(request, caller, filled, offer=offer, fault=fault, newer=mine(caller, str(fault.facts["key"])))
    except (CellsRefused, SentBefore) as fault:
        return form_page(request, caller, filled, offer=offer, fault=fault)
    return _to_list(caller, made.organization)


def _stale(request: Request, caller: Caller, offer: Offer, fault: RowChanged, asked: str) -> Response:
    """What was asked of an offer that somebody changed meanwhile, beside the offer as it stands now."""
    kind = kinds.kinds_named(caller.settings, [offer.kind])[offer.kind]
    counts = use_seen(caller, offer)
    facts: dict[str, Any] = {
        "offer": offer,
        "fault": fault,
        "asked": asked,
        "kind": kind,
        "areas": [caller.tree.region(area).name for area in offer.serves],
        "units": None if offer.capacity is None else units_told(offer.capacity, recurring=kind.recurring),
        "state": state_now(_standing(offer, kind, known=not any(each.few for each in counts)), today()),
        "counts": counts,
    }
    return page(request, "offer_stale.html", caller, 412, **facts)


def _unseen(caller: Caller, filled: Filled, offer: Offer | None) -> Issues:
    """What is to be read before a form is saved, unless it was shown: of a new offer that such a one stands already.

    Of a change what it would take from whom the offer is given to now; of a stale one nothing is told.
    """
    if offer is None:
        found = offering.twins(caller.settings, filled.organization, filled.cells, filled.once or None)
    elif filled.version == offer.version:
        found = offering.losses(caller.settings, offer.offer, filled.cells, caller.holder.region)
    else:
        found = Issues()
    return Issues() if filled.seen == mark_of(found) else found


def _standing(offer: Offer, kind: ServiceKind, *, known: bool) -> Standing:
    """What says whether an offer is given now, to a reader who may know how much of it is, or may not."""
    used = offer.used if known else 0
    return Standing(offer.capacity, offer.valid_from, offer.valid_to, offer.paused, used, kind.recurring)


def _to_list(caller: Caller, organization: str) -> Response:
    own = caller.holder.organization == organization
    return RedirectResponse("/offers" if own else f"/offers?organization={quoted(organization)}", 303)
