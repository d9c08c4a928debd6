"""The door of an account: right passwords all come in, of wrong ones no more are looked at at once than in a row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest

from graph.connect import Graph
from graph.doors import WRONG_IN_A_ROW, begin_attempt
from graph.users import create_user
from tests.graph.loaded import files, put

AT_ONCE = 24


@pytest.fixture
def world(graph: Graph) -> Graph:
    put(graph, files())
    create_user(graph, "mei", {"role": "planner", "password": "its hash", "state": "active"}, "test")
    return graph


def tried(graph: Graph, right: bool) -> bool:
    """Whether an attempt was let to the password; it takes its time there, so that others come meanwhile."""
    attempt = begin_attempt(graph, "mei")
    if attempt is None:
        return False
    sleep(0.05)
    attempt.end(graph, right=right)
    return True


def at_once(act: Callable[[int], bool]) -> list[bool]:
    """What came of so many that all begin at the same moment."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> bool:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_right_ones_at_once_all_come_to_the_password(world: Graph) -> None:
    assert all(at_once(lambda _: tried(world, right=True)))


def test_right_ones_at_once_all_come_to_it_after_wrong_ones_too(world: Graph) -> None:
    for _ in range(WRONG_IN_A_ROW - 1):
        assert tried(world, right=False)
    assert all(at_once(lambda _: tried(world, right=True)))


def test_of_wrong_ones_at_once_no_more_come_to_the_password_than_in_a_row(world: Graph) -> None:
    assert sum(at_once(lambda _: tried(world, right=False))) == WRONG_IN_A_ROW
    assert not tried(world, right=True)


def test_wrong_ones_before_leave_fewer_to_those_at_once(world: Graph) -> None:
    for _ in range(3):
        assert tried(world, right=False)
    assert sum(at_once(lambda _: tried(world, right=False))) == WRONG_IN_A_ROW - 3


def test_a_door_opens_again_after_its_rest_for_as_many_as_before(world: Graph) -> None:
    at_once(lambda _: tried(world, right=False))
    world.write(
        "MATCH (u:User {name: 'mei'}) SET u.locked_until = datetime() - duration({seconds: $seconds})", seconds=1
    )
    assert sum(at_once(lambda _: tried(world, right=False))) == WRONG_IN_A_ROW


def test_an_attempt_of_which_nothing_more_is_heard_counts_as_wrong(world: Graph) -> None:
    begun = [begin_attempt(world, "mei") for _ in range(WRONG_IN_A_ROW)]
    assert all(begun)
    world.write(
        "MATCH (u:User {name: $name}) SET u.attempts = [each IN u.attempts | '0 ' + split(each, ' ')[1]]", name="mei"
    )
    assert begin_attempt(world, "mei") is None
    late = begun[0]
    assert late is not None
    late.end(world, right=False)
    assert begin_attempt(world, "mei") is None
    late.end(world, right=True)  # what is right after all opens the door
    assert tried(world, right=True)


def test_nobody_has_no_door(world: Graph) -> None:
    assert begin_attempt(world, "nobody") is None
