"""Rules about the certificate: what it says of the run and of the plan's counts, values, bounds."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np

from graph.model import ALERTS, URGENCIES
from graph.snapshot import TOWN, VILLAGE, Bools, Longs
from matching.certificate import STAGES
from matching.policy import policy_digest
from matching.verify.accounts import cared_for, covered
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.dialects import asks, hears
from matching.verify.stand_ins import wanting
from matching.verify.values import assignment_values, needs_values, steadiness_values, worker_values

SLACK = 1e-6
"""Relative difference forgiven between two sums of fractions."""
LARGER_IS_BETTER = {"cover", "responsible", *(f"needs_{urgency.code}" for urgency in URGENCIES)}
"""Stages whose bound lies above the value; the others' lies below."""


def _compared(pairs: list[tuple[str, Any, Any]]) -> Look:
    """Figures by name with what the certificate says and what is true."""
    wrong = [row for row, (_, said, true) in enumerate(pairs) if not _same(said, true)]

    def facts(row: int) -> dict[str, Any]:
        name, said, true = pairs[row]
        return {"figure": name, "found": said, "expected": true}

    return Look(len(pairs), np.array(wrong, np.int64), facts)


def _same(said: Any, true: Any) -> bool:
    if isinstance(said, float) or isinstance(true, float):
        return said is not None and bool(abs(said - true) <= SLACK * max(1.0, abs(true)))
    return bool(said == true)


@report("the certificate says {figure} {found}; it is {expected}", "证书中 {figure} 为 {found}，实为 {expected}")
def run(case: Case) -> Look:
    """The certificate names the run it belongs to: scope, period, date, base revision, snapshot, published state, policy."""
    plan, said = case.plan, case.plan.certificate
    return _compared(
        [
            ("scope", said.scope, case.place(plan.scope)),
            ("period", said.period, plan.period),
            ("on", said.on, case.day(plan.on)),
            ("base_revision", said.base_revision, plan.base_revision),
            ("snapshot", said.snapshot, case.snapshot.digest),
            ("published", said.published, case.snapshot.published.digest),
            ("policy", said.policy, policy_digest(plan.policy)),
            ("seed", said.seed, plan.policy.seed),
        ]
    )


@report("the certificate says {figure} {found}; it is {expected}", "证书中 {figure} 为 {found}，实为 {expected}")
def counted(case: Case) -> Look:
    """The certificate counts the open needs and those served as they are, and what the guarantee counts as covered."""
    needs, said = case.snapshot.needs, case.plan.certificate
    figures: list[tuple[str, Any, Any]] = []
    truth = {
        "open": {"needs": case.counts, "units": np.where(case.counts, needs.quantity, 0)},
        "served": {"needs": _met(case, case.units), "units": case.units},
    }
    for name, counts in truth.items():
        for unit, values in counts.items():
            totals = case.sum_by(needs.urgency, values, len(URGENCIES)).tolist()
            for urgency, total in zip(URGENCIES, totals, strict=True):
                told = getattr(said, name).get(urgency.code, {}).get(unit)
                figures.append((f"{name}.{urgency.code}.{unit}", told, total))
    level = case.snapshot.regions.level[covered(case)]
    reached = {
        "villages": int((level == VILLAGE).sum()),
        "towns": int((level == TOWN).sum()),
        "households": int(cared_for(case).sum()),
        "dialect_asked": int(asks(case).sum()),
        "dialect_heard": int(hears(case).sum()),
    }
    if case.plan.policy.stand_ins:
        there = len(np.unique(case.plan.stand_ins.place))
        asked = int(wanting(case).sum())
        reached |= {"stand_ins": there, "without_stand_in": asked - there}
        reached["stand_ins_most"] = min(max(said.covered.get("stand_ins_most", -1), there), asked)
    figures += [(f"covered.{name}", said.covered.get(name), value) for name, value in reached.items()]
    return _compared(figures)


@report(
    "the baseline says {figure} {found}; possible is {expected}",
    "基线中 {figure} 为 {found}，可能的范围为 {expected}",
)
def baseline(case: Case) -> Look:
    """Greedy serves no less than what is answered and no more than what is open or answered, by urgency.

    Greedy itself is not run again: its figures are held between the least and the most that any plan serves. Beside a
    plan whose changes are limited it is told of nothing, since it keeps no limit.
    """
    needs, facts = case.snapshot.needs, case.facts
    answered = case.sum_by(facts.need, facts.quantity, len(needs.key))
    most = np.where(case.counts, np.maximum(needs.quantity, answered), answered)
    served = case.plan.certificate.baseline["served"]
    if case.plan.policy.max_changes is not None and not served:
        return Look(0, np.zeros(0, np.int64), lambda _: {})
    figures = []
    for unit, counts in (("units", (answered, most)), ("needs", tuple(_met(case, each) for each in (answered, most)))):
        limits = (case.sum_by(needs.urgency, each, len(URGENCIES)).tolist() for each in counts)
        figures += [
            (f"{urgency.code}.{unit}", served.get(urgency.code, {}).get(unit), least, greatest)
            for urgency, least, greatest in zip(URGENCIES, *limits, strict=True)
        ]
    wrong = [
        at for at, (_, said, least, greatest) in enumerate(figures) if said is None or not least <= said <= greatest
    ]
    return Look(
        len(figures),
        np.array(wrong, np.int64),
        lambda at: {
            "figure": figures[at][0],
            "found": figures[at][1],
            "expected": f"{figures[at][2]}…{figures[at][3]}",
        },
    )


def _met(case: Case, units: Longs) -> Bools:
    """For each need, whether these units meet it whole."""
    met: Bools = (units > 0) & (units >= case.snapshot.needs.quantity)
    return met


@report(
    "stage {figure} has the value {found}; it is {expected}",
    "阶段 {figure} 的值为 {found}，实为 {expected}",
)
def values(case: Case) -> Look:
    """The value of each stage that can be counted from the plan is what the plan reaches (model (9))."""
    truth = worker_values(case) | needs_values(case) | steadiness_values(case) | assignment_values(case)
    figures: list[tuple[str, Any, Any]] = []
    for stage in case.plan.certificate.stages:
        if stage.stage not in truth:
            continue
        by_band = truth[stage.stage]
        figures.append((stage.stage, float(stage.value), float(by_band.sum())))
        figures += [
            (f"{stage.stage} band {band.band}", float(band.value), float(by_band[band.band]))
            for band in stage.bands
            if 0 <= band.band < len(by_band)  # `bands` tells of any other
        ]
    return _compared(figures)


@report(
    "stage {figure} has the value {found}, which its bound {expected} does not allow or does not prove",
    "阶段 {figure} 的值 {found} 与其界 {expected} 不符：优于其界，或未被其证明",
)
def bounds(case: Case) -> Look:
    """No value is better than its bound, which is the run's word; in an exact stage its own and those of its bands equal it."""
    figures = []
    for stage in case.plan.certificate.stages:
        sign = 1 if stage.stage in LARGER_IS_BETTER else -1
        figures.append((stage.stage, stage.value, stage.bound, sign, stage.exact))
        figures += [
            (f"{stage.stage} band {band.band}", band.value, band.bound, sign, stage.exact) for band in stage.bands
        ]
    wrong = [at for at, figure in enumerate(figures) if _beyond(*figure[1:])]
    return Look(
        len(figures),
        np.array(wrong, np.int64),
        lambda at: {"figure": figures[at][0], "found": figures[at][1], "expected": figures[at][2]},
    )


def _beyond(value: float, bound: float, sign: int, exact: bool) -> bool:
    slack = SLACK * max(1.0, abs(bound))
    return sign * (value - bound) > slack or (exact and abs(value - bound) > slack)


def due_stages(case: Case) -> list[str]:
    """The stages that this run decides, in their order: fairness if the policy asks for it, changes if there is what to change."""
    left_out = set()
    if not case.plan.policy.fairness:
        left_out.add("fairness")
    if not case.counts[case.snapshot.published.need].any():
        left_out.add("changes")
    if not case.in_scope[case.snapshot.published.place].any():
        left_out.add("worker_changes")
    return [name for name in STAGES if name not in left_out]


@report("the stages say {found} where {expected} is due", "阶段为 {found}，应为 {expected}")
def stages(case: Case) -> Look:
    """The stages bear the names of the contract, each once, in the order in which they are decided, and none is missing."""
    names = [stage.stage for stage in case.plan.certificate.stages]
    ordered = [name for name in STAGES if name in names]
    pairs = list(zip_longest(names, ordered, fillvalue="–"))
    pairs += [("–", name) for name in due_stages(case) if name not in names]
    wrong = [at for at, (found, expected) in enumerate(pairs) if found != expected]
    return Look(len(pairs), np.array(wrong, np.int64), lambda at: {"found": pairs[at][0], "expected": pairs[at][1]})


@report("stage {figure} has the bands {found}; they are {expected}", "阶段 {figure} 的分段为 {found}，应为 {expected}")
def bands(case: Case) -> Look:
    """Each stage tells all its bands: real places and others, the alerts, the waiting bands of an urgency."""
    waiting = len(case.plan.policy.waiting_months) + 1
    count = {"cover": 2, "responsible": len(ALERTS)} | {f"needs_{urgency.code}": waiting for urgency in URGENCIES}
    told = [
        (stage.stage, [band.band for band in stage.bands], list(range(count.get(stage.stage, 0))))
        for stage in case.plan.certificate.stages
    ]
    wrong = [at for at, (_, found, expected) in enumerate(told) if found != expected]
    return Look(
        len(told),
        np.array(wrong, np.int64),
        lambda at: {"figure": told[at][0], "found": _listed(told[at][1]), "expected": _listed(told[at][2])},
    )


def _listed(numbers: list[int]) -> str:
    return ";".join(map(str, numbers)) or "–"
