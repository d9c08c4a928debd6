"""CSV in UTF-8 or GB18030, fast where the file is plain and exactly where it is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from graph.model import TABLES
from loaders.issues import Found
from loaders.read.headers import match_headers
from loaders.read.raw import TEXT, RawTable, text_type, unreadable
from loaders.read.scan import BLOCK, Scan, encoding_of, scan
from loaders.shield import unshielded_table

_OTHER_MARKS = {";": "“;”", "\t": "Tab", "|": "“|”"}
_BATCH = 100_000


def read_csv(name: str, path: Path) -> RawTable:
    """The known columns of a CSV file; raises OSError when it may not be read."""
    text = scan(path)
    if text.fault:
        return _not_text(name, path, text)
    table = _fast(name, path, "utf-8", text)
    if table is None:
        # not plain UTF-8, or some row is at fault: the slower ways find out which
        encoding, fault = encoding_of(path)
        if not encoding:
            return _not_text(name, path, fault)
        table = _fast(name, path, encoding, text) if encoding != "utf-8" else None
        table = table or _exact(name, path, encoding, text)
    return table


def _not_text(name: str, path: Path, text: Scan) -> RawTable:
    line = None if text.line is None else np.array([text.line], np.int64)
    return unreadable(name, path.name, Found(text.fault, path.name, name, rows=line, values=text.value))


def _header(name: str, path: Path, encoding: str, text: Scan) -> tuple[list[str], dict[str, int], list[Found]]:
    """The header, the place of each known column, and what is wrong; raises UnicodeDecodeError."""
    try:
        with _opened(path, encoding) as lines:
            headers = next(csv.reader(lines), [])
    except csv.Error:  # the one thing that it minds without being strict
        return [], {}, [Found("cell_too_long", path.name, name, rows=np.ones(1, np.int64))]
    if not any(header.strip() for header in headers):
        return headers, {}, [Found("file_empty", path.name, name)]
    places, found = match_headers(TABLES[name], headers, path.name)
    if not places:
        found = _otherwise_parted(name, path, headers) or found
    if text.bom:
        found.append(Found("repaired_bom", path.name, name, rows=np.ones(1, np.int64)))
    return headers, places, found


def _otherwise_parted(name: str, path: Path, headers: list[str]) -> list[Found]:
    """The fault of a header that is known once it is parted by something else than commas."""
    for mark, said in _OTHER_MARKS.items():
        if len(match_headers(TABLES[name], headers[0].split(mark), path.name)[0]) > 1:
            return [Found("delimiter_wrong", path.name, name, rows=np.ones(1, np.int64), hints=said)]
    return []


def _opened(path: Path, encoding: str) -> io.TextIOWrapper:
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def _fast(name: str, path: Path, encoding: str, text: Scan) -> RawTable | None:
    """All rows in several threads; None where the encoding, a quote or a row's length does not fit."""
    if text.quotes % 2:
        return None
    try:
        headers, places, found = _header(name, path, encoding, text)
        if not places:
            return None
        return RawTable(
            name, path.name, unshielded_table(_parsed(name, path, encoding, text, headers, places)), found=tuple(found)
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error):
        return None


def _parsed(name: str, path: Path, encoding: str, text: Scan, headers: list[str], places: dict[str, int]) -> pa.Table:
    names = [str(at) for at in range(len(headers))]
    types = {str(at): text_type(TABLES[name].column(column)) for column, at in places.items()}
    table = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            block_size=BLOCK, column_names=names, skip_rows_after_names=1, encoding=encoding
        ),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=text.quotes > 0, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True
        ),
    )
    return table.unify_dictionaries().rename_columns(list(places))


def _exact(name: str, path: Path, encoding: str, text: Scan) -> RawTable:
    """Row by row: those of another length than the header are named."""
    headers, places, found = _header(name, path, encoding, text)
    if not places:
        return unreadable(name, path.name, *found)
    types = {column: text_type(TABLES[name].column(column)) for column in places}
    pieces: list[pa.Table] = []
    rows: list[int] = []
    ragged: list[tuple[int, int]] = []
    try:
        for batch in _batches(path, encoding):
            good = []
            for row, cells in batch:
                if len(cells) == len(headers):
                    good.append(cells)
                    rows.append(row)
                elif any(cell.strip() for cell in cells):
                    ragged.append((row, len(cells)))
                else:
                    good.append([""] * len(headers))
                    rows.append(row)
            columns = {column: pa.array([cells[at] or None for cells in good], TEXT) for column, at in places.items()}
            pieces.append(pa.table({column: cells.cast(types[column]) for column, cells in columns.items()}))
    except csv.Error as error:
        last = np.array([_last_row(path, encoding)], np.int64)
        code = "cell_too_long" if "field limit" in str(error) else "quote_unclosed"
        return unreadable(name, path.name, *found, Found(code, path.name, name, rows=last))
    if ragged:
        values = pa.array([str(many) for _row, many in ragged])
        wrong = np.array([row for row, _many in ragged], np.int64)
        found.append(Found("row_ragged", path.name, name, rows=wrong, values=values, hints=str(len(headers))))
    schema = pa.schema(list(types.items()))
    cells = pa.concat_tables(pieces).unify_dictionaries() if pieces else schema.empty_table()
    return RawTable(name, path.name, unshielded_table(cells), np.array(rows, np.int64), tuple(found))


def _batches(path: Path, encoding: str) -> Iterator[list[tuple[int, list[str]]]]:
    """Rows below the header with their numbers, many at a time; raises csv.Error where quotes do not fit."""
    with _opened(path, encoding) as lines:
        numbered = enumerate(csv.reader(lines, strict=True), 1)
        next(numbered)
        while batch := list(islice(numbered, _BATCH)):
            yield batch


def _last_row(path: Path, encoding: str) -> int:
    """The row in which reading strictly comes to its end."""
    row = 0
    with _opened(path, encoding) as lines:
        try:
            for _cells in csv.reader(lines, strict=True):
                row += 1
        except csv.Error:
            return row + 1
    return row
