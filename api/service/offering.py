"""Offers as use cases: made, changed, paused and withdrawn by those who give, with what each step would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from api.clock import today
from api.sentences import Standing
from api.service.counting import TownCount, by_town
from api.service.offer_cells import checked_offer
from api.service.once import SentBefore, number_of
from api.service.opening import opened
from api.service.places import tree
from api.settings import Settings
from graph.connect import Graph
from graph.edit import RowChanged, close_row, edit_of
from graph.offers import Offer, OfferUnknown, Whom, needs_given, needs_reached, offer_named, offers_of
from graph.state import read_state
from graph.within import seat_of
from loaders.issues import Issues

FIELDS = (
    "kind",
    "capacity",
    "unit_cost",
    "place",
    "serves",
    "categories",
    "traits",
    "min_age",
    "max_age",
    "valid_from",
    "valid_to",
)
"""The cells that who offers may fill; a fund is given by those who have it."""
_LISTS = ("serves", "categories", "traits")
_MUST = ("kind", "serves")
_LOSSES = ("offer_below_given", "offer_narrowed")


@dataclass(frozen=True)
class Reached:
    """Whom an offer accepts, where, whether it is given at present, and the needs that it reaches by town and urgency."""

    whom: Whom
    serves: tuple[str, ...]
    counts: list[TownCount]
    standing: Standing


def offer(settings: Settings, key: str) -> Offer:
    """One offer as it stands. Raises OfferUnknown."""
    with opened(settings) as graph:
        return offer_named(graph, key, read_state(graph).revision)


def own_offers(settings: Settings, organization: str) -> list[Offer]:
    """The offers of an organisation that are not withdrawn."""
    with opened(settings) as graph:
        return offers_of(graph, organization, read_state(graph).revision)


def seat(settings: Settings, organization: str) -> str | None:
    """The region in which an organisation has its seat. Raises OrganizationUnknown."""
    with opened(settings) as graph:
        return seat_of(graph, organization)


def add_offer(settings: Settings, organization: str, cells: Mapping[str, str], once: str | None = None) -> Offer:
    """Make an offer of an organisation; the same `once` sent again finds the one that it made.

    Raises CellsRefused, OrganizationUnknown, and SentBefore where that one is not as these cells say.
    """
    new = _new(settings, organization, cells, once)
    with opened(settings) as graph:
        seat_of(graph, organization)
        try:
            return _written(graph, settings, new, 0)
        except RowChanged:  # made before by this very request
            return _made_before(graph, settings, new)


def twins(settings: Settings, organization: str, cells: Mapping[str, str], once: str | None = None) -> Issues:
    """The warning that such an offer of an organisation stands already, which is none that the same `once` made.

    Nothing is written. Raises CellsRefused.
    """
    new = _new(settings, organization, cells, once)
    with opened(settings) as graph:
        checked = checked_offer(graph, tree(settings), new | {"offer": number_of("", None)}, _MUST)
        twice = (each for each in checked.issues.found if each.code == "offer_twice")
        return Issues(tuple(each for each in twice if each.texts != [new["offer"]]))


def change_offer(settings: Settings, key: str, version: int, cells: Mapping[str, str]) -> Offer:
    """Change the cells named of an offer as it was at a version. Raises OfferUnknown, CellsRefused and RowChanged."""
    with opened(settings) as graph:
        offer_named(graph, key, read_state(graph).revision)
        return _written(graph, settings, {"offer": key} | dict(cells), version)


def losses(settings: Settings, key: str, cells: Mapping[str, str], bound_to: str | None) -> Issues:
    """What a change of these cells would take from what an offer is given to now; nothing is written.

    How much is told as far as who asks may see it: all, or what is given within the region `bound_to`.
    Raises OfferUnknown and CellsRefused.
    """
    with opened(settings) as graph:
        offer_named(graph, key, read_state(graph).revision)
        checked = checked_offer(graph, tree(settings), {"offer": key} | dict(cells), _required(cells), (), bound_to)
        return Issues(tuple(each for each in checked.issues.found if each.code in _LOSSES))


def pause_offer(settings: Settings, key: str, version: int, *, paused: bool) -> Offer:
    """Pause an offer, so that the next match passes it over, or let it go on. Raises OfferUnknown and RowChanged."""
    with opened(settings) as graph:
        revision = read_state(graph).revision
        offer_named(graph, key, revision)
        row, present = _marked_now(pa.table({"offer": [key]}), ("offer",))
        graph.transact(edit_of(graph, "offers", row, present, {key: version}, settings.actor, paused=paused))
        return offer_named(graph, key, revision)


def withdraw_offer(settings: Settings, key: str, version: int) -> None:
    """Withdraw an offer for good: no later match uses it. Raises OfferUnknown and RowChanged."""
    with opened(settings) as graph:
        offer_named(graph, key, read_state(graph).revision)
        close_row(graph, "offers", key, version, settings.actor, today())


def reach(
    settings: Settings, cells: Mapping[str, str], *, by_decades: bool, paused: bool = False, used: int = 0
) -> Reached:
    """How many needs that count today such an offer would reach, by town and urgency.

    With `by_decades` ages are counted by whole decades, so that no two calls differ by one year's people;
    `paused` and `used` are those of an offer that is to be changed so. Raises CellsRefused.
    """
    with opened(settings) as graph:
        filled = {"offer": "new", "organization": ""} | _filled(cells)
        row = checked_offer(graph, tree(settings), filled, _MUST, but=("organization",)).tables["offers"]
        held = row.to_pylist()[0] | {"paused": paused, "used": used}
        return _reached(graph, settings, held, by_decades=by_decades)


def reach_of(settings: Settings, key: str, *, by_decades: bool, used: int) -> Reached:
    """The same of an offer as it stands, of whose units so many are given. Raises OfferUnknown."""
    with opened(settings) as graph:
        found = offer_named(graph, key, read_state(graph).revision)
        lists = {name: ";".join(getattr(found, name)) for name in _LISTS}
        return _reached(graph, settings, vars(found) | lists | {"used": used}, by_decades=by_decades)


def use_of(settings: Settings, key: str) -> list[TownCount]:
    """What an offer is given to now, by town and urgency. Raises OfferUnknown."""
    with opened(settings) as graph:
        revision = read_state(graph).revision
        offer_named(graph, key, revision)
        regions = tree(settings)
        return by_town(needs_given(graph, key, revision), regions, regions.roots)


def _reached(graph: Graph, settings: Settings, row: Mapping[str, Any], *, by_decades: bool) -> Reached:
    regions = tree(settings)
    lists = {name: tuple(row[name].split(";")) if row[name] else () for name in _LISTS}
    whom = Whom(row["kind"], lists["categories"], lists["traits"], row["min_age"], row["max_age"])
    places = sorted({place for area in lists["serves"] for place in regions.inside(area)})
    counted = _in_decades(whom) if by_decades else whom
    found = needs_reached(graph, counted, places, today(), read_state(graph).revision)
    standing = Standing(*(row[name] for name in ("capacity", "valid_from", "valid_to", "paused", "used")))
    return Reached(whom, lists["serves"], by_town(found, regions, lists["serves"]), standing)


def _in_decades(whom: Whom) -> Whom:
    """The same with ages widened to whole decades."""
    low = None if whom.min_age is None else whom.min_age // 10 * 10
    return replace(whom, min_age=low, max_age=None if whom.max_age is None else whom.max_age // 10 * 10 + 9)


def _new(settings: Settings, organization: str, cells: Mapping[str, str], once: str | None) -> dict[str, str]:
    """The cells of an offer that is to be made, under the number that this request gives it."""
    key = f"{organization}-{number_of(settings.actor, once, 10)}"
    return {"offer": key, "organization": organization} | _filled(cells)


def _made_before(graph: Graph, settings: Settings, cells: dict[str, str]) -> Offer:
    """The offer of this number, which must say what these cells do. Raises SentBefore."""
    try:
        made = offer_named(graph, cells["offer"], read_state(graph).revision)
    except OfferUnknown as fault:
        raise SentBefore(made=cells["offer"]) from fault
    row = checked_offer(graph, tree(settings), cells, _MUST).tables["offers"].to_pylist()[0]
    asked = row | {name: tuple(sorted(filter(None, (row[name] or "").split(";")))) for name in _LISTS}
    stands = vars(made) | {name: tuple(sorted(getattr(made, name))) for name in _LISTS}
    if any(asked[name] != stands[name] for name in FIELDS):
        raise SentBefore(made=made.offer)
    return made


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cells.get(name, "") for name in FIELDS}


def _written(graph: Graph, settings: Settings, cells: dict[str, str], version: int) -> Offer:
    part = checked_offer(graph, tree(settings), cells, _required(cells)).parts["offers"]
    rows, present = _marked_now(part.rows, part.present)
    graph.transact(edit_of(graph, "offers", rows, present, {cells["offer"]: version}, settings.actor))
    return offer_named(graph, cells["offer"], read_state(graph).revision)


def _required(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in _MUST if name in cells)


def _marked_now(rows: pa.Table, present: tuple[str, ...]) -> tuple[pa.Table, tuple[str, ...]]:
    """The rows as true at this moment."""
    moment = pa.array([datetime.now(UTC)] * rows.num_rows, pa.timestamp("us", tz="UTC"))
    kept = rows.drop_columns(["updated_on"]) if "updated_on" in rows.column_names else rows
    return kept.append_column("updated_on", moment), (*present, "updated_on")
