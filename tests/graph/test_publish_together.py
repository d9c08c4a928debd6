"""Several at once: publishers exclude one another, readers see whole revisions, changed data is noticed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph import publish as publishing
from graph.claim import PublicationUnderWay
from graph.connect import Graph
from graph.plans import plan_named, reject_plan
from graph.publish import StaleDraft, publish
from tests import tiny
from tests.graph.loaded import files, put
from tests.graph.planned import WHOLE, draft, held, holds, made, never, pairs, ties

OTHER = ties([("N02", "O4", 5), ("N11", "O6", 1)], [(tiny.VILLAGE_B1A, "W1")], [("H5", "W1")])


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that even a tiny plan takes many transactions."""
    monkeypatch.setattr(publishing, "BATCH", 1)


def test_of_two_publishers_one_wins_and_the_other_is_told_whose_turn_it_is(world: Graph) -> None:
    draft(world, "mine")
    draft(world, "theirs")
    refused: list[PublicationUnderWay] = []

    def meanwhile(_step: str, done: int, _whole: int) -> None:
        if done == 1:
            with pytest.raises(PublicationUnderWay) as refusal:
                publish(world, "theirs", OTHER, "second", never)
            refused.append(refusal.value)

    assert publish(world, "mine", WHOLE, "first", never, meanwhile).revision == 1
    assert "first is publishing plan mine" in str(refused[0])
    assert "first" in refused[0].message("zh")
    assert held(world) == pairs(WHOLE)
    assert plan_named(world, "theirs").state == "draft"


def test_many_publishers_at_once_never_share_a_revision(world: Graph) -> None:
    names = [f"p{number}" for number in range(6)]
    for name in names:
        draft(world, name)

    def attempt(name: str) -> int | None:
        try:
            return publish(world, name, WHOLE if name < "p3" else OTHER, name, holds).revision
        except PublicationUnderWay:
            return None

    with ThreadPoolExecutor(len(names)) as pool:
        won = [revision for revision in pool.map(attempt, names) if revision is not None]
    assert sorted(won) == list(range(1, len(won) + 1))
    assert held(world) in (pairs(WHOLE), pairs(OTHER))


def test_a_reader_sees_one_revision_or_the_next_and_never_a_mix(world: Graph) -> None:
    made(world, "p0", WHOLE)
    over = threading.Event()
    seen: list[dict[str, set[tuple[str, str]]]] = []

    def look() -> None:
        while not over.is_set():
            seen.append(held(world))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 7):
        made(world, f"p{number}", OTHER if number % 2 else WHOLE)
    over.set()
    reader.join()
    assert all(state in (pairs(WHOLE), pairs(OTHER)) for state in seen)
    assert any(state == pairs(OTHER) for state in seen)


def test_a_plan_made_from_an_older_revision_is_checked_again(world: Graph) -> None:
    draft(world, "mine")
    made(world, "theirs", OTHER)
    asked: list[int] = []
    assert publish(world, "mine", WHOLE, "coordinator", lambda: asked.append(1) or ()).revision == 2
    assert asked == [1]


def test_a_plan_that_no_longer_holds_is_refused_with_what_it_breaks(world: Graph) -> None:
    draft(world, "mine")
    made(world, "theirs", OTHER)
    breach = {"en": "offer O2 gives 5 of 3 units", "zh": "供给 O2 超出：5/3"}
    with pytest.raises(StaleDraft, match="offer O2 gives 5 of 3 units") as refusal:
        publish(world, "mine", WHOLE, "coordinator", lambda: [breach])
    assert "供给 O2" in refusal.value.message("zh")
    assert f"--region {tiny.PROVINCE}" in refusal.value.repair("en")
    assert held(world) == pairs(OTHER)


@pytest.fixture
def edited(world: Graph) -> Iterator[Graph]:
    """The world, whose data other people change."""
    yield world
    world.write("MATCH (g:Graph) REMOVE g.tiny")


def test_data_changed_while_a_plan_is_written_is_checked_before_the_switch(edited: Graph) -> None:
    draft(edited, "mine")

    def change(_step: str, done: int, _whole: int) -> None:
        if done == 1:
            edited.write("MATCH (g:Graph) SET g.data_version = g.data_version + 1")

    asked: list[int] = []
    assert publish(edited, "mine", WHOLE, "coordinator", lambda: asked.append(1) or (), change).revision == 1
    assert asked == [1]


def test_whoever_moves_into_the_scope_while_a_plan_is_written_brings_no_tie_that_the_plan_does_not_say(
    graph: Graph,
) -> None:
    put(graph, files())
    made(graph, "whole", WHOLE)
    said = ties([("N01", "O1", 1)], [(tiny.VILLAGE_A1A, "W1"), (tiny.VILLAGE_A1B, "W1")], [("H1", "W1")])
    moved = [
        row | ({"village": tiny.VILLAGE_A1B} if row["household"] == "H5" else {}) for row in tiny.ROWS["households"]
    ]

    def move(_step: str, done: int, whole: int) -> None:
        if done == whole == 5:
            put(graph, files(households=moved))

    done = publish(graph, draft(graph, "county", tiny.COUNTY_A), said, "coordinator", holds, move)
    assert held(graph) == {
        "ASSIGNED": {("N01", "O1")},
        "COVERS": pairs(said)["COVERS"] | {(tiny.VILLAGE_B1A, "W3"), (tiny.VILLAGE_D1A, "W4")},
        "RESPONSIBLE_FOR": {("H1", "W1"), ("H8", "W4")},
    }
    assert held(graph, 1) == pairs(WHOLE)
    assert done.began == {"assignments": 0, "coverage": 1, "responsibilities": 0}
    assert done.ended == {"assignments": 4, "coverage": 1, "responsibilities": 1}
    begun = graph.read("MATCH ()-[t]->() WHERE t.since = 2 RETURN count(t) AS n")
    assert begun == [{"n": 1}]


def test_a_plan_broken_while_it_is_written_leaves_nothing_behind(edited: Graph) -> None:
    made(edited, "old", OTHER)
    draft(edited, "mine")

    def change(_step: str, done: int, _whole: int) -> None:
        if done == 3:
            edited.write("MATCH (g:Graph) SET g.data_version = g.data_version + 1")

    with pytest.raises(StaleDraft):
        publish(edited, "mine", WHOLE, "coordinator", lambda: [{"en": "N01 is closed", "zh": "N01 已关闭"}], change)
    assert held(edited) == pairs(OTHER)
    assert edited.read("MATCH (p:Publication {state: 'writing'}) RETURN count(p) AS n") == [{"n": 0}]
    assert edited.read("MATCH ()-[t]->() WHERE t.since = 2 OR t.until = 2 RETURN count(t) AS n") == [{"n": 0}]


def test_a_plan_rejected_while_it_is_written_does_not_take_effect(world: Graph) -> None:
    draft(world, "mine")

    def reject(_step: str, done: int, _whole: int) -> None:
        if done == 1:
            reject_plan(world, "mine", "director", "not like this")

    with pytest.raises(Exception, match="is rejected"):
        publish(world, "mine", WHOLE, "coordinator", never, reject)
    assert held(world) == pairs(ties())
    assert plan_named(world, "mine").state == "rejected"
