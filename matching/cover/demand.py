"""Households that need a responsible worker, in classes of equal village, alert and weight (model (22))."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.model import ALERTS
from graph.snapshot import NONE, Bools, Ints, Longs
from matching.problem import Problem

LEVELS = len(ALERTS)
"""Levels of stage 2: red, orange, yellow, blue, green, none."""


@dataclass(frozen=True)
class Demand:
    """Classes of households alike to every worker, sorted by place, level and weight.

    `place` is a position in `Reach.places`; class i holds the households `household[first[i] : first[i + 1]]`.
    `barred` maps a class of one household to the caseworkers whom a lock forbids it.
    """

    place: Ints
    level: Longs
    weight: Longs
    first: Longs
    household: Ints
    barred: Mapping[int, Collection[int]]

    @cached_property
    def count(self) -> Longs:
        """Households of each class."""
        return np.diff(self.first)

    @cached_property
    def load(self) -> Longs:
        """Load of each class."""
        return self.count * self.weight

    def load_at(self, places: int) -> Longs:
        """Load of each place, shape (places,)."""
        return np.bincount(self.place, weights=self.load, minlength=places).astype(np.int64)

    def by_level(self, amount: Longs, places: int) -> Longs:
        """Sums of a figure per class, shape (places, levels)."""
        cell = self.place.astype(np.int64) * LEVELS + self.level
        return np.bincount(cell, weights=amount, minlength=places * LEVELS).astype(np.int64).reshape(places, LEVELS)


def needing(problem: Problem) -> Bools:
    """For each household, whether it lives in the scope and has a member who does not live in an institution."""
    snapshot = problem.snapshot
    village = snapshot.households.village
    at_home = np.zeros(len(village), bool)
    at_home[snapshot.persons.household[~snapshot.persons.institution]] = True
    here = np.where(village == NONE, False, problem.place_in_scope[village])
    return at_home & here


def demand_of(problem: Problem, position: Ints, left_out: Bools, barred: Mapping[int, Collection[int]]) -> Demand:
    """Classes of the households that need a worker and are not left out.

    `position` maps regions to places; `barred` maps households to the caseworkers whom a lock forbids them.
    """
    households = problem.snapshot.households
    rows = np.flatnonzero(needing(problem) & ~left_out)
    alone = np.zeros(len(left_out), np.int64)
    alone[list(barred)] = np.arange(1, len(barred) + 1)
    weights, weight = np.unique(households.weight[rows], return_inverse=True)
    place = position[households.village[rows]].astype(np.int64)
    key = (place * LEVELS + households.alert[rows]) * max(1, len(weights)) + weight
    key = key * (len(barred) + 1) + alone[rows]
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    of = rows[first]
    single = np.flatnonzero(alone[of] > 0)
    return Demand(
        place=position[households.village[of]],
        level=households.alert[of].astype(np.int64),
        weight=households.weight[of].astype(np.int64),
        first=np.append(first, len(key)).astype(np.int64),
        household=rows.astype(np.int32),
        barred={int(cls): barred[int(of[cls])] for cls in single},
    )
