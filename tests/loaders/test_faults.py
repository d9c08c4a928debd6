"""Every fault has a case named after it: planted in a world without faults, it is found where it stands, and alone."""

import codecs
import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loaders.contract import check, good_rows
from loaders.faults import FAULTS
from loaders.faults.offers import OFFERS
from loaders.faults.rights import RIGHTS
from tests import tiny
from tests.loaders.small_files import Rows, columns_of, rows, told, write, write_xlsx


@dataclass(frozen=True)
class Case:
    """One fault: how it is planted, and where the check must find it first of `many`; `also` are others that come with it."""

    plant: Callable[[Path, Rows], Any]
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    also: frozenset[str] = frozenset()
    many: int = 1


def cell(table: str, at: int, column: str, value: str) -> Callable[[Path, Rows], Any]:
    """Put a value into a cell; row `at` counts as the file does."""

    def plant(folder: Path, world: Rows) -> None:
        world[table][at - 2][column] = value
        write(folder, world)

    return plant


def in_cell(table: str, at: int, column: str, value: str, shown: str | None = None, *also: str) -> Case:
    return Case(
        cell(table, at, column, value), f"{table}.csv", at, column, value if shown is None else shown, frozenset(also)
    )


def added(table: str, shown: tuple[str, str], *new: dict[str, str]) -> Case:
    """Put rows at the end; the last of them is at fault in the column and with the value shown."""

    def plant(folder: Path, world: Rows) -> None:
        world[table] += new
        write(folder, world)

    last = len(rows()[table]) + len(new) + 1
    return Case(plant, f"{table}.csv", last, *shown)


def bytes_of(table: str, change: Callable[[bytes], bytes]) -> Callable[[Path, Rows], Any]:
    def plant(folder: Path, world: Rows) -> None:
        path = write(folder, world) / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    return plant


def without(table: str) -> Callable[[Path, Rows], Any]:
    def plant(folder: Path, world: Rows) -> None:
        del world[table]
        write(folder, world)

    return plant


def column(table: str, old: str, new: str) -> Callable[[Path, Rows], Any]:
    """Give a column another header."""
    return bytes_of(table, lambda data: data.replace(old.encode(), new.encode(), 1))


def sheet(table: str, change: Callable[[list[list[Any]]], Any]) -> Callable[[Path, Rows], Any]:
    """Write one table as a workbook whose cells were changed."""

    def plant(folder: Path, world: Rows) -> None:
        table_rows = world.pop(table)
        columns = columns_of(table, table_rows)
        lines: list[list[Any]] = [columns, *([row.get(each, "") for each in columns] for row in table_rows)]
        change(lines)
        write_xlsx(write(folder, world) / f"{table}.xlsx", lines)

    return plant


def put(at: int, place: int, value: Any) -> Callable[[list[list[Any]]], Any]:
    def change(lines: list[list[Any]]) -> None:
        lines[at - 1][place] = value

    return change


def place_of(table: str, name: str) -> int:
    return columns_of(table, []).index(name)


def in_sheet(table: str, at: int, name: str, value: Any, shown: str) -> Case:
    return Case(sheet(table, put(at, place_of(table, name), value)), f"{table}.xlsx", at, name, shown)


def second_sheet(folder: Path, world: Rows) -> None:
    import openpyxl

    sheet("funds", list)(folder, world)
    book = openpyxl.load_workbook(folder / "funds.xlsx")
    book.create_sheet("备注")
    book.save(folder / "funds.xlsx")


def far_below(folder: Path, world: Rows) -> None:
    import openpyxl

    sheet("funds", list)(folder, world)
    book = openpyxl.load_workbook(folder / "funds.xlsx")
    book.active.cell(200_000, 1).value = "F9"
    book.save(folder / "funds.xlsx")


def long_text(folder: Path, world: Rows) -> None:
    table = world.pop("funds")
    columns = {name: pa.array([row.get(name) or None for row in table]) for name in columns_of("funds", table)}
    named = pa.array(["长" * 131_073] * len(table))
    pq.write_table(pa.table(columns | {"name": named}), write(folder, world) / "funds.parquet")


def parquet(folder: Path, world: Rows) -> None:
    table = world.pop("funds")
    write(folder, world)
    amounts = pa.array([b"9"] * len(table))
    columns = {name: pa.array([row.get(name) or None for row in table]) for name in columns_of("funds", table)}
    pq.write_table(pa.table(columns | {"amount": amounts}), folder / "funds.parquet")


def raw_file(name: str, data: bytes) -> Callable[[Path, Rows], Any]:
    """Write a file of these bytes in place of the table's own."""

    def plant(folder: Path, world: Rows) -> None:
        world.pop(Path(name).stem, None)
        (write(folder, world) / name).write_bytes(data)

    return plant


def nothing(folder: Path, world: Rows) -> None:
    pass


def a_file(folder: Path, world: Rows) -> None:
    folder.write_text("")


def an_empty_folder(folder: Path, world: Rows) -> None:
    folder.mkdir()


REGION = {"name": "示例村", "level": "village", "parent": tiny.TOWN_A1}
LOCK = {"subject_type": "need", "subject": "N02", "provider_type": "offer", "provider": "O2", "mode": "keep"}
CREDIT_CODE = "53441427000000427G"
IDENTITY = "11010519491231002X"

CASES = {
    "folder_missing": Case(nothing),
    "folder_is_file": Case(a_file),
    "folder_without_tables": Case(an_empty_folder),
    "file_unknown": Case(raw_file("houshold.csv", b"household\n"), "houshold.csv", value="houshold.csv"),
    "file_format_unknown": Case(raw_file("travel.xls", b"\xd0\xcf\x11\xe0"), "travel.xls", value=".xls"),
    "file_twice": Case(raw_file("家庭.csv", b"household\nH1\n"), "households.csv", value="households.csv, 家庭.csv"),
    "file_empty": Case(raw_file("travel.csv", b""), "travel.csv"),
    "file_binary": Case(raw_file("travel.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "travel.csv"),
    "encoding_wrong": Case(raw_file("funds.csv", b"fund,name\nF1,\xff\xfe\xff\n"), "funds.csv", 2, value="FF FE FF 0A"),
    "xlsx_corrupt": Case(
        raw_file("travel.xlsx", b"PK\x03\x04 and no more"), "travel.xlsx", value="File is not a zip file"
    ),
    "sheet_too_long": Case(far_below, "funds.xlsx", value="200000"),
    "parquet_corrupt": Case(raw_file("travel.parquet", b"PAR1 and no more PAR1"), "travel.parquet"),
    "parquet_type": Case(parquet, "funds.parquet", column="amount", value="binary"),
    "cell_too_long": Case(long_text, "funds.parquet"),
    "table_missing": Case(without("organizations"), "offers.csv", column="organization", value="organizations"),
    "delimiter_wrong": Case(
        bytes_of("travel", lambda data: data.replace(b",", b";")), "travel.csv", 1, also=frozenset({"row_ragged"})
    ),
    "header_unknown": Case(raw_file("travel.csv", b"a,b,c\n1,2,3\n"), "travel.csv", value="a, b, c"),
    "header_twice": Case(column("funds", "valid_from", "valid_to"), "funds.csv", 1, value="valid_to"),
    "column_missing": Case(
        column("needs", "quantity", "quantitty"), "needs.csv", column="quantity", also=frozenset({"column_unknown"})
    ),
    "column_unknown": Case(column("needs", "source", "remarks"), "needs.csv", 1, value="remarks"),
    "row_ragged": Case(bytes_of("travel", lambda data: data.rstrip() + b",7\r\n"), "travel.csv", 3, value="4"),
    "quote_unclosed": Case(bytes_of("travel", lambda data: data + b'"4414,1,2\r\n'), "travel.csv", 4),
    "nul_byte": Case(bytes_of("travel", lambda data: data.replace(b"12\r\n", b"1\x002\r\n")), "travel.csv", 2),
    "row_blank": Case(bytes_of("travel", lambda data: data.replace(b"12\r\n", b"12\r\n\r\n , ,\r\n")), "travel.csv", 3),
    "sheet_left_out": Case(second_sheet, "funds.xlsx", value="备注"),
    "value_required": in_cell("needs", 2, "quantity", ""),
    "key_malformed": in_cell("volunteers", 2, "volunteer", "V1;V3"),
    "key_is_identity": in_cell("volunteers", 2, "volunteer", IDENTITY, "11**************2X"),
    "number_invalid": in_cell("needs", 3, "quantity", "1,000"),
    "decimal_invalid": in_cell("regions", 5, "lat", "24°18′"),
    "number_out_of_range": in_cell("needs", 4, "quantity", "0"),
    "date_invalid": in_cell("needs", 4, "opened_on", "5.1.2026"),
    "date_impossible": in_cell("needs", 4, "opened_on", "2026-02-30"),
    "date_serial": in_cell("needs", 4, "opened_on", "46027"),
    "boolean_unknown": in_cell("service_kinds", 3, "divisible", "maybe"),
    "code_unknown": in_cell("persons", 3, "categories", "低保;poor", "poor"),
    "list_parted": in_cell("persons", 3, "categories", "低保、特困"),
    "region_code_malformed": in_cell("households", 3, "village", "441402101"),
    "hukou_malformed": in_cell("households", 2, "hukou", "4414"),
    "credit_code_invalid": in_cell("organizations", 3, "credit_code", "53440000500020234A"),
    "id_number_invalid": in_cell("persons", 4, "id_number", "110105194912310021", "11**************21"),
    "number_cell_imprecise": in_sheet("persons", 2, "phone", 13800000000123456, "13*************60"),
    "date_cell_misplaced": in_sheet("locks", 2, "reason", dt.date(2026, 3, 1), "2026-03-01"),
    "cell_error": in_sheet("locks", 2, "reason", "#REF!", "#REF!"),
    "formula_without_result": in_sheet("needs", 2, "quantity", "=1+1", "=1+1"),
    "repaired_bom": Case(bytes_of("travel", lambda data: codecs.BOM_UTF8 + data), "travel.csv", 1),
    "repaired_spaces": in_cell("households", 3, "dialect", "\u3000客家话 ", ""),
    "repaired_full_width": in_cell("households", 3, "household", "Ｈ２", ""),
    "repaired_date_cells": in_sheet("funds", 2, "valid_from", dt.date(2026, 1, 1), ""),
    "repaired_number_cells": in_sheet("households", 2, "hukou", 441402, ""),
    "key_twice": added("volunteers", ("volunteer", "V1"), rows()["volunteers"][0]),
    "pair_twice": added(
        "travel", ("to", f"{tiny.TOWN_A1} → {tiny.TOWN_A2}"), {"from": tiny.TOWN_A1, "to": tiny.TOWN_A2, "minutes": "3"}
    ),
    "way_to_itself": added("travel", ("minutes", "3"), {"from": tiny.TOWN_A1, "to": tiny.TOWN_A1, "minutes": "3"}),
    "reference_orphan": in_cell("offers", 4, "fund", "F9"),
    "reference_level": in_cell("volunteers", 2, "village", tiny.TOWN_A1),
    "kind_unknown": in_cell("needs", 2, "kind", "meal_deliveries"),
    "range_reversed": in_cell("offers", 2, "max_age", "59"),
    "region_root_twice": added(
        "regions", ("parent", ""), {"code": "450000000000", "name": "广西", "level": "province"}
    ),
    "region_root_missing": Case(
        cell("regions", 2, "parent", tiny.CITY),
        "regions.csv",
        None,
        "parent",
        also=frozenset({"region_cycle", "region_level"}),
    ),
    "region_cycle": Case(
        lambda folder, world: write(
            folder,
            world
            | {
                "regions": [
                    *world["regions"],
                    {"code": "441481000000", "name": "甲", "level": "county", "parent": "441482000000"},
                    {"code": "441482000000", "name": "乙", "level": "county", "parent": "441481000000"},
                ]
            },
        ),
        "regions.csv",
        17,
        "parent",
        "441482000000",
        frozenset({"region_level"}),
        many=2,
    ),
    "region_two_parents": added(
        "regions", ("parent", tiny.TOWN_B1), REGION | {"code": tiny.VILLAGE_A1A, "parent": tiny.TOWN_B1}
    ),
    "region_level": in_cell("regions", 9, "parent", tiny.VILLAGE_A1A),
    "kind_cycle": replace(in_cell("service_kinds", 13, "broader", "bathing"), many=2),
    "kind_unit_differs": in_cell("service_kinds", 17, "broader", "food"),
    "credit_code_twice": added(
        "organizations",
        ("credit_code", CREDIT_CODE),
        {"organization": "G8", "name": "甲", "type": "charity", "credit_code": CREDIT_CODE},
        {"organization": "G9", "name": "乙", "type": "charity", "credit_code": CREDIT_CODE},
    ),
    "person_not_member": in_cell("needs", 2, "person", "P2"),
    "village_missing": in_cell("households", 6, "village", ""),
    "lock_combination": in_cell("locks", 2, "provider_type", "volunteer", None, "reference_orphan"),
    "lock_contradiction": added(
        "locks",
        ("mode", "keep"),
        LOCK | {"lock": "L8"},
        LOCK | {"lock": "L9", "provider": "O4"},
    ),
}

ELSEWHERE = {
    "folder_unreadable",
    "file_unreadable",
    "credit_code_taken",
    "depends_on_left_out",
    "region_name_unclear",
    *(fault.code for fault in (*OFFERS, *RIGHTS)),
}
"""Faults whose cases are tests of their own: below, of what stands already, and of what one may not write where accounts are."""


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_fault_is_found_where_it_stands_and_alone(code: str, tmp_path: Path) -> None:
    case, folder = CASES[code], tmp_path / "in"
    case.plant(folder, rows())
    found = [entry for entry in told(check(folder)) if entry[0] not in case.also]
    assert [entry[0] for entry in found] == [code] * case.many
    _code, file, row, name, value = found[0]
    assert (row, name) == (case.row, case.column)
    assert file == (case.file or str(folder))
    if code != "parquet_corrupt":
        assert value == (case.value if case.file else str(folder))


def test_every_fault_has_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(FAULTS)


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_speaks_two_languages_and_tells_a_repair(code: str) -> None:
    fault = FAULTS[code]
    assert all((fault.en, fault.zh, fault.repair_en, fault.repair_zh))
    assert any("一" <= letter <= "鿿" for letter in fault.zh)
    assert not any("一" <= letter <= "鿿" for letter in fault.en.replace("是/否", ""))


def test_a_world_without_faults_passes_without_a_word(tmp_path: Path) -> None:
    outcome = check(write(tmp_path, rows()))
    assert outcome.ok
    assert not list(outcome.issues)


def test_a_folder_without_rights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the superuser may read everything, so the system's answer is given in its place
    monkeypatch.setattr(os, "access", lambda *_asked: False)
    assert [entry[0] for entry in told(check(write(tmp_path, rows())))] == ["folder_unreadable"]


def test_a_file_without_rights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "travel.csv" and args == ("rb",):
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **options)

    write(tmp_path, rows())
    monkeypatch.setattr(Path, "open", refuse)
    found = list(told(check(tmp_path)))
    assert found == [("file_unreadable", "travel.csv", None, "", "Permission denied")]


def test_rows_that_depend_on_rows_left_out_are_named(tmp_path: Path) -> None:
    world = rows()
    world["households"][1]["weight"] = "heavy"
    kept = good_rows(check(write(tmp_path, world)))
    assert {entry[:4] for entry in told(kept)} == {
        ("number_invalid", "households.csv", 3, "weight"),
        ("depends_on_left_out", "persons.csv", 4, "household"),
        *(("depends_on_left_out", "needs.csv", row, "household") for row in (4, 9, 11, 13)),
    }
