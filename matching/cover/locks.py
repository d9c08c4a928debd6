"""Locks on villages and households: what is kept, what is forbidden, and what cannot be (model (26))."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from graph.snapshot import CASEWORKER, FOREVER, NONE, ON_HOUSEHOLD, ON_VILLAGE, VILLAGE, Ints
from matching.cover.demand import needing
from matching.cover.reach import most_load, slots, taken_outside
from matching.locks import LockError
from matching.policy import COVER_LEVEL
from matching.problem import Problem
from matching.travel import Roads


class WorkerLockError(LockError):
    """A lock keeps what no plan can hold."""

    code = "worker_lock_impossible"
    en = "lock {lock} keeps {subject} with caseworker {provider}: {why}."
    zh = "锁定 {lock} 要求 {subject} 由社工 {provider} 负责：{why_zh}。"
    repair_en = "End or change lock {lock} (its column `until`), or the limit that it breaks."
    repair_zh = "请结束或修改锁定 {lock}（`until` 列），或修改其违反的上限。"


WHY = {
    "elsewhere": (
        "the worker's town is too far up the tree for `cover_across`",
        "该社工驻点与此地不在 `cover_across` 规定的同一区划",
    ),
    "too_far": ("the way is longer than the worker's minutes_limit", "路程超过该社工的 minutes_limit"),
    "forbidden": ("another lock forbids that pair", "另一条锁定禁止这一配对"),
    "two_workers": ("another lock keeps the household with another worker", "另一条锁定要求该家庭由其他社工负责"),
    "needs_nobody": ("the household needs no responsible worker", "该家庭无需责任社工"),
    "villages_limit": (
        "the worker's locks need more villages than villages_limit leaves",
        "该社工的锁定超过 villages_limit 所余",
    ),
    "load": ("the worker's locks need more load than overload_max leaves", "该社工的锁定超过 overload_max 所余负荷"),
}


@dataclass(frozen=True)
class Kept:
    """What locks decide: places covered and households with their worker; indices of the snapshot."""

    place: Ints
    place_caseworker: Ints
    household: Ints
    household_caseworker: Ints
    forbidden_places: dict[int, dict[int, str]]
    """Caseworkers with the places that a lock forbids them, and its key."""
    barred: dict[int, dict[int, str]]
    """Households with the caseworkers whom a lock forbids them, and its key."""


def kept_by_locks(problem: Problem) -> Kept:
    """The locks in force on caseworkers within the scope. Raises WorkerLockError naming one that cannot be held."""
    snapshot = problem.snapshot
    locks, households = snapshot.locks, snapshot.households
    rows = np.flatnonzero((locks.provider_type == CASEWORKER) & (locks.until >= problem.on))
    needed = needing(problem)
    places: dict[tuple[int, int], int] = {}
    homes: dict[int, tuple[int, int]] = {}
    forbidden_places: dict[int, dict[int, str]] = defaultdict(dict)
    barred: dict[int, dict[int, str]] = defaultdict(dict)
    for row in rows[~locks.keep[rows]].tolist():
        subject, worker, lock = int(locks.subject[row]), int(locks.provider[row]), locks.key[row].as_py()
        if locks.subject_type[row] == ON_VILLAGE:
            forbidden_places[worker].setdefault(subject, lock)
        elif locks.subject_type[row] == ON_HOUSEHOLD:
            barred[subject].setdefault(worker, lock)
    for row in rows[locks.keep[rows]].tolist():
        subject, worker = int(locks.subject[row]), int(locks.provider[row])
        if locks.subject_type[row] == ON_VILLAGE and problem.place_in_scope[subject]:
            places.setdefault((subject, worker), row)
        elif locks.subject_type[row] == ON_HOUSEHOLD:
            village = int(households.village[subject])
            if village == NONE or not problem.place_in_scope[village]:
                continue
            if not needed[subject]:
                raise _impossible(problem, row, "needs_nobody")
            if homes.get(subject, (worker, row))[0] != worker:
                raise _impossible(problem, row, "two_workers")
            if worker in barred.get(subject, ()):
                raise _impossible(problem, row, "forbidden")
            homes.setdefault(subject, (worker, row))
            places.setdefault((village, worker), row)
    _check_pairs(problem, places, forbidden_places)
    _check_limits(problem, places, homes)
    return Kept(
        np.array([place for place, _ in places], np.int32),
        np.array([worker for _, worker in places], np.int32),
        np.array(list(homes), np.int32),
        np.array([worker for worker, _ in homes.values()], np.int32),
        dict(forbidden_places),
        dict(barred),
    )


def _check_pairs(problem: Problem, places: dict[tuple[int, int], int], forbidden: dict[int, dict[int, str]]) -> None:
    snapshot = problem.snapshot
    staff, slot = snapshot.caseworkers, slots(snapshot.regions, COVER_LEVEL[problem.policy.cover_across])
    place = np.array([place for place, _ in places], np.int32)
    worker = np.array([worker for _, worker in places], np.int32)
    way = Roads(snapshot).minutes(staff.town[worker], place)
    way = np.where(way == NONE, FOREVER, way)
    limit = staff.minutes_limit[worker]
    for at, row in enumerate(places.values()):
        if slot[place[at]] != slot[staff.town[worker[at]]]:
            raise _impossible(problem, row, "elsewhere")
        if limit[at] != NONE and way[at] > limit[at]:
            raise _impossible(problem, row, "too_far")
        if int(place[at]) in forbidden.get(int(worker[at]), ()):
            raise _impossible(problem, row, "forbidden")


def _check_limits(problem: Problem, places: dict[tuple[int, int], int], homes: dict[int, tuple[int, int]]) -> None:
    snapshot = problem.snapshot
    staff = snapshot.caseworkers
    villages, load = taken_outside(problem)
    most = most_load(problem, np.arange(len(staff.type), dtype=np.int32))
    for (place, worker), row in places.items():
        villages[worker] += snapshot.regions.level[place] == VILLAGE
        limit = int(staff.villages_limit[worker])
        if limit != NONE and villages[worker] > limit and snapshot.regions.level[place] == VILLAGE:
            raise _impossible(problem, row, "villages_limit")
    for household, (worker, row) in homes.items():
        load[worker] += snapshot.households.weight[household]
        if load[worker] > most[worker]:
            raise _impossible(problem, row, "load")


def _impossible(problem: Problem, row: int, why: str) -> WorkerLockError:
    snapshot, locks = problem.snapshot, problem.snapshot.locks
    keys = snapshot.households.key if locks.subject_type[row] == ON_HOUSEHOLD else snapshot.regions.key
    en, zh = WHY[why]
    return WorkerLockError(
        lock=locks.key[row].as_py(),
        subject=keys[int(locks.subject[row])].as_py(),
        provider=snapshot.caseworkers.key[int(locks.provider[row])].as_py(),
        reason=why,
        why=en,
        why_zh=zh,
    )
