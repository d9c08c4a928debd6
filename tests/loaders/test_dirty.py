"""Planted faults are found by the check, each where it stands and under its code."""

from pathlib import Path

import pytest

from loaders import faults
from loaders.contract import check
from loaders.dirty import FAULTS, UNKNOWN_COLUMN, Planted, add_faults
from loaders.issues import Issue
from loaders.sample import write_sample

# What the agreement on files calls an error or repairs, as far as a row can have it.
NAMED = {
    "region_code_malformed",
    "reference_orphan",
    "reference_level",
    "code_unknown",
    "kind_unknown",
    "date_serial",
    "date_impossible",
    "date_invalid",
    "key_twice",
    "number_out_of_range",
    "number_invalid",
    "range_reversed",
    "region_cycle",
    "region_two_parents",
    "region_root_twice",
    "value_required",
    "village_missing",
    "repaired_full_width",
    "repaired_spaces",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, "441422", scale=0.05)
    return folder


@pytest.fixture(scope="module")
def planted(folder: Path) -> list[Planted]:
    assert check(folder).ok, "a clean sample has no fault"
    return add_faults(folder)


@pytest.fixture(scope="module")
def found(folder: Path, planted: list[Planted]) -> list[Issue]:
    return list(check(folder).issues) if planted else []


def test_every_fault_is_one_that_the_check_knows() -> None:
    assert {fault.code for fault in (*FAULTS, UNKNOWN_COLUMN)} <= set(faults.FAULTS)


def test_every_fault_that_the_agreement_names_is_planted() -> None:
    assert {fault.code for fault in FAULTS} >= NAMED


@pytest.mark.parametrize("number", range(len(FAULTS) + 1))
def test_each_fault_is_found_where_it_was_planted(number: int, planted: list[Planted], found: list[Issue]) -> None:
    fault, row = planted[number].fault, planted[number].row
    # A column that nobody knows is told as a value.
    places = {(each.code, each.file, each.row, name) for each in found for name in (each.column, each.value)}
    assert (fault.code, f"{fault.table}.csv", row, fault.column) in places


def test_nothing_else_is_at_fault(planted: list[Planted], found: list[Issue]) -> None:
    rows = {(f"{each.fault.table}.csv", each.row) for each in planted}
    assert {(issue.file, issue.row) for issue in found if issue.severity == "error"} <= rows


def test_a_dirty_sample_is_a_clean_one_with_rows_at_the_end(
    folder: Path, planted: list[Planted], tmp_path: Path
) -> None:
    write_sample(tmp_path / "clean", "441422", scale=0.05)
    write_sample(tmp_path / "dirty", "441422", scale=0.05, dirty=True)
    assert planted
    for path in sorted((tmp_path / "dirty").iterdir()):
        assert path.read_bytes() == (folder / path.name).read_bytes()
        if path.stem != UNKNOWN_COLUMN.table:
            assert path.read_bytes().startswith((tmp_path / "clean" / path.name).read_bytes())
