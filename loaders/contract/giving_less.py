"""Offers that a row lets give less than what published assignments already take from them.

Whom an offer is for is held against what it was before, not against the people that it is given to: who gives would else learn of
them, one limit after another.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.offers import GivenAt
from loaders.contract.distinct import Bools, true
from loaders.contract.finding import Finding
from loaders.contract.world import World, plain

_TERMS = (
    "kind",
    "capacity",
    "serves",
    "categories",
    "traits",
    "min_age",
    "max_age",
    "valid_from",
    "valid_to",
)
"""What of an offer says how much it gives, of what, where, to whom and when."""
Terms = Mapping[str, Any]


def offers_giving_less(world: World) -> Iterator[Finding]:
    """Rows by which an offer would not give what it is given to now; how much of it is told to those who may see all of it."""
    if "offers" not in world.parts or not world.existing.count("offers"):
        return
    told: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    rows = [(row, before, after) for row, before, after in _changed(world) if _less(world, before, after)]
    given: dict[str, list[GivenAt]] = defaultdict(list)
    for each in world.existing.given([after["offer"] for _, _, after in rows]) if rows else ():
        given[each.offer].append(each)
    for row, before, after in rows:
        places = given[after["offer"]]
        seen = world.bound_to is None or all(world.bound_to in each.line for each in places)
        for code, column, hint in _losses(world, before, after, places):
            told[code, column].append((row, after["offer"], hint if seen else ""))
    for (code, column), found in told.items():
        at, offers, hints = zip(*found, strict=True)
        yield Finding(code, "offers", column, np.array(at, np.int64), pa.array(offers), pa.array(hints))


def _changed(world: World) -> Iterator[tuple[int, Terms, Terms]]:
    """Rows of offers that stand and that the file changes: position, what the graph has of each, and what the row says."""
    keys, given = world.keys["offers"], [name for name in _TERMS if name in world.parts["offers"].present]
    held = world.existing.rows("offers", ("offer", "closed_on", "edited_at", *_TERMS), "offer", keys)
    held = held.filter(plain(held["closed_on"]).is_null())
    at = pc.index_in(keys, value_set=plain(held["offer"]), skip_nulls=True)
    stays = true(pc.greater(plain(held["edited_at"]).take(at), plain(world.parts["offers"].rows["updated_on"])))
    differs = np.zeros(len(keys), np.bool_)
    for name in given:
        differs |= _differ(plain(held[name]).take(at), plain(world.parts["offers"].rows[name]))
    chosen = np.flatnonzero(differs & ~stays & true(at.is_valid()))
    before = held.take(at.take(pa.array(chosen))).to_pylist()
    after = world.parts["offers"].rows.take(pa.array(chosen)).select(["offer", *given]).to_pylist()
    for row, stood, says in zip(chosen.tolist(), before, after, strict=True):
        yield row, stood, {**stood, **says}


def _differ(one: pa.Array, other: pa.Array) -> Bools:
    return ~true(pc.equal(one, other)) & (true(one.is_valid()) | true(other.is_valid()))


def _less(world: World, before: Terms, after: Terms) -> bool:
    """Whether a row takes anything from what its offer gave before, be it given or not."""
    dropped = _items(before["serves"]) - _items(after["serves"])
    return bool(dropped) or _lower("capacity", before, after) or bool(_narrowed(world, before, after))


def _losses(world: World, before: Terms, after: Terms, places: Sequence[GivenAt]) -> Iterator[tuple[str, str, str]]:
    """What given at these places is lost: the fault, its column, and how much."""
    old, new = _items(before["serves"]), _items(after["serves"])
    stays = [not old - new or bool(new.intersection(_known(world, each))) for each in places]
    lost = [each.needs for each, stay in zip(places, stays, strict=True) if not stay and old.intersection(each.line)]
    if lost:
        yield "offer_narrowed", "serves", f"{sum(lost):,}"
    for column in _narrowed(world, before, after) if places else ():
        yield "offer_narrowed", column, f"{sum(each.needs for each in places):,}"
    units = sum(each.units for each, stay in zip(places, stays, strict=True) if stay)
    if _lower("capacity", before, after) and units > after["capacity"]:
        yield "offer_below_given", "capacity", f"{units:,} > {after['capacity']:,}"


def _known(world: World, given: GivenAt) -> tuple[str, ...]:
    """Where something is given, as far as whoever loads the rows may know: the village within their region, else its town."""
    return given.line if world.bound_to is None or world.bound_to in given.line else given.wide


def _narrowed(world: World, before: Terms, after: Terms) -> list[str]:
    """The columns that leave out something of what, to whom or when an offer gave before."""
    columns = [] if after["kind"] in _served_by(world, before["kind"], after["kind"]) else ["kind"]
    columns += [name for name in ("categories", "traits") if _leaves_out(_items(before[name]), _items(after[name]))]
    youngest, old = after["min_age"], before["min_age"]
    columns += ["min_age"] if youngest is not None and (old is None or youngest > old) else []
    columns += ["max_age"] if _lower("max_age", before, after) else []
    first = max(before["valid_from"] or world.today, world.today)
    last = before["valid_to"] or dt.date.max
    if first <= last:
        columns += ["valid_from"] if (after["valid_from"] or first) > first else []
        columns += ["valid_to"] if (after["valid_to"] or dt.date.max) < last else []
    return columns


def _lower(name: str, before: Terms, after: Terms) -> bool:
    """Whether a row sets or lowers an upper limit; a blank one is none."""
    return after[name] is not None and (before[name] is None or after[name] < before[name])


def _leaves_out(before: set[str], after: set[str]) -> bool:
    """Whether a list accepts less than another; a blank one accepts everybody."""
    return bool(after) and (not before or not before <= after)


def _served_by(world: World, kind: str, other: str) -> set[str]:
    """The kind, and those broader than it where another is asked for: what an offer of either is for."""
    found = {kind}
    if other == kind:
        return found
    rows = world.merged("service_kinds", "broader").rows.to_pylist()
    broader = {row["kind"]: _items(row["broader"]) for row in rows}
    while wider := set().union(*(broader.get(each, set()) for each in found)) - found:
        found |= wider
    return found


def _items(text: str | None) -> set[str]:
    return set(filter(None, (text or "").split(";")))
