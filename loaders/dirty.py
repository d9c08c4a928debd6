"""Faults for a sample: each is planted in a row of its own at the end of a table and found again by its code."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.model import TABLES

LAST = "the last row's own value"
"""Stands for the value that the column has in the table's last clean row."""


@dataclass(frozen=True)
class Fault:
    """One fault: the code under which the check reports it, the column at fault, and the cells that make it.

    The other cells are those of the table's last clean row, under a key of the row's own.
    """

    code: str
    table: str
    column: str
    cells: Mapping[str, str] = field(default_factory=dict)
    extra_cell: bool = False


@dataclass(frozen=True)
class Planted:
    """A fault where it stands: the row counts as in a spreadsheet, the header being row 1."""

    fault: Fault
    row: int


def _region(code: str, column: str, fault: str, **cells: str) -> Fault:
    plain = {"code": code, "name": "示例村委会", "level": "village", "lon": "", "lat": ""}
    return Fault(fault, "regions", column, plain | cells)


def _kind(kind: str, column: str, fault: str, **cells: str) -> Fault:
    plain = {"kind": kind, "name_zh": "示例项目", "name_en": "invented", "broader": ""}
    return Fault(fault, "service_kinds", column, plain | cells)


FAULTS = (
    _region("44990000101", "code", "region_code_malformed"),
    _region("449900001001", "lat", "decimal_invalid", lat="北纬24度"),
    _region("449900001002", "lon", "number_out_of_range", lon="216.1"),
    _region("449900001003", "level", "code_unknown", level="自然村"),
    _region("449900001004", "parent", "reference_orphan", parent="449900009000"),
    _region("449900000000", "parent", "region_root_twice", level="province", parent=""),
    _region(LAST, "parent", "region_two_parents", parent="440000000000"),
    _region("449901000000", "parent", "region_cycle", level="county", parent="449902000000"),
    _region("449902000000", "parent", "region_cycle", level="county", parent="449901000000"),
    _region("449900002000", "parent", "region_level", level="town", parent=LAST),
    _kind("invented_maybe", "divisible", "boolean_unknown", divisible="也许"),
    _kind("invented_circle", "broader", "kind_cycle", broader="invented_circle"),
    _kind("invented_unit", "broader", "kind_unit_differs", unit="吨", broader="food"),
    Fault("region_code_malformed", "households", "village", {"village": "441402"}),
    Fault("hukou_malformed", "households", "hukou", {"hukou": "广东梅州"}),
    Fault("date_invalid", "households", "registered_on", {"registered_on": "去年年底"}),
    Fault("village_missing", "households", "village", {"household": "H-nowhere", "village": ""}),
    Fault("reference_orphan", "persons", "household", {"household": "H-unknown"}),
    Fault("code_unknown", "persons", "categories", {"categories": "特别困难"}),
    Fault("number_out_of_range", "persons", "birth_year", {"birth_year": "1066"}),
    Fault("id_number_invalid", "persons", "id_number", {"id_number": "000000000000000000"}),
    Fault("kind_unknown", "needs", "kind", {"kind": "meal_delivry"}),
    Fault("number_out_of_range", "needs", "quantity", {"quantity": "0"}),
    Fault("date_impossible", "needs", "opened_on", {"opened_on": "2026-02-30", "due_on": ""}),
    Fault("person_not_member", "needs", "person", {"person": "P00000001"}),
    Fault("value_required", "organizations", "name", {"name": ""}),
    Fault("credit_code_invalid", "organizations", "credit_code", {"credit_code": "53440000XX0000000X"}),
    Fault("number_invalid", "organizations", "budget", {"budget": "二十万"}),
    Fault("row_ragged", "funds", "", extra_cell=True),
    Fault("range_reversed", "funds", "valid_to", {"valid_from": "2026-12-31", "valid_to": "2026-01-01"}),
    Fault("date_serial", "offers", "valid_from", {"valid_from": "46023", "valid_to": ""}),
    Fault("range_reversed", "offers", "max_age", {"min_age": "80", "max_age": "60"}),
    Fault("repaired_full_width", "offers", "capacity", {"capacity": "１２"}),
    Fault("key_malformed", "volunteers", "volunteer", {"volunteer": "V1;V2"}),
    Fault("key_twice", "volunteers", "volunteer", {"volunteer": LAST, "hours": "1"}),
    Fault("repaired_spaces", "volunteers", "skills", {"skills": " visiting "}),
    Fault("key_twice", "caseworkers", "caseworker", {"caseworker": LAST}),
    Fault("number_invalid", "caseworkers", "capacity", {"capacity": "97.5"}),
    Fault("reference_level", "caseworkers", "town", {"town": "440000000000"}),
)
"""Every fault that a row can have, in the order of the tables. Beside them a column that nobody knows."""

UNKNOWN_COLUMN = Fault("column_unknown", "funds", "remark")
"""A column of no meaning to us, in a table of few rows."""

_NEED_NOWHERE = {"need": "N-nowhere", "household": "H-nowhere", "person": "", "incident_place": ""}


def add_faults(folder: Path) -> list[Planted]:
    """Plant every fault in the CSV files of a clean sample and tell where each of them stands."""
    planted = [Planted(UNKNOWN_COLUMN, 1)]
    _add_column(folder / f"{UNKNOWN_COLUMN.table}.csv", UNKNOWN_COLUMN.column)
    for table in dict.fromkeys(fault.table for fault in FAULTS):
        path = folder / f"{table}.csv"
        header, last, rows = _ends(path)
        dirty: list[list[str]] = []
        for fault in (fault for fault in FAULTS if fault.table == table):
            dirty.append(_row(fault, header, last, len(dirty) + 1))
            planted.append(Planted(fault, rows + len(dirty)))
        if table == "needs":  # what makes the household without a village a fault
            dirty.append([_NEED_NOWHERE.get(column, value) for column, value in zip(header, last, strict=True)])
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(dirty)
    return planted


def _row(fault: Fault, header: list[str], last: list[str], number: int) -> list[str]:
    key = TABLES[fault.table].key or ""
    clean = dict(zip(header, last, strict=True))
    fresh = {key: f"{clean[key]}-{number}"}
    cells = clean | fresh | {name: clean[name] if value is LAST else value for name, value in fault.cells.items()}
    if fault.cells.get("parent") is LAST:
        cells["parent"] = clean[key]
    return [*cells.values(), "多出的一格"] if fault.extra_cell else list(cells.values())


def _ends(path: Path) -> tuple[list[str], list[str], int]:
    """The header, the last row and the number of rows with the header."""
    with path.open("rb") as file:
        header = file.readline().decode("utf-8-sig")
        rows, tail = 1, b""
        while chunk := file.read(1 << 24):
            rows += chunk.count(b"\n")
            tail = (tail + chunk)[-(1 << 16) :]
    last = tail.decode("utf-8", "ignore").rstrip("\n").rpartition("\n")[2]
    return next(csv.reader(io.StringIO(header))), next(csv.reader(io.StringIO(last))), rows


def _add_column(path: Path, name: str) -> None:
    """Append a column to a small table, with a BOM before it as spreadsheets write."""
    lines = path.read_text("utf-8").splitlines()
    rows = [f"{lines[0]},{name}", *(f"{line},示例" for line in lines[1:])]
    path.write_text("\n".join(rows) + "\n", "utf-8-sig")
