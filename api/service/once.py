"""Numbers of things that a request makes: the same for the same request sent again, so that it finds what it made."""

from __future__ import annotations

import hashlib
from uuid import uuid4

from graph.errors import CallError


class SentBefore(CallError):
    """A form that made something before, which is not what it says now."""

    code = "form_sent_before"
    en = "This form was saved before, as {made}, which is not what it says now: nothing is saved this time."
    zh = "该表单此前已保存为 {made}，与现在的内容不同，本次未保存。"
    repair_en = "To change what was saved, open it from the list; to save this beside it, send the form once more."
    repair_zh = "如需修改已保存的内容，请从列表中打开；如需另存一份，请再次提交。"


def number_of(actor: str, once: str | None, length: int = 12) -> str:
    """Hex digits made from who asks and the mark of the request; made up where it has none."""
    return (hashlib.sha256(f"{actor}\n{once}".encode()).hexdigest() if once else uuid4().hex)[:length]
