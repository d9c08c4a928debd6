"""What components hand out, as promises to single providers and as the assignments of a plan."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from graph.snapshot import NONE, OFFER, VOLUNTEER, Bytes, Ints, Longs
from matching.plan import Assignments
from matching.policy import UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.serve.outcome import Outcome
from matching.serve.supply import Promises, cost_of
from matching.travel import Roads


@dataclass(frozen=True)
class Handed:
    """What a component hands out, in units of the snapshot's needs."""

    need: Ints
    provider_type: Bytes
    provider: Ints
    quantity: Longs
    minutes: Ints


def handed_by(problem: Problem, roads: Roads, outcome: Outcome) -> Handed:
    """What a component hands out, by offers and by single volunteers."""
    component, pieces = outcome.part.component, outcome.pieces
    need = component.needs[pieces.need]
    by_team = np.flatnonzero(pieces.offer >= len(component.offers))
    offer = np.where(pieces.offer < len(component.offers), pieces.offer, 0)
    provider = component.offers[offer] if len(component.offers) else offer.astype(np.int32)
    kind, minutes = np.full(len(need), OFFER, np.int8), pieces.minutes.copy()
    if len(by_team):
        members, team = component.members, pieces.offer[by_team] - len(component.offers)
        one = members.values[members.offsets[team]]
        provider[by_team] = np.where(members.lengths[team] > 1, outcome.taker[pieces.need[by_team]], one)
        kind[by_team] = VOLUNTEER
        homes = problem.snapshot.volunteers.village[provider[by_team]]
        way = roads.minutes(homes, problem.snapshot.needs.place[need[by_team]])
        minutes[by_team] = np.where(way == NONE, UNREACHABLE_MINUTES, way)
    return Handed(need, kind, provider, component.whole_units(pieces.need, pieces.units), minutes)


def promised(handed: list[Handed]) -> Promises:
    """What components hand out, as promises."""
    ints = np.zeros(0, np.int32)
    nothing = Handed(ints, ints.astype(np.int8), ints, ints.astype(np.int64), ints)
    columns = ("need", "provider_type", "provider", "quantity")
    need, kind, provider, units = (
        np.concatenate([getattr(each, name) for each in (nothing, *handed)]) for name in columns
    )
    return Promises(need, kind.astype(np.int32), provider, units)


def assignments_of(problem: Problem, held: Assignments, handed: list[Handed]) -> Assignments:
    """What is held and what components hand out as one table, sorted by need and provider."""
    need, kind, provider, quantity, minutes = (
        np.concatenate([getattr(held, each.name), *(getattr(one, each.name) for one in handed)])
        for each in fields(Handed)
    )
    order = np.lexsort((provider, kind, need))
    need, kind, provider, quantity, minutes = (each[order] for each in (need, kind, provider, quantity, minutes))
    new = np.ones(len(need), bool)
    # a need that already has something from an offer may get more of it
    new[1:] = (need[1:] != need[:-1]) | (kind[1:] != kind[:-1]) | (provider[1:] != provider[:-1])
    first = np.flatnonzero(new)
    total = np.add.reduceat(quantity, first) if len(first) else quantity
    price = np.zeros(len(first), np.int64)
    offers = kind[first] == OFFER
    price[offers] = problem.snapshot.offers.unit_cost[provider[first][offers]]
    return Assignments(
        need[first].astype(np.int32),
        kind[first].astype(np.int8),
        provider[first].astype(np.int32),
        total,
        minutes[first].astype(np.int32),
        cost_of(total, price),
    )
