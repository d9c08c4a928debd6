"""The clock of China, which has one time: eight hours before Greenwich."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

HERE = timezone(timedelta(hours=8))


def today() -> date:
    """The calendar day that it is here."""
    return datetime.now(HERE).date()


def day_here(moment: str) -> date:
    """The calendar day here of a moment, as ISO 8601 writes it."""
    return datetime.fromisoformat(moment).astimezone(HERE).date()
