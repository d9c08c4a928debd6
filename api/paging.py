"""Lists by pages: what a call asks for, and the answer with the cursor of the next page."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.service.calls import region_code
from api.who import Caller
from graph.errors import CallError
from graph.listed import Listed, Position

MOST = 200
"""Rows of the longest page."""
T = TypeVar("T", bound=BaseModel)


class BadCursor(CallError):
    """A cursor that no answer gave."""

    code = "bad_cursor"
    en = "{cursor!r} is not a cursor of this service."
    zh = "“{cursor}”不是本服务给出的游标。"
    repair_en = "Send `next` of an answer as it is, or leave the cursor out to begin anew."
    repair_zh = "请原样发送上一次应答中的 `next`；不写则从头开始。"


@dataclass(frozen=True)
class Window:
    """The page that a call asks for: behind a position, so many rows."""

    start: Position
    limit: int


class Page(BaseModel, Generic[T]):
    """One page, in order of place and key."""

    items: list[T] = Field(description="at most `limit`; fewer before the end where a search takes long")
    next: str | None = Field(description="to be sent as `cursor` for the next page; null behind the last row")


def _window(
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows of a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="`next` of the page before; without it the list begins")
    ] = None,
) -> Window:
    return Window(Position() if cursor is None else _position(cursor), limit)


Asked = Annotated[Window, Depends(_window)]
"""The page asked for. Raises BadCursor."""
RegionAsked = Annotated[
    str | None,
    Query(max_length=12, description="code, or as many of its first digits as are not zeros; by default one's own"),
]


def page(model: type[T], found: Listed) -> Page[T]:
    """Rows of the graph as the page of an answer."""
    return Page[T](items=[model(**row) for row in found.rows], next=None if found.next is None else _cursor(found.next))


def scope_of(caller: Caller, region: str | None) -> str | None:
    """The region that a call names, by default the caller's own. Raises RegionUnknown and OutsideScope."""
    scope = region_code(region) if region else caller.holder.region
    if scope:
        caller.require_within(scope)
    return scope


def _cursor(position: Position) -> str:
    return base64.urlsafe_b64encode(f"{position.place}\n{position.key}".encode()).decode("ascii")


def _position(cursor: str) -> Position:
    try:
        place, line, key = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode().partition("\n")
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor=cursor) from error
    if not line:
        raise BadCursor(cursor=cursor)
    return Position(place, key)
