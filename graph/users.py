"""Accounts: who may enter, in which role, and for which region or organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from graph.connect import Graph, Row, Run
from graph.errors import CallError
from graph.listed import ALL, Position
from graph.queries import query


class UserUnknown(CallError):
    """No account has this name."""

    code = "user_unknown"
    en = "There is no account {name}."
    zh = "没有账号 {name}。"
    repair_en = "See the accounts there are, or make this one: `zhongfu user add {name} --role ROLE`."
    repair_zh = "请查看已有账号，或新建：`zhongfu user add {name} --role 角色`。"


class UserTaken(CallError):
    """An account of this name is there."""

    code = "user_taken"
    en = "There is an account {name} already; it was left as it is."
    zh = "账号 {name} 已存在，未作改动。"
    repair_en = "Choose another name, or change that account."
    repair_zh = "请换一个账号名，或修改该账号。"


class LastAdministrator(CallError):
    """Nobody would be left who can keep the accounts."""

    code = "last_administrator"
    en = "{name} is the last administrator of everywhere who is in use."
    zh = "{name} 是最后一个在用的全局管理员。"
    repair_en = "Make another administrator without a region first."
    repair_zh = "请先建立另一个不限区域的管理员账号。"


class UserChanged(CallError):
    """Somebody changed the account since it was read."""

    code = "user_changed"
    en = "Account {name} is at version {now}, no longer at {version}: someone changed it meanwhile."
    zh = "账号 {name} 已是第 {now} 版，不再是第 {version} 版：期间有人作了修改。"
    repair_en = "Look at it as it is now, then change it again."
    repair_zh = "请查看最新内容后再修改。"


@dataclass(frozen=True)
class User:
    """An account; `region` holds for all within it, none means everywhere, and a provider has an organisation."""

    name: str
    role: str
    region: str | None
    region_name: str | None
    organization: str | None
    organization_name: str | None
    seat: str | None
    """Region of the organisation's seat."""
    state: str
    version: int
    actor: str
    created_at: str

    @property
    def place(self) -> str | None:
        """Where the account works: its region, or the seat of its organisation; None for everywhere."""
        return self.seat if self.organization else self.region


def create_user(graph: Graph, name: str, facts: Mapping[str, Any], actor: str) -> User:
    """Make an account with the properties `role`, `region`, `organization`, `password` (a hash) and `state`. Raises UserTaken."""
    given = {"name": name, "user": dict(facts), "mark": uuid4().hex, "actor": actor}
    if not graph.write(query("create_user"), **given)[0]["created"]:
        raise UserTaken(name=name, field="name")
    return user_named(graph, name)


def change_user(graph: Graph, name: str, version: int, changes: Mapping[str, Any], actor: str) -> User:
    """Change some of these properties of an account as it was at a version, and end its sessions and tokens with it.

    Raises
    ------
    UserUnknown, UserChanged
        There is none, or it is at another version by now; nothing was changed.
    LastAdministrator
        Nobody would be left who can keep the accounts of everywhere; nothing was changed.
    """
    given = {"name": name, "version": version, "changes": dict(changes), "mark": uuid4().hex, "actor": actor}

    def body(run: Run) -> bool:
        run(query("lock_graph"), {})
        kept = run(query("count_administrators"), {})[0]["many"]
        changed = run(query("change_user"), given)
        if changed:
            if kept and not run(query("count_administrators"), {})[0]["many"]:
                raise LastAdministrator(name=name)
            run(query("end_entries"), {"name": name})
        return bool(changed)

    if not graph.transact(body):
        raise UserChanged(name=name, version=version, now=user_named(graph, name).version)
    return user_named(graph, name)


def user_named(graph: Graph, name: str) -> User:
    """The account of this name. Raises UserUnknown."""
    rows = graph.read(query("find_users"), name=name, region=None, key="", most=1)
    if not rows:
        raise UserUnknown(name=name)
    return _user(rows[0])


def list_users(graph: Graph, region: str | None = None, after: str = "", limit: int = ALL) -> list[User]:
    """Accounts that work in a region, in order of name, behind one of them; None is everywhere."""
    given = {"region": region, "key": after, "most": limit}
    return [_user(row) for row in graph.read(query("find_users"), name=None, **given)]


def position_of(user: User) -> Position:
    """Where an account stands in the list: its name."""
    return Position("", user.name)


def _user(row: Row) -> User:
    beside = {name: row[name] for name in ("region_name", "organization_name", "seat")}
    return User(**row["user"], **beside)
