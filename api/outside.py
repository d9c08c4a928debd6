"""Faults as callers are told of them: without the paths and addresses of the server, which its log keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
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

_OF_CALLER = "asked"
"""The fact that is the address which whoever called wrote, and no path of the server."""

_COMMANDS = ("zhongfu ", "ZHONGFU_", "`make ")
"""What is in a repair for whoever sits at the server, and says nothing to whoever called."""
_LOOK: Texts = {
    "en": "Tell whoever runs the service: its log says more.",
    "zh": "请告知系统管理员，服务日志中有更多信息。",
}
_UPLOAD: Texts = {
    "en": "Upload the files of departments first (Files), or ask a coordinator to.",
    "zh": "请先在“数据文件”中上传部门数据，或请统筹员上传。",
}
_MATCH: Texts = {"en": "Match anew (Runs) and publish that plan.", "zh": "请重新匹配（匹配任务），再发布新方案。"}
_REPAIRS: Mapping[str, Texts] = {
    "graph_not_prepared": _UPLOAD,
    "nothing_loaded": _UPLOAD,
    "plan_decided": {
        "en": "Match anew (Runs) for another draft; the same data, day and policy give the same plan.",
        "zh": "请重新匹配（匹配任务）以得到新草案；数据、日期与策略均不变时方案也不变。",
    },
    "plan_not_approved": {
        "en": "Let someone with the right approve or reject it; once approved, publish it.",
        "zh": "请由有权限的人员批准或拒绝；批准后再发布。",
    },
    "plan_not_verified": _MATCH,
    "plan_unknown": {
        "en": "See the list of plans; the first characters of an id are enough.",
        "zh": "请查看方案列表；编号写前几位即可。",
    },
    "publication_lost": {
        "en": "See what holds now (Plans), then publish again if need be.",
        "zh": "请查看当前状态（方案），需要时再次发布。",
    },
    "region_unknown": {
        "en": "Give the code of a region that was loaded: twelve digits, or its first six.",
        "zh": "请使用已导入的行政区划代码（12 位或前 6 位）。",
    },
    "stale_draft": _MATCH,
    "user_unknown": {"en": "See the list of accounts (Accounts).", "zh": "请查看账号列表（账号）。"},
}
"""Repairs of faults, for callers, whose own name a command."""

_log = structlog.get_logger()


def told_outside(error: BaseException) -> Told | None:
    """What to say of an exception to whoever called; None for one that nobody foresaw."""
    found = told(error)
    hidden = dict(_hidden(error))
    if found is None:
        return None
    found = replace(found, repair=_repair_outside(found))
    if not hidden:
        return found
    _log.warning("fault", code=found.code, message=found.message["en"])
    return Told(found.code, _without(found.message, hidden), _without(found.repair, hidden), found.exit_code)


def _repair_outside(found: Told) -> Texts:
    """The repair for whoever called: what only somebody at the server can do is not advised."""
    own = found.repair
    return _REPAIRS.get(found.code, _LOOK) if any(mark in own["en"] for mark in _COMMANDS) else own


def _hidden(error: BaseException) -> Iterator[tuple[str, tuple[str, str]]]:
    """Texts that stay untold, with the words for them."""
    if isinstance(error, OSError):
        yield str(error.filename or Path.cwd()), _FOLDER
    elif isinstance(error, ZhongfuError):
        of_server = not _PLACES.isdisjoint(error.facts)
        for name, value in error.facts.items():
            text = str(value)
            own_path = text.startswith("/") and name != _OF_CALLER
            if name in _PLACES or (of_server and name in _WORDS) or own_path:
                yield text, _WORDS.get(name, _FOLDER)


def _without(texts: Texts, hidden: dict[str, tuple[str, str]]) -> Texts:
    return {language: _said(text, language, hidden) for language, text in texts.items()}


def _said(text: str, language: Language, hidden: dict[str, tuple[str, str]]) -> str:
    for each in sorted(filter(None, hidden), key=len, reverse=True):  # a detail may hold an address
        text = text.replace(each, hidden[each][language == "zh"])
    return text
