"""Offers made, changed, paused and withdrawn, and what each reaches and is given to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.addresses import part
from api.clock import today
from api.problems import answers
from api.repeats import Once, Repeatable
from api.revisions import IfMatch, beside_present
from api.routes.offers import Offer, mine, shown, standing
from api.sentences import receivers, who_may_receive, why_nobody
from api.service import kinds, offering
from api.service.counting import STEP, TownCount, rounded, withheld
from api.service.offering import Reached
from api.who import Caller, allowed
from graph.offers import Offer as Stored

router = APIRouter(tags=["offers"], route_class=Repeatable)
Writer = Annotated[Caller, Depends(allowed("offers.write"))]

Text = Annotated[str, Field(max_length=4000)]


_EXAMPLE: JsonDict = {
    "kind": "meal_delivery",
    "capacity": "12",
    "serves": "441427100000;441427103000",
    "traits": "elderly",
}


class Cells(BaseModel):
    """Cells as a file has them: texts, lists joined by semicolons, blank for none."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    kind: Text | None = None
    capacity: Text | None = Field(
        None, description="units: each period of a kind that recurs, else in all; blank is unlimited"
    )
    unit_cost: Text | None = None
    place: Text | None = Field(None, description="code or name of the region that it starts from")
    serves: Text | None = Field(
        None, description="codes or names of the regions served; zeros at the end of a code may be left out"
    )
    categories: Text | None = None
    traits: Text | None = None
    min_age: Text | None = None
    max_age: Text | None = None
    valid_from: Text | None = None
    valid_to: Text | None = None

    @property
    def given(self) -> dict[str, str]:
        """The cells that were given."""
        return {name: getattr(self, name) or "" for name in self.model_fields_set}


class NewOffer(Cells):
    organization: str | None = Field(None, max_length=200, description="by default one's own")

    @property
    def given(self) -> dict[str, str]:
        return {name: text for name, text in super().given.items() if name != "organization"}


class Loss(BaseModel):
    code: str
    field: str = Field(description="the cell that takes something away")
    message: str = Field(
        description="what it takes from whom it is given to now, and how much as far as one may see that"
    )
    message_zh: str
    repair: str
    repair_zh: str


class Pause(BaseModel):
    model_config = ConfigDict(extra="forbid")

    paused: bool


class TownNeeds(BaseModel):
    town: str
    name: str
    urgency: str
    few: bool = Field(
        description="whether a number is withheld, because it, or what is left without it, is from 1 to 4"
    )
    about: bool = Field(
        description=f"whether needs and unmet are rounded to multiples of {STEP}, and units are not told: so it is of what an"
        " offer reaches for those without the right to the cases, who choose what is counted"
    )
    needs: int | None
    unmet: int | None
    units: int | None


class Reach(BaseModel):
    sentence: str = Field(description="who may receive it, in plain words, or why nobody does now")
    sentence_zh: str
    received: bool = Field(
        description="whether anybody, or anybody else, may receive it now; if not, `counts` is what it would reach"
    )
    counts: list[TownNeeds]


@router.post("/offers", status_code=201, responses=answers(401, 403, 404))
def add_offer(caller: Writer, new: NewOffer, response: Response, once: Once = None) -> Offer:
    """Make an offer."""
    organization = caller.organization_or_own(new.organization)
    made = offering.add_offer(caller.settings, organization, new.given, once)
    response.headers["Location"] = f"/api/v1/offers/{part(made.offer)}"
    return shown(caller, made.offer, response)


@router.patch("/offers/{offer:key}", responses=answers(401, 403, 404, 412, 428))
def change_offer(offer: str, caller: Writer, cells: Cells, version: IfMatch, response: Response) -> Offer:
    """Change what is named of an offer, as it was at the version in If-Match; `POST /offers/{offer}/losses` tells what that takes away."""
    with _of_mine(caller, offer):
        offering.change_offer(caller.settings, offer, version, cells.given)
    return shown(caller, offer, response)


@router.post("/offers/{offer:key}/pause", responses=answers(401, 403, 404, 412, 428))
def pause_offer(offer: str, caller: Writer, pause: Pause, version: IfMatch, response: Response) -> Offer:
    """Pause an offer, so that the next match passes it over, or let it go on; `GET /offers/{offer}/use` tells what pausing takes away."""
    with _of_mine(caller, offer):
        offering.pause_offer(caller.settings, offer, version, paused=pause.paused)
    return shown(caller, offer, response)


@router.delete("/offers/{offer:key}", status_code=204, responses=answers(401, 403, 404, 412, 428))
def withdraw_offer(offer: str, caller: Writer, version: IfMatch) -> None:
    """Withdraw an offer for good; `GET /offers/{offer}/use` tells what that takes away."""
    with _of_mine(caller, offer):
        offering.withdraw_offer(caller.settings, offer, version)


@router.post("/offers/{offer:key}/losses", responses=answers(401, 403, 404))
def try_change(offer: str, caller: Writer, cells: Cells) -> list[Loss]:
    """What a change would take from those whom an offer is given to now, cell by cell; nothing is written."""
    mine(caller, offer)
    return [
        Loss(
            code=each.code,
            field=each.column,
            message=each.message_en,
            message_zh=each.message_zh,
            repair=each.repair_en,
            repair_zh=each.repair_zh,
        )
        for each in offering.losses(caller.settings, offer, cells.given, caller.holder.region)
    ]


@router.get("/offers/{offer:key}/use", responses=answers(401, 403, 404))
def show_use(offer: str, caller: Annotated[Caller, Depends(allowed("offers.write"))]) -> list[TownNeeds]:
    """Where an offer goes now: needs and units by town and urgency; of what one gives oneself no number is withheld."""
    return use_seen(caller, mine(caller, offer))


@router.get("/offers/{offer:key}/reach", responses=answers(401, 403, 404))
def show_reach(offer: str, caller: Annotated[Caller, Depends(allowed("offers.write"))]) -> Reach:
    """How many needs that count today an offer reaches, by town and urgency."""
    used = used_seen(caller, mine(caller, offer))
    return reach_seen(caller, offering.reach_of(caller.settings, offer, by_decades=not caller.sees_cases, used=used))


@router.post("/offers/reach", responses=answers(401, 403))
def try_reach(caller: Writer, cells: Cells) -> Reach:
    """The same of an offer that is not made yet; nothing is written."""
    return reach_seen(caller, offering.reach(caller.settings, cells.given, by_decades=not caller.sees_cases))


@contextmanager
def _of_mine(caller: Caller, offer: str) -> Iterator[None]:
    """A change of an offer that is the caller's to change; a stale one is told with what stands now. Raises Superseded."""

    def present() -> Offer:
        mine(caller, offer)
        return standing(caller, offer)

    mine(caller, offer)
    with beside_present(present):
        yield


def _counts_for(caller: Caller, each: TownCount, *, own: bool = False) -> TownNeeds:
    """TownNeeds as the caller may see them: small ones, and what would give one away, are for those who may see the cases, or give."""
    open_to_all = own or caller.sees_cases_of(each.town)
    told = open_to_all or (each.whole and not withheld(each.needs))
    left = open_to_all or (told and not withheld(each.unmet) and not withheld(each.needs - each.unmet))
    return TownNeeds(
        town=each.town,
        name=each.name,
        urgency=each.urgency,
        few=not left,
        about=False,
        needs=each.needs if told else None,
        unmet=each.unmet if left else None,
        units=each.units if left else None,
    )


def _about(caller: Caller, each: TownCount) -> TownNeeds:
    """The same of needs that the caller chose: tried one by one, exact counts would differ by single households."""
    seen = _counts_for(caller, each)
    if caller.sees_cases_of(each.town):
        return seen
    needs, unmet = (None if count is None else rounded(count) for count in (seen.needs, seen.unmet))
    return seen.model_copy(update={"about": True, "needs": needs, "unmet": unmet, "units": None})


def reach_seen(caller: Caller, reached: Reached) -> Reach:
    """Whom an offer reaches as the caller may see it, with the sentence of who may receive it."""
    tree, named = caller.tree, kinds.kinds_named(caller.settings, [reached.whom.kind])
    may, day = who_may_receive(reached.whom, reached.serves, tree, named), today()
    standing = replace(reached.standing, recurring=named[reached.whom.kind].recurring)
    sentence, sentence_zh = receivers(standing, day, may)
    return Reach(
        sentence=sentence,
        sentence_zh=sentence_zh,
        received=not why_nobody(standing, day),
        counts=[_about(caller, each) for each in reached.counts],
    )


def used_seen(caller: Caller, offer: Stored) -> int:
    """How many units of an offer are given, as far as the caller may know: to whoever gives, or sees the cases of all its areas."""
    own = caller.holder.organization == offer.organization
    return offer.used if own or all(caller.sees_cases_of(area) for area in offer.serves) else 0


def use_seen(caller: Caller, offer: Stored) -> list[TownNeeds]:
    """Where an offer goes as the caller may see it."""
    own = caller.holder.organization == offer.organization
    return [_counts_for(caller, each, own=own) for each in offering.use_of(caller.settings, offer.offer)]
