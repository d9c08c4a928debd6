"""Format, encoding, language and order of the files do not matter: the same rows give the same canonical tables."""

import csv
import datetime as dt
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from graph.model import TABLES
from graph.tables import arrow_schema
from loaders.contract import check, good_rows
from loaders.read.folder import find_tables, read_file
from tests import tiny
from tests.loaders.small_files import columns_of, rows, told, write, write_xlsx

EXPECTED = tiny.tables()


def by_key(table: pa.Table, name: str) -> list[dict[str, object]]:
    return table.sort_by(TABLES[name].key).to_pylist() if TABLES[name].key else table.to_pylist()


def assert_same(found: dict[str, pa.Table], expected: dict[str, pa.Table]) -> None:
    assert list(found) == list(TABLES)
    for name, table in found.items():
        assert table.schema == arrow_schema(TABLES[name])
        if name in expected:
            wanted = expected[name].select(table.column_names)
            assert by_key(table, name) == by_key(wanted, name), name


def test_files_give_the_canonical_tables_of_their_rows(tmp_path: Path) -> None:
    outcome = check(write(tmp_path, rows()))
    assert_same(outcome.tables, EXPECTED)
    assert outcome.present == {name: tuple(column.name for column in TABLES[name].columns) for name in TABLES}


@settings(max_examples=30, deadline=None)
@given(
    form=st.sampled_from(["csv", "csv", "xlsx", "parquet"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    language=st.sampled_from(["en", "zh"]),
    shuffle=st.randoms(use_true_random=False),
)
def test_format_encoding_language_and_order_do_not_matter(
    form: str, encoding: str, language: str, shuffle: Random
) -> None:
    world = rows()
    for table in world.values():
        shuffle.shuffle(table)
    with TemporaryDirectory() as folder:
        write(Path(folder), world, form, encoding, language)
        if form == "csv":
            reorder_columns(Path(folder), encoding, shuffle)
        outcome = check(Path(folder))
    assert {entry[0] for entry in told(outcome)} <= {"repaired_bom"}
    tables = outcome.tables | {"travel": outcome.tables["travel"].sort_by("from")}
    assert_same(tables, EXPECTED)


def reorder_columns(folder: Path, encoding: str, shuffle: Random) -> None:
    for path in folder.glob("*.csv"):
        with path.open(encoding=encoding, newline="") as file:
            lines = list(csv.reader(file))
        order = list(range(len(lines[0])))
        shuffle.shuffle(order)
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([[line[at] for at in order] for line in lines])


def test_canonical_tables_written_as_csv_come_back_the_same(tmp_path: Path) -> None:
    first = check(write(tmp_path / "in", rows())).tables
    (tmp_path / "out").mkdir()
    for name, table in first.items():
        plain = [
            pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema
        ]
        pc.write_csv(table.cast(pa.schema(plain)), tmp_path / "out" / f"{name}.csv")
    again = check(tmp_path / "out")
    assert not list(again.issues)
    assert_same(again.tables, first)


def test_canonical_tables_written_as_parquet_come_back_the_same(tmp_path: Path) -> None:
    first = check(write(tmp_path / "in", rows())).tables
    (tmp_path / "out").mkdir()
    for name, table in first.items():
        pq.write_table(table, tmp_path / "out" / f"{name}.parquet")
    again = check(tmp_path / "out")
    assert not list(again.issues)
    assert_same(again.tables, first)


def test_chinese_file_names_are_known(tmp_path: Path) -> None:
    write(tmp_path, rows())
    for name, table in TABLES.items():
        (tmp_path / f"{name}.csv").rename(tmp_path / f"{table.zh}.csv")
    assert_same(check(tmp_path).tables, EXPECTED)


def test_quoted_text_may_hold_commas_quotes_and_new_lines(tmp_path: Path) -> None:
    world = rows()
    world["households"][0]["address"] = '新村1号，"老屋",\r\n后座'
    world["households"][-1]["weight"] = "heavy"
    outcome = check(write(tmp_path, world))
    assert outcome.tables["households"]["address"][0].as_py() == '新村1号，"老屋",\r\n后座'
    assert [entry[2] for entry in told(outcome)] == [9], "rows are counted as a spreadsheet counts them"


def test_rows_after_a_blank_one_keep_their_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, rows()) / "volunteers.csv"
    header, first, second = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, first, "", second.replace(tiny.VILLAGE_B1A, "1")]), "utf-8")
    assert [entry[:3] for entry in told(check(tmp_path))] == [
        ("region_code_malformed", "volunteers.csv", 4),
        ("row_blank", "volunteers.csv", 3),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(tmp_path: Path, newline: str) -> None:
    path = write(tmp_path, rows()) / "funds.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", newline.encode()))
    assert not list(check(tmp_path).issues)


def test_raw_tables_keep_the_text_of_the_files(tmp_path: Path) -> None:
    files, found = find_tables(write(tmp_path, rows()))
    assert not found
    assert list(files) == list(TABLES)
    needs = read_file("needs", files["needs"])
    assert needs.cells["quantity"].to_pylist()[1] == "5"
    assert needs.cells["person"].to_pylist()[1] is None


def test_a_workbook_with_more_than_cells_is_read_without_a_word(tmp_path: Path) -> None:
    """Fonts, widths, a frozen row and a list to choose from are what people add; only the cells count."""
    world = rows()
    write(tmp_path, {name: table for name, table in world.items() if name != "funds"})
    write(tmp_path, {"funds": world["funds"]}, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "funds.xlsx")
    sheet = book.active
    sheet.freeze_panes = "A2"
    sheet["A1"].font = Font(bold=True)
    sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"', sqref="B2:B9"))
    book.save(tmp_path / "funds.xlsx")
    outcome = check(tmp_path)
    assert not list(outcome.issues)
    assert_same(outcome.tables, EXPECTED)


def workbook(folder: Path, table: str, cells: dict[str, object]) -> Path:
    """Every table as CSV but one, whose first row has these cells in a workbook."""
    world = rows()
    write(folder, {name: lines for name, lines in world.items() if name != table})
    columns = columns_of(table, world[table])
    lines = [[row.get(column, "") for column in columns] for row in world[table]]
    lines[0] = [cells.get(column, cell) for column, cell in zip(columns, lines[0], strict=True)]
    write_xlsx(folder / f"{table}.xlsx", [columns, *lines])
    return folder / f"{table}.xlsx"


def test_a_formula_without_a_result_is_no_blank_cell(tmp_path: Path) -> None:
    workbook(tmp_path, "needs", {"opened_on": "=DATE(2026,1,1)", "kind": "=A2", "quantity": "=1+1"})
    outcome = check(tmp_path)
    assert sorted(told(outcome)) == [
        ("formula_without_result", "needs.xlsx", 2, "kind", "=A2"),
        ("formula_without_result", "needs.xlsx", 2, "opened_on", "=DATE(2026,1,1)"),
        ("formula_without_result", "needs.xlsx", 2, "quantity", "=1+1"),
    ]
    assert good_rows(outcome).tables["needs"].num_rows == len(rows()["needs"]) - 1


@pytest.mark.parametrize(
    ("result", "codes"),
    [(b"<v>46000</v>", []), (b"<v></v>", ["formula_without_result"]), (b"", ["formula_without_result"])],
)
def test_a_formula_counts_as_its_result(tmp_path: Path, result: bytes, codes: list[str]) -> None:
    path = workbook(tmp_path, "needs", {"source": "=A2"})
    change_sheet(path, b"<v /></c>", result + b"</c>")
    assert [entry[0] for entry in told(check(tmp_path)) if entry[0] != "repaired_number_cells"] == codes


def test_a_formula_whose_result_is_the_empty_text_is_a_blank_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path, "needs", {"source": "=A2"})
    change_sheet(path, b"><f>", b' t="str"><f>')
    assert not list(told(check(tmp_path)))


def change_sheet(path: Path, old: bytes, new: bytes) -> None:
    """Put other bytes into the sheet of a workbook."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    with ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data.replace(old, new) if name == sheet else data)


@pytest.mark.parametrize(("table", "column"), [("needs", "kind"), ("offers", "fund"), ("persons", "categories")])
def test_a_cell_has_one_error_and_its_row_is_left_out(tmp_path: Path, table: str, column: str) -> None:
    workbook(tmp_path, table, {column: "#N/A"})
    outcome = check(tmp_path)
    assert next(told(outcome)) == ("cell_error", f"{table}.xlsx", 2, column, "#N/A")
    assert [entry for entry in told(outcome) if entry[2:4] == (2, column)] == [next(told(outcome))]
    assert outcome.parts[table].bad[0]


def test_a_moment_in_a_column_of_days_is_an_error_alone(tmp_path: Path) -> None:
    workbook(tmp_path, "needs", {"opened_on": dt.datetime.fromisoformat("2026-01-05T08:30")})
    assert list(told(check(tmp_path))) == [("date_invalid", "needs.xlsx", 2, "opened_on", "2026-01-05T08:30:00")]


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("funds", "amount", ("write it as whole numbers", "请写成：整数")),
        ("funds", "valid_to", ("write it as dates", "请写成：日期")),
        ("funds", "name", ("write it as text", "请写成：文本")),
        ("regions", "lat", ("write it as numbers", "请写成：数字")),
        ("service_kinds", "divisible", ("write it as booleans", "请写成：布尔值")),
        ("needs", "as_of", ("write it as timestamps", "请写成：时间戳")),
    ],
)
def test_a_parquet_type_that_does_not_fit_is_told_the_one_that_does(
    tmp_path: Path, table: str, column: str, said: tuple[str, str]
) -> None:
    in_parquet(tmp_path, table, column)
    issue = next(iter(check(tmp_path).issues))
    assert (issue.code, issue.column) == ("parquet_type", column)
    assert (issue.repair_en, issue.repair_zh) == said


def test_a_parquet_type_that_does_not_fit_hides_no_other_error(tmp_path: Path) -> None:
    in_parquet(tmp_path, "needs", "quantity", "due_on", kind="food!", household="H404", urgency="pink")
    assert sorted(told(check(tmp_path)), key=lambda entry: entry[3]) == [
        ("parquet_type", "needs.parquet", None, "due_on", "binary"),
        ("reference_orphan", "needs.parquet", 2, "household", "H404"),
        ("kind_unknown", "needs.parquet", 2, "kind", "food!"),
        ("parquet_type", "needs.parquet", None, "quantity", "binary"),
        ("code_unknown", "needs.parquet", 2, "urgency", "pink"),
    ]


def test_a_key_of_a_parquet_type_that_does_not_fit_is_told_with_the_cells_at_fault(tmp_path: Path) -> None:
    in_parquet(tmp_path, "households", "household", alert="pink")
    assert sorted(told(check(tmp_path))) == [
        ("code_unknown", "households.parquet", 2, "alert", "pink"),
        ("parquet_type", "households.parquet", None, "household", "binary"),
    ]


@pytest.mark.parametrize(
    ("table", "column"),
    [("needs", "incident_place"), ("locks", "until"), ("regions", "parent"), ("regions", "level"), ("travel", "to")],
)
def test_nothing_is_concluded_from_a_column_that_could_not_be_read(tmp_path: Path, table: str, column: str) -> None:
    in_parquet(tmp_path, table, column)
    assert [entry[0] for entry in told(check(tmp_path))] == ["parquet_type"]


def in_parquet(folder: Path, table: str, *binary: str, **cells: str) -> None:
    """Every table as CSV but one: Parquet with columns of a type that fits nowhere, and these cells in its first row."""
    world = rows()
    world[table][0].update(cells)
    write(folder, {name: lines for name, lines in world.items() if name != table})
    columns = {
        name: pa.array([row.get(name) or None for row in world[table]]) for name in columns_of(table, world[table])
    }
    wrong = pa.array([b"9"] * len(world[table]))
    pq.write_table(pa.table(columns | dict.fromkeys(binary, wrong)), folder / f"{table}.parquet")


def test_typed_parquet_columns_are_taken_as_they_are(tmp_path: Path) -> None:
    """Numbers with gaps arrive as floating point from data frames, days as timestamps, lists as lists."""
    write(tmp_path, rows())
    frame = tiny.tables()["offers"].to_pandas().drop(columns="paused")
    frame["serves"] = frame["serves"].astype(str).str.split(";")
    frame["valid_from"] = frame["valid_from"].astype("datetime64[ns]")
    (tmp_path / "offers.csv").unlink()
    frame.to_parquet(tmp_path / "offers.parquet")
    outcome = check(tmp_path)
    assert not list(outcome.issues)
    assert_same(outcome.tables, EXPECTED)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("rows_below", [[], [["1", "2"], ["3", "4"]]])
def test_a_header_of_which_nothing_is_known_is_told_with_the_columns_of_the_table(
    tmp_path: Path, form: str, rows_below: list[list[str]]
) -> None:
    path = tmp_path / f"offers.{form}"
    if form == "csv":
        path.write_text("".join(",".join(line) + "\n" for line in [["a", "b"], *rows_below]), "utf-8")
    elif form == "xlsx":
        write_xlsx(path, [["a", "b"], *rows_below])
    else:
        pq.write_table(
            pa.table({name: pa.array([line[at] for line in rows_below], pa.string()) for at, name in enumerate("ab")}),
            path,
        )
    [issue] = check(tmp_path).issues
    assert (issue.code, issue.row, issue.value) == ("header_unknown", None, "a, b")
    assert "offer, organization, kind" in issue.repair_en
    assert "供给编号、机构编号、服务项目" in issue.repair_zh
