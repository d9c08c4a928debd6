"""XLSX, cell by cell: dates and numbers become text, and what a spreadsheet spoiled is named."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa

from graph.model import TABLES, Column
from loaders.issues import Found, masked
from loaders.read.headers import match_headers
from loaders.read.raw import TEXT, RawTable, text_type, unreadable
from loaders.read.xlsx_formulas import formulas_without_result

_ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}
_EXACT_DIGITS = 15
_MOST_ROWS = 1 << 20
"""Rows of a sheet; a file may say that it has any number, and a few bytes would be read for hours."""
_FAR = 100_000
"""Blank rows after which what follows is none of the table."""
_TEXTUAL = {"key", "ref", "refs", "code", "codes", "text", "texts"}
_DATED = {"date", "moment"}
_NOTICES = ("repaired_date_cells", "repaired_number_cells")


def read_xlsx(name: str, path: Path) -> RawTable:
    """The known columns of a workbook's first sheet; raises OSError when it may not be read."""
    if not path.stat().st_size:
        return unreadable(name, path.name, Found("file_empty", path.name, name))
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out of a look: styles, validation, pictures
        try:
            return _read_sheet(name, path, openpyxl.load_workbook(file, read_only=True, data_only=True))
        except Exception as error:  # noqa: BLE001  A damaged workbook makes openpyxl raise whatever it meets.
            said = str(error) or type(error).__name__
            return unreadable(name, path.name, Found("xlsx_corrupt", path.name, name, values=said[:100]))


def _read_sheet(name: str, path: Path, book: openpyxl.Workbook) -> RawTable:
    found: list[Found] = []
    others = [
        sheet.title for sheet in book.worksheets[1:] if sheet.sheet_state == "visible"
    ]  # our forms hide their lists
    if others:
        found.append(Found("sheet_left_out", path.name, name, values=", ".join(others)))
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # some programs write a wrong one, and rows would be cut
    lines = sheet.iter_rows(values_only=True)
    headers = ["" if cell is None else str(cell) for cell in next(lines, ())]
    if not any(header.strip() for header in headers):
        return unreadable(name, path.name, Found("file_empty", path.name, name))
    places, faults = match_headers(TABLES[name], headers, path.name)
    if not places:
        return unreadable(name, path.name, *found, *faults)
    taken = {column: _Cells(TABLES[name].column(column)) for column in places}
    formulas = formulas_without_result(sheet)
    worked_out = {row for row, _number in formulas}
    rows: list[int] = []
    for row, line in enumerate(lines, 2):
        if line.count(None) == len(line) and row not in worked_out and row <= _MOST_ROWS:
            continue  # blank rows count once others follow: some programs end a sheet with its very last row
        last = rows[-1] if rows else 1
        if row > _MOST_ROWS or row - last > _FAR:
            return unreadable(name, path.name, Found("sheet_too_long", path.name, name, values=str(row)))
        for each in range(last + 1, row + 1):
            rows.append(each)
            for column, at in places.items():
                taken[column].take(each, line[at] if each == row and at < len(line) else None)
    columns = {at: column for column, at in places.items()}
    for (row, number), formula in formulas.items():
        if row > 1 and number - 1 in columns:
            taken[columns[number - 1]].fault("formula_without_result", row, formula)
    for column, cells in taken.items():
        found += cells.found(path.name, name, column)
    table = pa.table(
        {column: pa.array(cells.texts, TEXT).cast(text_type(cells.column)) for column, cells in taken.items()}
    )
    return RawTable(name, path.name, table, np.array(rows, np.int64), tuple(found + faults))


class _Cells:
    """The cells of one column as text, with what a spreadsheet did to them."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.texts: list[str | None] = []
        self.faults: dict[str, list[tuple[int, str]]] = {}
        self.turn: Callable[[Any], tuple[str | None, str]] = lambda cell: as_text(cell, column)

    def take(self, row: int, cell: Any) -> None:
        """Add one cell."""
        text, code = self.turn(cell)
        if code:
            self.fault(code, row, text or "")
        self.texts.append(text)

    def fault(self, code: str, row: int, text: str) -> None:
        """Add what a spreadsheet did to one cell."""
        self.faults.setdefault(code, []).append((row, text))

    def found(self, file: str, table: str, column: str) -> list[Found]:
        """Errors one by one, repairs as one notice for the column."""
        found = []
        for code, cells in self.faults.items():
            rows = np.array([row for row, _text in cells], np.int64)
            if code in _NOTICES:
                found.append(Found(code, file, table, column, rows=rows[:1], count=len(cells)))
            else:
                texts = [masked(text) if self.column.secret else text for _row, text in cells]
                found.append(Found(code, file, table, column, rows, pa.array(texts, TEXT)))
        return found


def as_text(cell: Any, column: Column) -> tuple[str | None, str]:
    """A cell as the text that a CSV file would hold, and the code of the repair or fault; blank when none."""
    if cell is None or cell == "":
        return None, ""
    if isinstance(cell, str):
        return cell, "cell_error" if cell in _ERRORS else ""
    if isinstance(cell, bool):
        return str(cell).lower(), ""
    if isinstance(cell, int | float):
        return _number_as_text(cell, column)
    if isinstance(cell, dt.datetime | dt.date):
        text = cell.isoformat().removesuffix("T00:00:00")
        if column.type not in _DATED:
            return text, "date_cell_misplaced"
        # a time in a column of days is no date, and told as that alone
        return text, "" if column.type == "date" and "T" in text else "repaired_date_cells"
    return str(cell), ""


def _number_as_text(cell: float, column: Column) -> tuple[str, str]:
    whole = isinstance(cell, int) or cell.is_integer()
    text = str(int(cell)) if whole else repr(cell)
    if column.type not in _TEXTUAL:
        return text, ""
    return text, "number_cell_imprecise" if len(text.lstrip("-")) > _EXACT_DIGITS else "repaired_number_cells"
