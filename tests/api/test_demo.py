"""The demonstration: a home of its own, the whole path, and a result to look at."""

import os
from pathlib import Path

import pytest

from api.service.demo import demo_settings
from api.settings import read_settings
from graph.model import URGENCIES
from tests.api.conftest import Command


def test_it_keeps_to_a_folder_of_its_own_and_to_the_local_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHONGFU_GRAPH", "bolt://someone.else:7687")
    settings = demo_settings(read_settings(home=tmp_path))
    assert settings.local
    assert settings.home == tmp_path / "demo"
    assert "ZHONGFU_GRAPH" not in os.environ


def test_it_goes_the_whole_path_and_shows_each_county(tmp_path: Path) -> None:
    zhongfu = Command(tmp_path)
    done = zhongfu("demo", "--format", "json").json
    try:
        certificate = done["certificate"]
        assert certificate["verify"]["passed"]
        assert len(done["counties"]) == 8
        assert set(certificate["open"]) == {urgency.code for urgency in URGENCIES}
        assert sum(county["needs"] for county in done["counties"]) == sum(
            count["needs"] for count in certificate["open"].values()
        )
        assert all(Path(file).is_file() for file in done["files"])
        assert (tmp_path / "demo" / "issues.xlsx").is_file()
        assert {path.name for path in tmp_path.iterdir()} == {"demo"}, "nothing else in the home is touched"
    finally:
        Command(tmp_path / "demo")("graph", "stop")
