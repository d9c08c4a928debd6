"""What stands in the graph, row by row: listed by pages within a region, and shown by key."""

from __future__ import annotations

from api.service.opening import opened
from api.service.places import tree
from api.settings import Settings
from graph import listed
from graph.connect import Graph, Row
from graph.errors import CallError
from graph.listed import Listed, Position
from graph.model import TABLES
from graph.offers import OfferUnknown
from graph.shown import shown_rows
from graph.within import OrganizationUnknown, seat_of


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


def place_of_offer(settings: Settings, offer: Row) -> str | None:
    """Where an offer starts from, or else where its organisation has its seat; None for nowhere."""
    if offer["place"]:
        return str(offer["place"])
    with opened(settings) as graph:
        try:
            return seat_of(graph, offer["organization"])
        except OrganizationUnknown:
            return None


def _shown(graph: Graph, table: str, found: Listed) -> Listed:
    return Listed(tuple(shown_rows(graph, table, found.keys)), found.next)


def _unknown(table: str, key: str) -> CallError:
    if table == "offers":
        return OfferUnknown(offer=key)
    if table == "organizations":
        return OrganizationUnknown(organization=key)
    return RowUnknown(table=table, table_zh=TABLES[table].zh, key=key)
