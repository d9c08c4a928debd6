"""Unmet needs that one offer with more capacity would serve in full: the change of its cell, where that is proven (model (46))."""

from __future__ import annotations

import numpy as np

from graph.model import TABLES
from graph.snapshot import NONE
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.outcome import Outcome
from matching.serve.reasons import Rows

_MOST = int(TABLES["offers"].column("capacity").range[1])
"""The largest capacity that a file may say."""


def those_whom_more_would_serve(problem: Problem, outcome: Outcome, rows: Rows) -> None:
    """Tell of the unmet needs of a component which offer's capacity would serve each, and from how much on.

    A plan with a limit on changes is not the best of all, and what it lacks is not what an offer lacks.
    """
    component, network = outcome.part.component, outcome.part.network
    if not outcome.exact or problem.policy.max_changes is not None:
        return
    need, mine = np.intersect1d(component.needs, rows.needs, assume_unique=True, return_indices=True)[1:]
    offer, by = outcome.solution.raises.of(network.node_of_need[need], component.level[need])
    some = np.flatnonzero(offer != NONE)
    offers, raised = problem.snapshot.offers, component.offers[offer[some]]
    # what an offer could give is what its cell says less what is promised already: both grow alike
    value = offers.capacity[raised] + by[some]
    told = np.flatnonzero(value <= _MOST)
    first, number = distinct(raised[told], value[told])
    keys = offers.key.take(raised[told[first]]).to_pylist()
    changes = [
        {"table": "offers", "key": key, "column": "capacity", "value": str(each), "exact": True}
        for key, each in zip(keys, value[told[first]].tolist(), strict=True)
    ]
    rows.unlock(mine[some[told]], number, changes)
