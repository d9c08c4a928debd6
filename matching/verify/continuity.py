"""Rules about what a plan changes of what is published: what it tells of it, and its limit (model (35), (40), (41))."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.verify.case import Case
from matching.verify.changes import needs_changed
from matching.verify.check import Look, report
from matching.verify.worker_changes import households_changed, places_changed


def counts(case: Case) -> dict[str, dict[str, int]]:
    """Free and forced changes of needs, places and households."""
    free, forced = needs_changed(case)
    found = {"needs": {"free": int(free.sum()), "forced": int(forced.sum())}}
    for name, changed in (("places", places_changed(case)), ("households", households_changed(case))):
        found[name] = {"free": len(changed[0]), "forced": len(changed[1])}
    return found


@report(
    "the certificate says {figure} {found}; it is {expected}",
    "证书中 {figure} 为 {found}，实为 {expected}",
)
def changes(case: Case) -> Look:
    """The certificate counts the free and the forced changes as they are."""
    said = case.plan.certificate.changes
    pairs = [
        (f"changes.{name}.{kind}", said.get(name, {}).get(kind), true)
        for name, each in counts(case).items()
        for kind, true in each.items()
    ]
    wrong = [at for at, (_, found, true) in enumerate(pairs) if found != true]

    def facts(at: int) -> dict[str, Any]:
        figure, found, true = pairs[at]
        return {"figure": figure, "found": found, "expected": true}

    return Look(len(pairs), np.array(wrong, np.int64), facts)


@report(
    "the plan makes {found} free changes of what is published; max_changes is {expected}",
    "方案对已发布安排作了 {found} 处非必要变动，max_changes 为 {expected}",
)
def max_changes(case: Case) -> Look:
    """The free changes of needs, places and households together are no more than the policy allows."""
    most = case.plan.policy.max_changes
    if most is None:
        return Look(0, np.zeros(0, np.int64), lambda _: {})
    made = sum(each["free"] for each in counts(case).values())
    return Look.of(np.array([made > most]), lambda _: {"found": made, "expected": most})
