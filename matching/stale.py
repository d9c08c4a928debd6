"""Whether a plan still holds on a later snapshot: its hard rules again, on what is published now (model (30))."""

from __future__ import annotations

from typing import Any

from graph.snapshot import Snapshot
from matching.plan_tables import WrongCells
from matching.verify import accounts, figures, limits, workers
from matching.verify.case import Case
from matching.verify.check import MOST_TOLD, judge
from matching.verify.told import Told, plan_told
from matching.verify.verdict import CHECKS

_PROMISES = ("assignments", "coverage", "responsibilities")
"""Tables of a plan that are published; the others only tell about it."""
_REPORTS = {
    limits.assignment_way,
    limits.assignment_cost,
    workers.cover_minutes,
    *(each for each in CHECKS for module in (accounts, figures) if each in vars(module).values()),
}
"""Checks of what a plan reports of itself, which was true of the snapshot it was made from."""
_HARD = [each for each in CHECKS if each not in _REPORTS]
_GONE = {
    "need": ("need {key} was closed or taken out", "需求 {key} 已关闭或移除"),
    "household": ("household {key} was closed or taken out", "家庭 {key} 已关闭或移除"),
    "place": ("{key} is no place any more", "{key} 已不是有效地点"),
    "provider": ("provider {key} is gone", "提供方 {key} 已不存在"),
    "caseworker": ("caseworker {key} is gone", "社工 {key} 已不在"),
}


def breaches_now(told: Told, now: Snapshot) -> tuple[dict[str, Any], ...]:
    """The hard rules that a plan would break on a snapshot of now; empty when it may take effect.

    The plan's keys are looked up anew: a row about something that is gone is a breach, and so is every rule of needs,
    providers, workers, locks and answers that does not hold with what is published outside the plan's scope and
    answered inside it. What the plan reports of itself (what is unmet, minutes, its certificate's figures) is not
    asked again. Each breach has `check`, `subject`, `en` and `zh`; each check tells at most 20.
    Raises CertificateError where the certificate cannot be read or its scope is gone.
    """
    plan, wrong = plan_told(told, now)
    breaches = [each for cells in wrong if cells.table in _PROMISES and cells.column in _GONE for each in _gone(cells)]
    return (*breaches, *judge(_HARD, Case(now, plan)).breaches)


def _gone(cells: WrongCells) -> list[dict[str, Any]]:
    en, zh = _GONE[cells.column]
    return [
        {"check": "keys", "subject": {cells.column: key}, "en": en.format(key=key), "zh": zh.format(key=key)}
        for key in dict.fromkeys(cells.values[:MOST_TOLD].to_pylist())
    ]
