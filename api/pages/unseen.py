"""Warnings that are read before what they are about is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from graph.errors import CallError
from loaders.issues import Issue


class WarningsUnseen(CallError):
    """What was sent has warnings that its sender does not say to have read."""

    code = "warnings_unseen"
    en = "Nothing is written yet. Warnings to be read first: {warnings}."
    zh = "尚未写入：请先阅读 {warnings} 条警告。"
    repair_en = "Read them below; then say so and write it, or correct what you send."
    repair_zh = "请阅读下方警告，勾选后再写入，或更正后重新提交。"


def mark_of(warnings: Sequence[Issue]) -> str:
    """What a form says to have shown these very warnings by; others have another mark."""
    told = "\n".join(f"{each.column}: {each.message_en}" for each in warnings)
    return hashlib.sha256(told.encode()).hexdigest()[:20]
