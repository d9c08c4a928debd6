"""Accounts: made, changed, entered and left."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from api.passwords import hashed, matches
from api.service.calls import region_of
from api.service.cells import require_printable
from api.service.once import number_of
from api.service.opening import Progress, prepared, silent
from api.settings import Settings
from graph import doors, sessions, users
from graph.errors import CallError
from graph.listed import Position
from graph.model import ROLES
from graph.sessions import Holder, Token
from graph.users import User
from graph.within import seat_of

SESSION_SECONDS = 12 * 3600
"""A session lasts a working day."""
TOKEN_PREFIX = "zf_"  # noqa: S105 by which a leaked token is recognised
_SHOWN = 60
"""Characters of a wrong name that are told again."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class BadUserName(CallError):
    """A name that no account can have."""

    code = "bad_user_name"
    en = "“{name}” is not a name for an account."
    zh = "“{name}”不能用作账号名。"
    repair_en = "Use 2 to 40 small letters, digits, dots, dashes or underscores, such as li.mei."
    repair_zh = "请用 2 至 40 个小写字母、数字、点、短横或下划线，例如 li.mei。"


class BadRole(CallError):
    """A role that is none, or one whose bounds do not go with it."""

    code = "bad_role"
    en = "Role {role!r}: {detail}"
    zh = "角色“{role}”：{detail_zh}"
    repair_en = "Roles are {known}. A provider has an organisation and no region; the others have a region, or none for everywhere."
    repair_zh = "角色有 {known}。服务机构须有所属机构而无区域；其他角色有区域，不写则为全部。"


class SignInRefused(CallError):
    """Name and password do not go together, or the account may not enter; nobody is told which."""

    code = "sign_in_refused"
    en = "This name and password do not open an account."
    zh = "账号或密码不正确，或账号不可用。"
    repair_en = (
        "Check both. After five wrong passwords an account rests for five minutes; an administrator can set a new one."
    )
    repair_zh = "请检查账号与密码。连续输错五次后账号暂停五分钟；管理员可重设密码。"


class PresentPasswordWrong(CallError):
    """A new password asked for by someone who does not know the present one."""

    code = "present_password_wrong"
    en = "This is not the present password of the account."
    zh = "当前密码不正确。"
    repair_en = (
        "Type it again. After five wrong ones the account rests for five minutes; an administrator can set a new one."
    )
    repair_zh = "请重新输入。连续输错五次后账号暂停五分钟；管理员可重设密码。"


class AccountWaits(CallError):
    """A registration that nobody decided yet."""

    code = "account_waits"
    en = "The registration of this account waits for the coordinator of its region."
    zh = "该账号的注册申请正在等待所在地统筹员批准。"
    repair_en = "Try again later, or ask the coordinator."
    repair_zh = "请稍后再试，或联系统筹员。"


class AccountUndecided(CallError):
    """An account of a registration that nobody decided yet, which is changed over nobody's head."""

    code = "account_undecided"
    en = "Account {name} belongs to a registration that waits for a decision."
    zh = "账号 {name} 属于等待处理的注册申请。"
    repair_en = "Have the coordinator of its region approve or refuse the registration; then change the account."
    repair_zh = "请先由所在地统筹员批准或拒绝该注册申请，再修改账号。"


class LabelMissing(CallError):
    """A token of which nobody would know what it is for."""

    code = "label_missing"
    en = "It is not said what the token is for."
    zh = "未说明令牌的用途。"
    repair_en = "Name the program that is to use it, in at most 100 characters."
    repair_zh = "请写明使用它的程序，不超过 100 个字符。"


@dataclass(frozen=True)
class NewToken:
    """A token with its secret, which is shown this once."""

    token: Token
    secret: str


def add_user(
    settings: Settings,
    name: str,
    role: str,
    password: str,
    *,
    region: str | None = None,
    organization: str | None = None,
    state: str = "active",
    progress: Progress = silent,
) -> User:
    """Make an account.

    Raises
    ------
    BadUserName, BadRole, BadPassword, UserTaken, RegionUnknown, OrganizationUnknown
        It cannot be so; nothing was made.
    """
    require_name(name, "name")
    _refuse_wrong_role(role, region, organization)
    password_hash = hashed(password)
    with prepared(settings, progress) as graph:
        if organization:
            seat_of(graph, organization)
        facts = {
            "role": role,
            "region": region_of(graph, region),
            "organization": organization,
            "password": password_hash,
            "state": state,
        }
        return users.create_user(graph, name, facts, settings.actor)


def require_name(name: str, field: str) -> None:
    """Refuse a name, given in a field of some form, that no account can have. Raises BadUserName."""
    if not _NAME.fullmatch(name):
        raise BadUserName(name=name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…", field=field)


def change_user(settings: Settings, name: str, version: int, changes: dict[str, Any]) -> User:
    """Change role, region, organization, state or password of an account as it was at a version; its sessions and tokens end.

    Raises
    ------
    UserUnknown, UserChanged, AccountUndecided, BadRole, BadPassword, RegionUnknown, OrganizationUnknown, LastAdministrator
        It cannot be so; nothing was changed.
    """
    with prepared(settings) as graph:
        now = users.user_named(graph, name)
        if now.state == "waiting":
            raise AccountUndecided(name=name)
        role, region, organization = (
            changes.get(each, getattr(now, each)) for each in ("role", "region", "organization")
        )
        _refuse_wrong_role(role, region, organization)
        given = dict(changes)
        if given.get("region"):
            given["region"] = region_of(graph, given["region"])
        if given.get("organization"):
            seat_of(graph, given["organization"])
        if "password" in given:
            given |= {"password": hashed(given["password"]), "failures": 0, "locked_until": None}
        return users.change_user(graph, name, version, given, settings.actor)


def all_users(settings: Settings, progress: Progress = silent) -> list[User]:
    """Every account in order of name."""
    with prepared(settings, progress) as graph:
        return users.list_users(graph)


def users_within(settings: Settings, region: str | None, start: Position, limit: int) -> list[User]:
    """Accounts that work within a region, in order of name, behind a position; None for everywhere."""
    with prepared(settings) as graph:
        return users.list_users(graph, region, start.key, limit)


def user_named(settings: Settings, name: str) -> User:
    """An account by its name. Raises UserUnknown."""
    with prepared(settings) as graph:
        return users.user_named(graph, name)


def place_of(settings: Settings, region: str | None, organization: str | None) -> str | None:
    """Where such an account works: its region, or the seat of its organisation; None for everywhere.

    Raises RegionUnknown and OrganizationUnknown.
    """
    with prepared(settings) as graph:
        return seat_of(graph, organization) if organization else region_of(graph, region)


def sign_in(settings: Settings, name: str, password: str) -> str:
    """The secret of a new session. Raises SignInRefused and AccountWaits."""
    with prepared(settings) as graph:
        attempt = doors.begin_attempt(graph, name)
        right = matches(password, attempt.password if attempt else None)
        if attempt is None:
            raise SignInRefused
        enters = right and attempt.state in {"active", "waiting"}
        attempt.end(graph, right=enters)
        if not enters:
            raise SignInRefused
        if attempt.state == "waiting":  # whoever knows the password may know that
            raise AccountWaits
        secret = secrets.token_urlsafe(32)
        if not sessions.begin_session(graph, attempt, secret, SESSION_SECONDS):
            raise SignInRefused  # the account was changed since its password was looked at
        return secret


def change_own_password(settings: Settings, name: str, present: str, password: str) -> str:
    """Give one's own account a new password, which ends its sessions and tokens; the secret of a new session.

    A wrong present password counts as one at the door does. Raises PresentPasswordWrong, BadPassword and UserChanged.
    """
    if not present:
        raise PresentPasswordWrong
    new = hashed(password)
    with prepared(settings) as graph:
        attempt = doors.begin_attempt(graph, name)
        if attempt is None:
            raise PresentPasswordWrong
        right = matches(present, attempt.password)
        attempt.end(graph, right=right)
        if not right:
            raise PresentPasswordWrong
        users.change_user(graph, name, attempt.version, {"password": new}, settings.actor)
    return sign_in(settings, name, password)


def sign_out(settings: Settings, secret: str) -> None:
    """End a session."""
    with prepared(settings) as graph:
        sessions.end_session(graph, secret)


def new_token(
    settings: Settings, holder: Holder, label: str, *, writes: bool, days: int, once: str | None = None
) -> NewToken:
    """A token for programs that act as an account that came in; the same `once` sent again makes no other.

    Raises LabelMissing, ControlCharacter, AccountChanged, and TokenMade for what was sent before.
    """
    label = label.strip()
    if not label:
        raise LabelMissing
    require_printable("label", "用途", label)
    with prepared(settings) as graph:
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        given: dict[str, Any] = {"writes": writes, "days": days, "number": number_of(holder.name, once)}
        return NewToken(sessions.create_token(graph, holder, secret, label, **given), secret)


def tokens(settings: Settings, name: str, start: Position, limit: int) -> list[Token]:
    """The tokens of an account, the newest first, behind a position (moment and name)."""
    with prepared(settings) as graph:
        return sessions.tokens_of(graph, name, start, limit)


def end_token(settings: Settings, name: str, token: str) -> None:
    """End a token of an account. Raises TokenUnknown."""
    with prepared(settings) as graph:
        sessions.end_token(graph, name, token)


def _refuse_wrong_role(role: str, region: str | None, organization: str | None) -> None:
    known = [code.code for code in ROLES]
    if role not in known:
        detail, detail_zh = "there is none of this name", "没有这个角色"
    elif role == "provider" and not organization:
        detail, detail_zh = "a provider needs an organisation", "服务机构须指明所属机构"
    elif role == "provider" and region:
        detail, detail_zh = "a provider has no region", "服务机构不能指定区域"
    elif role != "provider" and organization:
        detail, detail_zh = "only a provider has an organisation", "只有服务机构可以有所属机构"
    else:
        return
    raise BadRole(role=role, detail=detail, detail_zh=detail_zh, known=", ".join(known))
