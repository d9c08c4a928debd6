"""What is decided about a supply, and the same assignments as outcomes of other components."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import NONE, OFFER, VOLUNTEER, Ints
from matching.counts import Counts
from matching.plan import Assignments
from matching.ranges import distinct, expand
from matching.serve.component import Component
from matching.serve.hand_out import Pieces
from matching.serve.more_money import Money
from matching.serve.outcome import Outcome
from matching.serve.supply import Promises, Supply
from matching.short import Short


@dataclass(frozen=True)
class Decided:
    """What a supply is handed out to: by component, as assignments with those that the supply holds, and what is `left`.

    `baseline` is what greedy makes of the same supply; `short` says why some components have no flow though they should.
    """

    supply: Supply
    outcomes: list[Outcome]
    assignments: Assignments
    left: Supply
    money: Money
    baseline: Counts
    short: Short | None


def outcomes_given(outcomes: list[Outcome], fixed: Promises, assignments: Assignments) -> list[Outcome]:
    """The components of outcomes with what assignments give their needs beyond what is fixed, found by no flow of theirs."""
    columns = ("need", "provider_type", "provider")
    both = [np.concatenate([getattr(assignments, name), getattr(fixed, name)]) for name in columns]
    first, number = distinct(*both)
    more = np.zeros(len(first), np.int64)
    np.add.at(more, number, np.concatenate([assignments.quantity, -fixed.quantity]))
    need, kind, provider = (column[first[more > 0]] for column in both)
    minutes = np.concatenate([assignments.minutes, np.zeros(len(fixed.need), np.int32)])[first[more > 0]]
    units, given = more[more > 0], []
    for outcome in outcomes:
        component = outcome.part.component
        local = np.minimum(np.searchsorted(component.needs, need), max(len(component.needs) - 1, 0))
        mine = np.flatnonzero(component.needs[local] == need)
        local = local[mine].astype(np.int32)
        supplier = _suppliers(component, kind[mine], provider[mine])
        taker = np.full(len(component.needs), NONE, np.int32)
        taker[local[kind[mine] == VOLUNTEER]] = provider[mine][kind[mine] == VOLUNTEER]
        pieces = Pieces(local, supplier, units[mine] * component.weight[local], minutes[mine])
        given.append(replace(outcome, pieces=pieces, by_flow=False, taker=taker))
    return given


def _suppliers(component: Component, kind: Ints, provider: Ints) -> Ints:
    """The supplier of a component that each provider is, a volunteer of several teams that of the first."""
    found = np.searchsorted(component.offers, provider)
    order = np.argsort(component.members.values, kind="stable")
    held = component.members.values[order]
    rows = np.flatnonzero(kind != OFFER)
    owner, at = expand(np.searchsorted(held, provider[rows], "left"), np.searchsorted(held, provider[rows], "right"))
    found[rows[owner[::-1]]] = len(component.offers) + component.members.owners[order[at[::-1]]]
    return found.astype(np.int32)
