"""Units of service kinds, which files give as they are called in Chinese, for readers of English."""

from __future__ import annotations

from collections.abc import Mapping

from graph.errors import Language

UNITS: Mapping[str, str] = {
    "元": "yuan",
    "件": "piece",
    "套": "set",
    "月": "month",
    "次": "time",
    "小时": "hour",
    "天": "day",
    "人": "person",
    "份": "portion",
    "户": "household",
}


def unit_name(unit: str, language: Language) -> str:
    """A unit in the reader's language, as the file has it where nothing else is known."""
    return UNITS.get(unit, unit) if language == "en" else unit
