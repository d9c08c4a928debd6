"""Loading a folder: checked whole, then written; what is cut off is finished or undone."""

import base64
import errno
import json
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph import local
from graph.assemble import assemble
from graph.closing import NotReplaceable
from graph.connect import Graph, open_graph
from graph.constraints import prepare
from graph.errors import DiskFull, OlderDatabase
from graph.extract import extract
from graph.gap_tree import RegionUnknown
from graph.secrets import BadKey
from graph.state import read_state
from loaders import journal
from loaders.journal import NotFinished
from loaders.load import LoadBusy, NothingInstead, load, prepare_import
from loaders.writing import finish
from tests.loaders import small_files

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny world as a folder of files, with names, telephones, addresses and identity numbers."""
    world = small_files.rows()
    world["persons"][0] |= {"name": "张三丰", "phone": "13800000000", "id_number": "11010519491231002X"}
    world["households"][0] |= {"address": "人民路一号"}
    return written(tmp_path / "files", world)


def written(folder: Path, world: small_files.Rows) -> Path:
    folder.mkdir(exist_ok=True)
    small_files.write(folder, world)
    return folder


def digest_of(folder: Path) -> str:
    return assemble(small_files.check(folder).tables).digest


def home_of(graph: Graph) -> Path:
    assert graph.home is not None
    return graph.home


def rows_in(graph: Graph) -> int:
    found = graph.read("MATCH (n) WHERE NOT n:Graph AND NOT n:Load RETURN count(n) AS n")
    return int(found[0]["n"])


def test_a_folder_is_loaded_and_recorded(graph: Graph, folder: Path) -> None:
    loaded = load(folder, "Anna", home=home_of(graph))
    assert extract(graph).digest == digest_of(folder)
    record = graph.read("MATCH (l:Load) RETURN properties(l) AS it")[0]["it"]
    assert (record["load"], record["actor"], record["state"]) == (loaded.load, "Anna", "done")
    assert {count["table"]: count["new"] for count in json.loads(record["counts"])}["needs"] == 12
    assert journal.kept(home_of(graph)) == []


def test_loading_twice_is_loading_once(graph: Graph, folder: Path) -> None:
    load(folder, "Anna", home=home_of(graph))
    before = graph.read("MATCH (n) WHERE NOT n:Graph AND NOT n:Load RETURN sum(n.version) AS versions")
    again = load(folder, "Berta", home=home_of(graph))
    assert all(count.new == count.changed == 0 for count in again.counts)
    assert graph.read("MATCH (n) WHERE NOT n:Graph AND NOT n:Load RETURN sum(n.version) AS versions") == before


def test_no_plain_secret_reaches_the_graph_or_stays_on_disk(graph: Graph, folder: Path) -> None:
    load(folder, "Anna", home=home_of(graph))
    found = str(graph.read("MATCH (n) RETURN properties(n) AS it"))
    kept = b"".join(path.read_bytes() for path in (home_of(graph) / "loads").rglob("*") if path.is_file())
    for secret in ("张三丰", "13800000000", "11010519491231002X", "人民路一号"):
        assert secret not in found
        assert secret.encode() not in kept
    person = graph.read("MATCH (p:Person {person: 'P1a'}) RETURN keys(p) AS names")[0]["names"]
    assert {"name", "phone", "id_hash"} <= set(person)
    assert "id_number" not in person


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text(base64.b64encode(bytes(64)).decode())])
def test_another_key_or_none_seals_nothing_more(graph: Graph, folder: Path, harm: Callable[[Path], object]) -> None:
    load(folder, "Anna", home=home_of(graph))
    key = home_of(graph) / "key"
    kept = key.read_bytes()
    harm(key)
    harmed = key.exists()
    with pytest.raises(BadKey):
        load(folder, "Anna", home=home_of(graph))
    assert key.exists() == harmed
    key.write_bytes(kept)
    assert all(count.new == count.changed == 0 for count in load(folder, "Anna", home=home_of(graph)).counts)


def test_one_error_and_nothing_is_written(graph: Graph, folder: Path) -> None:
    world = small_files.rows()
    world["needs"][0]["quantity"] = "0"
    loaded = load(written(folder, world), "Anna", home=home_of(graph))
    assert loaded.load is None
    assert loaded.checked.issues.errors == 1
    assert rows_in(graph) == 0


def test_rows_without_fault_are_written_when_errors_are_skipped(graph: Graph, folder: Path) -> None:
    world = small_files.rows()
    world["needs"][0]["quantity"] = "0"
    loaded = load(written(folder, world), "Anna", home=home_of(graph), skip_errors=True)
    assert {count.table: count.new for count in loaded.counts}["needs"] == 11


def test_a_check_writes_nothing(graph: Graph, folder: Path) -> None:
    assert load(folder, "Anna", home=home_of(graph), check_only=True).checked.ok
    assert rows_in(graph) == 0


def test_a_check_of_a_first_load_starts_no_database(tmp_path: Path, folder: Path) -> None:
    assert load(folder, "Anna", home=tmp_path / "home", check_only=True).checked.ok
    assert local.status(tmp_path / "home") is None


def test_rows_may_refer_to_rows_loaded_before(graph: Graph, folder: Path) -> None:
    load(folder, "Anna", home=home_of(graph))
    need = dict(small_files.rows()["needs"][0]) | {"need": "N99", "person": ""}
    for file in folder.iterdir():
        file.unlink()
    loaded = load(written(folder, {"needs": [need]}), "Anna", home=home_of(graph))
    assert loaded.checked.ok
    assert "N99" in extract(graph).needs.key.to_pylist()


def test_a_replaced_table_closes_what_it_does_not_name(graph: Graph, folder: Path) -> None:
    load(folder, "Anna", home=home_of(graph))
    world = small_files.rows()
    world["volunteers"] = world["volunteers"][:1]
    place = world["regions"][0]["code"]
    loaded = load(written(folder, world), "Anna", home=home_of(graph), replaced=["volunteers"], region=place)
    assert {count.table: count.closed for count in loaded.counts}["volunteers"] == 1
    assert extract(graph).volunteers.key.to_pylist() == ["V1"]


def test_a_row_at_fault_is_skipped_but_not_absent(graph: Graph, folder: Path) -> None:
    load(folder, "Anna", home=home_of(graph))
    world = small_files.rows()
    place = world["regions"][0]["code"]
    world["volunteers"][1]["hours"] = "many"
    world["travel"][0]["minutes"] = "many"
    loaded = load(
        written(folder, world),
        "Anna",
        home=home_of(graph),
        skip_errors=True,
        replaced=["volunteers", "travel"],
        region=place,
    )
    assert loaded.checked.issues.errors == 2
    assert {count.table: count.closed for count in loaded.counts if count.closed} == {}
    assert extract(graph).volunteers.key.to_pylist() == ["V1", "V2"]


def test_what_cannot_be_replaced_is_refused_before_anything_is_written(graph: Graph, folder: Path) -> None:
    place = small_files.rows()["regions"][0]["code"]
    (folder / "travel.csv").unlink()
    with pytest.raises(NotReplaceable):
        load(folder, "Anna", home=home_of(graph), replaced=["regions"], region=place)
    with pytest.raises(NothingInstead):
        load(folder, "Anna", home=home_of(graph), replaced=["travel"], region=place)
    with pytest.raises(RegionUnknown):
        load(folder, "Anna", home=home_of(graph), replaced=["needs"], region="990000")
    assert rows_in(graph) == 0


@pytest.mark.parametrize("point", ["3", "4", "12", "30", "end"])
def test_a_killed_load_is_finished_or_undone_by_the_next_command(graph: Graph, folder: Path, point: str) -> None:
    prepare(graph)
    killed(home_of(graph), folder, point)
    finish(graph)
    assert read_state(graph).loading is None
    assert journal.kept(home_of(graph)) == []
    if point == "3":  # before the load was begun in the graph
        assert rows_in(graph) == 0
    else:
        assert extract(graph).digest == digest_of(folder)
    load(folder, "Anna", home=home_of(graph))
    assert extract(graph).digest == digest_of(folder)


def test_a_command_on_another_graph_leaves_a_load_that_was_cut_off(
    graph: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(graph)
    home = home_of(graph)
    killed(home, folder, "3")
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", local.Home(home).password())
    with open_graph(graph.address.replace("127.0.0.1", "localhost"), home) as other:
        finish(other, home)
    assert len(journal.kept(home)) == 1
    finish(graph)
    assert journal.kept(home) == []


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"nonsense")])
def test_a_damaged_journal_is_told_and_a_load_of_the_same_files_takes_over(
    graph: Graph, folder: Path, harm: Callable[[Path], object]
) -> None:
    prepare(graph)
    home = home_of(graph)
    killed(home, folder, "12")
    begun = journal.kept(home)
    harm(journal.folder_of(home, begun[0]) / "needs.parquet")
    with pytest.raises(NotFinished, match=str(home)):
        finish(graph)
    world = small_files.rows()
    world["needs"][0]["quantity"] = "7"
    with pytest.raises(NotFinished):
        load(written(folder.with_name("others"), world), "Anna", home=home)
    assert load(folder, "Anna", home=home).load is not None
    assert journal.kept(home) == []
    assert read_state(graph).loading is None
    assert extract(graph).digest == digest_of(folder)


def test_a_statement_that_the_graph_refuses_is_told(graph: Graph, folder: Path) -> None:
    prepare(graph)
    home = home_of(graph)
    killed(home, folder, "12")
    entry = journal.read(home, journal.kept(home)[0])
    needs = entry.tables["needs"]
    journal.drop(home, entry.load.load)
    journal.keep(home, replace(entry, tables=entry.tables | {"needs": needs.set_column(0, "need", nulls(needs))}))
    with pytest.raises(NotFinished, match=entry.load.load):
        finish(graph)
    load(folder, "Anna", home=home)
    assert extract(graph).digest == digest_of(folder)


def nulls(rows: pa.Table) -> pa.Array:
    return pa.nulls(len(rows), pa.string())


@pytest.mark.parametrize("point", ["5", "8"])
def test_a_first_load_without_kinds_is_finished_by_the_same_files_from_elsewhere(
    graph: Graph, folder: Path, point: str
) -> None:
    prepare(graph)
    (folder / "service_kinds.csv").unlink()
    killed(home_of(graph), folder, point)
    shutil.rmtree(journal.folder_of(home_of(graph), journal.kept(home_of(graph))[0]))  # elsewhere it is not kept
    assert read_state(graph).loading is not None
    loaded = load(folder, "Berta", home=home_of(graph))
    assert loaded.load is not None
    assert read_state(graph).loading is None
    assert extract(graph).digest == digest_of(folder)


def test_an_import_killed_before_its_constraints_is_finished_by_the_next_command(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    killed(home, folder, "finish_import")
    with open_graph(home=home) as graph:
        finish(graph)
        assert extract(graph).digest == digest_of(folder)
        assert graph.read("SHOW CONSTRAINTS YIELD name WHERE name = 'need_need' RETURN count(*) AS n") == [{"n": 1}]
    local.stop(home)


def killed(home: Path, folder: Path, point: str) -> None:
    """Run a load that kills itself at a point."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.loaders.dying", str(home), str(folder), point],
        check=False,
        cwd=ROOT,
        capture_output=True,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()


def test_for_a_server_the_input_files_are_written_and_the_line_is_told(tmp_path: Path, folder: Path) -> None:
    loaded, line = prepare_import(folder, tmp_path / "out", "Anna", home=tmp_path / "home")
    assert loaded.way == "import"
    assert line.startswith("neo4j-admin database import full ")
    named = [
        path for part in shlex.split(line) if part.startswith("--nodes=") for path in part.split("=")[2].split(",")
    ]
    assert len(named) == len(loaded.counts) - 1 + 2  # roads are no nodes; the graph's own and the load's are
    assert all(Path(path).is_file() for path in named)


def test_a_load_waits_for_a_command_that_has_the_turn_for_a_moment(graph: Graph, folder: Path) -> None:
    held = threading.Event()

    def hold() -> None:
        with journal.turn(home_of(graph)):
            held.set()
            time.sleep(1.0)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    assert load(folder, "Anna", home=home_of(graph), check_only=True).checked.ok
    other.join()


def test_two_loads_at_once_are_one_after_the_other(graph: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.load.WAIT_SECONDS", 0.2)
    with journal.turn(home_of(graph)) as mine:
        assert mine
        with pytest.raises(LoadBusy):
            load(folder, "Anna", home=home_of(graph))


def test_a_full_disk_leaves_nothing_half_written(graph: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal.pq, "write_table", full)
        with pytest.raises(DiskFull):
            load(folder, "Anna", home=home_of(graph))
    assert rows_in(graph) == 0
    assert journal.kept(home_of(graph)) == []
    assert load(folder, "Anna", home=home_of(graph)).load is not None


def test_a_full_disk_leaves_no_half_of_a_server_s_files_and_names_out(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("graph.bulk.csv.CSVWriter", full)
        with pytest.raises(DiskFull) as told:
            prepare_import(folder, tmp_path / "out" / "files", "Anna", home=tmp_path / "home")
    assert told.value.facts == {"where": tmp_path / "out", "setting": "OUT"}
    assert list((tmp_path / "out").iterdir()) == []
    prepare_import(folder, tmp_path / "out" / "files", "Anna", home=tmp_path / "home")
    assert (tmp_path / "out" / "files" / "needs.csv").is_file()


def test_a_graph_of_an_older_layout_is_refused_unchanged(graph: Graph, folder: Path) -> None:
    graph.write("CREATE (:Graph {name: 'zhongfu', schema: 0, revision: 0, data_version: 0})")
    with pytest.raises(OlderDatabase):
        load(folder, "Anna", home=home_of(graph))
    assert rows_in(graph) == 0
