"""What a check is: a rule of the model, the rows it looks at, and the breaches it tells in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from matching.certificate import Verdict

T = TypeVar("T")
MOST_TOLD = 20
"""Breaches told in full for each check; all are counted."""


@dataclass(frozen=True)
class Look:
    """What a check saw: how many rows, which of them are wrong, and the facts of a wrong one.

    The facts are the keys of the subject, and `found` and `expected`: what is and what should be.
    """

    rows: int
    wrong: npt.NDArray[Any]
    facts: Callable[[int], dict[str, Any]]

    @staticmethod
    def of(mask: npt.NDArray[np.bool_], facts: Callable[[int], dict[str, Any]]) -> Look:
        """A look at as many rows as the mask has, wrong where it is true."""
        return Look(len(mask), np.flatnonzero(mask), facts)


@dataclass(frozen=True)
class Check(Generic[T]):
    """One rule about a case with the sentences that tell a breach of it; braces name facts.

    A rule is of a report where it holds what a plan tells of itself against the snapshot that it was made from.
    """

    name: str
    en: str
    zh: str
    look: Callable[[T], Look]
    of_report: bool = False

    def breaches(self, look: Look) -> list[dict[str, Any]]:
        """The first breaches of a look as plain values."""
        told = []
        for row in look.wrong[:MOST_TOLD].tolist():
            facts = look.facts(row)
            subject = {name: value for name, value in facts.items() if name not in {"found", "expected"}}
            told.append(
                {
                    "check": self.name,
                    "subject": subject,
                    "found": facts.get("found"),
                    "expected": facts.get("expected"),
                    "en": self.en.format(**facts),
                    "zh": self.zh.format(**facts),
                }
            )
        return told


def check(en: str, zh: str) -> Callable[[Callable[[T], Look]], Check[T]]:
    """Make a check of a function; the check bears its name."""
    return lambda look: Check(look.__name__, en, zh, look)


def report(en: str, zh: str) -> Callable[[Callable[[T], Look]], Check[T]]:
    """Make a check of what a plan reports of itself: true or false of the snapshot it was made from, of no later one."""
    return lambda look: Check(look.__name__, en, zh, look, of_report=True)


def judge(checks: Iterable[Check[T]], case: T) -> Verdict:
    """The verdict of checks on a case: rows looked at, breaches counted, the first of each told."""
    looked: dict[str, int] = {}
    found: dict[str, int] = {}
    told: list[dict[str, Any]] = []
    for each in checks:
        look = each.look(case)
        looked[each.name] = look.rows
        if len(look.wrong):
            found[each.name] = len(look.wrong)
            told += each.breaches(look)
    return Verdict(not found, looked, tuple(told), found)


def together(*verdicts: Verdict) -> Verdict:
    """Several verdicts as one."""
    looked: dict[str, int] = {}
    found: dict[str, int] = {}
    for each in verdicts:
        looked |= each.checks
        found |= each.found
    return Verdict(not found, looked, tuple(breach for each in verdicts for breach in each.breaches), found)
