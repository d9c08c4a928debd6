"""Keys in addresses: a key may be any text, and whatever stands in it is one part of a path."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from starlette.convertors import Convertor, register_url_convertor
from starlette.types import ASGIApp, Receive, Scope, Send

_MEANT = re.compile(rb"%(?=2[fF]|25|3[fF]|23)")
"""Begins the escapes of / % ? and #, which would read as marks of the address itself."""


_DOTS = re.compile(r"~*\.\.?")
"""Keys that begin with one more ~ in an address: dots alone would lead upwards, and clients take them away, however escaped."""


def quoted(text: str) -> str:
    """A text as one part of the query of an address."""
    return quote(text, safe="")


def part(key: str) -> str:
    """A key as one part of the path of an address."""
    return f"~{key}" if _DOTS.fullmatch(key) else quoted(key)


class _Key(Convertor[str]):
    """A part of a path as the key that it stands for, its last escapes undone: `{offer:key}`."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        key = unquote(value)
        return key[1:] if key.startswith("~") and _DOTS.fullmatch(key) else key

    def to_string(self, value: str) -> str:
        return part(value)


register_url_convertor("key", _Key())


class KeysWhole:
    """Leave a slash that is part of a key escaped, which servers undo before routes see where a part ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _MEANT.search(scope["raw_path"]):
            scope = {**scope, "path": unquote(_MEANT.sub(b"%25", scope["raw_path"]).decode("ascii"))}
        await self._app(scope, receive, send)
