"""A sample is written whole or not at all, and over nobody's files."""

from pathlib import Path
from typing import Any

import pytest

from api.service import loading
from api.service.loading import FolderTaken, make_sample
from graph.errors import DiskFull
from loaders.guangdong.divisions import UnknownRegion

SMALL: dict[str, Any] = {"region": "441427", "seed": 1, "scale": 0.01}


def test_a_folder_that_holds_anything_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("the department's own")
    with pytest.raises(FolderTaken, match="none is overwritten") as taken:
        make_sample(tmp_path, **SMALL)
    assert taken.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["needs.csv"]
    assert (tmp_path / "needs.csv").read_text() == "the department's own"


def test_a_folder_that_is_empty_or_not_there_yet_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "further" / "down"):
        rows = make_sample(folder, **SMALL)
        assert {path.stem for path in folder.iterdir()} == set(rows)
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "further"}


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_sample_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def half(out: Path, *_arguments: object) -> dict[str, int]:
        (out / "regions.csv").write_text("half")
        raise fault

    monkeypatch.setattr(loading, "write_sample", half)
    with pytest.raises((DiskFull, KeyboardInterrupt)):
        make_sample(tmp_path / "out", **SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_cannot_be_followed_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnknownRegion):
        make_sample(tmp_path / "out", **SMALL | {"region": "999999"})
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        make_sample(tmp_path / "file", **SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
