"""What flows serve, settled: given to members of teams, held against greedy, idle money spent (model (16), (17), (34))."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.problem import Problem
from matching.serve.baseline import never_behind_greedy, topped_up
from matching.serve.budgets import Purses
from matching.serve.component import Component
from matching.serve.components import Part
from matching.serve.displacing import displaced
from matching.serve.greedy import Taken
from matching.serve.hand_out import Pieces
from matching.serve.levels import Usual
from matching.serve.making_room import make_room
from matching.serve.outcome import Outcome
from matching.serve.respending import respent
from matching.serve.sharing import of_several, shared_out
from matching.serve.supply import Supply
from matching.travel import Roads


@dataclass(frozen=True)
class Spending:
    """Shared money, what each offer of the snapshot could give by its own capacity, and usual quantities."""

    purses: Purses
    most: Longs
    usual: Usual


def settled(
    problem: Problem,
    roads: Roads,
    supply: Supply,
    outcomes: list[Outcome],
    limits: Longs,
    first: list[Taken] | None,
    spending: Spending,
) -> tuple[list[Outcome], Longs]:
    """What is handed out in the end of what flows within these limits serve, and the limits by then.

    No less than greedy serves, if limits hold what it took `first`.
    """
    purses, most = spending.purses, spending.most
    outcomes = [_given_by_members(problem, roads, outcome) for outcome in outcomes]
    outcomes = [make_room(problem, roads, outcome, limits) if outcome.by_flow else outcome for outcome in outcomes]
    idle = _idle(outcomes, purses, most)
    outcomes = [displaced(outcome, idle) if outcome.by_flow else outcome for outcome in outcomes]
    if first is not None:
        outcomes = never_behind_greedy(problem, outcomes, first, purses, spending.usual)
        outcomes = [each if each.by_flow else _given_by_members(problem, roads, each) for each in outcomes]
    outcomes, limits = respent(topped_up(problem, supply, purses, outcomes), limits, purses, most)
    return [_given_by_members(problem, roads, each) if each.exact else each for each in outcomes], limits


def taken_by_members(problem: Problem, roads: Roads, part: Part, taken: Taken) -> Taken:
    """What greedy hands out, less needs that a team as a whole has time for, but no one of it."""
    pieces = Pieces(taken.need, taken.offer, taken.units, taken.need)
    if not len(of_several(part.component, pieces)):
        return taken
    kept = _somebody_takes(part.component, pieces, shared_out(problem, roads, part.component, pieces))
    return Taken(taken.need[kept], taken.offer[kept], taken.units[kept])


def _given_by_members(problem: Problem, roads: Roads, outcome: Outcome) -> Outcome:
    """The same for what a component hands out, with the members who take it."""
    component, pieces = outcome.part.component, outcome.pieces
    volunteer, taker = shared_out(problem, roads, component, pieces), np.full(len(component.needs), NONE, np.int32)
    several = of_several(component, pieces)
    taker[pieces.need[several]] = volunteer[several]
    return replace(outcome, pieces=pieces.where(_somebody_takes(component, pieces, volunteer)), taker=taker)


def _somebody_takes(component: Component, pieces: Pieces, volunteer: Ints) -> Bools:
    kept = np.ones(len(pieces.need), bool)
    kept[of_several(component, pieces)] = False
    kept |= volunteer != NONE
    return kept


def _idle(outcomes: list[Outcome], purses: Purses, most: Longs) -> Longs:
    """Units that offers have left which share no money."""
    alone = (purses.of_offer == NONE).all(axis=1)
    idle = np.where(alone, most, 0)
    for outcome in outcomes:
        component, pieces = outcome.part.component, outcome.pieces
        idle -= np.where(alone, component.units_of_offers(pieces.offer, pieces.units, len(idle)), 0)
    return idle
