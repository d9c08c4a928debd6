"""Workers placed by paths alone, without any flow: what is left to a run whose solver fails."""

from __future__ import annotations

import numpy as np

from matching.cover.augmenting import cover_all
from matching.cover.case import Case
from matching.cover.demand import demand_of
from matching.cover.few_changes import Limited, towns_kept
from matching.cover.handing import hand_out
from matching.cover.packing import no_pairs
from matching.cover.staffing import Staffing, loaded, with_load
from matching.cover.standing import Standing


def by_paths(case: Case, standing: Standing) -> Limited:
    """What stands kept whole, uncovered villages covered along paths, and their households handed out one by one.

    Nothing that may stand changes, so that every limit on changes is kept. `case` wants every place that is reached.
    """
    problem, start = case.problem, standing.start
    reach = with_load(problem, case.reach, start)
    begun = start.pairs.joined(no_pairs())
    pairs = cover_all(reach, begun, np.ones(len(begun.place), bool), case.best.covered)
    demand = demand_of(problem, reach.position, start.settled, case.kept.barred)
    household, worker = hand_out(demand, pairs, reach.workers)
    household, worker = np.concatenate([start.household, household]), np.concatenate([start.worker, worker])
    plan = Staffing(loaded(problem, reach, pairs, household, worker), household, worker)
    return Limited.of(case, plan, towns_kept(case, standing))
