"""Offers one by one: as they stand, whom they reach, and what they are given to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from graph.connect import Graph
from graph.errors import CallError
from graph.model import TABLES
from graph.queries import query
from graph.schema import statement
from graph.stored import canonical

COLUMNS = tuple(column.name for column in TABLES["offers"].columns)
_FEW_PLACES = 1_000
"""Places up to which needs are found sooner from the places than from their kind: some counties."""
_BESIDE = ("version", "paused", "closed_on")


class OfferUnknown(CallError):
    """No offer has this number."""

    code = "offer_unknown"
    en = "There is no offer {offer}."
    zh = "没有供给 {offer}。"
    repair_en = "See the list of offers; one that was withdrawn is no longer in it."
    repair_zh = "请查看供给列表；已撤回的供给不再列出。"


@dataclass(frozen=True)
class Offer:
    """One offer; lists are codes in order, blanks None; `needs` and `used` are what it is given to now."""

    offer: str
    organization: str
    kind: str
    capacity: int | None
    unit_cost: int | None
    fund: str | None
    place: str | None
    serves: tuple[str, ...]
    categories: tuple[str, ...]
    traits: tuple[str, ...]
    min_age: int | None
    max_age: int | None
    valid_from: date | None
    valid_to: date | None
    updated_on: datetime | None
    version: int
    paused: bool
    closed_on: date | None
    needs: int
    used: int


@dataclass(frozen=True)
class Whom:
    """Whom an offer accepts, and of what kind it is; blank lists and ages accept everybody."""

    kind: str
    categories: Sequence[str] = ()
    traits: Sequence[str] = ()
    min_age: int | None = None
    max_age: int | None = None


@dataclass(frozen=True)
class Counted:
    """Needs at one place of one kind and urgency; `needs` of them, `unmet` of these not wholly met, `units` of what counts."""

    place: str
    kind: str
    urgency: str
    needs: int
    unmet: int
    units: int


@dataclass(frozen=True)
class GivenAt:
    """What an offer is given to at one place: the codes of the place and of all that it is part of, `wide` those of no village."""

    offer: str
    line: tuple[str, ...]
    wide: tuple[str, ...]
    needs: int
    units: int


def offer_named(graph: Graph, offer: str, revision: int) -> Offer:
    """The offer of this number, with its use at a revision. Raises OfferUnknown, also for one that is closed."""
    found = offers_named(graph, [offer], revision)
    if not found or found[0].closed_on is not None:
        raise OfferUnknown(offer=offer)
    return found[0]


def offers_of(graph: Graph, organization: str, revision: int) -> list[Offer]:
    """The offers of an organisation that are not closed, in order of their numbers, with their use at a revision."""
    keys = graph.columns(query("organization_offers"), organization=organization)["key"][0]
    return offers_named(graph, keys, revision)


def offers_named(graph: Graph, offers: Sequence[str], revision: int) -> list[Offer]:
    """The offers of these numbers as far as there are such, in order, with their use at a revision."""
    rows = canonical(graph, "offers", pa.array(offers, pa.string()), [*COLUMNS, *_BESIDE]).to_pylist()
    use = {row["offer"]: row for row in graph.read(query("offer_use"), offers=list(offers), revision=revision)}
    return sorted((_offer(row, use.get(row["offer"], {})) for row in rows), key=lambda offer: offer.offer)


def offer_versions(graph: Graph, organization: str) -> dict[str, int]:
    """The version of each offer of an organisation by its number, withdrawn ones too."""
    return {row["offer"]: row["version"] for row in graph.read(query("offer_versions"), organization=organization)}


def needs_reached(graph: Graph, whom: Whom, places: Sequence[str], on: date, revision: int) -> list[Counted]:
    """Needs that count on a day and that such an offer would reach at these places, by place, kind and urgency (model (4))."""
    everybody = not whom.categories and not whom.traits and whom.min_age is None and whom.max_age is None
    given: dict[str, Any] = {
        "kind": whom.kind,
        "categories": list(whom.categories),
        "traits": list(whom.traits),
        "min_age": whom.min_age,
        "max_age": whom.max_age,
    }
    source = query("needs_of_kind_here" if len(places) <= _FEW_PLACES else "needs_of_kind")
    rows = graph.read(
        statement("reached_needs", source=source),
        **given,
        places=list(places),
        on=on,
        year=on.year,
        revision=revision,
        everybody=everybody,
    )
    return [Counted(**row) for row in rows]


def needs_given(graph: Graph, offer: str, revision: int) -> list[Counted]:
    """Needs that an offer is given to at a revision, by place, kind and urgency; none of them counts as unmet."""
    rows = graph.read(query("offer_given"), offer=offer, revision=revision)
    return [Counted(**row, unmet=0) for row in rows]


def given_at(graph: Graph, offers: Sequence[str], revision: int) -> list[GivenAt]:
    """What these offers are given to at a revision, by offer and place."""
    rows = graph.read(query("offers_given"), offers=list(offers), revision=revision)
    return [GivenAt(**row | {name: tuple(row[name]) for name in ("line", "wide")}) for row in rows]


def _offer(row: Mapping[str, Any], use: Mapping[str, Any]) -> Offer:
    lists = {
        name: tuple((row[name] or "").split(";")) if row[name] else () for name in ("serves", "categories", "traits")
    }
    given = dict(row) | lists | {"paused": bool(row["paused"])}
    return Offer(**given, needs=use.get("needs", 0), used=use.get("used", 0))
