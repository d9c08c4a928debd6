"""Who is signed in, and the tokens of programs; of both the graph keeps digests alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import uuid4

from graph.connect import Graph, Row
from graph.doors import Attempt
from graph.errors import CallError
from graph.listed import Position
from graph.queries import query
from graph.schema import statement


class TokenUnknown(CallError):
    """The account has no such token."""

    code = "token_unknown"
    en = "There is no token {token} of this account."
    zh = "该账号没有令牌 {token}。"
    repair_en = "See the tokens there are; one that is over needs no ending."
    repair_zh = "请查看已有令牌；已过期的令牌无需停用。"


class AccountChanged(CallError):
    """The account was changed, which ended what its holder came in by, while a token was asked for."""

    code = "account_changed"
    en = "Account {name} was changed just now, which signed it out; no token was made."
    zh = "账号 {name} 刚刚被修改，须重新登录；未建立令牌。"
    repair_en = "Sign in again, then make the token."
    repair_zh = "请重新登录后再建立令牌。"


class TokenMade(CallError):
    """The very same request made a token before, whose secret is gone."""

    code = "token_made"
    en = "This form made the token “{label}” when it was sent before; its secret was shown then, and is kept nowhere."
    zh = "该表单此前提交时已建立令牌“{label}”，密钥仅在当时显示，系统未保存。"
    repair_en = "If you did not keep it, end that token and make another."
    repair_zh = "如未记下，请停用该令牌并另建一个。"


@dataclass(frozen=True)
class Holder:
    """Whose session or token it is; `writes` is false for a token that may read only."""

    name: str
    role: str
    region: str | None
    organization: str | None
    version: int
    """Of the account when the session or token was looked at."""
    writes: bool


@dataclass(frozen=True)
class Token:
    """A token as its owner sees it."""

    token: str
    label: str
    writes: bool
    began: str
    expires_at: str


def begin_session(graph: Graph, attempt: Attempt, secret: str, seconds: int) -> bool:
    """Keep that whoever holds `secret` is the account of an attempt, for so long; false where it was changed since."""
    given = {"name": attempt.name, "version": attempt.version, "state": attempt.state}
    return bool(graph.write(query("begin_session"), digest=_digest(secret), seconds=seconds, **given))


def end_session(graph: Graph, secret: str) -> None:
    """Sign out whoever holds `secret`."""
    graph.write(query("end_session"), digest=_digest(secret))


def session_of(graph: Graph, secret: str) -> Holder | None:
    """Whose session `secret` is; None for one that is over or never was."""
    return _holder(graph, "Session", secret)


def token_holder(graph: Graph, secret: str) -> Holder | None:
    """Whose token `secret` is; None for one that is over or never was."""
    return _holder(graph, "Token", secret)


def create_token(
    graph: Graph, holder: Holder, secret: str, label: str, *, writes: bool, days: int, number: str = ""
) -> Token:
    """Keep a token of an account for so many days; `number` is its name, made up where none is given.

    Raises TokenMade, and AccountChanged where the account is not as it was when its holder came in.
    """
    given = {"name": holder.name, "version": holder.version, "label": label, "writes": writes, "days": days}
    rows = graph.write(query("create_token"), token=number or uuid4().hex[:12], digest=_digest(secret), **given)
    if not rows:
        raise AccountChanged(name=holder.name)
    if not rows[0]["made"]:
        raise TokenMade(label=rows[0]["token"]["label"])
    return _token(rows[0])


def tokens_of(graph: Graph, name: str, start: Position, limit: int) -> list[Token]:
    """The tokens of an account, the newest first, behind a position (moment and name)."""
    given = {"before": start.place or None, "key": start.key, "most": limit}
    return [_token(row) for row in graph.read(query("find_tokens"), name=name, **given)]


def position_of(token: Token) -> Position:
    """Where a token stands in the list: its moment and its name."""
    return Position(token.began, token.token)


def end_token(graph: Graph, name: str, token: str) -> None:
    """End a token of an account. Raises TokenUnknown."""
    if not graph.write(query("end_token"), name=name, token=token):
        raise TokenUnknown(token=token)


def _holder(graph: Graph, label: str, secret: str) -> Holder | None:
    rows = graph.read(statement("session_user", label=label), digest=_digest(secret))
    return Holder(**rows[0]["user"], writes=rows[0]["writes"] is not False) if rows else None


def _token(row: Row) -> Token:
    return Token(**row["token"])


def _digest(secret: str) -> str:
    """SHA-256 (hex): the secrets are random and long, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
