"""Needs that offers reach and accept: these have not as much in one piece, or gave it, or the money, to others."""

from __future__ import annotations

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, Ints, Longs
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.component import Component
from matching.serve.outcome import Outcome
from matching.serve.reasons import Facts, Rows
from matching.serve.supply import UNLIMITED, Supply
from matching.serve.whole_needs import OffersAbove


def those_whom_offers_accept(problem: Problem, outcome: Outcome, standing: Supply, left: Supply, rows: Rows) -> None:
    """Tell why of the unmet needs of a component that have offers; `standing` is what the run found, `left` its rest.

    Those of which no offer has money or anything else to give are not told of here.
    """
    component, network = outcome.part.component, outcome.part.network
    local = np.searchsorted(component.needs, rows.needs)
    inside = local < len(component.needs)
    inside[inside] = component.needs[local[inside]] == rows.needs[inside]
    inside[inside] = network.node_of_need[local[inside]] != NONE
    if not inside.any():
        return
    above = OffersAbove(network)
    inside[inside] = above.most(component.capacity)[network.node_of_need[local[inside]]] > 0
    mine = np.flatnonzero(inside)
    need = local[mine].astype(np.int32)
    node = network.node_of_need[need]
    asked = np.where(component.whole[need], component.units[need], component.weight[need])
    ever = above.most(component.by_offers(standing.capacity))[node]
    room, paid = _room(problem, outcome, above, left, need)
    most = np.where(ever < asked, ever, room)
    held = np.bincount(outcome.pieces.need, weights=outcome.pieces.units, minlength=len(component.needs))
    reason = np.select(
        [(most > 0) & (most < asked), (room >= asked) & (paid < asked), room >= asked, held[need] > 0],
        ["too_large", "budget", "rounded", "exhausted"],
        "capacity_taken",
    )
    own = component.whole_units(need, np.stack([most, held[need].astype(np.int64)]))
    figures = np.hstack([own.T, above.sums(_given(problem, outcome))[node]])
    for each in np.unique(reason).tolist():
        some = np.flatnonzero(reason == each)
        told = figures[some][:, _TOLD[each]]
        first, number = distinct(some * 0, *told.T)
        rows.tell(mine[some], each, number, [_facts(each, row) for row in told[first].tolist()])


_GIVEN = [2 + at for at in range(1 + len(URGENCIES))]
_TOLD = {"too_large": [0], "budget": [], "rounded": _GIVEN, "exhausted": [1, *_GIVEN], "capacity_taken": _GIVEN}
"""Figures that a reason tells: the most of one offer, what the need has, the offers and what they give by urgency."""


def _facts(reason: str, figures: list[int]) -> Facts:
    """Facts of a reason from its figures."""
    match reason:
        case "budget":
            return {}
        case "too_large":
            return {"most": figures[0]}
        case "exhausted":
            return {"own": figures[0], **_facts("capacity_taken", figures[1:])}
        case _:
            offers, *units = figures
            taken = {code.code: each for code, each in zip(URGENCIES, units, strict=True) if each}
            return {"offers": offers, "units": sum(units), "taken": taken}


def _given(problem: Problem, outcome: Outcome) -> Longs:
    """Shape (suppliers, 1 + urgencies): how many offers or volunteers each is, and what it gives by urgency."""
    urgency = problem.snapshot.needs.urgency[outcome.part.component.needs[outcome.pieces.need]]
    component, pieces = outcome.part.component, outcome.pieces
    given = np.zeros((component.suppliers, 1 + len(URGENCIES)), np.int64)
    np.add.at(given, (pieces.offer, 1 + urgency), component.whole_units(pieces.need, pieces.units))
    given[:, 0] = np.concatenate([np.ones(len(component.offers), np.int64), component.members.lengths])
    return given


def _room(problem: Problem, outcome: Outcome, above: OffersAbove, left: Supply, need: Ints) -> tuple[Longs, Longs]:
    """The most that one offer has for each of some needs once those are served that come first, and can be paid for."""
    part, pieces = outcome.part, outcome.pieces
    component, node = part.component, part.network.node_of_need[need]
    free, paid_for = (component.by_offers(each) for each in (left.capacity, left.unlimited().payable(problem)))
    free[len(component.offers) :] = _left_of_teams(component, left)
    payable = np.minimum(free, paid_for)
    if outcome.exact:
        # nobody who comes later has what one who comes first could have (model (15))
        return above.most(free)[node], above.most(payable)[node]
    by_level = np.zeros((component.suppliers, int(part.level_of.max(initial=0)) + 1), np.int64)
    np.add.at(by_level, (pieces.offer, part.level_of[part.component.level[pieces.need]]), pieces.units)
    level = part.level_of[part.component.level[need]]
    room, paid = np.zeros(len(need), np.int64), np.zeros(len(need), np.int64)
    for each in np.unique(level).tolist():
        some = np.flatnonzero(level == each)
        later = by_level[:, each + 1 :].sum(axis=1)
        room[some] = above.most(free + later)[node[some]]
        paid[some] = above.most(payable + later)[node[some]]
    return room, paid


def _left_of_teams(component: Component, left: Supply) -> Longs:
    """The most that one member of each team has left."""
    teams = component.capacity[len(component.offers) :]
    found = np.zeros(len(teams), np.int64)
    np.maximum.at(found, component.members.owners, left.minutes[component.members.values] // component.grain)
    return np.where(teams == UNLIMITED, UNLIMITED, found)
