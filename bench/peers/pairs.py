"""What peers are given, the eligible pairs of a component, and what they answer: which of these are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import unpack
from matching.serve.acceptance import People, rules_of
from matching.serve.component import Component
from matching.serve.eligibility import kinds_served
from matching.travel import Roads, assignment_minutes

LEVEL_WORTH = 2**20
"""What a level counts in minutes: more than any exchange of providers saves, as equal optima show."""


@dataclass(frozen=True)
class Pairs:
    """Every eligible pair of one component, need by need: positions in it, and minutes."""

    need: Ints
    offer: Ints
    minutes: Ints
    level: Ints
    levels: int
    capacity: Longs

    @property
    def worth(self) -> Longs:
        """Worth of each pair: earlier levels first, fewer minutes then.

        Sets of needs that can be served form a matroid, so equal steps between levels give the lexicographic optimum.
        """
        return (self.levels - self.level[self.need]).astype(np.int64) * LEVEL_WORTH - self.minutes

    @property
    def slots(self) -> Longs:
        """What each offer may give, at most one unit for each of its pairs."""
        return np.minimum(self.capacity, np.bincount(self.offer, minlength=len(self.capacity)))


Peer = Callable[[Pairs], Bools]
"""Takes the pairs of one component and says which of them are served."""


@dataclass(frozen=True)
class Optimum:
    """What was reached: needs served by level, and their minutes."""

    served: tuple[int, ...]
    minutes: int


def pairs_of(problem: Problem, component: Component) -> Pairs:
    """The eligible pairs of a component, written out of a dense table of needs and offers."""
    snapshot, needs, offers = problem.snapshot, component.needs, component.offers
    place, serves = snapshot.needs.place[needs], snapshot.offers.serves
    rules, asked = rules_of(snapshot.offers, offers)
    eligible = unpack(People(problem).passed(needs, rules), len(rules))[:, asked]
    eligible &= kinds_served(problem)[offers][:, snapshot.needs.kind[needs]].T
    for at, offer in enumerate(offers):
        inside = [snapshot.regions.inside(place, np.full_like(place, area)) for area in serves[offer]]
        eligible[:, at] &= np.any(inside, axis=0)
    need, chosen = (each.astype(np.int32) for each in np.nonzero(eligible))
    minutes = assignment_minutes(Roads(snapshot), offers[chosen], place[need])
    return Pairs(need, chosen, minutes, component.level, component.levels, component.capacity)


def together(solved: Iterable[tuple[Pairs, Bools]]) -> Optimum:
    """What the pairs taken in all components come to."""
    served: Longs | None = None
    minutes = 0
    for pairs, taken in solved:
        mine = np.bincount(pairs.level[pairs.need[taken]], minlength=pairs.levels)
        served = mine if served is None else served + mine
        minutes += int(pairs.minutes[taken].sum())
    return Optimum(() if served is None else tuple(served.tolist()), minutes)
