"""No two organisations have one credit code, in a file or beside what stands; the other is named to those who may see it."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from loaders.contract import Checked, Held, check, good_rows
from tests import tiny
from tests.loaders.small_files import told
from tests.loaders.test_second_load import LOADED, write_as_given

CODE, OTHER = "53441427000000427G", "534400005000202340"
CHARITY = {"name": "新会", "type": "charity", "region": tiny.TOWN_A1}


def held(*, closed: bool = False) -> Held:
    """The loaded graph, where G2 of the whole city has the code."""
    rows = LOADED.tables["organizations"]
    codes = pa.array([CODE if key == "G2" else None for key in rows["organization"].to_pylist()])
    days = pa.array([dt.date(2026, 3, 5) if closed and code else None for code in codes.to_pylist()], pa.date32())
    at = rows.column_names.index("credit_code")
    rows = rows.set_column(at, "credit_code", codes).append_column("closed_on", days)
    return Held(dict(LOADED.tables) | {"organizations": rows})


def checked(folder: Path, *rows: dict[str, str], closed: bool = False, bound_to: str | None = None) -> Checked:
    return check(write_as_given(folder, {"organizations": list(rows)}), held(closed=closed), bound_to=bound_to)


def codes(outcome: Checked) -> list[tuple[str, int | None, str]]:
    return [(code, row, value) for code, _file, row, _column, value in told(outcome)]


NEW = {"organization": "G9"} | CHARITY


def test_a_code_that_another_organisation_has_is_refused_with_its_number(tmp_path: Path) -> None:
    outcome = checked(tmp_path, NEW | {"credit_code": OTHER}, NEW | {"organization": "G8", "credit_code": CODE})
    assert codes(outcome) == [("credit_code_taken", 3, CODE)]
    [issue] = outcome.issues
    assert issue.message_en.endswith("another organisation: G2 爱心会")
    assert issue.message_zh.endswith("另一机构：G2 爱心会")
    assert all((issue.repair_en, issue.repair_zh))


@pytest.mark.parametrize(
    "rows",
    [
        [{"organization": "G2", "credit_code": CODE}],
        [{"organization": "G2", "credit_code": OTHER}, {"organization": "G1", "credit_code": CODE}],
        [{"organization": "G1", "credit_code": ""}, {"organization": "G2", "credit_code": ""}],
        [{"organization": "G2", "name": "爱心总会"}],
    ],
)
def test_a_code_of_one_s_own_or_one_handed_on_is_no_fault(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    assert codes(checked(tmp_path, *rows)) == []


def test_a_code_of_an_organisation_that_is_closed_is_free_until_that_is_opened_again(tmp_path: Path) -> None:
    given = NEW | {"credit_code": CODE}
    assert codes(checked(tmp_path / "closed", given, closed=True)) == []
    again = {"organization": "G2", "name": "爱心会", "type": "charity", "region": tiny.CITY, "credit_code": CODE}
    assert codes(checked(tmp_path / "again", given, again, closed=True)) == [("credit_code_twice", 3, CODE)]


@pytest.mark.parametrize(("bound_to", "named"), [(tiny.CITY, True), (tiny.COUNTY_A, False), (None, True)])
def test_the_other_organisation_is_named_to_those_alone_who_may_see_it(
    tmp_path: Path, bound_to: str | None, named: bool
) -> None:
    [issue] = checked(tmp_path, NEW | {"credit_code": CODE}, bound_to=bound_to).issues
    assert issue.code == "credit_code_taken"
    for text in (issue.message_en, issue.message_zh, issue.repair_en, issue.repair_zh):
        assert named or "G2" not in text
        assert named or "爱心会" not in text
    assert ("G2 爱心会" in issue.message_en) == named


def test_of_rows_without_fault_none_takes_the_code_that_a_row_left_out_was_to_give_up(tmp_path: Path) -> None:
    rows = [
        {"organization": "G2", "credit_code": OTHER, "type": "club"},
        {"organization": "G1", "credit_code": CODE, "type": "government"},
    ]
    kept = good_rows(checked(tmp_path, *rows), held())
    assert [(code, row) for code, row, _value in codes(kept)] == [("code_unknown", 2), ("depends_on_left_out", 3)]
    assert kept.tables["organizations"].num_rows == 0
