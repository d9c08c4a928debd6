"""CSV in UTF-8 or GB18030, fast where the file is plain and exactly where it is not."""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
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

_INK = re.compile(rb"\S")
_BLOCK = 8 << 20
_BATCH = 100_000
_BINARY_STARTS = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"PAR1",
    b"\x1f\x8b",
)
_UTF16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(name: str, path: Path) -> RawTable:
    """The known columns of a CSV file; raises OSError when it may not be read."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return unreadable(name, path.name, Found("file_empty", path.name, name))
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            encoding, fault = _encoding(text, name, path.name)
            plain = fault is None and _is_plain(text)
            bom = text[:3] == codecs.BOM_UTF8
    if fault is not None:
        return unreadable(name, path.name, fault)
    found = [Found("repaired_bom", path.name, name, rows=np.ones(1, np.int64))] if bom else []
    with _opened(path, encoding) as lines:
        headers = next(csv.reader(lines), [])
    places, faults = match_headers(TABLES[name], headers, path.name)
    found += faults
    if not any(header.strip() for header in headers):
        return unreadable(name, path.name, Found("file_empty", path.name, name))
    if plain:
        try:
            return RawTable(name, path.name, _fast(path, encoding, name, headers, places), found=tuple(found))
        except pa.ArrowInvalid:
            pass  # a row of another length or the like: the exact reader finds and names it
    return _exact(path, encoding, name, headers, places, found)


def _encoding(text: mmap.mmap, name: str, file: str) -> tuple[str, Found | None]:
    """The encoding of the text, or why it is none."""
    start = text[:1024]
    if start.startswith(_UTF16_STARTS):
        return "", Found("encoding_wrong", file, name, values="UTF-16")
    if start.startswith(_BINARY_STARTS):
        return "", Found("file_binary", file, name)
    nul = text.find(b"\0")
    if nul >= 0:
        if start.count(b"\0") > 2:
            return "", Found("file_binary", file, name)
        return "", Found("nul_byte", file, name, rows=np.array([_line(text, nul)], np.int64))
    bad = _first_undecodable(text, "utf-8")
    if bad is None:
        return "utf-8", None
    worse = _first_undecodable(text, "gb18030")
    if worse is None:
        return "gb18030", None
    at = max(bad, worse)
    value = " ".join(f"{byte:02X}" for byte in text[at : at + 4])
    return "", Found("encoding_wrong", file, name, rows=np.array([_line(text, at)], np.int64), values=value)


def _first_undecodable(text: mmap.mmap, encoding: str) -> int | None:
    """Offset of the first bytes that the encoding does not know; None when all is well."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(text), _BLOCK):
        pending = len(decoder.getstate()[0])
        block = text[start : start + _BLOCK]
        try:
            decoder.decode(block, final=start + _BLOCK >= len(text))
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return None


def _line(text: mmap.mmap, offset: int) -> int:
    return text[:offset].count(b"\n") + 1


def _is_plain(text: mmap.mmap) -> bool:
    """Whether one line is one row throughout: no blank line within, no quote left open."""
    for blank in (b"\n\n", b"\n\r\n", b"\r\r"):
        at = text.find(blank)
        if at >= 0 and _INK.search(text, at):
            return False
    return not sum(text[at : at + _BLOCK].count(b'"') for at in range(0, len(text), _BLOCK)) % 2


def _opened(path: Path, encoding: str) -> io.TextIOWrapper:
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def _fast(path: Path, encoding: str, name: str, headers: list[str], places: dict[str, int]) -> pa.Table:
    """All rows in several threads; raises pa.ArrowInvalid at the first row of another length."""
    names = [str(at) for at in range(len(headers))]
    types = {str(at): text_type(TABLES[name].column(column)) for column, at in places.items()}
    table = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            block_size=_BLOCK, column_names=names, skip_rows_after_names=1, encoding=encoding
        ),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True
        ),
    )
    return table.unify_dictionaries().rename_columns(list(places))


def _exact(
    path: Path, encoding: str, name: str, headers: list[str], places: dict[str, int], found: list[Found]
) -> RawTable:
    """Row by row: blank rows are left out and counted, rows of another length are named."""
    types = {column: text_type(TABLES[name].column(column)) for column in places}
    pieces, rows, blank, ragged = [], [], [], []
    try:
        for batch in _batches(path, encoding):
            good = []
            for row, cells in batch:
                if not any(cell.strip() for cell in cells):
                    blank.append(row)
                elif len(cells) != len(headers):
                    ragged.append((row, len(cells)))
                else:
                    good.append(cells)
                    rows.append(row)
            columns = {column: pa.array([cells[at] or None for cells in good], TEXT) for column, at in places.items()}
            pieces.append(pa.table({column: cells.cast(types[column]) for column, cells in columns.items()}))
    except csv.Error:
        last = np.array([_last_row(path, encoding)], np.int64)
        return unreadable(name, path.name, *found, Found("quote_unclosed", path.name, name, rows=last))
    if blank:
        found.append(Found("row_blank", path.name, name, rows=np.array(blank[:1], np.int64), count=len(blank)))
    if ragged:
        values = pa.array([str(many) for _row, many in ragged])
        wrong = np.array([row for row, _many in ragged], np.int64)
        found.append(Found("row_ragged", path.name, name, rows=wrong, values=values, hints=str(len(headers))))
    schema = pa.schema(list(types.items()))
    cells = pa.concat_tables(pieces).unify_dictionaries() if pieces else schema.empty_table()
    return RawTable(name, path.name, cells, np.array(rows, np.int64), tuple(found))


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
