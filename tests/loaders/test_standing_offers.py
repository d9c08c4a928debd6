"""A file that brings back an offer that was withdrawn, or makes one a second time, is told so before it is written."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from loaders.contract import Held, check, good_rows
from loaders.contract.rights import own_offers
from tests.loaders.small_files import told
from tests.loaders.test_second_load import LOADED, write_as_given

WITHDRAWN = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
MEALS = {"organization": "G2", "kind": "meal_delivery", "capacity": "5", "serves": "441402000000;441403000000"}


def standing(*, closed: str = "", by_a_load: bool = False, **cells: object) -> Held:
    """The loaded graph, with an offer O9 of meals, of which one offer may be closed."""
    offers = LOADED.tables["offers"]
    row = dict.fromkeys(offers.column_names) | MEALS | {"offer": "O9", "capacity": 5} | cells
    rows = pa.concat_tables([offers, pa.Table.from_pylist([row], offers.schema)])
    gone = [key == closed for key in rows["offer"].to_pylist()]
    days = pa.array([WITHDRAWN.date() if each else None for each in gone], pa.date32())
    moment = pa.timestamp("us", tz="UTC")
    edited = pa.array([WITHDRAWN if each and not by_a_load else None for each in gone], moment)
    rows = rows.append_column("closed_on", days).append_column("edited_at", edited)
    return Held(dict(LOADED.tables) | {"offers": rows})


def doubts(folder: Path, held: Held, *offers: dict[str, str]) -> list[tuple[str, int | None, str]]:
    outcome = check(write_as_given(folder, {"offers": list(offers)}), held)
    assert outcome.ok
    return [(code, row, value) for code, _file, row, _column, value in told(outcome)]


@pytest.mark.parametrize("by_a_load", [False, True])
@pytest.mark.parametrize("moment", [{}, {"updated_on": ""}, {"updated_on": "2026-03-06"}])
def test_a_row_that_opens_an_offer_again_names_it(tmp_path: Path, by_a_load: bool, moment: dict[str, str]) -> None:
    held = standing(closed="O2", by_a_load=by_a_load)
    given = [{"offer": key, "capacity": "9"} | moment for key in ("O1", "O2")]
    assert doubts(tmp_path, held, *given) == [("offer_opened_again", 3, "O2")]


def test_the_day_of_the_withdrawal_and_what_to_do_are_told_in_both_languages(tmp_path: Path) -> None:
    folder = write_as_given(tmp_path, {"offers": [{"offer": "O2", "capacity": "9"}]})
    [issue] = check(folder, standing(closed="O2")).issues
    assert issue.severity == "warning"
    for text in (issue.message_en, issue.message_zh):
        assert "O2" in text
        assert "2026-03-05" in text
    assert issue.repair_en.startswith("leave the row out")
    assert "删去该行" in issue.repair_zh


def test_a_row_of_before_the_withdrawal_opens_nothing_and_is_not_told(tmp_path: Path) -> None:
    given = {"offer": "O2", "capacity": "9", "updated_on": "2026-03-04"}
    assert doubts(tmp_path, standing(closed="O2"), given) == []


def test_a_folder_beside_the_check_knows_of_no_closed_offer(tmp_path: Path) -> None:
    assert doubts(tmp_path, LOADED, {"offer": "O2", "capacity": "9"}) == []


def test_a_charity_that_may_not_open_it_is_told_that_alone(tmp_path: Path) -> None:
    folder = write_as_given(tmp_path, {"offers": [{"offer": "O2", "organization": "G2", "capacity": "9"}]})
    outcome = check(folder, standing(closed="O2"), rights=(own_offers("G2"),))
    assert [entry[0] for entry in told(outcome)] == ["offer_withdrawn"]


SAME: dict[str, dict[str, str]] = {
    "as it stands": {},
    "its places in another order": {"serves": "441403000000;441402000000"},
    "a cost of nothing": {"unit_cost": "0"},
    "blank limits": {"min_age": "", "valid_to": "", "traits": ""},
}


@pytest.mark.parametrize("case", SAME)
def test_a_new_row_that_says_the_same_as_an_offer_that_stands_names_it(tmp_path: Path, case: str) -> None:
    given = {"offer": "G2-5f-2"} | MEALS | SAME[case]
    assert doubts(tmp_path, standing(), given) == [("offer_twice", 2, "O9")]


OTHER = {
    "capacity": "6",
    "kind": "daily_goods",
    "organization": "G1",
    "serves": "441402000000",
    "unit_cost": "1",
    "min_age": "60",
    "traits": "elderly",
    "place": "441402101000",
    "valid_from": "2026-02-01",
    "fund": "F1",
}


@pytest.mark.parametrize("column", OTHER)
def test_a_new_row_that_says_anything_else_is_an_offer_of_its_own(tmp_path: Path, column: str) -> None:
    given = {"offer": "G2-5f-2"} | MEALS | {column: OTHER[column]}
    assert doubts(tmp_path, standing(), given) == []


def test_a_file_without_funds_is_told_of_the_offer_to_which_one_was_given_since(tmp_path: Path) -> None:
    given = {"offer": "G2-5f-2"} | MEALS
    assert doubts(tmp_path, standing(fund="F1"), given) == [("offer_twice", 2, "O9")]


def test_an_offer_that_is_closed_is_made_anew_without_a_word(tmp_path: Path) -> None:
    assert doubts(tmp_path, standing(closed="O9"), {"offer": "G2-5f-2"} | MEALS) == []


def test_an_offer_that_the_file_changes_is_compared_as_it_will_be(tmp_path: Path) -> None:
    row = {"offer": "G2-5f-2"} | MEALS
    assert doubts(tmp_path / "away", standing(), {"offer": "O9"} | MEALS | {"capacity": "6"}, row) == []
    moved = {"offer": "O2"} | MEALS | {"place": "441402101000"}
    found = doubts(tmp_path / "near", standing(), moved, row | {"place": "441402101000"})
    assert found == [("offer_twice", 3, "O2")]


def test_rows_without_fault_are_written_with_their_doubts(tmp_path: Path) -> None:
    held = standing(closed="O2")
    rows = [{"offer": "O2"} | MEALS | {"capacity": "2"}, {"offer": "N1"} | MEALS, {"offer": "N2"} | MEALS]
    rows[2] |= {"kind": "flying"}
    outcome = check(write_as_given(tmp_path, {"offers": rows}), held)
    kept = good_rows(outcome, held)
    assert [(entry[0], entry[2]) for entry in told(kept)] == [
        ("kind_unknown", 4),
        ("offer_opened_again", 2),
        ("offer_twice", 3),
    ]
    assert kept.tables["offers"]["offer"].to_pylist() == ["O2", "N1"]
