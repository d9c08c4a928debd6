"""Faults as callers are told of them: without the paths and addresses of the server, which its log keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import structlog

from api.errors import Texts, Told, told
from graph.errors import Language, ZhongfuError

_WORDS: dict[str, tuple[str, str]] = {
    "address": ("the server's address", "服务器配置的地址"),
    "host": ("the server's machine", "服务器"),
    "user": ("its own", "其账号"),
    "detail": ("the server's log says more", "详见服务器日志"),
    "detail_zh": ("the server's log says more", "详见服务器日志"),
}
"""What stands for facts of the server in its faults."""
_FOLDER = ("the server's folder", "服务器的文件夹")
_PLACES = frozenset(("address", "cache", "folder", "home", "host", "log", "where"))
"""Facts that say where the server keeps or looks for something; with them a detail, and whom it is there, stay untold too."""

_log = structlog.get_logger()


def told_outside(error: BaseException) -> Told | None:
    """What to say of an exception to whoever called; None for one that nobody foresaw."""
    found = told(error)
    hidden = dict(_hidden(error))
    if found is None or not hidden:
        return found
    _log.warning("fault", code=found.code, message=found.message["en"])
    return Told(found.code, _without(found.message, hidden), _without(found.repair, hidden), found.exit_code)


def _hidden(error: BaseException) -> Iterator[tuple[str, tuple[str, str]]]:
    """Texts that stay untold, with the words for them."""
    if isinstance(error, OSError):
        yield str(error.filename or Path.cwd()), _FOLDER
    elif isinstance(error, ZhongfuError):
        of_server = not _PLACES.isdisjoint(error.facts)
        for name, value in error.facts.items():
            text = str(value)
            if name in _PLACES or (of_server and name in _WORDS) or text.startswith("/"):
                yield text, _WORDS.get(name, _FOLDER)


def _without(texts: Texts, hidden: dict[str, tuple[str, str]]) -> Texts:
    return {language: _said(text, language, hidden) for language, text in texts.items()}


def _said(text: str, language: Language, hidden: dict[str, tuple[str, str]]) -> str:
    for each in sorted(filter(None, hidden), key=len, reverse=True):  # a detail may hold an address
        text = text.replace(each, hidden[each][language == "zh"])
    return text
