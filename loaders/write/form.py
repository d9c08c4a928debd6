"""A workbook to be filled in: headers in the reader's language, drop-downs for codes, and what is wrong beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from graph.model import TABLES, Column
from loaders.read.headers import NOTES
from loaders.write.xlsx_file import save_book

_LISTS = "lists"
_MANY = 10_000
"""Rows for which a drop-down holds."""
_WRONG = PatternFill("solid", fgColor="FDE9D9")


@dataclass(frozen=True)
class FormRow:
    """The cells of a row by column; those at fault, and what is wrong with the row and what to do about it."""

    cells: Mapping[str, str]
    wrong: frozenset[str] = frozenset()
    messages: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()


def write_form(
    path: Path,
    table: str,
    columns: Sequence[str],
    rows: Iterable[FormRow],
    choices: Mapping[str, Mapping[str, str]],
    language: Literal["en", "zh"],
    *,
    notes: bool = False,
) -> None:
    """Write rows of a table, or none, as a workbook that loads as it is.

    Parameters
    ----------
    choices
        What may be chosen in a column beside its own codes, with the names shown in the header's note.
    notes
        Whether to add the columns that tell what is wrong.
    """
    book: Any = openpyxl.Workbook()
    sheet, lists = book.active, book.create_sheet(_LISTS)
    sheet.title = table
    lists.sheet_state = "hidden"
    sheet.freeze_panes = "A2"
    shown = [TABLES[table].column(name) for name in columns]
    offered = [
        choices.get(column.name, {code.zh if language == "zh" else code.code: code.en for code in column.codes})
        for column in shown
    ]
    for at, column in enumerate(shown, 1):
        sheet.column_dimensions[get_column_letter(at)].width = 26 if column.type in {"refs", "codes"} else 16
    _write_lists(lists, offered)
    for at, (column, names) in enumerate(zip(shown, offered, strict=True), 1):
        if names:
            sheet.add_data_validation(_drop_down(at, len(names), column))
    header = [_header(sheet, column, names, language) for column, names in zip(shown, offered, strict=True)]
    sheet.append([*header, *(NOTES if notes else ())])
    for row in rows:
        cells = [_cell(sheet, row.cells.get(name, ""), wrong=name in row.wrong) for name in columns]
        sheet.append([*cells, *_notes(sheet, row)] if notes else cells)
    save_book(book, path)


def _notes(sheet: Any, row: FormRow) -> list[Any]:
    return [_cell(sheet, "\n".join(texts), wrong=False) for texts in (row.messages, row.repairs)]


def _write_lists(sheet: Any, offered: Sequence[Mapping[str, str]]) -> None:
    """A column of codes for each column of the form."""
    for at in range(max((len(names) for names in offered), default=0)):
        sheet.append([list(names)[at] if at < len(names) else None for names in offered])


def _drop_down(at: int, many: int, column: Column) -> DataValidation:
    letter = get_column_letter(at)
    chosen = DataValidation(type="list", formula1=f"{_LISTS}!${letter}$1:${letter}${many}", allow_blank=True)
    chosen.showErrorMessage = column.type in {"code", "ref"}  # of lists several may be joined by semicolons
    chosen.add(f"{letter}2:{letter}{_MANY}")
    return chosen


def _header(sheet: Any, column: Column, names: Mapping[str, str], language: Literal["en", "zh"]) -> Any:
    cell = WriteOnlyCell(sheet, column.zh if language == "zh" else column.name)
    cell.font = Font(bold=True)
    about = [column.en] if language == "en" else []
    if column.type in {"refs", "codes", "texts"}:
        about.append("多个以英文分号 ; 隔开" if language == "zh" else "several are joined by semicolons")
    if column.blank:
        about.append("可以留空" if language == "zh" else f"blank: {column.blank}")
    about += [f"{code}  {name}" for code, name in names.items()]
    if about:
        cell.comment = Comment("\n".join(about), "Zhongfu", width=320, height=min(400, 40 + 18 * len(about)))
    return cell


def _cell(sheet: Any, text: str, *, wrong: bool) -> Any:
    """A text cell that no spreadsheet program takes for a formula, a number or a date."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))
    cell.data_type, cell.number_format = "s", "@"
    if wrong:
        cell.fill = _WRONG
    return cell
