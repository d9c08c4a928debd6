"""A file as it was checked: what could be repaired is, and what is wrong stands beside each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from loaders.contract.checked import Checked
from loaders.issues import Issue
from loaders.read.raw import RawTable
from loaders.write.form import Form, FormRow, write_form

MOST = 20_000
"""Rows of a corrected file; of a longer one it has the rows at fault alone, as many as these."""
_AS_WRITTEN = frozenset(("code", "codes", "bool"))
"""Types of columns whose cells keep the words that the file has."""


def write_corrected(
    path: Path,
    raw: RawTable,
    checked: Checked,
    language: Literal["en", "zh"],
    only: Collection[int] | None = None,
    choices: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    labels: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> None:
    """Write the rows of a file that was read and checked, or `only` some of them, as a workbook to be corrected and loaded again.

    `choices` and `labels` are those of its Form.
    """
    issues = _by_row(checked, raw.file)
    columns = [column.name for column in TABLES[raw.name].columns if column.name in raw.cells.column_names]
    chosen = None if only is None else frozenset(sorted(only)[:MOST])
    rows = _rows(raw, checked, columns, issues, language, chosen)
    write_form(path, Form(raw.name, tuple(columns), choices, labels, notes=True), rows, language)


def _by_row(checked: Checked, file: str) -> dict[int, list[Issue]]:
    found: dict[int, list[Issue]] = defaultdict(list)
    for issue in checked.issues:
        if issue.file == file and issue.row is not None and issue.row > 1 and issue.severity != "notice":
            found[issue.row].append(issue)
            if len(found) > MOST:
                break
    return found


def _rows(
    raw: RawTable,
    checked: Checked,
    columns: list[str],
    issues: dict[int, list[Issue]],
    language: str,
    only: frozenset[int] | None,
) -> Iterator[FormRow]:
    part = checked.parts.get(raw.name)
    whole = raw.cells.num_rows <= MOST
    repaired = {} if part is None else {name: _texts(part.rows[name]) for name in columns}
    written = {name: raw.cells[name].cast(pa.string()) for name in columns}
    for at in range(raw.cells.num_rows):
        row = int(raw.file_rows(at))  # type: ignore[arg-type] # one position, not many
        told = issues.get(row, [])
        if not (whole or told) if only is None else row not in only:
            continue
        cells = {name: _cell(name, raw.name, repaired, written, at) for name in columns}
        yield FormRow(
            cells,
            frozenset(issue.column for issue in told),
            tuple(issue.message_zh if language == "zh" else issue.message_en for issue in told),
            tuple(issue.repair_zh if language == "zh" else issue.repair_en for issue in told),
        )


def _cell(name: str, table: str, repaired: dict[str, Any], written: dict[str, Any], at: int) -> str:
    text: str = written[name][at].as_py() or ""
    if not text.strip():
        return ""  # what the check understood by a blank is not the file's
    if TABLES[table].column(name).type in _AS_WRITTEN or name not in repaired:
        return text.strip()
    return repaired[name][at].as_py() or text


def _texts(column: Any) -> Any:
    """Canonical cells as a file has them."""
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%d")
    return column.cast(pa.string())
