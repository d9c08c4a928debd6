"""Without the rows at fault and those that depend on them, what is left passes the check."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.csv as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.assemble import assemble
from graph.model import TABLES
from loaders.contract import Checked, check, good_rows
from tests import tiny
from tests.loaders.small_files import rows, told, write

SPOILT = ("", "?", "0", "-1", "2026-02-30", "46027", "H1", "440000000000", "441402101201", "red")


def left(checked: Checked) -> dict[str, int]:
    return {name: table.num_rows for name, table in checked.tables.items()}


def test_without_a_fault_nothing_is_left_out(tmp_path: Path) -> None:
    outcome = check(write(tmp_path, rows()))
    assert left(good_rows(outcome)) == left(outcome)
    assert not good_rows(outcome).issues


def test_a_row_at_fault_takes_along_all_that_hangs_on_it(tmp_path: Path) -> None:
    world = rows()
    world["regions"][9]["lat"] = "north"  # a town: its villages, their people, their needs, their offers and locks go
    kept = good_rows(check(write(tmp_path, world)))
    gone = {code for code, *_rest in told(kept)}
    assert gone == {"decimal_invalid", "depends_on_left_out"}
    assert tiny.VILLAGE_B1A not in kept.tables["regions"]["code"].to_pylist()
    assert "H5" not in kept.tables["households"]["household"].to_pylist()
    assert "N06" not in kept.tables["needs"]["need"].to_pylist()
    assert "O2" not in kept.tables["offers"]["offer"].to_pylist()
    assert "L3" not in kept.tables["locks"]["lock"].to_pylist()


def test_of_two_rows_with_one_key_the_first_stays(tmp_path: Path) -> None:
    world = rows()
    world["households"].append(world["households"][0] | {"alert": "green"})
    kept = good_rows(check(write(tmp_path, world)))
    row = kept.tables["households"].to_pylist()[0]
    assert (row["household"], row["alert"], left(kept)["households"]) == ("H1", "red", 8)


def test_a_fault_of_a_whole_file_stays(tmp_path: Path) -> None:
    (write(tmp_path, rows()) / "funds.csv").write_bytes(b"")
    kept = good_rows(check(tmp_path))
    assert kept.issues.blocked


def test_a_root_left_out_blocks(tmp_path: Path) -> None:
    world = rows()
    world["regions"][0]["population"] = "many"
    kept = good_rows(check(write(tmp_path, world)))
    assert kept.issues.blocked


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_left_passes_the_check_whatever_was_spoilt(data: st.DataObject) -> None:
    world = rows()
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(sorted(TABLES)))
        row = data.draw(st.sampled_from(world[name]))
        column = data.draw(st.sampled_from([column.name for column in TABLES[name].columns]))
        row[column] = data.draw(st.sampled_from(SPOILT))
    with TemporaryDirectory() as folder:
        kept = good_rows(check(write(Path(folder) / "in", world)))
        if kept.issues.blocked:
            return
        again = check(_as_csv(kept, Path(folder) / "out"))
    assert not again.issues.errors, again.issues.first(3)
    assert left(again) == left(kept)
    assemble(again.tables)


def _as_csv(checked: Checked, folder: Path) -> Path:
    folder.mkdir()
    for name, table in checked.tables.items():
        plain = [
            pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema
        ]
        pc.write_csv(table.cast(pa.schema(plain)), folder / f"{name}.csv")
    return folder
