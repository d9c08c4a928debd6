"""What is published of workers and may stand, and what a plan changes of it: freely, or of necessity (model (41))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.cover.changes import may_cover, published_start, worker_positions
from matching.cover.demand import needing
from matching.cover.locks import Kept
from matching.cover.reach import Reach
from matching.cover.staffing import Fixed
from matching.plan import Coverage, Responsibilities
from matching.problem import Problem


@dataclass(frozen=True)
class Standing:
    """What is published in the scope: rows of places and of households, each with a caseworker, in order of subjects.

    `place_may` and `household_may` say of each row whether the place, or the household, may keep all its workers as they
    are; `start` is what may stand of villages and households, with what locks keep.
    """

    start: Fixed
    place: Ints
    place_caseworker: Ints
    place_may: Bools
    household: Ints
    household_caseworker: Ints
    household_may: Bools


@dataclass(frozen=True)
class Changed:
    """Places and households whose workers differ from the published ones; `free` ones could have kept them."""

    free_places: Ints
    forced_places: Ints
    free_households: Ints
    forced_households: Ints

    @property
    def free(self) -> int:
        """Number of free changes."""
        return len(self.free_places) + len(self.free_households)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many there are of each, as the certificate tells them."""
        return {
            "places": {"free": len(self.free_places), "forced": len(self.forced_places)},
            "households": {"free": len(self.free_households), "forced": len(self.forced_households)},
        }

    @property
    def total(self) -> int:
        """Number of all changes."""
        return self.free + len(self.forced_places) + len(self.forced_households)


def standing_of(problem: Problem, kept: Kept, reach: Reach, locked: Fixed) -> Standing:
    """What may stand beside the locks.

    A pair of a worker and a place where the worker may go, within the worker's villages: those with more load first; a
    household with a worker who keeps its village, within the load: those of higher alert first, lighter before heavier.
    """
    state, workers = problem.snapshot.published, worker_positions(problem, reach)
    start = published_start(problem, reach, np.ones(len(reach.places), bool), locked)
    here = problem.place_in_scope[state.place]
    place, caseworker = state.place[here], state.place_caseworker[here]
    worker, at = workers[caseworker], reach.position[place]
    stays = (worker != NONE) & (at != NONE)
    stays[stays] = may_cover(reach, worker[stays], at[stays])
    many = len(problem.snapshot.caseworkers.type)
    firm = _code(kept.place, kept.place_caseworker, many)
    published = _code(place, caseworker, many)
    begun = _code(reach.places[start.pairs.place], reach.workers.index[start.pairs.worker], many)
    village = (at != NONE) & reach.village[at]
    stays &= ~village | np.isin(published, begun)
    stays |= np.isin(published, firm)
    # who cannot stay, or comes by a lock, changes the whole place
    others = np.concatenate([place[~stays], kept.place[~np.isin(firm, published)]])

    mine = needing(problem)[state.household]
    household, holder = state.household[mine], state.household_caseworker[mine]
    held = np.concatenate(
        [
            _code(start.household, reach.workers.index[start.worker], many),
            _code(kept.household, kept.household_caseworker, many),
        ]
    )
    return Standing(
        start,
        place,
        caseworker,
        ~np.isin(place, others),
        household,
        holder,
        np.isin(_code(household, holder, many), held),
    )


def changed(problem: Problem, standing: Standing, coverage: Coverage, responsibilities: Responsibilities) -> Changed:
    """What coverage and responsibilities change of what is published.

    What was not published, and a household that has no worker any more because it needs none, is no change.
    """
    many = len(problem.snapshot.caseworkers.type)
    old = _code(standing.place, standing.place_caseworker, many)
    new = _code(coverage.place, coverage.caseworker, many)
    differ = np.isin(standing.place, np.setxor1d(old, new) // max(many, 1))
    worker = np.full(len(problem.snapshot.households.key), NONE)
    worker[responsibilities.household] = responsibilities.caseworker
    moved = worker[standing.household] != standing.household_caseworker
    return Changed(
        *(np.unique(standing.place[differ & mine]) for mine in (standing.place_may, ~standing.place_may)),
        *(standing.household[moved & mine] for mine in (standing.household_may, ~standing.household_may)),
    )


def _code(subject: Ints, caseworker: Ints, many: int) -> Longs:
    return subject.astype(np.int64) * many + caseworker
