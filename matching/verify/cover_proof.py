"""That no more villages and towns could be covered: a search for a place to gain, from what is not covered (model (23)).

A worker who could go to an uncovered village and has room for it shows that more could be covered; so does one who could give
up a village for it that others cover too, or one that counts less, or one that yet another worker could take over, and so on.
Where none of these is found, no coverage has more villages: it is the condition of a maximum flow.
"""

from __future__ import annotations

import numpy as np

from graph.snapshot import ON_HOUSEHOLD, ON_VILLAGE, TOWN, VILLAGE, Longs
from matching.verify.accounts import counted_workers, covered
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.gaining import Search
from matching.verify.joins import among
from matching.verify.workers import locked_pairs, pair_code, villages_left


@report(
    "stage cover is called exact, but {place} is not covered, and {caseworker} could make room for it",
    "阶段 cover 标为精确，但 {place} 未覆盖，而 {caseworker} 可以腾出名额",
)
def proven_cover(case: Case) -> Look:
    """Where the stage is called exact, nobody could cover one more place, real ones first."""
    exact = any(stage.stage == "cover" and stage.exact for stage in case.plan.certificate.stages)
    regions = case.snapshot.regions
    bare = np.flatnonzero(case.in_scope & (regions.level >= TOWN) & ~covered(case) & exact)
    found: list[tuple[int, int]] = []
    if len(bare):
        search = _search(case)
        for town in bare[regions.level[bare] == TOWN].tolist():
            found += [(town, int(worker)) for worker in search.able(town)[:1]]
        villages = bare[regions.level[bare] == VILLAGE]
        found += search.villages(villages[regions.real[villages]], real=True)
        found += search.villages(villages[~regions.real[villages]], real=False)
    return Look(
        len(bare),
        np.arange(len(found)),
        lambda row: {"place": case.place(found[row][0]), "caseworker": case.caseworker(found[row][1])},
    )


def _search(case: Case) -> Search:
    """The workers who count, with what they cover that no lock keeps, and what `villages_limit` leaves them."""
    coverage, counts = case.plan.coverage, counted_workers(case)
    mine = counts[coverage.caseworker] & (case.snapshot.regions.level[coverage.place] == VILLAGE)
    place, worker = coverage.place[mine], coverage.caseworker[mine]
    free = ~among(pair_code(place, worker, case), _kept(case))
    forbidden = locked_pairs(case, ON_VILLAGE, keep=False)[1]
    staff = np.flatnonzero(counts).astype(np.int32)
    return Search(case, staff, villages_left(case), place, worker, free, forbidden)


def _kept(case: Case) -> Longs:
    """Pairs of village and worker that a lock keeps, by itself or for a household there."""
    by_village = locked_pairs(case, ON_VILLAGE, keep=True)[1]
    held, _ = locked_pairs(case, ON_HOUSEHOLD, keep=True)
    locks = case.snapshot.locks
    village = case.snapshot.households.village[locks.subject[held]]
    return np.concatenate([by_village, pair_code(village, locks.provider[held], case)])
