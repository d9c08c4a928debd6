"""Whether a plan still holds on a later snapshot: its hard rules again, on what is published now (model (30))."""

from __future__ import annotations

from typing import Any

from graph.snapshot import Snapshot
from matching.verify.case import Case
from matching.verify.check import MOST_TOLD, judge
from matching.verify.told import ScopeGone, Told, plan_told
from matching.verify.verdict import CHECKS

_PROMISES = ("assignments", "coverage", "responsibilities")
"""Tables of a plan that are published; the others only tell about it."""
HARD = tuple(each for each in CHECKS if not each.of_report)
"""Checks of what a plan promises; what it reports of itself was true of the snapshot it was made from."""
_GONE = {
    "region": ("the plan's scope {key} is no region any more", "方案范围 {key} 已不是有效行政区划"),
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
    Raises CertificateError where the certificate cannot be read.
    """
    try:
        plan, wrong = plan_told(told, now)
    except ScopeGone:
        return (_gone("region", str(told.certificate["scope"])),)
    breaches = [
        _gone(cells.column, key)
        for cells in wrong
        if cells.table in _PROMISES and cells.column in _GONE
        for key in dict.fromkeys(cells.values[:MOST_TOLD].to_pylist())
    ]
    return (*breaches, *judge(HARD, Case(now, plan)).breaches)


def _gone(column: str, key: str) -> dict[str, Any]:
    en, zh = (text.format(key=key) for text in _GONE[column])
    return {"check": "keys", "subject": {column: key}, "en": en, "zh": zh}
