"""Parquet: typed columns become text cells again, each distinct value once, so that one set of rules judges all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from graph.model import TABLES, Column
from loaders.issues import Found
from loaders.read.headers import match_headers
from loaders.read.raw import CODED, TEXT, RawTable, text_type, unreadable

_WANTED = {
    "int": ("whole numbers", "整数"),
    "float": ("numbers", "数字"),
    "bool": ("booleans", "布尔值"),
    "date": ("dates", "日期"),
    "moment": ("timestamps", "时间戳"),
}
_TEXT = ("text", "文本")
_MOST_CHARACTERS = 131_072
"""Characters of a cell, as many as of one in a CSV file."""


def read_parquet(name: str, path: Path) -> RawTable:
    """The known columns of a Parquet file; raises OSError when it may not be read."""
    with path.open("rb"):
        if not path.stat().st_size:
            return unreadable(name, path.name, Found("file_empty", path.name, name))
    try:
        schema = pq.read_schema(path)
        headers = schema.names
        places, found = match_headers(TABLES[name], headers, path.name)
        if not places or any(each.code == "header_twice" for each in found):
            return unreadable(name, path.name, *found)
        coded = [headers[at] for column, at in places.items() if _repeats(schema.field(at).type, name, column)]
        table = pq.ParquetFile(path, read_dictionary=coded).read(columns=[headers[at] for at in places.values()])
    except (pa.ArrowException, OSError) as error:
        return unreadable(name, path.name, Found("parquet_corrupt", path.name, name, values=str(error)[:100]))
    cells = {}
    for column, at in places.items():
        spec = TABLES[name].column(column)
        typed = table.column(headers[at])
        text = _as_text(typed, spec)
        if text is None:
            wanted, in_chinese = _WANTED.get(spec.type, _TEXT)
            told = Found("parquet_type", path.name, name, column, values=str(typed.type), hints=wanted)
            found.append(replace(told, hints_zh=in_chinese))
            text = pa.chunked_array([pa.nulls(table.num_rows, text_type(spec))])
        elif _longest(text) > _MOST_CHARACTERS:
            return unreadable(name, path.name, Found("cell_too_long", path.name, name))
        cells[column] = text
    return RawTable(name, path.name, pa.table(cells), found=tuple(found))


def _repeats(kind: pa.DataType, table: str, column: str) -> bool:
    """Whether a column is read as a dictionary at once: a text that stands in every row would be copied into each."""
    return _is_text(kind) and text_type(TABLES[table].column(column)) == CODED


def _longest(text: pa.ChunkedArray) -> int:
    """Characters of the longest cell."""
    values = [chunk.dictionary if types.is_dictionary(text.type) else chunk for chunk in text.chunks]
    return max((pc.max(pc.utf8_length(each)).as_py() or 0 for each in values), default=0)


def _as_text(cells: pa.ChunkedArray, column: Column) -> pa.ChunkedArray | None:
    """Text cells, blank ones null; None when the type does not fit the column."""
    kind = cells.type
    if types.is_null(kind):
        return pa.chunked_array([pa.nulls(len(cells), text_type(column))])
    value = kind.value_type if types.is_dictionary(kind) else kind
    if _is_text(value):
        text = cells.cast(pa.dictionary(pa.int32(), TEXT) if types.is_dictionary(kind) else TEXT)
        return _coded(text, column)
    if types.is_list(kind) and _is_text(kind.value_type) and column.type in {"refs", "codes", "texts"}:
        return _coded(pc.binary_join(cells.cast(pa.list_(TEXT)), ";"), column)
    if not _fits(value, column):
        return None
    coded = pa.chunked_array([cells]) if isinstance(cells, pa.Array) else cells
    if not types.is_dictionary(kind):
        coded = coded.dictionary_encode()
    parts = [
        pa.DictionaryArray.from_arrays(part.indices.cast(pa.int32()), _spelled(part.dictionary, column))
        for part in coded.chunks
    ]
    return pa.chunked_array(parts, CODED)


def _coded(text: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    wanted = text_type(column)
    if text.type == wanted:
        return _without_blank(text) if wanted == TEXT else text
    return text.dictionary_encode() if wanted == CODED else _without_blank(text.cast(TEXT))


def _without_blank(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, TEXT), text)


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _fits(kind: pa.DataType, column: Column) -> bool:
    """Whether values of a type other than text may stand in the column."""
    number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    day = types.is_date(kind) or types.is_timestamp(kind)
    if column.type in {"int", "float"}:
        return bool(number)
    return bool((column.type == "bool" and types.is_boolean(kind)) or (column.type in {"date", "moment"} and day))


def _spelled(values: pa.Array, column: Column) -> pa.Array:
    """Typed values as the text that a CSV file would hold."""
    if types.is_timestamp(values.type):
        if column.type == "date" and pc.all(pc.equal(values, pc.floor_temporal(values, unit="day"))).as_py():
            return values.cast(pa.date32()).cast(TEXT)
        zone = "Z" if values.type.tz else ""
        text = pc.strftime(values.cast(pa.timestamp("us", values.type.tz and "UTC")), "%Y-%m-%dT%H:%M:%S")
        return pc.binary_join_element_wise(text, zone, "")
    if types.is_date(values.type):
        return values.cast(pa.date32()).cast(TEXT)
    if types.is_floating(values.type):
        whole = pc.equal(values, pc.floor(values))
        small = pc.less(pc.abs(values), 1e15)
        digits = pc.if_else(pc.and_(whole, small), values, 0.0).cast(pa.int64()).cast(TEXT)
        text = pc.if_else(pc.and_(whole, small), digits, values.cast(TEXT))
        return pc.if_else(pc.is_nan(values), pa.scalar(None, TEXT), text)
    return values.cast(TEXT)
