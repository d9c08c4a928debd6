"""Lists by pages: what a call asks for, and the answer with the cursor of the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from api.cursors import cursor_of, list_of, position_of
from api.service.calls import region_code
from api.who import Caller, settings_of
from graph.listed import Listed, Position

MOST = 200
"""Rows of the longest page."""
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Window:
    """The page that a call asks for: behind a position of a list, so many rows; its cursors are sealed by the key of a home."""

    start: Position
    limit: int
    listed: str
    home: Path

    @property
    def one_more(self) -> int:
        """Rows to be read, so that it is known whether others follow."""
        return self.limit + 1


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="at most `limit`; fewer before the end where a search takes long")
    next: str | None = Field(description="to be sent as `cursor` for the next page; null behind the last row")


def _window(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows of a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="`next` of the page before; without it the list begins")
    ] = None,
) -> Window:
    listed, home = list_of(request), settings_of(request).home
    start = Position() if cursor is None else position_of(cursor, listed, home)
    return Window(start, limit, listed, home)


Asked = Annotated[Window, Depends(_window)]
"""The page asked for. Raises BadCursor."""
RegionAsked = Annotated[
    str | None,
    Query(max_length=12, description="code, or as many of its first digits as are not zeros; by default one's own"),
]


def page(model: type[T], found: Listed, asked: Window) -> Page[T]:
    """Rows of the graph as the page that was asked for."""
    following = None if found.next is None else cursor_of(found.next, asked.listed, asked.home)
    return Page[T](items=[model(**row) for row in found.rows], next=following)


def page_of(model: type[T], found: Sequence[Any], asked: Window, stands: Callable[[Any], Position]) -> Page[T]:
    """The same of records of which `asked.one_more` were read; `stands` tells where one of them stands in the list."""
    kept = found[: asked.limit]
    rows = tuple({name: getattr(each, name) for name in model.model_fields} for each in kept)
    return page(model, Listed(rows, stands(kept[-1]) if len(found) > len(kept) else None), asked)


def scope_of(caller: Caller, region: str | None) -> str | None:
    """The region that a call names, by default the caller's own. Raises RegionUnknown and OutsideScope."""
    scope = region_code(region) if region else caller.holder.region
    if scope:
        caller.require_within(scope)
    return scope
