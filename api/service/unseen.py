"""Warnings that are read before what they are about is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from graph.errors import CallError
from loaders.issues import Found, Issues


class WarningsUnseen(CallError):
    """What was sent has warnings that its sender does not say to have read."""

    code = "warnings_unseen"
    en = "Nothing is written yet. Warnings to be read first: {warnings}."
    zh = "尚未写入：请先阅读 {warnings} 条警告。"
    repair_en = "Read them below; then say so and write it, or correct what you send."
    repair_zh = "请阅读下方警告，勾选后再写入，或更正后重新提交。"


def mark_of(issues: Issues) -> str:
    """What says that these very warnings were shown: others have another mark, and none a blank one."""
    told = sorted(line for each in issues.found if each.severity == "warning" for line in _lines(each))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:20] if told else ""


def _lines(found: Found) -> Iterator[str]:
    """What is said of each row, without the words around it: of a long file those would take long."""
    rows = [0] if found.rows is None else found.rows.tolist()
    cells = ([text] * len(rows) if isinstance(text, str) else text.to_pylist() for text in (found.values, found.hints))
    for cell in zip(rows, *cells, strict=True):
        yield repr((found.file, found.column, found.code, *cell))
