"""A request under a key is made by one at a time, answered alike for a day, and told apart from every other."""

import json

import pytest

from graph.connect import Graph
from graph.constraints import prepare
from graph.repeats import Answer, Claim, KeyReused, Request, UnderWay, claim_answer

ASKED = Request("mei", "a key", b"POST /runs\n{}")
DONE = Answer(202, {"location": "/runs/1"}, '{"run": "一"}'.encode())


def claimed(graph: Graph, request: Request = ASKED) -> Claim:
    prepare(graph)
    claim = claim_answer(graph, request)
    assert isinstance(claim, Claim)
    return claim


def test_an_answer_is_given_again_to_the_same_request_alone(graph: Graph) -> None:
    claimed(graph).keep(graph, DONE)
    assert claim_answer(graph, ASKED) == DONE
    with pytest.raises(KeyReused):
        claim_answer(graph, Request("mei", "a key", b"POST /runs\n{ }"))
    assert isinstance(claim_answer(graph, Request("far", "a key", b"POST /runs\n{}")), Claim)
    assert isinstance(claim_answer(graph, Request("mei", "another", b"POST /runs\n{}")), Claim)


def test_strangers_do_not_share_their_keys(graph: Graph) -> None:
    one, other = Request("", "1", b"POST /registrations\none"), Request("", "1", b"POST /registrations\nother")
    claimed(graph, one).keep(graph, DONE)
    assert isinstance(claim_answer(graph, other), Claim)
    assert claim_answer(graph, one) == DONE


def test_while_the_first_is_at_work_the_second_waits(graph: Graph) -> None:
    claim = claimed(graph)
    with pytest.raises(UnderWay):
        claim_answer(graph, ASKED)
    with pytest.raises(KeyReused):
        claim_answer(graph, Request("mei", "a key", b"other"))
    claim.give_up(graph)
    assert isinstance(claim_answer(graph, Request("mei", "a key", b"other")), Claim)


def test_what_a_dead_process_held_is_free_and_its_late_answer_is_not_kept(graph: Graph) -> None:
    dead = claimed(graph)
    graph.write("MATCH (a:Answer) SET a.lease_until = datetime() - duration('PT1S')")
    living = claimed(graph)
    dead.keep(graph, Answer(500, {}, b""))
    dead.give_up(graph)
    with pytest.raises(UnderWay):
        claim_answer(graph, ASKED)
    living.keep(graph, DONE)
    assert claim_answer(graph, ASKED) == DONE


def test_who_gives_a_sign_of_life_keeps_the_key(graph: Graph) -> None:
    claim = claimed(graph)
    graph.write("MATCH (a:Answer) SET a.lease_until = datetime() - duration('PT1S')")
    claim.beat(graph)
    with pytest.raises(UnderWay):
        claim_answer(graph, ASKED)


def test_an_answer_is_forgotten_after_a_day(graph: Graph) -> None:
    claimed(graph).keep(graph, DONE)
    graph.write("MATCH (a:Answer) SET a.expires_at = datetime() - duration('PT1S')")
    claimed(graph).keep(graph, DONE)
    graph.write("MATCH (a:Answer) SET a.expires_at = datetime() - duration('PT2H')")
    other = Request("mei", "another", b"")
    claimed(graph, other).keep(graph, DONE)
    assert [row["key"] for row in graph.read("MATCH (a:Answer) RETURN a.key AS key")] == [other.place]


def test_a_request_taken_up_again_has_the_mark_of_the_first(graph: Graph) -> None:
    dead = claimed(graph)
    graph.write("MATCH (a:Answer) SET a.lease_until = datetime() - duration('PT1S')")
    living = claimed(graph)
    living.give_up(graph)
    assert claimed(graph).mark == living.mark == dead.mark


def test_another_request_under_a_key_that_is_free_has_a_mark_of_its_own(graph: Graph) -> None:
    first = claimed(graph)
    first.give_up(graph)
    assert claimed(graph, Request("mei", "a key", b"other")).mark != first.mark


def test_the_same_request_of_another_day_has_a_mark_of_its_own(graph: Graph) -> None:
    first = claimed(graph)
    first.keep(graph, DONE)
    graph.write("MATCH (a:Answer) SET a.expires_at = datetime() - duration('PT1S')")
    second = claimed(graph)
    assert second.mark != first.mark
    second.give_up(graph)
    assert claimed(graph).mark == second.mark


def test_neither_the_key_nor_what_was_sent_is_kept(graph: Graph) -> None:
    request = Request("mei", "a key", b"POST /users\nseveral plain words")
    claimed(graph, request).keep(graph, DONE)
    [row] = graph.read("MATCH (a:Answer) RETURN properties(a) AS kept")
    kept = json.dumps(row["kept"], default=str)
    assert "a key" not in kept
    assert "plain words" not in kept
