"""Values of code lists, one in a cell or several, and lists of keys."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from graph.model import Column
from loaders.contract.distinct import Bools
from loaders.contract.parsed import Fault, Parsed

_PARTING, _COMMAS = re.compile(r"[;；]"), re.compile(r"[、，,]")


def codes(values: pa.StringArray, column: Column) -> Parsed:
    """One code of the list in each cell, by its code, its names or an alias."""
    known = spellings(column)
    parsed = [None if text is None else known.get(text.lower()) for text in values.to_pylist()]
    wrong = np.array([text is not None and code is None for text, code in zip(values.to_pylist(), parsed, strict=True)])
    return Parsed(pa.array(parsed, pa.string()), (Fault("code_unknown", wrong.astype(np.bool_), allowed(column)),))


def code_lists(values: pa.StringArray, column: Column) -> Parsed:
    """Several codes of the list in each cell, each once."""
    known = spellings(column)
    parsed: list[str | None] = []
    strange: list[str | None] = []
    joined: list[str | None] = []
    repaired: list[str] = []
    for text in values.to_pylist():
        items = _items(text)
        unknown = [item for item in items if item.lower() not in known]
        commas = [item for item in unknown if parted(item)]
        joined.append("; ".join(commas) or None)
        repaired.append(";".join(parted(item) or item for item in items) if commas else "")
        unknown = [] if commas else unknown
        parsed.append(
            None if unknown or commas else ";".join(dict.fromkeys(known[item.lower()] for item in items)) or None
        )
        strange.append("; ".join(unknown) or None)
    faults = (
        Fault("list_parted", _said(joined), pa.array(repaired, pa.string()), pa.array(joined, pa.string())),
        Fault("code_unknown", _said(strange), allowed(column), pa.array(strange, pa.string())),
    )
    return Parsed(pa.array(parsed, pa.string()), faults)


def lists(values: pa.StringArray) -> Parsed:
    """Lists of keys or of words, each item once."""
    return Parsed(pa.array([";".join(_items(text)) or None for text in values.to_pylist()], pa.string()))


def spellings(column: Column) -> dict[str, str]:
    """Every spelling of the list's codes, in lower case."""
    return {
        spelling.lower(): code.code
        for code in column.codes
        for spelling in (*code.aliases, code.en, code.zh, code.code)
    }


def allowed(column: Column) -> str:
    """The codes of the list with their Chinese names, for people."""
    return ", ".join(f"{code.code} {code.zh}" for code in column.codes)


def parted(text: str) -> str | None:
    """The items of a text that commas part instead of semicolons, with semicolons; None where there is no comma."""
    items = [item.strip() for item in _COMMAS.split(text) if item.strip()]
    return ";".join(items) if items and _COMMAS.search(text) else None


def _said(texts: list[str | None]) -> Bools:
    return np.array([each is not None for each in texts], np.bool_)


def _items(text: str | None) -> list[str]:
    return list(dict.fromkeys(item.strip() for item in _PARTING.split(text) if item.strip())) if text else []
