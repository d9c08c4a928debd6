"""XLSX, row by row, with every text a text."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
_BATCH = 10_000


def write_xlsx(table: pa.Table, path: Path) -> None:
    """Write a table as the one sheet of a workbook, the header frozen; of at most MOST_ROWS rows."""
    path.write_bytes(xlsx_bytes(table, path.stem))


def xlsx_bytes(table: pa.Table, name: str) -> bytes:
    """The same in memory, the sheet under a name."""
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    sheet.append(table.column_names)
    for batch in table.to_batches(_BATCH):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, value) for value in row])
    archive = BytesIO()
    book.save(archive)
    return archive.getvalue()


def save_book(book: openpyxl.Workbook, path: Path) -> None:
    """Write a workbook by way of memory: an archive that a full disk cuts off would complain again when it is let go."""
    archive = BytesIO()
    book.save(archive)
    path.write_bytes(archive.getbuffer())


def _cell(sheet: Any, value: object) -> object:
    """A value that no spreadsheet program takes for a formula or an error."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    if not text.startswith(("=", "#")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
