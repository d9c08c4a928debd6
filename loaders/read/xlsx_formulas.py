"""Formulas of a sheet that hold no result, which openpyxl gives as blank cells."""

from __future__ import annotations

import re
from typing import IO, Any

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.functions import iterparse

_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
_BLOCK = 1 << 20


def formulas_without_result(sheet: Any) -> dict[tuple[int, int], str]:
    """The formula of each cell that holds no result, by row and column, both from 1, of a sheet opened read-only."""
    with _source(sheet) as file:
        if not _has_formula(file):
            return {}
    with _source(sheet) as file:
        return _without_result(file)


def _source(sheet: Any) -> IO[bytes]:
    source: IO[bytes] = sheet._get_source()  # noqa: SLF001  openpyxl's cells do not say whether they are formulas.
    return source


def _has_formula(file: IO[bytes]) -> bool:
    """Whether there is any formula: most sheets have none and are not parsed again."""
    tail = b""
    while block := file.read(_BLOCK):
        if _FORMULA.search(tail + block):
            return True
        tail = block[-64:]
    return False


def _without_result(file: IO[bytes]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    shared: dict[str, str] = {}
    row = column = 0
    for event, element in iterparse(file, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            if name == "row":
                row, column = int(element.get("r") or row + 1), 0
            continue
        if name == "c":
            place = element.get("r")
            row, column = coordinate_to_tuple(place) if place else (row, column + 1)
            parts = {part.tag.rpartition("}")[2]: part for part in element}
            formula, result = parts.get("f"), parts.get("v")
            if formula is not None:
                text = formula.text or shared.get(formula.get("si", ""), "")
                shared.setdefault(formula.get("si", ""), text)
                # the empty text is a result as well, and is written as the type alone
                if element.get("t") != "str" and (result is None or not result.text):
                    found[row, column] = f"={text}"
        if name in {"c", "row"}:
            element.clear()
    return found
