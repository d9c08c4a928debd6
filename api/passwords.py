"""Passwords: hashed with Argon2id, and long enough to be worth it."""

from __future__ import annotations

import secrets
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


class BadPassword(CallError):
    """A password that is too short or too long."""

    code = "bad_password"
    en = "The password has {length} characters; it needs {shortest} to {longest}."
    zh = "密码有 {length} 个字符；须为 {shortest} 至 {longest} 个。"
    repair_en = "Choose several words, which are long and easy to keep."
    repair_zh = "可用几个词组成较长而好记的密码。"


def hashed(password: str) -> str:
    """What is kept of a password. Raises BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(length=len(password), shortest=SHORTEST, longest=LONGEST)
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept; of an account that is not there it takes as long to say no."""
    against = kept or _nobodys()
    try:
        with _AT_ONCE:
            _HASHER.verify(against, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
