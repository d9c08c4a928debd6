"""Rules about caseworkers: whom they cover, for whom they are responsible, and how much they carry (model (21), (22))."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot import CASEWORKER, CITY, NONE, ON_HOUSEHOLD, ON_VILLAGE, TOWN, VILLAGE, Bools, Ints, Longs
from matching.policy import UNREACHABLE_MINUTES
from matching.verify.case import Case
from matching.verify.check import Look, check, report
from matching.verify.joins import among
from matching.verify.limits import overdrawn
from matching.verify.roads import Roads

SLACK = 1e-6
"""Load forgiven, since `overload_max` is no binary fraction."""


def _cover(case: Case, row: int, **facts: Any) -> dict[str, Any]:
    coverage = case.plan.coverage
    return {
        "place": case.place(int(coverage.place[row])),
        "caseworker": case.caseworker(int(coverage.caseworker[row])),
        **facts,
    }


def _charge(case: Case, row: int, **facts: Any) -> dict[str, Any]:
    held = case.plan.responsibilities
    return {
        "household": case.household(int(held.household[row])),
        "caseworker": case.caseworker(int(held.caseworker[row])),
        **facts,
    }


def pair_code(subject: Ints, caseworker: Ints, case: Case) -> Longs:
    """A number for each pair of a subject and a caseworker."""
    return subject.astype(np.int64) * (len(case.snapshot.caseworkers.key) + 1) + caseworker


@check(
    "{caseworker} covers {place}, which is no village or town of the scope",
    "{caseworker} 覆盖的 {place} 不是范围内的村居或镇街",
)
def cover_place(case: Case) -> Look:
    """Villages and towns of the scope are covered, and nothing else."""
    place = case.plan.coverage.place
    wrong = ~case.in_scope[place] | (case.snapshot.regions.level[place] < TOWN)
    return Look.of(wrong, lambda row: _cover(case, row))


@check("{caseworker} covers {place} twice", "{caseworker} 重复覆盖 {place}")
def cover_twice(case: Case) -> Look:
    """A pair of place and worker stands once."""
    coverage = case.plan.coverage
    _, first = np.unique(pair_code(coverage.place, coverage.caseworker, case), return_index=True)
    again = np.ones(len(coverage.place), bool)
    again[first] = False
    return Look.of(again, lambda row: _cover(case, row))


@check(
    "{caseworker} of {found} covers {place} in another {expected}",
    "驻点在 {found} 的 {caseworker} 跨{expected}覆盖 {place}",
)
def cover_region(case: Case) -> Look:
    """A worker covers places of the same region of the level `cover_across` alone (model (21))."""
    coverage, across = case.plan.coverage, case.plan.policy.cover_across
    town = case.snapshot.caseworkers.town[coverage.caseworker]
    widest = widest_regions(case, across)
    return Look.of(
        widest[town] != widest[coverage.place],
        lambda row: _cover(case, row, found=case.place(int(town[row])), expected=across),
    )


def widest_regions(case: Case, across: str) -> Ints:
    """The region of each place in which its workers may be stationed."""
    regions = case.snapshot.regions
    match across:
        case "any":
            return np.zeros(len(regions.level), np.int32)
        case "county":
            return regions.county_slot
        case "city":
            return regions.ancestor[:, CITY]
        case _:
            return regions.ancestor[:, TOWN]


@check(
    "{caseworker} covers {place} in {found} minutes; the limit is {expected}",
    "{caseworker} 到 {place} 需 {found} 分钟，上限为 {expected}",
)
def cover_limit(case: Case) -> Look:
    """A worker with a minutes limit covers places within it (model (21))."""
    coverage = case.plan.coverage
    limit = case.snapshot.caseworkers.minutes_limit[coverage.caseworker]
    minutes = _way(case)
    wrong = (limit != NONE) & ((minutes == NONE) | (minutes > limit))
    return Look.of(wrong, lambda row: _cover(case, row, found=int(minutes[row]), expected=int(limit[row])))


@report(
    "{caseworker} covers {place} in {expected} minutes, not {found}",
    "{caseworker} 到 {place} 应为 {expected} 分钟，而非 {found}",
)
def cover_minutes(case: Case) -> Look:
    """The minutes of a coverage are those from the worker's town, 600 where unreachable."""
    way, said = _way(case), case.plan.coverage.minutes
    minutes = np.where(way == NONE, UNREACHABLE_MINUTES, way)
    return Look.of(said != minutes, lambda row: _cover(case, row, found=int(said[row]), expected=int(minutes[row])))


def _way(case: Case) -> Ints:
    coverage = case.plan.coverage
    return Roads(case.snapshot).minutes(case.snapshot.caseworkers.town[coverage.caseworker], coverage.place)


@check(
    "{caseworker} covers {found} villages; the limit is {expected}",
    "{caseworker} 覆盖 {found} 个村居，上限为 {expected}",
)
def villages_limit(case: Case) -> Look:
    """A worker covers at most as many villages as the limit, those outside the scope included."""
    limit = case.snapshot.caseworkers.villages_limit.astype(np.int64)
    decided, standing = _villages(case)
    return Look.of(
        overdrawn(limit, decided, standing),
        lambda row: {
            "caseworker": case.caseworker(row),
            "found": int(decided[row] + standing[row]),
            "expected": int(limit[row]),
        },
    )


def villages_left(case: Case) -> Longs:
    """For each caseworker the villages that the limit leaves, all of them without one; 0 or less where it leaves none."""
    limit = case.snapshot.caseworkers.villages_limit.astype(np.int64)
    return np.where(limit == NONE, len(case.snapshot.regions.level), limit - sum(_villages(case)))


def _villages(case: Case) -> tuple[Longs, Longs]:
    """Villages that the plan lets each caseworker cover, and those outside the scope that stand."""
    coverage, state, length = case.plan.coverage, case.snapshot.published, len(case.snapshot.caseworkers.key)
    level = case.snapshot.regions.level
    mine = coverage.caseworker[level[coverage.place] == VILLAGE]
    outside = state.place_caseworker[(level[state.place] == VILLAGE) & ~case.in_scope[state.place]]
    return np.bincount(mine, minlength=length), np.bincount(outside, minlength=length)


@check(
    "lock {lock} forbids {caseworker} to cover {place}",
    "锁定 {lock} 禁止 {caseworker} 覆盖 {place}",
)
def cover_forbidden(case: Case) -> Look:
    """No worker covers a village that a lock forbids."""
    held, pairs = locked_pairs(case, ON_VILLAGE, keep=False)
    return Look.of(_covered(case, pairs), lambda at: _lock(case, int(held[at])))


@check(
    "lock {lock} keeps {caseworker} for {place}, which the plan does not let that worker cover",
    "锁定 {lock} 要求 {caseworker} 覆盖 {place}，方案未安排",
)
def keep_village(case: Case) -> Look:
    """A village of the scope that a lock keeps for a worker is covered by that worker."""
    held, pairs = locked_pairs(case, ON_VILLAGE, keep=True)
    mine = case.in_scope[case.snapshot.locks.subject[held]]
    held, pairs = held[mine], pairs[mine]
    return Look.of(~_covered(case, pairs), lambda at: _lock(case, int(held[at])))


@check(
    "household {household} has {found} responsible workers",
    "家庭 {household} 有 {found} 名责任社工",
)
def responsible_once(case: Case) -> Look:
    """A household has one responsible worker."""
    count = np.bincount(case.plan.responsibilities.household, minlength=len(case.snapshot.households.key))
    return Look.of(count > 1, lambda row: {"household": case.household(row), "found": int(count[row]), "expected": 1})


def needs_worker(case: Case) -> Bools:
    """For each household, whether it needs a responsible worker: its village in the scope, a member living at home."""
    persons = case.snapshot.persons
    at_home = np.zeros(len(case.snapshot.households.key), bool)
    at_home[persons.household[~persons.institution]] = True
    return at_home & case.household_in_scope


@check(
    "{caseworker} is responsible for household {household}, which needs nobody in this scope",
    "家庭 {household} 在本范围内无需责任社工，却安排了 {caseworker}",
)
def responsible_needed(case: Case) -> Look:
    """Households of the scope with a member living at home have a responsible worker, and no others."""
    need = needs_worker(case)
    return Look.of(~need[case.plan.responsibilities.household], lambda row: _charge(case, row))


@check(
    "{caseworker} is responsible for household {household}, but does not cover its village {expected}",
    "{caseworker} 负责家庭 {household}，却不覆盖其所在的 {expected}",
)
def responsible_covers(case: Case) -> Look:
    """The responsible worker of a household covers its village."""
    held = case.plan.responsibilities
    village = case.snapshot.households.village[held.household]
    covered = _covered(case, pair_code(village, held.caseworker, case))
    return Look.of(~covered | (village == NONE), lambda row: _charge(case, row, expected=case.place(int(village[row]))))


@check(
    "{caseworker} carries a load of {found}; at most {expected} is allowed",
    "{caseworker} 的负荷为 {found}，上限为 {expected}",
)
def load(case: Case) -> Look:
    """No worker's load exceeds `overload_max` times capacity, households outside the scope included."""
    decided, standing = loads(case)
    most = case.snapshot.caseworkers.capacity * case.plan.policy.overload_max
    left = np.maximum(most - standing, 0)
    return Look.of(
        decided > left + SLACK,
        lambda row: {
            "caseworker": case.caseworker(row),
            "found": int(decided[row] + standing[row]),
            "expected": float(most[row]),
        },
    )


def loads(case: Case) -> tuple[Longs, Longs]:
    """For each caseworker the weight of the plan's households, and of those outside the scope that stand."""
    households, state, held = case.snapshot.households, case.snapshot.published, case.plan.responsibilities
    length = len(case.snapshot.caseworkers.key)
    outside = ~case.household_in_scope[state.household]
    decided = case.sum_by(held.caseworker, households.weight[held.household], length)
    standing = case.sum_by(state.household_caseworker[outside], households.weight[state.household[outside]], length)
    return decided, standing


@check(
    "lock {lock} forbids {caseworker} to be responsible for household {household}",
    "锁定 {lock} 禁止 {caseworker} 负责家庭 {household}",
)
def responsible_forbidden(case: Case) -> Look:
    """No worker is responsible for a household that a lock forbids."""
    held, pairs = locked_pairs(case, ON_HOUSEHOLD, keep=False)
    return Look.of(_charged(case, pairs), lambda at: _lock(case, int(held[at])))


@check(
    "lock {lock} keeps {caseworker} for household {household}, which the plan gives to another or to nobody",
    "锁定 {lock} 要求 {caseworker} 负责家庭 {household}，方案未安排",
)
def keep_household(case: Case) -> Look:
    """A household of the scope that a lock keeps with a worker has that worker."""
    held, pairs = locked_pairs(case, ON_HOUSEHOLD, keep=True)
    mine = case.household_in_scope[case.snapshot.locks.subject[held]]
    held, pairs = held[mine], pairs[mine]
    return Look.of(~_charged(case, pairs), lambda at: _lock(case, int(held[at])))


def locked_pairs(case: Case, subject_type: int, *, keep: bool) -> tuple[Ints, Longs]:
    """Locks that hold on workers for one type of subject, and the code of each one's pair."""
    locks = case.snapshot.locks
    kind = (locks.subject_type == subject_type) & (locks.provider_type == CASEWORKER)
    held = np.flatnonzero(kind & (locks.keep == keep) & (locks.until >= case.plan.on)).astype(np.int32)
    return held, pair_code(locks.subject[held], locks.provider[held], case)


def _covered(case: Case, pairs: Longs) -> Bools:
    """Which pairs of places and workers the plan covers."""
    coverage = case.plan.coverage
    return among(pairs, pair_code(coverage.place, coverage.caseworker, case))


def _charged(case: Case, pairs: Longs) -> Bools:
    """Which pairs of households and workers the plan makes responsible."""
    held = case.plan.responsibilities
    return among(pairs, pair_code(held.household, held.caseworker, case))


def _lock(case: Case, lock: int) -> dict[str, Any]:
    locks = case.snapshot.locks
    subject = int(locks.subject[lock])
    village = int(locks.subject_type[lock]) == ON_VILLAGE
    return {
        "lock": str(locks.key[lock].as_py()),
        ("place" if village else "household"): case.place(subject) if village else case.household(subject),
        "caseworker": case.caseworker(int(locks.provider[lock])),
    }
