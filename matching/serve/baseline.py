"""Greedy against the flow: never behind it, and what shared money still pays for (model (17), (20))."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, OFFER
from matching.problem import Problem
from matching.serve.budgets import Purses, tied
from matching.serve.component import Component
from matching.serve.components import Part
from matching.serve.greedy import Taken, greedy
from matching.serve.hand_out import Pieces
from matching.serve.levels import Usual, bands
from matching.serve.network import TreeNetwork
from matching.serve.old_pairs import minutes_of_pairs
from matching.serve.outcome import Outcome, units_by_level, value_of_part
from matching.serve.raising import Raises
from matching.serve.solve import Solution
from matching.serve.supply import Promises, Supply
from matching.serve.tree_flow import inner_arcs
from matching.serve.whole_needs import OffersAbove


def never_behind_greedy(
    problem: Problem, outcomes: list[Outcome], first: list[Taken], purses: Purses, usual: Usual
) -> list[Outcome]:
    """Take greedy's plan for as few components as it needs not to be lexicographically behind greedy.

    Components that money ties are compared together. Each may have either plan: what is allotted holds both.
    """
    chosen = list(outcomes)
    levels = len(URGENCIES) * bands(problem)
    for group in tied(purses, [outcome.part.component.offers for outcome in outcomes]):
        theirs = {at: _values(outcomes[at].part, first[at], usual, levels) for at in group}
        ours = {at: value_of_part(outcomes[at].part, outcomes[at].units, usual, levels) for at in group}
        while (level := _first_behind(_sum(ours), _sum(theirs))) is not None:
            # one that greedy serves better up to this level; such a one there is, since sums are compared
            ahead = [at for at in group if _first_behind(ours[at], theirs[at]) is not None]
            at = max(ahead, key=lambda at: (theirs[at][level] - ours[at][level], -at))
            ours[at] = theirs[at]
            pieces = pieces_of(outcomes[at].part.component, outcomes[at].part.network, first[at])
            chosen[at] = replace(outcomes[at], pieces=pieces, by_flow=False)
    return chosen


def serves_more(ours: list[Outcome], theirs: list[Outcome], usual: Usual) -> bool:
    """Whether the first outcomes of all components serve lexicographically more than the others."""
    levels = 1 + max((int(each.part.level_of.max(initial=0)) for each in ours), default=0)
    one, other = (
        _sum({at: value_of_part(each.part, each.units, usual, levels) for at, each in enumerate(outcomes)})
        for outcomes in (ours, theirs)
    )
    return one > other


def _values(part: Part, taken: Taken, usual: Usual, levels: int) -> list[int]:
    """What greedy serves of a component, by level of the run."""
    return value_of_part(part, units_by_level(part, taken.need, taken.units), usual, levels)


def _sum(values: dict[int, list[int]]) -> list[int]:
    return [sum(each) for each in zip(*values.values(), strict=True)]


def _first_behind(ours: list[int], theirs: list[int]) -> int | None:
    """The first level at which the two differ if theirs is larger there; None if ours is not behind."""
    differing = (at for at, (one, other) in enumerate(zip(ours, theirs, strict=True)) if one != other)
    first = next(differing, None)
    return None if first is None or ours[first] > theirs[first] else first


def by_greedy(part: Part, taken: Taken) -> Outcome:
    """A component that keeps greedy's plan because its flow was not sought; all it asks bounds it."""
    component = part.component
    pieces = pieces_of(component, part.network, taken)
    every = np.arange(len(component.needs), dtype=np.int32)
    asked = units_by_level(part, every, component.units)
    label = np.full(component.suppliers, NONE, np.int32)
    solution = Solution(
        pieces,
        relaxed=asked,
        label=label,
        exact=False,
        bound=None,
        by_better=(),
        evened=None,
        raises=Raises.none(),
        seconds=0.0,
    )
    return Outcome(part, solution, pieces, by_flow=False)


def topped_up(problem: Problem, supply: Supply, purses: Purses, outcomes: list[Outcome]) -> list[Outcome]:
    """Spend what the allotment of shared money left idle on needs that can still be served, in greedy's order."""
    if not len(purses.money):
        return outcomes
    offers = len(problem.snapshot.offers.key)
    used = np.zeros(offers, np.int64)
    for outcome in outcomes:
        used += outcome.part.component.units_of_offers(outcome.pieces.offer, outcome.pieces.units, offers)
    every = np.arange(offers, dtype=np.int32)
    promised = Promises(every * 0, np.full(offers, OFFER, np.int32), every, used)
    payable = supply.without(problem, promised).payable(problem)
    rest = Purses(purses.money - purses.spent(used * purses.unit_cost), purses.of_offer, purses.unit_cost)
    open_parts = []
    for outcome in outcomes:
        component, network = outcome.part.component, outcome.part.network
        given = np.zeros(len(component.needs), np.int64)
        np.add.at(given, outcome.pieces.need, outcome.pieces.units)
        capacity = component.by_offers(payable)
        capacity[len(component.offers) :] = 0  # volunteers take no money
        rows = np.flatnonzero(network.node_of_need != NONE)
        most = OffersAbove(network).most(capacity)[network.node_of_need[rows]]
        units = np.zeros(len(component.needs), np.int64)
        units[rows] = np.where(most > 0, component.units[rows] - given[rows], 0)
        open_parts.append((replace(component, units=units, capacity=capacity), network))
    more = greedy(problem, open_parts, rest)
    return [
        replace(
            outcome,
            pieces=outcome.pieces.and_others(pieces_of(outcome.part.component, outcome.part.network, taken)),
            by_flow=outcome.by_flow and not len(taken.need),
        )
        for outcome, taken in zip(outcomes, more, strict=True)
    ]


def pieces_of(component: Component, network: TreeNetwork, taken: Taken) -> Pieces:
    """What greedy takes, with its minutes."""
    order = np.lexsort((taken.offer, taken.need))
    need, offer, units = taken.need[order], taken.offer[order], taken.units[order]
    arcs = inner_arcs(network, component.suppliers)
    return Pieces(need, offer, units, minutes_of_pairs(component, network, arcs, need, offer))
