"""A folder of files is a snapshot without any graph, and says what is wrong when it is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from graph.snapshot import nothing_published
from loaders.snapshot import FaultyInput, snapshot_of_folder
from tests import tiny
from tests.loaders.small_files import rows, write


def test_the_snapshot_of_files_is_that_of_their_rows(tmp_path: Path) -> None:
    offers = [{name: cell for name, cell in row.items() if name != "paused"} for row in tiny.ROWS["offers"]]
    world = rows()
    expected = tiny.snapshot(exclusions=[], offers=offers)
    files = snapshot_of_folder(write(tmp_path, {name: table for name, table in world.items() if name != "travel"}))
    assert files.digest == replace(expected, published=nothing_published()).digest


def test_the_order_of_rows_does_not_touch_the_digest(tmp_path: Path) -> None:
    world = rows()
    turned = {name: table[::-1] for name, table in world.items()}
    first, second = (snapshot_of_folder(write(tmp_path / name, table)) for name, table in (("a", world), ("b", turned)))
    assert first.digest == second.digest


def test_faulty_files_are_refused_with_their_first_fault(tmp_path: Path) -> None:
    world = rows()
    world["needs"][0]["quantity"] = "none"
    with pytest.raises(
        FaultyInput, match=r"1 errors .* needs\.csv, row 2, quantity: “none” is not a whole number"
    ) as caught:
        snapshot_of_folder(write(tmp_path, world))
    assert caught.value.issues.errors == 1
    assert "不是整数" in caught.value.message("zh")
