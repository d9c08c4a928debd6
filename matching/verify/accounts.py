"""Rules about what a plan says is left: unmet needs, uncovered subjects, unused providers."""

from __future__ import annotations

import numpy as np

from graph.snapshot import CASEWORKER, NONE, OFFER, SHUANGBAI, TOWN, VILLAGE, VOLUNTEER, Bools, Longs
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.limits import offer_sums, volunteer_sums
from matching.verify.workers import loads, needs_worker


@report(
    "need {need} lacks {expected} units; the unmet list says {found}",
    "需求 {need} 尚缺 {expected} 单位，未满足清单为 {found}",
)
def unmet(case: Case) -> Look:
    """The unmet list holds the needs that count and are not met whole, with what is left, and no others."""
    asked = case.snapshot.needs.quantity
    left = np.where(case.counts, np.maximum(asked - case.units, 0), 0)
    said = case.sum_by(case.plan.unmet.need, case.plan.unmet.quantity, len(asked))
    listed = np.bincount(case.plan.unmet.need, minlength=len(asked))
    wrong = (said != left) | (listed != (left > 0))
    return Look.of(wrong, lambda row: {"need": case.need(row), "found": int(said[row]), "expected": int(left[row])})


def counted_workers(case: Case) -> Bools:
    """For each caseworker, whether the guarantee counts that worker: `shuangbai` alone."""
    counted: Bools = case.snapshot.caseworkers.type == SHUANGBAI
    return counted


def covered(case: Case) -> Bools:
    """For each region, whether a worker who counts covers it."""
    coverage = case.plan.coverage
    found = np.zeros(len(case.snapshot.regions.key), bool)
    found[coverage.place[counted_workers(case)[coverage.caseworker]]] = True
    return found


def cared_for(case: Case) -> Bools:
    """For each household, whether a worker who counts is responsible for it."""
    held = case.plan.responsibilities
    found = np.zeros(len(case.snapshot.households.key), bool)
    found[held.household[counted_workers(case)[held.caseworker]]] = True
    return found


def _listed(case: Case, wrong_or_absent: Bools, subject_type: str, name: str) -> Look:
    """Hold the uncovered list of one type of subject against those that are uncovered."""
    mine = np.asarray(case.subject_types == subject_type)
    count = np.bincount(case.plan.uncovered.subject[mine], minlength=len(wrong_or_absent))
    told = case.household if name == "household" else case.place
    return Look.of(
        count != wrong_or_absent,
        lambda row: {name: told(row), "found": int(count[row]), "expected": int(wrong_or_absent[row])},
    )


@report(
    "village {place} stands {found} times in the uncovered list instead of {expected}",
    "村居 {place} 在未覆盖清单中出现 {found} 次，应为 {expected} 次",
)
def uncovered_villages(case: Case) -> Look:
    """The uncovered list holds every village of the scope that no counting worker covers, and no others."""
    villages = case.in_scope & (case.snapshot.regions.level == VILLAGE)
    return _listed(case, villages & ~covered(case), "village", "place")


@report(
    "town {place} stands {found} times in the uncovered list instead of {expected}",
    "镇街 {place} 在未覆盖清单中出现 {found} 次，应为 {expected} 次",
)
def uncovered_towns(case: Case) -> Look:
    """The uncovered list holds every town of the scope that no counting worker covers, and no others."""
    towns = case.in_scope & (case.snapshot.regions.level == TOWN)
    return _listed(case, towns & ~covered(case), "town", "place")


@report(
    "household {household} stands {found} times in the uncovered list instead of {expected}",
    "家庭 {household} 在未覆盖清单中出现 {found} 次，应为 {expected} 次",
)
def uncovered_households(case: Case) -> Look:
    """The uncovered list holds every household that lacks a responsible worker, and no others."""
    return _listed(case, needs_worker(case) & ~cared_for(case), "household", "household")


@report(
    "{provider} has {expected} left; the unused list says {found}",
    "{provider} 尚余 {expected}，未用清单为 {found}",
)
def unused(case: Case) -> Look:
    """What the unused list says is left of a provider is what the plan and the rest of the state leave."""
    said = case.plan.unused
    left = np.zeros(len(said.provider), np.int64)
    for provider_type, amounts in remaining(case).items():
        mine = said.provider_type == provider_type
        left[mine] = amounts[said.provider[mine]]
    twice = np.ones(len(said.provider), bool)
    code = said.provider.astype(np.int64) * 3 + said.provider_type
    twice[np.unique(code, return_index=True)[1]] = False
    return Look.of(
        (said.remaining != left) | (left <= 0) | twice,
        lambda row: {
            "provider": case.provider(int(said.provider_type[row]), int(said.provider[row])),
            "found": int(said.remaining[row]),
            "expected": int(left[row]),
        },
    )


def remaining(case: Case) -> dict[int, Longs]:
    """What is left of each provider: units of an offer, whole hours of a volunteer, load of a caseworker."""
    offers, volunteers, staff = case.snapshot.offers, case.snapshot.volunteers, case.snapshot.caseworkers
    units, work, weight = (
        sum(pair) for pair in (offer_sums(case, np.ones(len(offers.key), np.int64)), volunteer_sums(case), loads(case))
    )
    limited = offers.capacity != NONE
    return {
        OFFER: np.where(limited, offers.capacity - case.spent("offers") - units, NONE),
        VOLUNTEER: (volunteers.hours.astype(np.int64) * 60 - case.spent("volunteers") - work) // 60,
        CASEWORKER: staff.capacity - weight,
    }
