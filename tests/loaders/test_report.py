"""The report lists every issue, in the order of the files, and does no harm where it is opened."""

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from rich.console import Console

from loaders import report
from loaders.contract import check
from loaders.issues import Found, Issues, masked
from tests.loaders.small_files import rows, told, write


def issues_of(folder: Path) -> Issues:
    world = rows()
    world["needs"][0]["quantity"] = "=1+1"
    world["needs"][3]["quantity"] = "\x07[red]x"
    world["households"][4]["village"] = "44"
    world["households"][1]["dialect"] = " 客家话"
    return check(write(folder, world)).issues


def test_errors_come_first_and_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    found = [(issue.severity, issue.file, issue.row) for issue in issues_of(tmp_path)]
    assert found == [
        ("error", "households.csv", 6),
        ("error", "needs.csv", 2),
        ("error", "needs.csv", 5),
        ("notice", "households.csv", 3),
    ]


def test_the_workbook_lists_every_issue_and_holds_no_formula(tmp_path: Path) -> None:
    issues = issues_of(tmp_path / "in")
    report.write_issues(issues, tmp_path / "issues.xlsx")
    book = openpyxl.load_workbook(tmp_path / "issues.xlsx")
    sheet = book["issues"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(cells) == len(issues) + 1
    assert cells[2][4:6] == ["=1+1", "number_invalid"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    totals = {row[0]: row[2] for row in book["totals"].iter_rows(min_row=2, values_only=True)}
    assert totals == issues.by_code()


def test_more_issues_than_a_sheet_holds_go_on_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "SHEET_ROWS", 3)
    report.write_issues(issues_of(tmp_path / "in"), tmp_path / "issues.xlsx")
    book = openpyxl.load_workbook(tmp_path / "issues.xlsx")
    assert book.sheetnames == ["issues", "issues 2", "totals"]
    assert [book[name].max_row for name in book.sheetnames[:2]] == [4, 2]


def test_csv_and_json_list_the_same_issues(tmp_path: Path) -> None:
    issues = issues_of(tmp_path / "in")
    for name in ("issues.csv", "issues.json"):
        report.write_issues(issues, tmp_path / name)
    with (tmp_path / "issues.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    listed = json.loads((tmp_path / "issues.json").read_text("utf-8"))
    assert listed == list(report.records(issues))
    assert [line["code"] for line in lines] == [record["code"] for record in listed]
    assert lines[1]["value"] == "'=1+1"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.xlsx, \.csv or \.json"):
        report.write_issues(Issues(), tmp_path / "issues.pdf")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "3 errors, 0 warnings, 1 notice; the first 2 are shown"), ("zh", "错误 3")]
)
def test_the_terminal_shows_the_first_and_the_totals(tmp_path: Path, language: str, said: str) -> None:
    console = Console(width=200, record=True, file=StringIO())
    console.print(report.issue_table(issues_of(tmp_path / "in"), 2, language))
    text = console.export_text()
    assert said in text
    assert "44" in text
    assert "[red]" not in text, "the third issue is not among the first two"


def test_a_million_faults_are_a_few_arrays() -> None:
    many = 1_000_000
    at = np.arange(many, dtype=np.int64)[::-1]
    found = Found("reference_orphan", "needs.csv", "needs", "person", at, pa.array(at).cast(pa.string()), "persons")
    issues = Issues((found,))
    assert issues.errors == many
    assert [issue.row for issue in issues.first(2)] == [0, 1]
    assert issues.by_code() == {"reference_orphan": many}


def test_secrets_are_masked(tmp_path: Path) -> None:
    world = rows()
    world["persons"][0]["id_number"] = "440000000000000000"
    world["persons"][1]["person"] = "11010519491231002X"
    text = "".join(str(entry) for entry in told(check(write(tmp_path, world))))
    assert "19491231" not in text
    assert "440000000000000000" not in text
    assert masked("张三") == "**"
