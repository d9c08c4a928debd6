"""The bulk import fills an empty graph whole, or leaves it empty."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import local
from graph.connect import open_graph
from graph.errors import ImportFailed, NotEmpty
from graph.local import Home, ImportFiles, bulk_import, release

PLACES = """:ID,code,name,population:long,since:date
0,1,广东省,126000000,1988-01-01
1,2,"梅州市, ""客都"" ",,
"""
PART_OF = """:START_ID,:END_ID
1,0
"""


every_release = pytest.mark.parametrize("home", release.known(), indirect=True)


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An empty folder for the local graph."""
    place = Home(tmp_path / "home")
    place.make()
    place.release.write_text(getattr(request, "param", release.DEFAULT))
    yield place.root
    local.stop(place.root)


def files(folder: Path, places: str = PLACES, part_of: str = PART_OF) -> tuple[list[ImportFiles], list[ImportFiles]]:
    (folder / "places.csv").write_text(places, encoding="utf-8")
    (folder / "part_of.csv").write_text(part_of, encoding="utf-8")
    return [ImportFiles("Place", (folder / "places.csv",))], [ImportFiles("PART_OF", (folder / "part_of.csv",))]


@every_release
def test_the_import_fills_the_graph_and_only_an_empty_one(home: Path, tmp_path: Path) -> None:
    told: list[float] = []
    bulk_import(home, *files(tmp_path), progress=lambda _, share: told.append(share))
    assert told == sorted(told), "progress goes forward"
    assert told[-1] == 1
    with open_graph(home=home, size="small") as graph:
        rows = graph.read(
            "MATCH (p:Place) OPTIONAL MATCH (p)-[:PART_OF]->(q) "
            "RETURN p.code AS code, p.name AS name, p.population AS population, toString(p.since) AS since, "
            "q.code AS part_of ORDER BY code"
        )
        with pytest.raises(NotEmpty):
            bulk_import(home, *files(tmp_path))
        assert graph.read("MATCH (p:Place) RETURN count(p) AS n") == [{"n": 2}]
    assert rows == [
        {
            "code": "1",
            "name": "广东省",
            "population": 126_000_000,
            "since": "1988-01-01",
            "part_of": None,
        },
        {"code": "2", "name": '梅州市, "客都" ', "population": None, "since": None, "part_of": "1"},
    ]


def test_an_emptied_graph_may_be_filled(home: Path, tmp_path: Path) -> None:
    with open_graph(home=home, size="small") as graph:
        graph.write("CREATE CONSTRAINT FOR (p:Place) REQUIRE p.code IS UNIQUE")
        graph.write("CREATE (:Graph {name: 'its own bookkeeping'})")
    bulk_import(home, *files(tmp_path))
    with open_graph(home=home, size="small") as graph:
        assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 2}]


@pytest.mark.parametrize(
    ("places", "part_of", "told"),
    [
        (PLACES.replace("126000000", "many"), PART_OF, "many"),
        (PLACES, PART_OF + "3,1\n", "3"),
        (PLACES, PART_OF + ",1\n", "null"),
    ],
    ids=["a value of the wrong type", "a relationship to nowhere", "a relationship without an end"],
)
def test_an_import_that_fails_tells_the_fault_and_leaves_nothing(
    places: str, part_of: str, told: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with pytest.raises(ImportFailed) as caught:
        bulk_import(home, *files(tmp_path, places, part_of))
    assert told in str(caught.value.facts["detail"])
    assert not Home(home).has_data()
    assert not Home(home).importing.exists()


def test_an_import_killed_half_way_leaves_an_empty_graph(home: Path, tmp_path: Path) -> None:
    rows = "".join(f"{key},{key},place,,\n" for key in range(2, 500_000))
    files(tmp_path, PLACES + rows)
    call = "\n".join(
        (
            "from graph.local import ImportFiles, bulk_import",
            "from pathlib import Path",
            f"folder = Path({str(tmp_path)!r})",
            "bulk_import(folder / 'home', [ImportFiles('Place', (folder / 'places.csv',))], [])",
        )
    )
    place = Home(home)
    with subprocess.Popen([sys.executable, "-c", call], stderr=subprocess.DEVNULL) as command:
        while not place.has_data():
            assert command.poll() is None
            time.sleep(0.01)
        os.kill(command.pid, signal.SIGKILL)
    assert place.importing.exists()
    with open_graph(home=home, size="small") as graph:
        assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    assert not place.importing.exists()
