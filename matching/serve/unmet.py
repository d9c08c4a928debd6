"""Needs that a plan does not meet whole, with their reasons."""

from __future__ import annotations

import numpy as np

from graph.snapshot import OFFER, VOLUNTEER
from matching.plan import Assignments, Unmet
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.exclusions import Exclusions
from matching.serve.given import those_whom_offers_accept
from matching.serve.hindered import those_whom_none_serves
from matching.serve.outcome import Outcome
from matching.serve.reasons import Rows
from matching.serve.supply import Supply
from matching.serve.unlock import those_whom_more_would_serve


def unmet_of(
    problem: Problem,
    outcomes: list[Outcome],
    assignments: Assignments,
    standing: Supply,
    left: Supply,
    excluded: Exclusions,
) -> Unmet:
    """Counting needs with something left, and why: by what their offers gave to others, or by what hinders these.

    `standing` is what the run found, `left` what the plan leaves.
    """
    lacking = problem.snapshot.needs.quantity.copy()
    np.subtract.at(lacking, assignments.need, assignments.quantity)
    needs = problem.counting[lacking[problem.counting] > 0]
    rows = Rows(needs)
    _served_in_part(problem, assignments, rows)
    for outcome in outcomes:
        those_whom_offers_accept(problem, outcome, standing, left, rows)
        those_whom_more_would_serve(problem, outcome, rows)
    those_whom_none_serves(problem, standing, excluded, rows)
    return Unmet(needs, lacking[needs], *rows.columns())


def _served_in_part(problem: Problem, assignments: Assignments, rows: Rows) -> None:
    """Needs that cannot be divided and have something from what stands: they get nothing more."""
    snapshot = problem.snapshot
    at = np.minimum(np.searchsorted(assignments.need, rows.needs), max(len(assignments.need) - 1, 0))
    whole = ~snapshot.kinds.divisible[snapshot.needs.kind[rows.needs]]
    mine = np.flatnonzero(whole & (assignments.need[at] == rows.needs)) if len(assignments.need) else at[:0]
    at = at[mine]
    first, number = distinct(assignments.provider_type[at], assignments.provider[at], assignments.quantity[at])
    keys = {OFFER: snapshot.offers.key, VOLUNTEER: snapshot.volunteers.key}
    columns = (assignments.provider_type, assignments.provider, assignments.quantity)
    told = zip(*(column[at[first]].tolist() for column in columns), strict=True)
    facts = [{"units": units, "provider": keys[kind][provider].as_py()} for kind, provider, units in told]
    rows.tell(mine, "served_in_part", number, facts)
