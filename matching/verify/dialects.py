"""Whose responsible worker speaks the dialect that a household asks for."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, Bools
from matching.verify.accounts import counted_workers
from matching.verify.case import Case
from matching.verify.joins import among


def asks(case: Case) -> Bools:
    """For each row of the responsibilities, whether its worker counts and its household asks for a dialect."""
    held = case.plan.responsibilities
    asking: Bools = case.snapshot.households.dialect[held.household] != NONE
    return asking & counted_workers(case)[held.caseworker]


def hears(case: Case) -> Bools:
    """For each row of the responsibilities, whether its household asks for a dialect and its worker, who counts, speaks it."""
    held, spoken = case.plan.responsibilities, case.snapshot.caseworkers.dialects
    many = len(case.snapshot.dialects.key)
    known = spoken.owners.astype(np.int64) * many + spoken.values
    wanted = held.caseworker.astype(np.int64) * many + case.snapshot.households.dialect[held.household]
    return asks(case) & among(wanted, known)
