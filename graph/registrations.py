"""Registrations: an organisation that wants to offer, with the account that it brings, until a coordinator decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from graph.connect import Graph, Row, Run
from graph.edit import Edit
from graph.errors import CallError, GraphError
from graph.listed import ALL, BEGINNING, Position, stretch
from graph.load_record import require_no_load
from graph.model import REGISTRATION_STATES
from graph.queries import query
from graph.users import UserTaken

_STATES_ZH = {code.code: code.zh for code in REGISTRATION_STATES}
MOST_WAITING = 1_000
"""Registrations that wait at once: strangers make them."""
MOST_OF_ONE_SOURCE = 40
"""Of these, so many sent from one place: more than one office sends for all its charities, and far from filling the list."""
_PARTS = {True: 0, False: 1}
"""Those that wait stand in the first part of the list."""


class RegistrationUnknown(CallError):
    """No registration has this number."""

    code = "registration_unknown"
    en = "There is no registration {registration}."
    zh = "没有注册申请 {registration}。"
    repair_en = (
        "Compare the number with the one told when the registration was sent; the coordinator of the region has a list."
    )
    repair_zh = "请核对提交注册时给出的申请编号；所在地统筹员有全部申请的列表。"


class RegistrationDecided(GraphError):
    """Somebody decided it before."""

    code = "registration_decided"
    en = "Registration {registration} was decided before: {state}, by {actor}."
    zh = "注册申请 {registration} 此前已由 {actor} 处理：{state_zh}。"
    repair_en = "An approved account can be disabled; an organisation that was refused may register again."
    repair_zh = "已批准的账号可以停用；被拒绝的机构可以重新注册。"


class CreditCodeTwice(CallError):
    """Several organisations have the credit code, so that nobody knows for which of them an account would speak."""

    code = "credit_code_twice"
    en = "Several organisations have the credit code {credit_code}{named}."
    zh = "有多个机构使用统一社会信用代码 {credit_code}{named_zh}。"
    repair_en = (
        "The coordinator of the region where they have their seats puts right whose code it is, by the file of organisations;"
        " then register or approve."
    )
    repair_zh = "请由负责这些机构所在区域的统筹员通过机构数据表更正代码的归属，然后再注册和批准。"


class CreditCodeMoved(GraphError):
    """Another organisation got the credit code, or lost it, while the registration was being approved."""

    code = "credit_code_moved"
    en = "Another organisation got or lost the credit code {credit_code} at this very moment; the registration waits still."
    zh = "统一社会信用代码 {credit_code} 的归属恰在此时变更；该申请仍在等待。"
    repair_en = "Look at the list anew: it says for which organisation the account would speak; then approve."
    repair_zh = "请重新查看列表，其中说明该账号将代表哪个机构，然后再批准。"


class TooManyWait(CallError):
    """More wait than coordinators can look at."""

    code = "too_many_wait"
    en = "Too many registrations wait at present."
    zh = "目前等待批准的注册申请过多。"
    repair_en = "Try again tomorrow, or ask the coordinator of the region."
    repair_zh = "请明日再试，或联系所在地统筹员。"


class TooManyFromHere(CallError):
    """More wait from one place than an honest sender has."""

    code = "too_many_from_here"
    en = "{count} registrations that were sent from this network wait already."
    zh = "从本网络提交的注册申请已有 {count} 份在等待处理。"
    repair_en = (
        "Send it again once some of them are decided, or from another network; the coordinator of the region can help."
    )
    repair_zh = "请待其中一些处理后再提交，或改用其他网络；也可联系所在地统筹员。"


class RegistrationWaits(CallError):
    """The same organisation waits already."""

    code = "registration_waits"
    en = "A registration of {credit_code} waits for the coordinator already."
    zh = "统一社会信用代码 {credit_code} 的注册申请已在等待批准。"
    repair_en = "Wait for the decision; ask the coordinator of the region if it takes long."
    repair_zh = "请等待处理；如时间较长，请联系所在地统筹员。"


@dataclass(frozen=True)
class Registration:
    """A registration; `known` is the organisation that has the same credit code already, None where none or several have.

    `shared` tells that several have it; `organization` is what was decided on.
    """

    registration: str
    name: str
    type: str
    credit_code: str
    region: str
    region_name: str | None
    user: str
    state: str
    reason: str | None
    organization: str | None
    known: str | None
    shared: bool
    version: int
    created_at: str
    decided_by: str | None
    decided_at: str | None


def create_registration(graph: Graph, facts: Mapping[str, Any], user: str, password: str, source: str) -> Registration:
    """Keep a registration and make its account, which may not enter yet; both or neither.

    Parameters
    ----------
    facts
        name, type, credit_code and region of the organisation.
    password
        Its hash.
    source
        What stands for the place that it was sent from, kept until it is decided.

    Raises
    ------
    RegistrationWaits, TooManyWait, TooManyFromHere
        One of the same credit code waits already, or more than are looked at, or than one place sends; nothing was kept.
    CreditCodeTwice
        Several organisations have its credit code; nothing was kept.
    UserTaken
        An account of this name is there; nothing was kept.
    """
    registration, mark = uuid4().hex[:12], uuid4().hex
    account = {"role": "provider", "password": password, "state": "waiting"}

    def body(run: Run) -> None:
        run(query("lock_graph"), {})
        others = run(
            query("count_waiting"),
            {"registration": registration, "credit_code": facts["credit_code"], "source": source},
        )[0]
        if others["same"]:
            raise RegistrationWaits(credit_code=facts["credit_code"])
        if len(run(query("credit_code_holders"), {"credit_code": facts["credit_code"]})) > 1:
            raise CreditCodeTwice(credit_code=facts["credit_code"], named="", named_zh="")
        if others["many"] >= MOST_WAITING:
            raise TooManyWait
        if others["near"] >= MOST_OF_ONE_SOURCE:
            raise TooManyFromHere(count=others["near"])
        if not run(query("create_user"), {"name": user, "user": account, "mark": mark, "actor": user})[0]["created"]:
            raise UserTaken(name=user, field="user")
        run(
            query("create_registration"),
            {"registration": registration, "facts": {**facts, "source": source}, "user": user},
        )

    graph.transact(body)
    return registration_named(graph, registration)


def registration_named(graph: Graph, registration: str) -> Registration:
    """The registration of this number. Raises RegistrationUnknown."""
    rows = graph.read(query("find_registrations"), registration=registration, **_stretch(None, BEGINNING, 1))
    if not rows:
        raise RegistrationUnknown(registration=registration)
    return _registration(rows[0])


def list_registrations(
    graph: Graph, region: str | None = None, start: Position = BEGINNING, limit: int = ALL
) -> list[Registration]:
    """Registrations of organisations seated in a region, those that wait first, then the newest; None is everywhere."""
    given = _stretch(region, start, limit)
    return [_registration(row) for row in graph.read(query("find_registrations"), registration=None, **given)]


def count_registrations(graph: Graph, region: str | None = None) -> int:
    """How many registrations of organisations seated in a region wait for its own coordinators; None is everywhere."""
    return int(graph.read(query("count_registrations"), region=region)[0]["waiting"])


def position_of(registration: Registration) -> Position:
    """Where a registration stands in the list: whether it waits, its moment and its number."""
    return Position(f"{_PARTS[registration.state == 'waiting']}{registration.created_at}", registration.registration)


def _stretch(region: str | None, start: Position, limit: int) -> dict[str, Any]:
    given = stretch(region, start, limit)
    return given | {"part": int(start.place[:1] or 0), "before": start.place[1:] or None}


def holders_of(graph: Graph, credit_code: str) -> list[str]:
    """The organisations that have a credit code and are not closed: one at most, but for graphs where two were given it."""
    return [row["organization"] for row in graph.read(query("credit_code_holders"), credit_code=credit_code)]


def decide_registration(
    graph: Graph,
    registration: str,
    organization: str | None,
    reason: str | None,
    actor: str,
    founding: Edit | None = None,
) -> Registration:
    """Let the account of a registration that waits enter for an organisation, or, with None, never.

    Parameters
    ----------
    founding
        Writes the organisation where it is new, in the same transaction.

    Raises
    ------
    RegistrationUnknown, RegistrationDecided
        There is none, or it does not wait any more; nothing was changed.
    CreditCodeMoved
        Another organisation than this one has its credit code by now; nothing was changed.
    RowChanged, LoadUnderWay
        The organisation was made or changed meanwhile, or a load is under way that may make it; nothing was changed.
    """
    return _decide(graph, [registration], organization, reason, actor, founding)[0]


def refuse_registrations(graph: Graph, numbers: Sequence[str], reason: str, actor: str) -> list[Registration]:
    """Keep the accounts of several registrations out for one reason, all of them or none.

    Raises RegistrationUnknown and RegistrationDecided; nothing was changed.
    """
    return _decide(graph, numbers, None, reason, actor)


def _decide(
    graph: Graph,
    numbers: Sequence[str],
    organization: str | None,
    reason: str | None,
    actor: str,
    founding: Edit | None = None,
) -> list[Registration]:
    state = "approved" if organization else "refused"
    facts = {"organization": organization, "reason": reason, "mark": uuid4().hex, "actor": actor, "state": state}

    def body(run: Run) -> None:
        run(query("lock_graph"), {})
        if founding is not None:  # the rows of a load were checked against what stood before
            require_no_load(run)
        for number in numbers:
            decided = run(query("decide_registration"), facts | {"registration": number})
            if not decided:
                raise _not_waiting(run, number)
            if organization is not None:
                _require_holder(run, decided[0]["credit_code"], organization, founding)
        if founding is not None:
            founding(run)

    graph.transact(body)
    return [registration_named(graph, number) for number in numbers]


def _require_holder(run: Run, credit_code: str, organization: str, founding: Edit | None) -> None:
    """Refuse where the code is not this organisation's alone; one that is being founded may have it from an attempt of before."""
    holders = {row["organization"] for row in run(query("credit_code_holders"), {"credit_code": credit_code})}
    if holders - {organization} or (founding is None and not holders):
        raise CreditCodeMoved(credit_code=credit_code)


def _not_waiting(run: Run, registration: str) -> RegistrationDecided | RegistrationUnknown:
    rows = run(query("find_registrations"), {"registration": registration, **_stretch(None, BEGINNING, 1)})
    if not rows:
        return RegistrationUnknown(registration=registration)
    now = _registration(rows[0])
    said = _STATES_ZH[now.state]
    return RegistrationDecided(registration=now.registration, state=now.state, state_zh=said, actor=now.decided_by)


def _registration(row: Row) -> Registration:
    holders = row["holders"]
    known = holders[0] if len(holders) == 1 else None
    return Registration(**row["registration"], region_name=row["region_name"], known=known, shared=len(holders) > 1)
