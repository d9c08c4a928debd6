"""The tiny world as files: rows of text that a case changes, written in any format, encoding and language."""

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from graph.model import TABLES
from graph.tables import shipped_service_kinds
from loaders.contract import Checked, check
from loaders.issues import Issue
from tests import tiny

Rows = dict[str, list[dict[str, str]]]
NOT_IN_FILES = {"paused"}


def rows() -> Rows:
    """Every table of files in without a fault; a row's cells may be changed."""
    world: dict[str, list[dict[str, Any]]] = {
        name: tiny.ROWS[name] for name in TABLES if name in tiny.ROWS and name != "travel"
    }
    world["service_kinds"] = shipped_service_kinds().to_pylist()
    world["travel"] = [
        {"from": tiny.VILLAGE_A1A, "to": tiny.VILLAGE_A1B, "minutes": 12},
        {"from": tiny.TOWN_A1, "to": tiny.TOWN_A2, "minutes": 25},
    ]
    return {
        name: [
            {column: text(cell) for column, cell in row.items() if column not in NOT_IN_FILES} for row in world[name]
        ]
        for name in TABLES
    }


def text(cell: Any) -> str:
    """A cell as a CSV file has it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def columns_of(name: str, table: list[dict[str, str]]) -> list[str]:
    """Every column of the vocabulary, then whatever else the rows have."""
    return list(
        dict.fromkeys([*(column.name for column in TABLES[name].columns), *(key for row in table for key in row)])
    )


def write(
    folder: Path,
    world: Mapping[str, list[dict[str, str]]],
    form: str = "csv",
    encoding: str = "utf-8",
    language: str = "en",
) -> Path:
    """Write each table as a file; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in world.items():
        columns = columns_of(name, table)
        labels = {column.name: column.zh for column in TABLES[name].columns} if language == "zh" else {}
        header = [labels.get(column, column) for column in columns]
        lines = [[row.get(column, "") for column in columns] for row in table]
        path = folder / f"{name}.{form}"
        if form == "csv":
            with path.open("w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows([header, *lines])
        elif form == "xlsx":
            write_xlsx(path, [header, *lines])
        else:
            pq.write_table(pa.table(dict(zip(header, zip(*lines, strict=True), strict=True))), path)
    return folder


def write_xlsx(path: Path, lines: list[list[Any]]) -> None:
    """Write one sheet."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append([None if cell == "" else cell for cell in line])
    book.save(path)


def checked(folder: Path, world: Mapping[str, list[dict[str, str]]]) -> Checked:
    """The check of these rows as CSV files."""
    return check(write(folder, world))


def told(outcome: Checked) -> Iterator[tuple[str, str, int | None, str, str]]:
    """Code, file, row, column and value of each issue."""
    issue: Issue
    for issue in outcome.issues:
        yield issue.code, issue.file, issue.row, issue.column, issue.value
