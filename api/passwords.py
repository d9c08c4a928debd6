"""Passwords: hashed with Argon2id, and long enough to be worth it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from graph.errors import CallError

SHORTEST, LONGEST = 10, 200
"""Characters that a password has."""

_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 64 MiB; more at once wait."""
_WAITING = BoundedSemaphore(24)
"""Those who are hashed for or wait for it; more would take the threads that answer everybody else."""


class BadPassword(CallError):
    """A password that is too short or too long."""

    code = "bad_password"
    en = "The password has {length} characters; it needs {shortest} to {longest}."
    zh = "密码有 {length} 个字符；须为 {shortest} 至 {longest} 个。"
    repair_en = "Choose several words, which are long and easy to keep."
    repair_zh = "可用几个词组成较长而好记的密码。"


class SignInsCrowded(CallError):
    """More passwords at once than can be looked at."""

    code = "sign_ins_crowded"
    en = "Very many sign in at this moment."
    zh = "当前登录人数过多。"
    repair_en = "Try again in a few seconds."
    repair_zh = "请几秒钟后重试。"


def hashed(password: str) -> str:
    """What is kept of a password. Raises BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(length=len(password), shortest=SHORTEST, longest=LONGEST)
    with _turn():
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept; of an account that is not there it takes as long to say no."""
    against = kept or _nobodys()
    try:
        with _turn():
            _HASHER.verify(against, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


@contextmanager
def _turn() -> Iterator[None]:
    if not _WAITING.acquire(blocking=False):
        raise SignInsCrowded
    try:
        with _AT_ONCE:
            yield
    finally:
        _WAITING.release()


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
