"""Lists of pages a stretch at a time, by the cursors that programs use; the address says which stretch is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from api.cursors import BadCursor, cursor_of, position_of
from api.who import settings_of
from graph.errors import CallError
from graph.listed import BEGINNING, Position

ROWS = 50
"""Rows of one stretch."""
T = TypeVar("T")


class PartUnknown(CallError):
    """The address of a page names no part of its list."""

    code = "part_unknown"
    en = "The address of this part of the list was cut off or changed."
    zh = "列表分页的地址不完整或有改动。"
    repair_en = "Begin with the first part of the list."
    repair_zh = "请从列表的第一部分开始查看。"


@dataclass(frozen=True)
class Stretch(Generic[T]):
    """Rows of a list, with its address where they begin, and where the next ones do; None behind the last."""

    rows: Sequence[T]
    path: str
    cursor: str
    following: str | None

    @property
    def here(self) -> str:
        """What an address says of this stretch."""
        return f"?{urlencode({'cursor': self.cursor})}" if self.cursor else ""

    @property
    def next(self) -> str | None:
        """The address of the next stretch."""
        return None if self.following is None else f"{self.path}?{urlencode({'cursor': self.following})}"


def stretch_of(
    request: Request, path: str, read: Callable[[Position, int], Sequence[T]], stands: Callable[[T], Position]
) -> Stretch[T]:
    """The stretch of the list at `path` that the address of a request names, by default the first; the last where nothing is left of it.

    Parameters
    ----------
    read
        Gives so many rows behind a position.
    stands
        Where a row stands in the list.

    Raises
    ------
    PartUnknown
        No page gave this cursor.
    """
    home, cursor, listed = settings_of(request).home, request.query_params.get("cursor", ""), f"cursors{path}?"

    def begun_at(start: Position, cursor: str) -> Stretch[T]:
        found = read(start, ROWS + 1)
        following = cursor_of(stands(found[ROWS - 1]), listed, home) if len(found) > ROWS else None
        return Stretch(found[:ROWS], path, cursor, following)

    try:
        shown = begun_at(position_of(cursor, listed, home) if cursor else BEGINNING, cursor)
    except BadCursor as fault:
        request.state.first = path
        raise PartUnknown from fault
    if not shown.rows:
        shown = begun_at(BEGINNING, "")
        while shown.following is not None:
            shown = begun_at(stands(shown.rows[-1]), shown.following)
    return shown


def back_to(request: Request, path: str) -> str:
    """The address of the list at `path` where the form that a request sends was shown."""
    cursor = request.query_params.get("cursor", "")
    return f"{path}?{urlencode({'cursor': cursor})}" if cursor else path
