"""Rows a page at a time, in order of place and key: place after place until the page is full, nothing sorted as a whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from graph.connect import Graph, Row
from graph.model import TABLES
from graph.queries import query
from graph.schema import key_of, place_edge, statement

NOWHERE = "~"
"""Stands for the place of rows that lie at none: behind the code of every region."""
_FEWEST, _MOST, _GROWTH = 16, 512, 4
"""Places in one question: at first, at most, and how much faster from one to the next."""
_LOOK_SECONDS = 0.5
"""A page that is not full after so long is given as it is, to be gone on with."""


@dataclass(frozen=True)
class Position:
    """Where a list goes on: behind this key of this place."""

    place: str = ""
    key: str = ""


BEGINNING = Position()


@dataclass(frozen=True)
class Listed:
    """Rows of one page, each with `place` and `key`, and where the next begins; None behind the last."""

    rows: tuple[Row, ...]
    next: Position | None

    @property
    def keys(self) -> list[str]:
        """Keys of the rows."""
        return [row["key"] for row in self.rows]


ALL = 10**9
"""More than any list has, for one that is read as a whole."""


def stretch(region: str | None, start: Position, limit: int) -> dict[str, Any]:
    """What a question for the newest of something within a region takes; the place of its position is a moment or a number."""
    return {"region": region, "before": start.place or None, "key": start.key, "most": limit}


Ask = Callable[..., list[Row]]
"""Asks the graph for rows behind a position: takes `place`, `key`, `limit`, and `places` where it goes by places."""


def page_of(places: Sequence[str], start: Position, limit: int, at: Ask, nowhere: Ask | None = None) -> Listed:
    """The page behind a position of what lies at these places, and at none where that is asked for.

    Parameters
    ----------
    places
        Codes of regions in ascending order.
    limit
        Rows of the page; it may have fewer before the last where half a second's search finds no more.
    """
    rows: list[Row] = []
    first, size, until = bisect_left(places, start.place), _FEWEST, monotonic() + _LOOK_SECONDS
    while first < len(places):
        rows += at(places=places[first : first + size], place=start.place, key=start.key, limit=limit + 1 - len(rows))
        if len(rows) > limit:
            return cut(rows, limit)
        first, size = first + size, min(size * _GROWTH, _MOST)
        if first < len(places) and monotonic() > until:
            return Listed(tuple(rows), Position(places[first]))
    if nowhere is not None:
        key = start.key if start.place == NOWHERE else ""
        rows += nowhere(place=NOWHERE, key=key, limit=limit + 1 - len(rows))
    return cut(rows, limit)


def cut(rows: Sequence[Row], limit: int) -> Listed:
    """A page of rows of which one more than its limit was asked for."""
    kept = tuple(rows[:limit])
    return Listed(kept, Position(kept[-1]["place"], kept[-1]["key"]) if len(rows) > limit else None)


def list_rows(graph: Graph, table: str, places: Sequence[str], start: Position, limit: int, *, nowhere: bool) -> Listed:
    """Open households, organizations, volunteers or caseworkers."""
    names = {"label": TABLES[table].label, "key": key_of(table), "type": place_edge(table).type}
    return page_of(
        places,
        start,
        limit,
        partial(graph.read, statement("rows_at", **names)),
        partial(graph.read, statement("rows_nowhere", **names)) if nowhere else None,
    )


def list_offers(
    graph: Graph, places: Sequence[str], start: Position, limit: int, *, nowhere: bool, kind: str | None
) -> Listed:
    """Open offers where they start from, or else where their organisation has its seat."""
    return page_of(
        places,
        start,
        limit,
        partial(graph.read, query("offers_at"), kind=kind),
        partial(graph.read, query("offers_nowhere"), kind=kind) if nowhere else None,
    )


def list_offers_of(
    graph: Graph, organization: str, region: str | None, start: Position, limit: int, *, kind: str | None
) -> Listed:
    """Open offers of one organisation within a region."""
    given = {"organization": organization, "region": region, "kind": kind, "nowhere": NOWHERE}
    return cut(graph.read(query("offers_of"), **given, **vars(start), limit=limit + 1), limit)


def list_needs(
    graph: Graph,
    places: Sequence[str],
    start: Position,
    limit: int,
    *,
    kind: str | None = None,
    urgency: str | None = None,
    status: str | None = None,
) -> Listed:
    """Needs where an emergency happened, or else where their household lives, each row with its `urgency`; closed ones if asked.

    Every need lies somewhere: a household without a village has needs with an incident place alone.
    """
    asked = partial(graph.read, query("needs_at"), kind=kind, urgency=urgency, status=status)
    return page_of(places, start, limit, asked)


def list_assignments(graph: Graph, places: Sequence[str], start: Position, limit: int, *, revision: int) -> Listed:
    """Assignments that hold at a revision, at the places of their needs; the rows are whole."""
    return page_of(places, start, limit, partial(graph.read, query("assignments_at"), revision=revision))


def list_assignments_of(
    graph: Graph,
    need: str | None,
    provider: str | None,
    region: str | None,
    start: Position,
    limit: int,
    *,
    revision: int,
) -> Listed:
    """The same of one need, or one provider, or both."""
    given = {"need": need, "provider": provider, "region": region, "nowhere": NOWHERE, "revision": revision}
    return cut(graph.read(query("assignments_of"), **given, **vars(start), limit=limit + 1), limit)


def list_coverage(graph: Graph, places: Sequence[str], start: Position, limit: int, *, revision: int) -> Listed:
    """Who covers towns and villages at a revision; the rows are whole."""
    return page_of(places, start, limit, partial(graph.read, query("coverage_at"), revision=revision))


def list_locks(graph: Graph, region: str | None, start: Position, limit: int) -> Listed:
    """Open locks whose subject lies in a region. They are few, so all of them are looked at."""
    given = {"region": region, "nowhere": NOWHERE}
    return cut(graph.read(query("locks_in"), **given, **vars(start), limit=limit + 1), limit)
