"""A workbook to be filled in: headers in the reader's language, drop-downs for codes, and what is wrong beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
_WIDE = 26
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


@dataclass(frozen=True)
class Form:
    """Columns of a table to be filled in.

    `choices` is what may be chosen in a column beside its own codes, `labels` how codes in it are shown, `about` what its
    header's note says besides; `notes` adds the columns that tell what is wrong.
    """

    table: str
    columns: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    notes: bool = False


def write_form(path: Path, form: Form, rows: Iterable[FormRow], language: Literal["en", "zh"]) -> None:
    """Write rows of a table, or none, as a workbook that loads as it is; codes stand in it by their names."""
    book: Any = openpyxl.Workbook()
    sheet, lists = book.active, book.create_sheet(_LISTS)
    sheet.title = form.table
    lists.sheet_state = "hidden"
    sheet.freeze_panes = "A2"
    shown = [TABLES[form.table].column(name) for name in form.columns]
    own = {
        column.name: {code.code: code.zh if language == "zh" else code.en for code in column.codes} for column in shown
    }
    labels = {**own, **form.labels}
    offered = [form.choices.get(name) or tuple(own[name].values()) for name in form.columns]
    for at, column in enumerate(shown, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDE if _is_wide(form, column) else 16
    _write_lists(lists, offered)
    for at, (column, names) in enumerate(zip(shown, offered, strict=True), 1):
        if names:
            sheet.add_data_validation(_drop_down(at, len(names), column))
    header = [_header(sheet, form, column, own[column.name], language) for column in shown]
    sheet.append([*header, *(NOTES if form.notes else ())])
    for row in rows:
        cells = [
            _cell(
                sheet,
                _labelled(row.cells.get(name, ""), labels.get(name, {})),
                wrong=name in row.wrong,
            )
            for name in form.columns
        ]
        sheet.append([*cells, *_notes(sheet, row)] if form.notes else cells)
    save_book(book, path)


def _is_wide(form: Form, column: Column) -> bool:
    return column.type in {"refs", "codes"} or column.name in form.labels


def _labelled(text: str, labels: Mapping[str, str]) -> str:
    """A cell with names where it has codes; several are joined by semicolons."""
    return ";".join(labels.get(item, item) for item in text.split(";"))


def _notes(sheet: Any, row: FormRow) -> list[Any]:
    return [_cell(sheet, "\n".join(texts), wrong=False) for texts in (row.messages, row.repairs)]


def _write_lists(sheet: Any, offered: Sequence[Sequence[str]]) -> None:
    """A column of names for each column of the form."""
    for at in range(max((len(names) for names in offered), default=0)):
        sheet.append([names[at] if at < len(names) else None for names in offered])


def _drop_down(at: int, many: int, column: Column) -> DataValidation:
    letter = get_column_letter(at)
    chosen = DataValidation(type="list", formula1=f"{_LISTS}!${letter}$1:${letter}${many}", allow_blank=True)
    chosen.showErrorMessage = column.type in {"code", "ref"}  # of lists several may be joined by semicolons
    chosen.add(f"{letter}2:{letter}{_MANY}")
    return chosen


def _header(sheet: Any, form: Form, column: Column, names: Mapping[str, str], language: Literal["en", "zh"]) -> Any:
    cell = WriteOnlyCell(sheet, column.zh if language == "zh" else column.name)
    cell.font = Font(bold=True)
    about = [column.en] if language == "en" else []
    if column.name in form.about:
        about.append(form.about[column.name])
    if column.type in {"refs", "codes", "texts"}:
        about.append("多个以英文分号 ; 隔开" if language == "zh" else "several are joined by semicolons")
    if column.blank:
        about.append("可以留空" if language == "zh" else f"blank: {column.blank}")
    about += names.values()
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
