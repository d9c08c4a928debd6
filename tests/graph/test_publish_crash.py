"""A publication that is killed at any point, or whose process is gone, is finished or swept by the next."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import pytest

from graph import claim
from graph.claim import SILENCE, PublicationLost, PublicationUnderWay
from graph.connect import Graph
from graph.local import release
from graph.plans import plan_named
from graph.publish import publish
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import WHOLE, draft, held, holds, made, never, pairs, ties

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)
OLD = ties([("N01", "O1", 1), ("N05", "V1", 1)], [(tiny.VILLAGE_B1A, "W1")], [("H5", "W1")])
POINTS = {
    "before it begins": 1,
    "before anything is read": 2,
    "before anything is written": 3,
    "when some ended": 4,
    "when some began": 8,
    "before the switch": 13,
    "after the switch": 99,
}


def killed(graph: Graph, plan: str, point: str) -> None:
    """Publish in a process that is killed at this point."""
    given = [sys.executable, "-m", "tests.graph.dying", str(graph.home), plan, str(POINTS[point])]
    assert subprocess.run(given, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_publication_is_finished_by_the_next_call(world: Graph, point: str) -> None:
    made(world, "old", OLD)
    draft(world, "new")
    killed(world, "new", point)
    assert held(world) == pairs(WHOLE if point == "after the switch" else OLD)
    done = publish(world, "new", WHOLE, "coordinator", never)
    assert (done.revision, done.already) == (2, point == "after the switch")
    if not done.already:  # what every attempt together wrote
        assert done.began == {"assignments": 4, "coverage": 4, "responsibilities": 3}
        assert done.ended == {"assignments": 1, "coverage": 1, "responsibilities": 1}
    assert held(world) == pairs(WHOLE)
    assert held(world, 1) == pairs(OLD)


@pytest.mark.parametrize("point", [point for point in POINTS if point != "after the switch"])
def test_a_killed_publication_leaves_nothing_to_that_of_another_plan(world: Graph, point: str) -> None:
    made(world, "old", OLD)
    draft(world, "new")
    killed(world, "new", point)
    other = ties([("N06", "O2", 3)])
    assert made(world, "other", other).revision == 2
    assert held(world) == pairs(other)
    assert held(world, 1) == pairs(OLD)
    assert plan_named(world, "new").state == "draft"


@every_release
def test_however_little_is_swept_at_once_nothing_is_left(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "_SWEPT_AT_ONCE", 1)
    monkeypatch.setattr(claim, "_PROVIDERS", 2)
    put(graph, files())
    made(graph, "old", OLD)
    draft(graph, "new")
    killed(graph, "new", "before the switch")
    assert made(graph, "other", OLD).ended == {"assignments": 0, "coverage": 0, "responsibilities": 0}
    assert held(graph) == pairs(OLD)
    rows = graph.read("MATCH ()-[t]->() WHERE t.since > 1 OR t.until IS NOT NULL RETURN count(t) AS n")
    assert rows == [{"n": 0}]


def test_the_publication_of_another_machine_is_left_alone_while_it_gives_signs_of_life(world: Graph) -> None:
    draft(world, "new")
    killed(world, "new", "when some began")
    world.write("MATCH (p:Publication) SET p.host = 'elsewhere'")
    with pytest.raises(PublicationUnderWay, match="mortal is publishing plan new"):
        made(world, "other", ties())
    world.write("MATCH (p:Publication) SET p.beat = datetime() - duration({seconds: $ago})", ago=SILENCE + 1)
    assert made(world, "other", ties()).revision == 1


@pytest.fixture
def another() -> Iterator[int]:
    """A process of this machine that lives as long as the test."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


def left_by(graph: Graph, pid: int, started: int) -> None:
    """A publication begun long ago by a process of this machine that says nothing."""
    draft(graph, "new")
    killed(graph, "new", "when some began")
    graph.write(
        "MATCH (p:Publication) SET p.pid = $pid, p.started = $started, p.beat = datetime('1970-01-01')",
        pid=pid,
        started=started,
    )


def test_a_process_of_this_machine_that_lives_keeps_its_publication_however_silent(world: Graph, another: int) -> None:
    began = claim._started(another)
    assert began is not None
    left_by(world, another, began)
    with pytest.raises(PublicationUnderWay, match="mortal is publishing plan new"):
        made(world, "other", ties())


def test_a_later_process_with_the_number_of_one_that_died_keeps_nothing(world: Graph, another: int) -> None:
    began = claim._started(another)
    assert began is not None
    left_by(world, another, began - 1)
    world.write("MATCH (p:Publication) SET p.beat = datetime()")
    assert made(world, "other", ties()).revision == 1


def test_a_recheck_gives_signs_of_life(world: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "BEAT", 0.05)
    draft(world, "new")
    heard: list[bool] = []

    def change(_step: str, done: int, whole: int) -> None:
        if done == whole:
            world.write("MATCH (g:Graph) SET g.data_version = g.data_version + 1")

    def long() -> Sequence[dict[str, str]]:
        world.write("MATCH (p:Publication {state: 'writing'}) SET p.beat = datetime('1970-01-01')")
        end = time.monotonic() + 20
        while not (alive := beat(world)) and time.monotonic() < end:
            time.sleep(0.05)
        heard.append(alive)
        return ()

    assert publish(world, "new", WHOLE, "coordinator", long, change).revision == 1
    assert heard == [True]


def beat(graph: Graph) -> bool:
    """Whether the publication under way gave a sign of life within the last minute."""
    rows = graph.read("MATCH (p:Publication {state: 'writing'}) RETURN p.beat > datetime() - duration('PT1M') AS lives")
    return bool(rows[0]["lives"])


def test_a_publication_that_was_taken_over_writes_nothing_more(world: Graph) -> None:
    draft(world, "new")

    def taken_over(_step: str, _done: int, _whole: int) -> None:
        world.write(
            "MATCH (p:Publication {state: 'writing'}) SET p.host = 'elsewhere', p.beat = datetime('1970-01-01')"
        )
        made(world, "other", ties([("N06", "O2", 3)]))

    with pytest.raises(PublicationLost):
        publish(world, "new", WHOLE, "coordinator", never, taken_over)
    assert held(world) == pairs(ties([("N06", "O2", 3)]))
    assert world.read("MATCH ()-[t:ASSIGNED]->() RETURN count(t) AS n") == [{"n": 1}]
    assert publish(world, "new", WHOLE, "coordinator", holds).revision == 2
