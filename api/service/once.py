"""Numbers of things that a request makes: the same for the same request sent again, so that it finds what it made."""

from __future__ import annotations

import hashlib
from uuid import uuid4


def number_of(actor: str, once: str | None, length: int = 12) -> str:
    """Hex digits made from who asks and the mark of the request; made up where it has none."""
    return (hashlib.sha256(f"{actor}\n{once}".encode()).hexdigest() if once else uuid4().hex)[:length]
