"""Counts of a plan: needs and units open and served by urgency, places and households covered."""

from __future__ import annotations

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, SHUANGBAI, TOWN, VILLAGE, Ints, Longs
from matching.plan import Assignments, Coverage, Responsibilities, StandIns
from matching.problem import Problem

Counts = dict[str, dict[str, int]]


def open_counts(problem: Problem) -> Counts:
    """Counting needs and their units, by urgency (model (1))."""
    needs = problem.counting
    return _by_urgency(problem, needs, problem.snapshot.needs.quantity[needs])


def served_counts(problem: Problem, assignments: Assignments) -> Counts:
    """Needs met whole and units assigned, by urgency."""
    snapshot = problem.snapshot
    units = np.zeros(len(snapshot.needs.key), np.int64)
    np.add.at(units, assignments.need, assignments.quantity)
    touched = np.flatnonzero(units).astype(np.int32)
    counts = _by_urgency(problem, touched, units[touched])
    whole = touched[units[touched] >= snapshot.needs.quantity[touched]]
    for urgency, needs in _by_urgency(problem, whole, units[whole]).items():
        counts[urgency]["needs"] = needs["needs"]
    return counts


def covered_counts(problem: Problem, coverage: Coverage, responsibilities: Responsibilities) -> dict[str, int]:
    """Villages and towns that `shuangbai` workers cover, and households that they are responsible for: no others count.

    Of these households also those that ask for a dialect, and those of them whose worker speaks it.
    """
    staff, households = problem.snapshot.caseworkers, problem.snapshot.households
    counts = staff.type == SHUANGBAI
    counted = counts[responsibilities.caseworker]
    dialect, worker = households.dialect[responsibilities.household[counted]], responsibilities.caseworker[counted]
    asked, speak = dialect != NONE, staff.dialects
    many = len(problem.snapshot.dialects.key)
    heard = asked & np.isin(
        worker.astype(np.int64) * many + dialect, speak.owners.astype(np.int64) * many + speak.values
    )
    level = problem.snapshot.regions.level[np.unique(coverage.place[counts[coverage.caseworker]])]
    return {
        "villages": int((level == VILLAGE).sum()),
        "towns": int((level == TOWN).sum()),
        "households": len(np.unique(responsibilities.household[counted])),
        "dialect_asked": int(asked.sum()),
        "dialect_heard": int(heard.sum()),
    }


def stand_in_counts(problem: Problem, coverage: Coverage, stand_ins: StandIns, most: int) -> dict[str, int]:
    """Covered real villages with a stand-in and without, and how many could have one at most; empty where none is asked for."""
    if not problem.policy.stand_ins:
        return {}
    regions, counts = problem.snapshot.regions, problem.snapshot.caseworkers.type == SHUANGBAI
    place = np.unique(coverage.place[counts[coverage.caseworker]])
    villages = int((regions.real[place] & (regions.level[place] == VILLAGE)).sum())
    there = len(np.unique(stand_ins.place))
    return {"stand_ins": there, "without_stand_in": villages - there, "stand_ins_most": most}


def _by_urgency(problem: Problem, needs: Ints, units: Longs) -> Counts:
    urgency = problem.snapshot.needs.urgency[needs]
    number = np.bincount(urgency, minlength=len(URGENCIES))
    total = np.bincount(urgency, weights=units, minlength=len(URGENCIES))
    return {code.code: {"needs": int(number[at]), "units": int(total[at])} for at, code in enumerate(URGENCIES)}
