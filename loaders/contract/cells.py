"""The rules of single cells: each column repaired, turned into its type, and judged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES, Column
from graph.tables import arrow_schema, arrow_type
from loaders.contract.codes import code_lists, codes, lists
from loaders.contract.dates import days, moments
from loaders.contract.distinct import Bools, Distinct, distinct, true
from loaders.contract.divisions import hukou, region_codes
from loaders.contract.finding import Finding
from loaders.contract.identity import are_id_numbers, credit_codes, id_numbers
from loaders.contract.numbers import booleans, decimals, whole_numbers
from loaders.contract.parsed import Fault, Parsed
from loaders.contract.repair import repair
from loaders.issues import masked
from loaders.read.raw import RawTable

_PEOPLE = {"households", "persons", "volunteers", "caseworkers"}
_BY_COLUMN: dict[str, Callable[[pa.StringArray, Column], Parsed]] = {
    "code": codes,
    "codes": code_lists,
    "int": whole_numbers,
    "float": decimals,
}
_BY_TYPE: dict[str, Callable[[pa.StringArray], Parsed]] = {
    "key": lambda values: Parsed(values, (Fault("key_malformed", _malformed(values)),)),
    "ref": Parsed,
    "text": Parsed,
    "refs": lists,
    "texts": lists,
    "bool": booleans,
    "date": days,
    "moment": moments,
}
_BY_NAME: dict[tuple[str, str], Callable[[pa.StringArray], Parsed]] = {
    ("regions", "code"): region_codes,
    ("households", "hukou"): hukou,
    ("persons", "id_number"): id_numbers,
    ("organizations", "credit_code"): credit_codes,
}
_PROSE = {"text", "texts"}


def parse_table(raw: RawTable) -> tuple[pa.Table, list[Finding]]:
    """The canonical table of a raw one, cells at fault null, and what is wrong with them."""
    table = TABLES[raw.name]
    found: list[Finding] = []
    columns = []
    for column in table.columns:
        if column.name not in raw.cells.column_names:
            columns.append(pa.nulls(raw.cells.num_rows, arrow_type(column)))
            continue
        cells, wrong = parse_column(raw.name, column, raw.cells[column.name])
        columns.append(cells)
        found += wrong
    return pa.table(columns, schema=arrow_schema(table)), found


def parse_column(table: str, column: Column, cells: pa.ChunkedArray) -> tuple[pa.Array, list[Finding]]:
    """One column in its canonical type, and what is wrong with its cells."""
    raw = distinct(cells)
    values, spaces, wide = repair(raw.values, column.type in _PROSE)
    found = [
        *_repaired(table, column, raw, "repaired_spaces", spaces),
        *_repaired(table, column, raw, "repaired_full_width", wide),
    ]
    parsed = _parsed(values, table, column)
    faults = parsed.faults
    if column.type == "key" and table in _PEOPLE:
        faults = (*faults, Fault("key_is_identity", _identities(values)))
    for fault in faults:
        at = raw.rows(fault.mask)
        if len(at):
            found.append(_fault(table, column, raw, values, fault, at))
    if column.required or column.type == "key":
        blank = np.flatnonzero(_blank(raw, parsed))
        if len(blank):
            found.append(Finding("value_required", table, column.name, blank))
    return raw.whole(parsed.values, arrow_type(column)), found


def _parsed(values: pa.StringArray, table: str, column: Column) -> Parsed:
    if column.type in _BY_COLUMN:
        return _BY_COLUMN[column.type](values, column)
    return _BY_NAME.get((table, column.name), _BY_TYPE[column.type])(values)


def _malformed(values: pa.StringArray) -> Bools:
    long = pc.greater(pc.utf8_length(values), 200)
    return true(pc.or_(pc.match_substring_regex(values, r"[;；\x00-\x1f\x7f]"), long))


def _identities(values: pa.StringArray) -> Bools:
    if not true(pc.equal(pc.binary_length(values), 18)).any():
        return np.zeros(len(values), np.bool_)
    return are_id_numbers(pc.utf8_upper(values))


def _blank(raw: Distinct, parsed: Parsed) -> Bools:
    """Rows that say nothing: without a text, or with one such as `;` in which no fault is found and no value either."""
    missing = ~true(parsed.values.is_valid())
    for fault in parsed.faults:
        missing &= ~fault.mask
    return missing if raw.index is None else np.append(missing, True)[raw.index]


def _repaired(table: str, column: Column, raw: Distinct, code: str, mask: Bools) -> list[Finding]:
    rows = raw.rows(mask)
    return [Finding(code, table, column.name, rows[:1], count=len(rows))] if len(rows) else []


def _fault(table: str, column: Column, raw: Distinct, values: pa.StringArray, fault: Fault, at: np.ndarray) -> Finding:
    shown = values if fault.shown is None else fault.shown
    told = raw.at(shown, at)
    if column.secret:
        told = pa.array([masked(text or "") for text in told.to_pylist()], pa.string())
    hints = fault.hints if isinstance(fault.hints, str) else raw.at(fault.hints, at)
    return Finding(fault.code, table, column.name, at, told, hints)
