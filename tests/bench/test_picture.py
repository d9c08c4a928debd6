"""The picture of runs: growth and peers, each by its name, and who was killed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.__main__ import app
from bench.peers import PEERS
from bench.picture import NAMES, draw

GROWTH = {
    f"{scale}_{figure}": value * size
    for scale, size in (("county", 1), ("city", 8), ("province", 150))
    for figure, value in {"n": 30_000, "workers": 0.1, "needs": 1, "verify": 0.3}.items()
}
RACE = {"pairs": 1e6, "cpu_seconds": 0.2, "emd_cpu_seconds": 1.5, "cbc_killed_at": 120, "cbc_cpu_seconds": 119}


def test_a_picture_shows_growth_and_each_peer_and_who_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "runs.svg"
    draw({"growth": GROWTH, "needs_county": RACE}, file)
    drawn = file.read_text("utf-8")
    for told in ("workers", "needs", "verify", "n log n", "ours: 0.2 s", "ot.emd: 1.5 s", "CBC: killed at 120 s"):
        assert told in drawn


def test_every_peer_has_a_name_in_the_picture() -> None:
    assert NAMES.keys() == PEERS.keys()


def test_runs_that_nothing_is_drawn_of_are_a_wrong_call(tmp_path: Path) -> None:
    lines = tmp_path / "runs.jsonl"
    lines.write_text('{"scenario": "demo", "figures": {"seconds": 1}, "missed": []}\n')
    with pytest.raises(ValueError, match="growth"):
        draw({"demo": {"seconds": 1}}, tmp_path / "runs.png")
    assert CliRunner().invoke(app, ["draw", str(lines), str(tmp_path / "runs.png")]).exit_code == 2
