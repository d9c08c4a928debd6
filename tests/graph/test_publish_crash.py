"""A publication that is killed at any point, or whose process is gone, is finished or swept by the next."""

import signal
import subprocess
import sys

import pytest

from graph.connect import Graph
from graph.plans import plan_named
from graph.publication import SILENCE, PublicationLost, PublicationUnderWay, sweep_abandoned
from graph.publish import publish
from tests import tiny
from tests.graph.planned import WHOLE, draft, held, holds, made, never, pairs, ties

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


def test_an_abandoned_publication_can_be_swept_by_itself(world: Graph) -> None:
    made(world, "old", OLD)
    draft(world, "new")
    killed(world, "new", "when some began")
    assert sweep_abandoned(world, "coordinator") == "new"
    assert sweep_abandoned(world, "coordinator") is None
    assert world.read("MATCH ()-[t]->() WHERE t.since = 2 OR t.until = 2 RETURN count(t) AS n") == [{"n": 0}]
    assert held(world) == pairs(OLD)


def test_the_publication_of_another_machine_is_left_alone_while_it_gives_signs_of_life(world: Graph) -> None:
    draft(world, "new")
    killed(world, "new", "when some began")
    world.write("MATCH (p:Publication) SET p.host = 'elsewhere'")
    with pytest.raises(PublicationUnderWay, match="mortal is publishing plan new"):
        made(world, "other", ties())
    world.write("MATCH (p:Publication) SET p.beat = datetime() - duration({seconds: $ago})", ago=SILENCE + 1)
    assert made(world, "other", ties()).revision == 1


def test_a_publication_that_was_taken_over_writes_nothing_more(world: Graph) -> None:
    draft(world, "new")

    def taken_over(_step: str, _done: int, _whole: int) -> None:
        world.write(
            "MATCH (p:Publication {state: 'writing'}) SET p.host = 'elsewhere', p.beat = datetime('1970-01-01')"
        )
        sweep_abandoned(world, "somebody else")

    with pytest.raises(PublicationLost):
        publish(world, "new", WHOLE, "coordinator", never, taken_over)
    assert world.read("MATCH ()-[t:ASSIGNED]->() RETURN count(t) AS n") == [{"n": 0}]
    assert publish(world, "new", WHOLE, "coordinator", holds).revision == 1
