"""Rules about stand-ins: for whom and where, how many, and that no village lacks one that could have it (model (36))."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot import NONE, ON_VILLAGE, VILLAGE, Bools, Longs
from matching.policy import UNREACHABLE_MINUTES
from matching.verify.accounts import counted_workers, covered
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.gaining import Search
from matching.verify.joins import among
from matching.verify.roads import Roads
from matching.verify.workers import locked_pairs, pair_code, widest_regions


def _row(case: Case, row: int, **facts: Any) -> dict[str, Any]:
    rows = case.plan.stand_ins
    return {
        "place": case.place(int(rows.place[row])),
        "caseworker": case.caseworker(int(rows.caseworker[row])),
        **facts,
    }


def wanting(case: Case) -> Bools:
    """For each region, whether a stand-in is asked for it: a real village of the scope that a worker who counts covers."""
    regions = case.snapshot.regions
    villages: Bools = case.in_scope & regions.real & (regions.level == VILLAGE) & case.plan.policy.stand_ins
    return villages & covered(case)


def _coverers(case: Case) -> Longs:
    coverage = case.plan.coverage
    return pair_code(coverage.place, coverage.caseworker, case)


@report(
    "{caseworker} stands in at {place}, for which no stand-in is asked",
    "{caseworker} 为 {place} 备岗，而该地无需备岗",
)
def stand_in_place(case: Case) -> Look:
    """Stand-ins are for the real villages that a worker who counts covers, and only where the policy asks for them."""
    return Look.of(~wanting(case)[case.plan.stand_ins.place], lambda row: _row(case, row))


@report("{place} has {found} stand-ins", "{place} 有 {found} 名备岗社工")
def stand_in_once(case: Case) -> Look:
    """A village has one stand-in."""
    count = np.bincount(case.plan.stand_ins.place, minlength=len(case.snapshot.regions.level))
    return Look.of(count > 1, lambda row: {"place": case.place(row), "found": int(count[row]), "expected": 1})


@report(
    "{caseworker} stands in at {place} and may not: covers it as well, is of another type or region, or too far away",
    "{caseworker} 不能为 {place} 备岗：本人已覆盖该地，或类型、区划不符，或路程过远、被锁定禁止",
)
def stand_in_may(case: Case) -> Look:
    """A stand-in counts, covers the village not already, and may cover it as (21) and the locks say."""
    rows, staff = case.plan.stand_ins, case.snapshot.caseworkers
    code, town, limit = pair_code(rows.place, rows.caseworker, case), staff.town, staff.minutes_limit[rows.caseworker]
    region, way = widest_regions(case, case.plan.policy.cover_across), _way(case)
    wrong = among(code, _coverers(case)) | ~counted_workers(case)[rows.caseworker]
    wrong |= among(code, locked_pairs(case, ON_VILLAGE, keep=False)[1])
    wrong |= region[town[rows.caseworker]] != region[rows.place]
    wrong |= (limit != NONE) & ((way == NONE) | (way > limit))
    return Look.of(wrong, lambda row: _row(case, row))


@report(
    "{caseworker} stands in for {found} villages; the limit is {expected}",
    "{caseworker} 为 {found} 个村居备岗，上限为 {expected}",
)
def stand_ins_limit(case: Case) -> Look:
    """A worker stands in for at most `stand_ins_limit` villages."""
    count = np.bincount(case.plan.stand_ins.caseworker, minlength=len(case.snapshot.caseworkers.key))
    most = case.plan.policy.stand_ins_limit
    return Look.of(
        count > (len(case.snapshot.regions.level) if most is None else most),
        lambda row: {"caseworker": case.caseworker(row), "found": int(count[row]), "expected": most},
    )


@report(
    "{caseworker} stands in at {place} in {expected} minutes, not {found}",
    "{caseworker} 到备岗的 {place} 应为 {expected} 分钟，而非 {found}",
)
def stand_in_minutes(case: Case) -> Look:
    """The minutes of a stand-in are those from the worker's town, 600 where unreachable."""
    way, said = _way(case), case.plan.stand_ins.minutes
    minutes = np.where(way == NONE, UNREACHABLE_MINUTES, way)
    return Look.of(said != minutes, lambda row: _row(case, row, found=int(said[row]), expected=int(minutes[row])))


def _way(case: Case) -> Any:
    rows = case.plan.stand_ins
    return Roads(case.snapshot).minutes(case.snapshot.caseworkers.town[rows.caseworker], rows.place)


@report(
    "the stand-ins are called the most there can be, but {place} has none, and {caseworker} could make room for it",
    "备岗数标为最多，但 {place} 无人备岗，而 {caseworker} 可以腾出名额",
)
def proven_stand_ins(case: Case) -> Look:
    """Where as many have a stand-in as is said to be possible, no village could have one in addition."""
    rows, said = case.plan.stand_ins, case.plan.certificate.covered
    without = np.flatnonzero(wanting(case) & ~np.isin(np.arange(len(case.in_scope)), rows.place))
    found: list[tuple[int, int]] = []
    if len(without) and said.get("stand_ins") == said.get("stand_ins_most"):
        most, staff = case.plan.policy.stand_ins_limit, len(case.snapshot.caseworkers.key)
        limit = len(case.snapshot.regions.level) if most is None else most
        room = limit - np.bincount(rows.caseworker, minlength=staff)
        forbidden = np.concatenate([locked_pairs(case, ON_VILLAGE, keep=False)[1], _coverers(case)])
        counted = np.flatnonzero(counted_workers(case)).astype(np.int32)
        search = Search(case, counted, room, rows.place, rows.caseworker, np.ones(len(rows.place), bool), forbidden)
        found = search.villages(without.astype(np.int32), real=False)
    return Look(
        len(without),
        np.arange(len(found)),
        lambda row: {"place": case.place(found[row][0]), "caseworker": case.caseworker(found[row][1])},
    )
