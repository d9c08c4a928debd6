"""What stands in the graph, row by row: listed by pages within a region, and shown by key."""

from __future__ import annotations

from collections.abc import Sequence

from api.service.opening import opened
from api.service.places import tree
from api.settings import Settings
from graph import listed
from graph.connect import Graph, Row
from graph.errors import CallError
from graph.listed import Listed, Position
from graph.model import TABLES
from graph.offers import OfferUnknown
from graph.shown import responsible_for, shown_rows
from graph.state import read_state
from graph.within import OrganizationUnknown

_NOTHING = Listed((), None)
"""What is listed of a graph in which nothing was published yet."""


class RowUnknown(CallError):
    """Nothing has this key, or it is closed."""

    code = "row_unknown"
    en = "There is nothing {key!r} among the {table}, or it is closed."
    zh = "{table_zh}中没有“{key}”，或已关闭。"
    repair_en = "Take a key from the list at /api/v1/{table}."
    repair_zh = "请使用列表 /api/v1/{table} 中的编号。"


def list_rows(settings: Settings, table: str, region: str | None, start: Position, limit: int) -> Listed:
    """A page of households, organizations, volunteers or caseworkers within a region; None is everywhere."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        return _shown(graph, table, listed.list_rows(graph, table, places, start, limit, nowhere=region is None))


def list_households(settings: Settings, region: str | None, start: Position, limit: int) -> Listed:
    """A page of households, each with the `caseworker` responsible for it now."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        found = listed.list_rows(graph, "households", places, start, limit, nowhere=region is None)
        return Listed(tuple(_households(graph, found.keys)), found.next)


def list_needs(settings: Settings, region: str | None, start: Position, limit: int, **chosen: str | None) -> Listed:
    """A page of needs within a region, where they are chosen of one `kind`, `urgency` or `status`; urgency and status never blank."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        found = listed.list_needs(graph, places, start, limit, **chosen)
        urgency = {row["key"]: row["urgency"] for row in found.rows}
        rows = _shown(graph, "needs", found)
    return Listed(tuple(_need(row, urgency[row["need"]]) for row in rows.rows), found.next)


def list_assignments(
    settings: Settings,
    region: str | None,
    start: Position,
    limit: int,
    *,
    need: str | None = None,
    provider: str | None = None,
) -> Listed:
    """A page of the assignments published now within a region, of one need or provider where these are given."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        revision = read_state(graph).revision
        if not revision:
            return _NOTHING
        if need is None and provider is None:
            return listed.list_assignments(graph, places, start, limit, revision=revision)
        return listed.list_assignments_of(graph, need, provider, region, start, limit, revision=revision)


def list_coverage(settings: Settings, region: str | None, start: Position, limit: int) -> Listed:
    """A page of who covers which town or village within a region, as published now."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        revision = read_state(graph).revision
        return listed.list_coverage(graph, places, start, limit, revision=revision) if revision else _NOTHING


def list_locks(settings: Settings, region: str | None, start: Position, limit: int) -> Listed:
    """A page of the open locks whose subject lies within a region."""
    with opened(settings) as graph:
        return _shown(graph, "locks", listed.list_locks(graph, region, start, limit))


def list_offers(
    settings: Settings,
    region: str | None,
    start: Position,
    limit: int,
    *,
    organization: str | None = None,
    kind: str | None = None,
) -> Listed:
    """A page of offers within a region, of one organisation or of one kind where these are given."""
    places = tree(settings).inside(region)
    with opened(settings) as graph:
        if organization is None:
            found = listed.list_offers(graph, places, start, limit, nowhere=region is None, kind=kind)
        else:
            found = listed.list_offers_of(graph, organization, region, start, limit, kind=kind)
        return _shown(graph, "offers", found)


def row_of(settings: Settings, table: str, key: str) -> Row:
    """One open row. Raises RowUnknown, OfferUnknown and OrganizationUnknown."""
    with opened(settings) as graph:
        rows = shown_rows(graph, table, [key])
    if not rows:
        raise _unknown(table, key)
    return rows[0]


def need_and_place(settings: Settings, need: str) -> tuple[Row, str | None]:
    """A need, closed or not, and where it lies; None for nowhere. Raises RowUnknown."""
    row = row_of(settings, "needs", need)
    household = row_of(settings, "households", row["household"])
    alert = household["alert"] or "none"
    return _need(row, row["urgency"] or (alert if alert != "none" else "green")), row["incident_place"] or household[
        "village"
    ]


def household(settings: Settings, key: str) -> Row:
    """One household with the `caseworker` responsible for it now. Raises RowUnknown."""
    with opened(settings) as graph:
        rows = _households(graph, [key])
    if not rows:
        raise _unknown("households", key)
    return rows[0]


def _households(graph: Graph, keys: Sequence[str]) -> list[Row]:
    workers = responsible_for(graph, keys, read_state(graph).revision)
    return [row | {"caseworker": workers.get(row["household"])} for row in shown_rows(graph, "households", keys)]


def _need(row: Row, urgency: str) -> Row:
    return row | {"urgency": urgency, "status": row["status"] or "open"}


def _shown(graph: Graph, table: str, found: Listed) -> Listed:
    return Listed(tuple(shown_rows(graph, table, found.keys)), found.next)


def _unknown(table: str, key: str) -> CallError:
    if table == "offers":
        return OfferUnknown(offer=key)
    if table == "organizations":
        return OrganizationUnknown(organization=key)
    return RowUnknown(table=table, table_zh=TABLES[table].zh, key=key)
