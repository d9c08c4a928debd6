"""Cursors: where a list goes on, sealed so that they are of this very list, with these very filters, and of nobody's making."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request

from graph.errors import CallError
from graph.listed import Position
from graph.secrets import BadKey, open_vault

_OF_THE_PAGE = frozenset(("cursor", "limit"))
"""Parameters that say which page is asked for, not of what."""


class BadCursor(CallError):
    """A cursor that no answer gave, or one of another list."""

    code = "bad_cursor"
    en = "{cursor!r} is not a cursor of this list with these filters."
    zh = "“{cursor}”不是本列表在所给条件下的游标。"
    repair_en = (
        "Send `next` of an answer as it is, with the same address and filters, or leave the cursor out to begin anew."
    )
    repair_zh = "请将上一次应答中的 `next` 原样发送，地址与筛选条件不变；不写游标则从头开始。"


def list_of(request: Request) -> str:
    """The list that is asked for: its address and its filters."""
    chosen = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _OF_THE_PAGE)
    return f"cursors{request.url.path}?{urlencode(chosen)}"


def cursor_of(position: Position, listed: str, home: Path) -> str:
    """The cursor by which a list goes on."""
    sealed = open_vault(home).seal_bytes(f"{position.place}\n{position.key}".encode(), listed)
    return base64.urlsafe_b64encode(sealed).decode("ascii")


def position_of(cursor: str, listed: str, home: Path) -> Position:
    """Where a list goes on. Raises BadCursor."""
    vault = open_vault(home)
    try:
        sealed = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True)
        place, _, key = vault.open_bytes(sealed, listed).decode().partition("\n")
    except (BadKey, binascii.Error, ValueError) as error:
        raise BadCursor(cursor=cursor) from error
    return Position(place, key)
