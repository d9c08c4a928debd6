"""A plan goes through its files and comes back; what was cut, edited or mixed up in them is told."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exported import InputAtFault, StateUnknown, verify_folder
from api.plan_files import PlanDamaged, PlanMissing, export, kept_plan, store_plan
from graph.assemble import assemble
from graph.snapshot import Snapshot
from loaders.plan_folder import NotOurs, PlanFolderFault
from loaders.write.folder import Format, TooManyRows
from matching.plan import Plan
from matching.plan_columns import SCHEMAS
from matching.plan_id import plan_id
from matching.plan_tables import plan_tables
from tests import tiny
from tests.plans import good_plan

FORMS: tuple[Format, ...] = ("csv", "xlsx", "parquet")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return tiny.snapshot()


@pytest.fixture(scope="module")
def plan(snapshot: Snapshot) -> Plan:
    return good_plan(snapshot, tiny.PROVINCE)


@pytest.fixture(scope="module")
def exported(plan: Plan, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    export(plan, snapshot, folder, with_input=True)
    return folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """An export of its own for each test, to be spoiled."""
    return Path(shutil.copytree(exported, tmp_path / "plan"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scope", [tiny.PROVINCE, tiny.COUNTY_A])
def test_an_exported_plan_verifies_from_its_folders_alone(snapshot: Snapshot, tmp_path: Path, form: Format, scope: str):
    plan = good_plan(snapshot, scope)
    export(plan, snapshot, tmp_path, form, with_input=True)
    read, verdict = verify_folder(tmp_path, tmp_path / "input")
    assert verdict.breaches == ()
    assert read.id == plan.id
    assert plan_tables(read, snapshot) == plan_tables(plan, snapshot)


def test_a_stored_plan_is_read_back_as_it_was(plan: Plan, snapshot: Snapshot, tmp_path: Path):
    store_plan(plan, snapshot, tmp_path)
    told, read = kept_plan(plan.id, snapshot, tmp_path)
    assert told.certificate == json.loads(json.dumps(plan.certificate.as_json()))
    assert plan_tables(read, snapshot) == plan_tables(plan, snapshot)
    assert read.certificate.as_json() == plan.certificate.as_json()
    assert plan_id(read, snapshot) == plan.id


def test_a_plan_that_is_not_kept_is_named(snapshot: Snapshot, tmp_path: Path):
    with pytest.raises(PlanMissing, match="00ff are not in"):
        kept_plan("00ff", snapshot, tmp_path)


def test_a_stored_plan_of_another_snapshot_is_refused(plan: Plan, snapshot: Snapshot, tmp_path: Path):
    store_plan(plan, snapshot, tmp_path)
    other = tiny.snapshot(needs=[row for row in tiny.ROWS["needs"] if row["need"] != "N01"])
    with pytest.raises(PlanDamaged, match="damaged"):
        kept_plan(plan.id, other, tmp_path)


def another_cell(path: Path) -> None:
    """Change one cell of a kept table."""
    table = pq.read_table(path)
    column = "quantity" if "quantity" in table.column_names else table.column_names[-1]
    cells = table[column].to_pylist()
    changed = [cells[0] + 1 if column == "quantity" else cells[-1], *cells[1:]]
    pq.write_table(table.set_column(table.column_names.index(column), table.schema.field(column), [changed]), path)


DAMAGED: dict[str, Callable[[Path], Any]] = {
    "another-quantity": lambda folder: another_cell(folder / "assignments.parquet"),
    "another-worker": lambda folder: another_cell(folder / "responsibilities.parquet"),
    "another-policy": lambda folder: (folder / "policy.toml").write_text("seed = 9\n", "utf-8"),
    "another-figure": lambda folder: recertified(period="2026-12")(folder),
    "no-certificate": lambda folder: (folder / "certificate.json").unlink(),
    "no-table": lambda folder: (folder / "unmet.parquet").unlink(),
    "half-a-table": lambda folder: (folder / "unmet.parquet").write_bytes(b"PAR1"),
    "no-json": lambda folder: (folder / "certificate.json").write_text("{", "utf-8"),
    "no-field": lambda folder: recertified(stages=None)(folder),
    "no-such-scope": lambda folder: recertified(scope="999999999999")(folder),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_kept_plan_with_anything_changed_in_its_folder_is_refused_and_made_anew_by_matching_again(
    plan: Plan, snapshot: Snapshot, tmp_path: Path, name: str
):
    folder = store_plan(plan, snapshot, tmp_path)
    DAMAGED[name](folder)
    with pytest.raises(PlanDamaged) as told:
        kept_plan(plan.id, snapshot, tmp_path)
    assert str(folder) in told.value.message("zh")
    assert "backup" in told.value.repair("en")
    assert "as long as nothing was loaded or published since" in told.value.repair("en")
    assert "仅当此后未曾导入或发布" in told.value.repair("zh")
    store_plan(plan, snapshot, tmp_path)
    assert plan_tables(kept_plan(plan.id, snapshot, tmp_path)[1], snapshot) == plan_tables(plan, snapshot)


def test_a_whole_plan_that_is_kept_again_is_left_alone(plan: Plan, snapshot: Snapshot, tmp_path: Path):
    folder = store_plan(plan, snapshot, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    store_plan(plan, snapshot, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_the_files_of_the_contract_are_written(folder: Path):
    headers = {
        "assignments": "need,provider_type,provider,quantity,minutes,cost",
        "coverage": "place,level,caseworker,minutes",
        "responsibilities": "household,caseworker",
        "unmet": "need,quantity,reason,facts,unlock",
        "uncovered": "subject_type,subject,reason,facts,unlock",
        "unused": "provider_type,provider,remaining,reason",
    }
    for name, header in headers.items():
        assert (folder / f"{name}.csv").read_text("utf-8").splitlines()[0].replace('"', "") == header
    certificate = json.loads((folder / "certificate.json").read_text("utf-8"))
    run = "plan scope period on base_revision snapshot published policy seed versions"
    assert list(certificate) == f"{run} stages open served covered changes baseline verify rates budgets".split()
    assert list(certificate["verify"]) == ["passed", "checks"]


def test_an_earlier_export_is_replaced_and_other_files_are_left_alone(plan: Plan, snapshot: Snapshot, folder: Path):
    (folder / "notes.txt").write_text("mine")
    (folder / "input" / "notes.txt").write_text("mine")
    export(plan, snapshot, folder, "parquet")
    assert not list(folder.glob("*.csv"))
    assert not list((folder / "input").glob("*.csv"))
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "input" / "notes.txt").read_text() == "mine"


def test_an_export_never_touches_tables_of_somebody_else(plan: Plan, snapshot: Snapshot, tmp_path: Path):
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "needs.csv").write_text("mine")
    with pytest.raises(NotOurs, match="no export wrote"):
        export(plan, snapshot, tmp_path, with_input=True)
    export(plan, snapshot, tmp_path)
    assert (tmp_path / "input" / "needs.csv").read_text() == "mine"


def test_a_table_longer_than_a_sheet_is_refused_before_anything_is_written(
    plan: Plan, snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("loaders.write.folder.MOST_ROWS", 3)
    with pytest.raises(TooManyRows, match="assignments has"):
        export(plan, snapshot, tmp_path / "plan", "xlsx")
    assert list((tmp_path / "plan").iterdir()) == []


@pytest.mark.parametrize("scope", [tiny.COUNTY_A, tiny.PROVINCE])
def test_without_a_published_state_no_plan_made_above_one_can_be_judged(snapshot: Snapshot, tmp_path: Path, scope: str):
    export(good_plan(snapshot, scope), snapshot, tmp_path, with_input=True)
    shutil.rmtree(tmp_path / "input" / "state")
    with pytest.raises(StateUnknown, match="revision 7"):
        verify_folder(tmp_path, tmp_path / "input")


def test_where_nothing_was_published_the_files_alone_are_enough(tmp_path: Path):
    snapshot = assemble(tiny.tables(assigned=[], covers=[], responsible=[], spent=[]))
    export(good_plan(snapshot, tiny.COUNTY_A), snapshot, tmp_path, with_input=True)
    shutil.rmtree(tmp_path / "input" / "state")
    # the pause of an offer is known to the graph alone
    assert set(verify_folder(tmp_path, tmp_path / "input")[1].found) == {"run", "unchanged"}


def test_an_input_that_fails_the_check_is_told(folder: Path):
    needs = folder / "input" / "needs.csv"
    needs.write_text(needs.read_text("utf-8").replace("H1", "H99"), "utf-8")
    with pytest.raises(InputAtFault, match=r"needs\.csv"):
        verify_folder(folder, folder / "input")


def edited(name: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    """Change one cell of one exported file."""

    def edit(folder: Path) -> None:
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[row][rows[0].index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    return edit


def recertified(**figures: Any) -> Callable[[Path], None]:
    """Change the certificate; None takes a field out."""

    def edit(folder: Path) -> None:
        certificate = json.loads((folder / "certificate.json").read_text("utf-8")) | figures
        left = {name: value for name, value in certificate.items() if value is not None}
        (folder / "certificate.json").write_text(json.dumps(left), "utf-8")

    return edit


def turned(folder: Path) -> None:
    """Say that the plan did not pass its verification."""
    certificate = json.loads((folder / "certificate.json").read_text("utf-8"))
    certificate["verify"]["passed"] = False
    (folder / "certificate.json").write_text(json.dumps(certificate), "utf-8")


def cut(name: str) -> Callable[[Path], None]:
    """Cut a file off in the middle of its last line."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes().rstrip()[:-9]) and None


def gone(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def emptied(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(b"") and None


def without_line(name: str, line: int) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        lines = (folder / name).read_text("utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:line] + lines[line + 1 :]), "utf-8")

    return edit


BREACHED: list[tuple[str, Callable[[Path], None], str]] = [
    ("a-need-that-is-not-there", edited("assignments", 1, "need", "N99"), "file_keys"),
    ("a-provider-that-is-not-there", edited("assignments", 1, "provider", "O99"), "file_keys"),
    ("a-provider-type-that-is-none", edited("assignments", 1, "provider_type", "friend"), "file_keys"),
    ("a-blank-quantity", edited("assignments", 1, "quantity", ""), "file_keys"),
    ("a-town-called-a-village", edited("coverage", 1, "level", "village"), "file_keys"),
    ("a-household-that-is-not-there", edited("responsibilities", 1, "household", "H99"), "file_keys"),
    ("more-units", edited("assignments", 2, "quantity", "6"), "need_quantity"),
    ("other-minutes", edited("assignments", 1, "minutes", "1"), "assignment_way"),
    ("another-cost", edited("assignments", 1, "cost", "1"), "assignment_cost"),
    ("another-worker", edited("responsibilities", 1, "caseworker", "W4"), "responsible_covers"),
    ("another-reason", edited("uncovered", 1, "reason", "lazy"), "unchanged"),
    ("another-price", edited("prices", 1, "left", "7"), "unchanged"),
    ("a-lost-exclusion", without_line("exclusions.csv", 1), "exclusions"),
    ("a-lost-assignment", without_line("assignments.csv", 1), "unmet"),
    ("another-plan-s-id", recertified(plan="0123456789abcdef"), "unchanged"),
    ("another-baseline", recertified(baseline={"served": {}}), "unchanged"),
    ("another-date", recertified(on="2026-11-11"), "unchanged"),
    ("another-snapshot", recertified(snapshot="00ff"), "run"),
    ("another-published-state", recertified(published="00ff"), "run"),
    ("another-policy", recertified(policy="00ff"), "run"),
    ("a-verdict-turned", turned, "unchanged"),
    ("a-gap-that-is-none", recertified(stages=[]), "unchanged"),
]


@pytest.mark.parametrize(("edit", "rule"), [pytest.param(edit, rule, id=name) for name, edit, rule in BREACHED])
def test_an_edited_export_is_found_out(folder: Path, edit: Callable[[Path], None], rule: str):
    edit(folder)
    _, verdict = verify_folder(folder, folder / "input")
    assert rule in verdict.found
    assert all(breach["en"] and breach["zh"] for breach in verdict.breaches)


def test_a_gap_against_the_formula_is_found_out(folder: Path):
    certificate = json.loads((folder / "certificate.json").read_text("utf-8"))
    certificate["stages"][0]["gap"] = 0.5
    recertified(**certificate)(folder)
    assert set(verify_folder(folder, folder / "input")[1].found) == {"gap"}


FAULTY: list[tuple[str, Callable[[Path], None], str]] = [
    ("no-certificate", gone("certificate.json"), "certificate.json: there is no such file"),
    ("no-policy", gone("policy.toml"), "policy.toml: there is no such file"),
    ("no-table", gone("unmet.csv"), "unmet.csv: there is no such file"),
    ("cut-certificate", cut("certificate.json"), "certificate.json: not JSON"),
    ("cut-table", cut("assignments.csv"), r"assignments.csv: row \d+ has \d cells instead of 6"),
    ("empty-table", emptied("assignments.csv"), "assignments.csv: cannot be read"),
    ("no-number", edited("assignments", 2, "quantity", "five"), "row 3, column quantity: 'five' is not a whole number"),
    ("half-a-unit", edited("assignments", 2, "quantity", "2.5"), "row 3, column quantity: '2.5' is not a whole number"),
    ("no-date", edited("exclusions", 2, "since", "soon"), "row 3, column since: 'soon' is not a date"),
    ("no-column", edited("assignments", 0, "minutes", "time"), "assignments.csv: the column minutes is missing"),
    ("no-such-scope", recertified(scope="999999999999"), "certificate.json: scope"),
    ("no-such-day", recertified(on="2026-02-30"), "certificate.json: on"),
    ("no-such-month", recertified(period="2026-13"), "certificate.json: period is no month: '2026-13'"),
    ("no-stages", recertified(stages=None), "certificate.json: stages"),
    ("no-revision", recertified(base_revision="seven"), "certificate.json: base_revision cannot be 'seven'"),
    ("no-published-state", recertified(published=None), "certificate.json: published is missing"),
    ("no-counts", recertified(open=None), "certificate.json: open"),
    ("counts-of-another-shape", recertified(open=[1]), "certificate.json: open"),
    (
        "no-such-setting",
        lambda folder: (folder / "policy.toml").write_text("speed = 3\n") and None,
        "policy.toml: .*speed",
    ),
    (
        "two-formats",
        lambda folder: shutil.copy(folder / "unmet.csv", folder / "unmet.parquet") and None,
        "unmet.csv: is there twice",
    ),
    (
        "no-parquet",
        lambda folder: (folder / "unmet.csv").rename(folder / "unmet.parquet") and None,
        "unmet.parquet: cannot be read",
    ),
    (
        "no-workbook",
        lambda folder: (folder / "unmet.csv").rename(folder / "unmet.xlsx") and None,
        "unmet.xlsx: cannot be read",
    ),
]


@pytest.mark.parametrize(("edit", "message"), [pytest.param(edit, message, id=name) for name, edit, message in FAULTY])
def test_a_file_that_cannot_be_read_is_named(folder: Path, edit: Callable[[Path], None], message: str):
    edit(folder)
    with pytest.raises(PlanFolderFault, match=message) as fault:
        verify_folder(folder, folder / "input")
    assert fault.value.message("zh")
    assert fault.value.exit_code == 1


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_edited_cell_is_found_out(exported: Path, data: st.DataObject):
    """Keys swapped within a column, numbers changed: whatever is no plan any more, and whatever is another one."""
    filled = [name for name in sorted(SCHEMAS) if (exported / f"{name}.csv").read_text("utf-8").count("\n") > 1]
    name = data.draw(st.sampled_from(filled))
    with (exported / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    row, column = data.draw(st.integers(1, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
    before = rows[row][column]
    others = {each[column] for each in rows[1:]} | (
        {str(int(before) + 1)} if before.lstrip("-").isdigit() else {"", "x"}
    )
    value = data.draw(st.sampled_from(sorted(others - {before})))
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(exported, Path(place) / "plan"))
        edited(name, row, rows[0][column], value)(folder)
        assert not verify_folder(folder, folder / "input")[1].passed


@pytest.mark.parametrize("form", FORMS)
def test_no_spreadsheet_runs_what_a_file_says(tmp_path: Path, form: Format):
    """A need and an organisation whose names begin like formulas come back as they were."""
    needs = [row | ({"need": "=1+1"} if row["need"] == "N06" else {}) for row in tiny.ROWS["needs"]]
    names = [row | ({"name": "@SUM(A1)"} if row["organization"] == "G1" else {}) for row in tiny.ROWS["organizations"]]
    assigned = [row for row in tiny.ROWS["assigned"] if row["need"] != "N06"]
    snapshot = tiny.snapshot(needs=needs, organizations=names, assigned=assigned)
    plan = good_plan(snapshot, tiny.PROVINCE)
    export(plan, snapshot, tmp_path, form, with_input=True)
    if form == "csv":
        assert "'=1+1" in (tmp_path / "assignments.csv").read_text("utf-8")
        assert ",=1+1" not in (tmp_path / "assignments.csv").read_text("utf-8")
        assert "'@SUM" in (tmp_path / "input" / "organizations.csv").read_text("utf-8")
    if form == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(tmp_path / "assignments.xlsx").active for cell in row]
        assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
    if form == "parquet":
        assert "=1+1" in pq.read_table(tmp_path / "assignments.parquet")["need"].to_pylist()
    assert verify_folder(tmp_path, tmp_path / "input")[1].breaches == ()
