"""Named peers on the exact class: PuLP with CBC, and SciPy's assignment, over the same eligible pairs and levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pulp
from scipy.optimize import linear_sum_assignment

from graph.snapshot import Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import expand, unpack
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


@dataclass(frozen=True)
class Optimum:
    """What a peer reached: needs served by level, and their minutes."""

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


def by_cbc(components: Iterable[Pairs]) -> Optimum:
    """One program for all components with a boolean for each pair, solved by CBC on two threads."""
    program = pulp.LpProblem("needs", pulp.LpMaximize)
    worth: list[tuple[pulp.LpVariable, int]] = []
    chosen: list[tuple[Pairs, list[pulp.LpVariable]]] = []
    limits = []
    for number, pairs in enumerate(components):
        take = [pulp.LpVariable(f"x{number}_{at}", cat="Binary") for at in range(len(pairs.need))]
        chosen.append((pairs, take))
        worth += zip(take, pairs.worth.tolist(), strict=True)
        of_need: list[list[pulp.LpVariable]] = [[] for _ in pairs.level]
        of_offer: list[list[pulp.LpVariable]] = [[] for _ in pairs.capacity]
        for variable, need, offer in zip(take, pairs.need.tolist(), pairs.offer.tolist(), strict=True):
            of_need[need].append(variable)
            of_offer[offer].append(variable)
        limits += [pulp.lpSum(each) <= 1 for each in of_need if each]
        limits += [
            pulp.lpSum(each) <= most
            for each, most in zip(of_offer, pairs.capacity.tolist(), strict=True)
            if len(each) > most
        ]
    program += pulp.LpAffineExpression(worth)
    for limit in limits:
        program += limit
    program.solve(pulp.PULP_CBC_CMD(msg=False, threads=2))
    return _together((pairs, np.array([each.value() > 0.5 for each in take], bool)) for pairs, take in chosen)


def by_assignment(components: Iterable[Pairs]) -> Optimum:
    """A dense matrix for each component, an offer standing once for each unit that its pairs may use."""
    return _together((pairs, _assigned(pairs)) for pairs in components)


def _assigned(pairs: Pairs) -> Bools:
    slots = np.minimum(pairs.capacity, np.bincount(pairs.offer, minlength=len(pairs.capacity)))
    start = np.cumsum(slots) - slots
    matrix = np.zeros((len(pairs.level), int(slots.sum())))
    row, column = expand(start[pairs.offer], start[pairs.offer] + slots[pairs.offer])
    matrix[pairs.need[row], column] = pairs.worth[row]
    need, slot = linear_sum_assignment(matrix, maximize=True)
    met = matrix[need, slot] > 0
    offer = np.repeat(np.arange(len(slots)), slots)[slot[met]]
    wanted = need[met].astype(np.int64) * len(slots) + offer
    return np.isin(pairs.need.astype(np.int64) * len(slots) + pairs.offer, wanted)


def _together(solved: Iterable[tuple[Pairs, Bools]]) -> Optimum:
    served: npt.NDArray[np.int64] = np.zeros(0, np.int64)
    minutes = 0
    for pairs, taken in solved:
        mine = np.bincount(pairs.level[pairs.need[taken]], minlength=pairs.levels)
        served = mine if not len(served) else served + mine
        minutes += int(pairs.minutes[taken].sum())
    return Optimum(tuple(served.tolist()), minutes)
