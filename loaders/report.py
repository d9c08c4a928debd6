"""Issues for people and for programs: a workbook, CSV or JSON with all of them, a table on the terminal with the first."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from rich.table import Table
from rich.text import Text

from graph.folders import whole_file
from loaders.contract.check import Progress
from loaders.faults import FAULTS
from loaders.issues import Issue, Issues
from loaders.write.xlsx_file import save_book

SHEET_ROWS = 1_048_575
"""Rows below the header that one sheet of a workbook holds."""
_TOLD_EVERY = 10_000
_HEADERS = {
    "severity": "程度 severity",
    "file": "文件 file",
    "row": "行 row",
    "column": "列 column",
    "value": "值 value",
    "code": "代码 code",
    "message_en": "message",
    "message_zh": "问题",
    "repair_en": "repair",
    "repair_zh": "处理办法",
}
_WIDTHS = {"message_en": 60, "message_zh": 50, "repair_en": 60, "repair_zh": 50, "value": 24, "file": 20}
_SEVERITIES = {"error": ("错误", "red"), "warning": ("警告", "yellow"), "notice": ("提示", "dim")}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_issues(issues: Issues, path: Path, progress: Progress | None = None) -> None:
    """Every issue in a file, whole or not at all: .xlsx, .csv or .json, by its name; raises ValueError for another.

    A million issues take some two minutes as a workbook and ten seconds as CSV.
    """
    rows = _told(issues, path.name, progress)
    with whole_file(path, setting="--issues") as growing:
        match path.suffix.lower():
            case ".xlsx":
                _write_xlsx(rows, issues.by_code(), growing)
            case ".csv":
                _write_csv(rows, growing)
            case ".json":
                _write_json(rows, growing)
            case other:
                raise ValueError(f"issues are written as .xlsx, .csv or .json, not {other or path.name}")


def _told(issues: Issues, step: str, progress: Progress | None) -> Iterator[Issue]:
    """The issues, telling now and then how many are done."""
    whole = len(issues)
    for at, issue in enumerate(issues):
        if progress and at % _TOLD_EVERY == 0:
            progress(step, at / whole)
        yield issue


def records(issues: Issues) -> Iterator[dict[str, Any]]:
    """Issues as plain values, for JSON."""
    return (asdict(issue) for issue in issues)


def totals(issues: Issues) -> dict[str, int]:
    """Number of findings of each severity."""
    return {severity: issues.count(severity) for severity in ("error", "warning", "notice")}


def issue_table(issues: Issues, first: int = 20, language: Literal["en", "zh"] = "en") -> Table:
    """The first issues as a table for the terminal, with the totals below it."""
    words = _TERMINAL[language]
    table = Table(title=words["title"], title_justify="left", caption=_caption(issues, first, language), expand=False)
    for column in ("file", "row", "column", "value", "message", "repair"):
        table.add_column(words[column], justify="right" if column == "row" else "left", overflow="fold")
    for issue in issues.first(first):
        said = (issue.message_zh, issue.repair_zh) if language == "zh" else (issue.message_en, issue.repair_en)
        row = "" if issue.row is None else str(issue.row)
        # plain text, so that brackets in a file's values are no markup
        cells = [Text(cell) for cell in (issue.file, row, issue.column, issue.value, *said)]
        table.add_row(*cells, style=_SEVERITIES[issue.severity][1] if issue.severity != "error" else None)
    return table


_TERMINAL = {
    "en": {
        "title": "Issues",
        "file": "file",
        "row": "row",
        "column": "column",
        "value": "value",
        "message": "what",
        "repair": "repair",
    },
    "zh": {
        "title": "问题清单",
        "file": "文件",
        "row": "行",
        "column": "列",
        "value": "值",
        "message": "问题",
        "repair": "处理办法",
    },
}


def _caption(issues: Issues, first: int, language: str) -> Text:
    counted = totals(issues)
    if language == "zh":
        said = "，".join(f"{_SEVERITIES[each][0]} {many:,}" for each, many in counted.items())
        more = f"；以上为前 {first} 条" if len(issues) > first else ""
    else:
        said = ", ".join(f"{many:,} {each}{'' if many == 1 else 's'}" for each, many in counted.items())
        more = f"; the first {first} are shown" if len(issues) > first else ""
    return Text(said + more)


def _write_xlsx(rows: Iterator[Issue], counts: Mapping[str, int], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    number = 1
    while True:
        sheet = book.create_sheet(f"issues {number}" if number > 1 else "issues")
        sheet.freeze_panes = "A2"
        for at, name in enumerate(_HEADERS):
            sheet.column_dimensions[chr(ord("A") + at)].width = _WIDTHS.get(name, 12)
        sheet.append(list(_HEADERS.values()))
        written = 0
        for issue in islice(rows, SHEET_ROWS):
            sheet.append([_cell(sheet, getattr(issue, name)) for name in _HEADERS])
            written += 1
        if written < SHEET_ROWS:
            break
        number += 1
    _write_totals(book, counts)
    save_book(book, path)


def _cell(sheet: Any, value: object) -> Any:
    """A value that no spreadsheet takes for a formula or refuses."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    if not text.startswith(("=", "#")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _write_totals(book: openpyxl.Workbook, counts: Mapping[str, int]) -> None:
    sheet: Any = book.create_sheet("totals")
    sheet.append(["代码 code", "程度 severity", "数量 count"])
    for code, many in counts.items():
        sheet.append([code, FAULTS[code].severity, many])


def _write_csv(rows: Iterator[Issue], path: Path) -> None:
    """With a byte order mark, so that a spreadsheet program reads the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        names = [field.name for field in fields(Issue)]
        writer.writerow(names)
        for issue in rows:
            writer.writerow([_harmless(getattr(issue, name)) for name in names])


def _harmless(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _write_json(rows: Iterator[Issue], path: Path) -> None:
    """One list, an issue a line."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for at, record in enumerate(rows):
            file.write(("," if at else "") + "\n" + json.dumps(asdict(record), ensure_ascii=False))
        file.write("\n]\n")
