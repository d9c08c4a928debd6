"""What a plan says of missing workers, as far as it can be seen without a model: whom no worker may reach (model (42))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import ON_VILLAGE, TOWN, Ints
from matching.verify.accounts import counted_workers, covered
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.gaining import Search
from matching.verify.workers import locked_pairs, widest_regions


@report(
    "{place} is told of as having {found} places that nobody may cover; there are {expected}",
    "{place} 内无人可达之处说是 {found} 个，实为 {expected} 个",
)
def unreached(case: Case) -> Look:
    """Each region that workers stay in tells once of its uncovered places where no worker who counts may go."""
    regions, said = case.snapshot.regions, case.plan.shortfall
    region = _region(case)
    bare = np.flatnonzero(case.in_scope & (regions.level >= TOWN) & ~covered(case)).astype(np.int32)
    staff = np.flatnonzero(counted_workers(case)).astype(np.int32)
    nobody = np.zeros(0, np.int32)
    forbidden = locked_pairs(case, ON_VILLAGE, keep=False)[1]
    room = np.zeros(len(case.snapshot.caseworkers.key), np.int64)
    search = Search(case, staff, room, nobody, nobody, np.zeros(0, bool), forbidden)
    alone = np.array([place for place in bare.tolist() if not len(search.able(place))], np.int64)
    true = np.bincount(region[alone], minlength=len(regions.level))
    told = np.bincount(said.place, weights=said.unreached, minlength=len(regions.level)).astype(np.int64)
    twice = np.bincount(said.place, minlength=len(regions.level)) > 1
    return Look.of(
        (told != true) | twice,
        lambda row: {"place": case.place(row), "found": int(told[row]), "expected": int(true[row])},
    )


def _region(case: Case) -> Ints:
    across = case.plan.policy.cover_across
    widest = widest_regions(case, across)
    return np.full(len(widest), case.plan.scope, np.int32) if across == "any" else widest
