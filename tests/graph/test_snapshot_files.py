"""A snapshot kept as files is read back as it was, or its fault is named."""

import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from graph import folders
from graph.assemble import assemble
from graph.errors import DiskFull, NoRights
from graph.snapshot import Ragged, Snapshot
from graph.snapshot_files import SnapshotDamaged, SnapshotMissing, load_keys, load_snapshot, save_snapshot
from tests import tiny

TRAVEL = [{"from": tiny.TOWN_A1, "to": tiny.VILLAGE_A1A, "minutes": 7}]


def columns_of(snapshot: Snapshot) -> dict[str, object]:
    """Every column by table and name, lists as their offsets and values."""
    found: dict[str, object] = {}
    for part in fields(snapshot):
        table = getattr(snapshot, part.name)
        for column in fields(table) if table is not None else ():
            value = getattr(table, column.name)
            name = f"{part.name}.{column.name}"
            if isinstance(value, Ragged):
                found[f"{name}.offsets"], found[f"{name}.values"] = value.offsets, value.values
            else:
                found[name] = value
    return found


def kept(store: Path, snapshot: Snapshot) -> Snapshot:
    """What is kept of a snapshot."""
    state = snapshot.published
    return load_snapshot(store, snapshot.digest, state.revision, state.digest)


@pytest.mark.parametrize("travel", [[], TRAVEL], ids=["estimated", "roads"])
def test_a_snapshot_is_read_back_as_it_was(tmp_path: Path, travel: list[dict[str, object]]):
    snapshot = tiny.snapshot(travel=travel)
    save_snapshot(snapshot, tmp_path)
    read = kept(tmp_path, snapshot)
    assert read.digest == snapshot.digest
    wanted, found = columns_of(snapshot), columns_of(read)
    assert wanted.keys() == found.keys()
    for name, value in wanted.items():
        if isinstance(value, np.ndarray):
            other = found[name]
            assert isinstance(other, np.ndarray)
            assert other.dtype == value.dtype, name
            assert np.array_equal(other, value, equal_nan=value.dtype.kind == "f"), name
        else:
            assert found[name] == value, name


def test_the_columns_read_back_cannot_be_written(tmp_path: Path):
    snapshot = tiny.snapshot()
    save_snapshot(snapshot, tmp_path)
    read = kept(tmp_path, snapshot)
    writeable = [
        name for name, value in columns_of(read).items() if isinstance(value, np.ndarray) and value.flags.writeable
    ]
    assert writeable == []


def answered(status: str) -> Snapshot:
    """The tiny world with an answer to the offer of N06."""
    rows = [row | {"status": status} if row["need"] == "N06" else row for row in tiny.ROWS["assigned"]]
    return tiny.snapshot(assigned=rows)


def test_one_snapshot_is_kept_once_with_each_published_state(tmp_path: Path):
    before, after = assemble(tiny.tables(assigned=[], covers=[], responsible=[], spent=[])), tiny.snapshot()
    assert before.digest == after.digest
    assert save_snapshot(before, tmp_path) == save_snapshot(after, tmp_path)
    assert len(kept(tmp_path, before).published.need) == 0
    assert len(kept(tmp_path, after).published.need) == 2


def test_states_of_one_revision_that_differ_by_an_answer_are_kept_apart(tmp_path: Path):
    proposed, accepted = answered("proposed"), answered("accepted")
    assert proposed.published.revision == accepted.published.revision
    save_snapshot(proposed, tmp_path)
    save_snapshot(accepted, tmp_path)
    for snapshot in (proposed, accepted):
        assert kept(tmp_path, snapshot).published.status.tolist() == snapshot.published.status.tolist()


def test_a_published_state_that_is_not_that_of_its_name_is_refused(tmp_path: Path):
    proposed, accepted = answered("proposed"), answered("accepted")
    folder = save_snapshot(proposed, tmp_path)
    save_snapshot(accepted, tmp_path)
    one, other = (folder.parent / f"{folder.name}-{each.published.digest}" for each in (proposed, accepted))
    shutil.copy(other / "assigned.parquet", one / "assigned.parquet")
    with pytest.raises(SnapshotDamaged, match="its content has the digest"):
        kept(tmp_path, proposed)


def test_saving_again_changes_nothing(tmp_path: Path):
    snapshot = tiny.snapshot()
    save_snapshot(snapshot, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    save_snapshot(snapshot, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_snapshot_that_is_not_kept_is_named(tmp_path: Path):
    with pytest.raises(SnapshotMissing, match="no snapshot 00ff"):
        load_snapshot(tmp_path, "00ff")


def test_a_published_state_that_is_not_kept_is_named(tmp_path: Path):
    snapshot = tiny.snapshot()
    save_snapshot(snapshot, tmp_path)
    with pytest.raises(SnapshotMissing, match="or not with the state published above it"):
        load_snapshot(tmp_path, snapshot.digest, 8, "00ff")


def test_a_truncated_file_is_named(tmp_path: Path):
    snapshot = tiny.snapshot()
    needs = save_snapshot(snapshot, tmp_path) / "needs.parquet"
    needs.write_bytes(needs.read_bytes()[:-20])
    with pytest.raises(SnapshotDamaged, match="needs"):
        kept(tmp_path, snapshot)


def test_a_missing_file_is_named(tmp_path: Path):
    snapshot = tiny.snapshot()
    (save_snapshot(snapshot, tmp_path) / "offers.parquet").unlink()
    with pytest.raises(SnapshotDamaged, match="offers"):
        kept(tmp_path, snapshot)


def test_content_that_is_not_that_of_the_digest_is_refused(tmp_path: Path):
    one, other = tiny.snapshot(), tiny.snapshot(volunteers=[])
    own, foreign = save_snapshot(one, tmp_path), save_snapshot(other, tmp_path)
    shutil.copy(foreign / "volunteers.parquet", own / "volunteers.parquet")
    with pytest.raises(SnapshotDamaged, match="its content has the digest"):
        kept(tmp_path, one)


@pytest.mark.parametrize("travel", [[], TRAVEL], ids=["estimated", "roads"])
def test_the_keys_of_a_snapshot_are_read_without_the_rest(tmp_path: Path, travel: list[dict[str, object]]):
    snapshot = tiny.snapshot(travel=travel)
    save_snapshot(snapshot, tmp_path)
    keys = load_keys(tmp_path, snapshot.digest)
    assert keys.digest == snapshot.digest
    for name in ("regions", "households", "needs", "offers", "volunteers", "caseworkers"):
        assert getattr(keys, name).key == getattr(snapshot, name).key
    assert keys.regions.level.tolist() == snapshot.regions.level.tolist()


def test_keys_beside_columns_that_are_not_those_of_the_digest_are_refused(tmp_path: Path):
    one, other = tiny.snapshot(), tiny.snapshot(needs=[row | {"quantity": 9} for row in tiny.ROWS["needs"]])
    own, foreign = save_snapshot(one, tmp_path), save_snapshot(other, tmp_path)
    shutil.copy(foreign / "needs.parquet", own / "needs.parquet")
    with pytest.raises(SnapshotDamaged, match="its content has the digest"):
        load_keys(tmp_path, one.digest)
    with pytest.raises(SnapshotMissing, match="no snapshot 00ff"):
        load_keys(tmp_path, "00ff")


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path):
    with pytest.raises(FileNotFoundError), folders.whole_folder(tmp_path / "plan") as growing:
        (growing / "half").write_text("half") and (growing / "other").read_text()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from graph.folders import whole_folder
with whole_folder(Path(sys.argv[1])) as growing:
    (growing / "half").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_is_gone_when_the_store_is_next_written(tmp_path: Path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "0a1b")], check=False)
    (left,) = tmp_path.iterdir()
    assert (left / "half").read_text() == "half"
    (tmp_path / ".of_somebody_else").mkdir()
    folder = save_snapshot(tiny.snapshot(), tmp_path)
    assert folder.is_dir()
    assert [each.name for each in tmp_path.glob(".*")] == [".of_somebody_else"]


def test_what_a_living_writer_writes_is_left_alone(tmp_path: Path):
    with folders.whole_folder(tmp_path / "0a1b") as growing:
        folders.sweep_unfinished(tmp_path)
        (growing / "all").write_text("all")
    assert [each.name for each in tmp_path.iterdir()] == ["0a1b"]
    folders.sweep_unfinished(tmp_path)
    assert (tmp_path / "0a1b" / "all").read_text() == "all"


def test_a_folder_swept_between_its_making_and_its_lock_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    locked, swept = folders._locked, []

    def late(growing: Path, how: int = 0) -> int | None:
        if not swept:
            swept.append(growing)
            growing.rmdir()
        return locked(growing, how)

    monkeypatch.setattr(folders, "_locked", late)
    with folders.whole_folder(tmp_path / "0a1b") as growing:
        (growing / "all").write_text("all")
    assert (tmp_path / "0a1b" / "all").read_text() == "all"
    assert len(swept) == 1


def test_a_file_that_breaks_off_leaves_the_earlier_one_as_it_was(tmp_path: Path):
    path = tmp_path / "issues.csv"
    path.write_text("earlier")

    def cut_off() -> None:
        with folders.whole_file(path, setting="--issues") as growing:
            growing.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(DiskFull) as full:
        cut_off()
    assert "--issues" in full.value.repair("en")
    assert [each.name for each in tmp_path.iterdir()] == ["issues.csv"]
    assert path.read_text() == "earlier"
    with folders.whole_file(path, setting="--issues") as growing:
        growing.write_text("later")
    assert path.read_text() == "later"


def test_a_full_disk_is_told_with_a_way_out(tmp_path: Path):
    with pytest.raises(DiskFull, match="full"), folders.whole_folder(tmp_path / "plan"):
        raise OSError(28, "No space left on device")


def test_a_folder_without_rights_is_told_with_a_way_out(tmp_path: Path):
    with pytest.raises(NoRights, match="may not write"), folders.whole_folder(tmp_path / "plan"):
        raise PermissionError(13, "Permission denied")
