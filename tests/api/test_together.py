"""What several people do to accounts and registrations at the same moment ends as if they had done it one after another."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from stdnum.cn import uscc

from api.service import accounts, registering
from api.service.opening import kept_open
from api.settings import Settings
from graph import registrations
from graph.connect import Graph
from graph.doors import begin_attempt
from graph.errors import ZhongfuError
from graph.registrations import Registration
from graph.sessions import AccountChanged, begin_session, create_token, session_of, token_holder
from graph.users import change_user, create_user, user_named
from tests.graph.loaded import files, nodes, put
from tests.tiny import TOWN_A1

PASSWORD = "several plain words"
ROUNDS = 6
"""So often each meeting takes place, for not every one of them is a close one."""


@pytest.fixture
def settings(graph: Graph) -> Iterator[Settings]:
    put(graph, files())
    held = Settings.model_validate({"home": graph.home, "lang": "en", "actor": "tester", "jobs": 1})
    with kept_open(held):
        yield held


def together(acts: Sequence[Callable[[], object]]) -> list[str]:
    """What became of acts that all begin at the same moment: "done", or the code of the fault."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except ZhongfuError as fault:
            return fault.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def asked(settings: Settings, user: str, number: int, source: str = "203.0.113.7") -> Registration:
    body = f"53441402{number:09d}"
    cells = {"name": "梅江区爱心会", "type": "charity", "region": TOWN_A1}
    code = body + uscc.calc_check_digit(body)
    return registering.register(settings, cells | {"credit_code": code}, user, PASSWORD, source)


def test_administrators_who_disable_one_another_leave_one(settings: Settings, graph: Graph) -> None:
    for name in ("one", "two"):
        create_user(graph, name, {"role": "admin", "password": "its hash", "state": "active"}, "test")

    def disabling(name: str) -> Callable[[], object]:
        return partial(accounts.change_user, settings, name, user_named(graph, name).version, {"state": "disabled"})

    for _ in range(ROUNDS):
        assert together([disabling("one"), disabling("two")]) == ["done", "last_administrator"]
        gone = next(name for name in ("one", "two") if user_named(graph, name).state == "disabled")
        accounts.change_user(settings, gone, user_named(graph, gone).version, {"state": "active"})


def test_of_changes_to_one_version_of_an_account_one_is_made(settings: Settings, graph: Graph) -> None:
    create_user(graph, "mei", {"role": "planner", "password": "its hash", "state": "active"}, "test")
    for _ in range(ROUNDS):
        version = user_named(graph, "mei").version
        changes = [{"role": "planner"}, {"role": "coordinator"}, {"region": TOWN_A1}]
        acts = [partial(accounts.change_user, settings, "mei", version, each) for each in changes]
        assert together(acts) == ["done", "user_changed", "user_changed"]
        assert user_named(graph, "mei").version == version + 1


@pytest.mark.parametrize("change", [{"password": "another hash"}, {"state": "disabled"}])
def test_whoever_gave_the_password_of_before_a_change_comes_in_no_more(graph: Graph, change: dict[str, str]) -> None:
    put(graph, files())
    create_user(graph, "mei", {"role": "planner", "password": "its hash", "state": "active"}, "test")
    attempt = begin_attempt(graph, "mei")
    assert attempt is not None
    change_user(graph, "mei", 1, change, "test")
    assert not begin_session(graph, attempt, "secret", 60)
    assert session_of(graph, "secret") is None
    change_user(graph, "mei", 2, {"state": "active"}, "test")
    later = begin_attempt(graph, "mei")
    assert later is not None
    assert begin_session(graph, later, "secret", 60)
    assert session_of(graph, "secret") is not None


@pytest.mark.parametrize("change", [{"password": "another hash"}, {"role": "coordinator"}])
def test_whoever_came_in_before_a_change_makes_no_token_after_it(graph: Graph, change: dict[str, str]) -> None:
    put(graph, files())
    create_user(graph, "mei", {"role": "planner", "password": "its hash", "state": "active"}, "test")
    attempt = begin_attempt(graph, "mei")
    assert attempt is not None
    assert begin_session(graph, attempt, "secret", 60)
    holder = session_of(graph, "secret")
    assert holder is not None
    create_token(graph, holder, "of before", "kept", writes=True, days=1)
    assert token_holder(graph, "of before") == holder
    change_user(graph, "mei", 1, change, "test")
    with pytest.raises(AccountChanged):
        create_token(graph, holder, "of after", "late", writes=True, days=1)
    assert not [secret for secret in ("of before", "of after") if token_holder(graph, secret)]


def test_of_registrations_of_one_organisation_at_once_one_waits(settings: Settings, graph: Graph) -> None:
    for number in range(ROUNDS):
        acts = [partial(asked, settings, f"user{number}.{each}", number) for each in range(6)]
        assert together(acts) == ["done", *["registration_waits"] * 5]
        assert len(nodes(graph, "User", "name")) == number + 1


def test_no_more_wait_at_once_than_may(settings: Settings, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "MOST_WAITING", 2)
    acts = [partial(asked, settings, f"user{number}", number) for number in range(6)]
    assert together(acts) == ["done", "done", *["too_many_wait"] * 4]
    assert len(nodes(graph, "User", "name")) == 2


def test_a_registration_that_is_approved_and_refused_at_once_is_one_of_both_in_whole(
    settings: Settings, graph: Graph
) -> None:
    for number in range(ROUNDS):
        waiting = asked(settings, f"user{number}", number)
        acts = [
            partial(registering.approve, settings, waiting.registration),
            partial(registering.refuse, settings, waiting.registration, "not a charity"),
        ]
        assert together(acts) == ["done", "registration_decided"]
        approved = registering.registration_named(settings, waiting.registration).state == "approved"
        assert (waiting.credit_code in nodes(graph, "Organization", "organization")) == approved
        assert (f"user{number}" in nodes(graph, "User", "name")) == approved


def test_of_those_who_approve_a_registration_at_once_the_second_learns_who_decided_what(
    settings: Settings, graph: Graph
) -> None:
    for number in range(ROUNDS):
        waiting = asked(settings, f"user{number}", number)
        acts = [partial(registering.approve, settings, waiting.registration)] * 4
        assert together(acts) == ["done", *["registration_decided"] * 3]
    with pytest.raises(registrations.RegistrationDecided) as told:
        registering.approve(settings, waiting.registration)
    assert told.value.message("en") == f"Registration {waiting.registration} was decided before: approved, by tester."
    assert told.value.message("zh") == f"注册申请 {waiting.registration} 此前已由 tester 处理：已批准。"


CLOSED = "MATCH (o:Organization {organization: $key}) SET o:Closed, o.closed_on = date(), o.version = o.version + 1"
OTHER = "MATCH (o:Organization {organization: $key}) SET o.credit_code = null"


def test_an_organisation_that_was_closed_registers_again(settings: Settings, graph: Graph) -> None:
    first = registering.approve(settings, asked(settings, "first", 1).registration)
    graph.write(CLOSED, key=first.organization)
    again = registering.approve(settings, asked(settings, "again", 1).registration)
    assert (again.state, again.organization) == ("approved", first.credit_code)
    assert graph.read(
        "MATCH (o:Organization {organization: $key}) RETURN o:Closed AS closed", key=first.credit_code
    ) == [{"closed": False}]


def test_an_organisation_whose_number_is_the_code_of_another_is_told_in_plain_words(
    settings: Settings, graph: Graph
) -> None:
    first = registering.approve(settings, asked(settings, "first", 1).registration)
    graph.write(OTHER, key=first.organization)
    waiting = asked(settings, "again", 1)
    with pytest.raises(registering.OrganizationNumberTaken):
        registering.approve(settings, waiting.registration)
    assert registering.registration_named(settings, waiting.registration).state == "waiting"


def test_an_organisation_made_while_its_registration_is_approved_is_told_in_plain_words(
    settings: Settings, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = asked(settings, "user", 1)
    read = registering.shown_rows

    def read_too_early(*given: Any) -> list[dict[str, Any]]:
        found = read(*given)
        graph.write("CREATE (:Organization {organization: $key, version: 1})", key=waiting.credit_code)
        return found

    monkeypatch.setattr(registering, "shown_rows", read_too_early)
    with pytest.raises(registering.OrganizationJustMade):
        registering.approve(settings, waiting.registration)
    assert registering.registration_named(settings, waiting.registration).state == "waiting"


def test_no_more_wait_from_one_place_than_may(
    settings: Settings, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registrations, "MOST_OF_ONE_SOURCE", 2)
    acts = [partial(asked, settings, f"user{number}", number) for number in range(6)]
    assert together(acts) == ["done", "done", *["too_many_from_here"] * 4]
    elsewhere = asked(settings, "other", 7, "203.0.113.8")
    assert elsewhere.state == "waiting"
    assert len({row["source"] for row in graph.read("MATCH (r:Registration) RETURN r.source AS source")}) == 2
    registering.refuse_several(settings, [elsewhere.registration], "a test")
    assert len(graph.read("MATCH (r:Registration) WHERE r.source IS NULL RETURN r")) == 1
    assert graph.read("MATCH (r:Registration) WHERE r.source CONTAINS '203.0.113' RETURN r") == []


def test_a_registration_that_was_refused_makes_no_organisation(settings: Settings, graph: Graph) -> None:
    waiting = asked(settings, "user", 1)
    registering.refuse(settings, waiting.registration, "not a charity")
    with pytest.raises(registrations.RegistrationDecided):
        registering.approve(settings, waiting.registration)
    assert waiting.credit_code not in nodes(graph, "Organization", "organization")
