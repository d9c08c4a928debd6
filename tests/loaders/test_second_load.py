"""A second load may refer to what was loaded before, and leaves out what it does not change."""

from pathlib import Path

import pytest

from graph.tables import shipped_service_kinds
from loaders.contract import Held, check
from tests import tiny
from tests.loaders.small_files import Rows, told, write

LOADED = Held(
    {name: table for name, table in tiny.tables().items() if name != "travel"}
    | {"service_kinds": shipped_service_kinds()}
)


def second(folder: Path, world: Rows):
    return check(write_as_given(folder, world), LOADED)


def write_as_given(folder: Path, world: Rows) -> Path:
    """Files with the columns of their rows alone, unlike a first load's."""
    write(folder, {})
    for name, table in world.items():
        header = list(table[0])
        lines = [",".join(header), *(",".join(row[column] for column in header) for row in table)]
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    return folder


def test_rows_may_refer_to_rows_loaded_before(tmp_path: Path) -> None:
    need = {"need": "N99", "household": "H1", "person": "P1a", "kind": "food", "quantity": "2"}
    outcome = second(tmp_path, {"needs": [need]})
    assert outcome.ok
    assert outcome.present == {"needs": ("need", "household", "person", "kind", "quantity")}


def test_without_a_graph_the_same_rows_miss_their_tables(tmp_path: Path) -> None:
    need = {"need": "N99", "household": "H1", "kind": "food", "quantity": "2"}
    outcome = check(write_as_given(tmp_path, {"needs": [need]}))
    assert list(told(outcome)) == [("table_missing", "needs.csv", None, "household", "households")]
    issue = next(iter(outcome.issues))
    assert issue.message_en == "household refers to the table households, of which nothing is given or loaded"
    assert issue.message_zh == "“家庭编号”引用表“家庭”（households），但既未提供也未载入"


def test_what_is_neither_in_the_file_nor_in_the_graph_is_an_orphan(tmp_path: Path) -> None:
    need = {"need": "N99", "household": "H404", "kind": "food", "quantity": "2"}
    assert list(told(second(tmp_path, {"needs": [need]}))) == [
        ("reference_orphan", "needs.csv", 2, "household", "H404")
    ]


def test_an_absent_column_is_told_from_a_blank_cell(tmp_path: Path) -> None:
    outcome = second(tmp_path, {"households": [{"household": "H1", "alert": ""}]})
    part = outcome.parts["households"]
    assert part.present == ("household", "alert")
    assert part.rows.to_pylist()[0] == dict.fromkeys(part.rows.column_names) | {"household": "H1"}


def test_an_update_of_known_rows_may_leave_required_columns_out(tmp_path: Path) -> None:
    assert second(tmp_path / "known", {"needs": [{"need": "N01", "status": "closed"}]}).ok
    new = second(tmp_path / "new", {"needs": [{"need": "N01", "status": "closed"}, {"need": "N99", "status": "open"}]})
    assert {entry[:2] + entry[3:4] for entry in told(new)} == {
        ("column_missing", "needs.csv", column) for column in ("household", "kind", "quantity")
    }


@pytest.mark.parametrize("header", ["quantiy", "Quantity_", "数亮"])
def test_a_misspelled_required_column_is_not_one_left_out(tmp_path: Path, header: str) -> None:
    outcome = second(tmp_path, {"needs": [{"need": "N01", header: "7"}]})
    assert list(told(outcome)) == [
        ("column_missing", "needs.csv", None, "quantity", ""),
        ("column_unknown", "needs.csv", 1, "", header),
    ]
    assert next(iter(outcome.issues)).repair_en == f"add the column, or rename “{header}” if it is meant"


@pytest.mark.parametrize("header", ["remarks", "备注", "unit", "urgncy"])
def test_an_unknown_column_that_is_no_required_one_hinders_no_update(tmp_path: Path, header: str) -> None:
    outcome = second(tmp_path, {"needs": [{"need": "N01", "status": "closed", header: "x"}]})
    assert [entry[0] for entry in told(outcome)] == ["column_unknown"]


def test_a_blank_cell_in_a_required_column_is_an_error_in_a_second_load_too(tmp_path: Path) -> None:
    outcome = second(tmp_path, {"needs": [{"need": "N01", "quantity": ""}]})
    assert [entry[:4] for entry in told(outcome)] == [("value_required", "needs.csv", 2, "quantity")]


@pytest.mark.parametrize(
    ("changed", "code"), [({"valid_to": "2025-12-31"}, ["range_reversed"]), ({"valid_to": "2027-12-31"}, [])]
)
def test_a_range_is_held_against_the_end_that_the_graph_has(
    tmp_path: Path, changed: dict[str, str], code: list[str]
) -> None:
    outcome = second(tmp_path, {"funds": [{"fund": "F1", **changed}]})
    assert [entry[0] for entry in told(outcome)] == code


def test_a_person_moved_by_the_file_is_held_against_the_needs_of_the_file(tmp_path: Path) -> None:
    person = {"person": "P1a", "household": "H2"}
    need = {"need": "N01", "household": "H1", "person": "P1a"}
    found = list(told(second(tmp_path, {"persons": [person], "needs": [need]})))
    assert found == [("person_not_member", "needs.csv", 2, "person", "P1a")]


def test_a_household_that_loses_its_village_is_held_against_the_needs_in_the_graph(tmp_path: Path) -> None:
    found = list(told(second(tmp_path, {"households": [{"household": "H1", "village": ""}]})))
    assert [entry[:4] for entry in found] == [("village_missing", "households.csv", 2, "village")]


def test_a_need_without_a_place_of_a_household_without_a_village_in_the_graph(tmp_path: Path) -> None:
    need = {"need": "N99", "household": "H6", "kind": "food", "quantity": "1"}
    assert list(told(second(tmp_path, {"needs": [need]}))) == [
        ("village_missing", "needs.csv", 2, "incident_place", "")
    ]


def test_a_second_root_is_at_fault_though_the_first_is_in_the_graph(tmp_path: Path) -> None:
    region = {"code": "450000000000", "name": "广西", "level": "province", "parent": ""}
    found = list(told(second(tmp_path, {"regions": [region]})))
    assert found == [("region_root_twice", "regions.csv", 2, "parent", "")]


def test_a_new_place_hangs_on_a_place_of_the_graph(tmp_path: Path) -> None:
    region = {"code": "441402101203", "name": "新新村", "level": "village", "parent": tiny.TOWN_A1}
    assert second(tmp_path, {"regions": [region]}).ok


def test_a_place_whose_level_sinks_below_its_children_is_at_fault(tmp_path: Path) -> None:
    found = list(told(second(tmp_path, {"regions": [{"code": tiny.TOWN_A2, "level": "village"}]})))
    assert set(found) == {("region_level", "regions.csv", 2, "level", "village")}


def test_a_lock_is_held_against_the_locks_of_the_graph(tmp_path: Path) -> None:
    lock = {"lock": "L9", "subject_type": "household", "subject": "H5", "provider_type": "caseworker", "provider": "W3"}
    found = list(told(second(tmp_path, {"locks": [lock | {"mode": "forbid"}]})))
    assert found == [("lock_contradiction", "locks.csv", 2, "mode", "forbid")]


def test_the_kinds_of_the_graph_hold_for_a_second_load(tmp_path: Path) -> None:
    own = Held(dict(LOADED.tables) | {"service_kinds": shipped_service_kinds().slice(0, 3)})
    need = {"need": "N99", "household": "H1", "kind": "food", "quantity": "2"}
    outcome = check(write_as_given(tmp_path, {"needs": [need]}), own)
    assert [entry[0] for entry in told(outcome)] == ["kind_unknown"]
