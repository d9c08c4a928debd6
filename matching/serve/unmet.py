"""Needs that a plan does not meet whole, with their reasons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import URGENCIES
from graph.snapshot import NONE, OFFER, VOLUNTEER, Ints
from matching.plan import Assignments, Texts, Unmet
from matching.problem import Problem
from matching.ranges import distinct
from matching.reasons import facts_text
from matching.serve.hindrances import NO_PROVIDER, REASONS, hindrances
from matching.serve.proof import Outcome
from matching.serve.reasons import dictionary, rule_facts, taken_texts
from matching.serve.supply import Promises, Supply
from matching.serve.whole_needs import OffersAbove


def unmet_of(
    problem: Problem,
    outcomes: list[Outcome],
    assignments: Assignments,
    standing: Supply,
    left: Supply,
    forbidden: Promises,
) -> Unmet:
    """Counting needs with something left, and why: by what reaches them, then by what their offers gave to others.

    `standing` is what the run found, `left` what the plan leaves.
    """
    snapshot = problem.snapshot
    lacking = snapshot.needs.quantity.copy()
    np.subtract.at(lacking, assignments.need, assignments.quantity)
    needs = problem.counting[lacking[problem.counting] > 0]
    lacking = lacking[needs]
    rows = _Rows(needs)
    _served_in_part(problem, assignments, rows)
    for outcome in outcomes:
        _those_who_come_later(problem, outcome, left, rows)
    _those_nobody_reaches(problem, standing, forbidden, rows)
    unlock = pa.DictionaryArray.from_arrays(pa.nulls(len(needs), pa.int32()), pa.array([], pa.string()))
    return Unmet(needs, lacking, *rows.columns(), unlock)


class _Rows:
    """Reason and facts of each unmet need, filled in part by part."""

    def __init__(self, needs: Ints) -> None:
        self.needs = needs
        self._reason = np.full(len(needs), NONE, np.int32)
        self._facts = np.zeros(len(needs), np.int32)
        self._reasons: list[str] = []
        self._texts: list[str] = []

    def tell(self, rows: npt.NDArray[np.intp], reason: str, number: npt.NDArray[np.integer], texts: list[str]) -> None:
        """Give rows a reason, and each the text of its number."""
        if not len(rows):
            return
        if reason not in self._reasons:
            self._reasons.append(reason)
        self._reason[rows] = self._reasons.index(reason)
        self._facts[rows] = number + len(self._texts)
        self._texts += texts

    def open(self) -> npt.NDArray[np.intp]:
        """Rows without a reason yet."""
        return np.flatnonzero(self._reason == NONE)

    def columns(self) -> tuple[Texts, Texts]:
        """Reasons and facts as dictionary arrays."""
        return dictionary(self._reason, self._reasons), dictionary(self._facts, self._texts)


def _those_who_come_later(problem: Problem, outcome: Outcome, left: Supply, rows: _Rows) -> None:
    """Needs that offers reach and accept: their capacity or money went to others."""
    component, network = outcome.part.component, outcome.part.network
    local = np.searchsorted(component.needs, rows.needs)
    inside = local < len(component.needs)
    inside[inside] = component.needs[local[inside]] == rows.needs[inside]
    inside[inside] = network.node_of_need[local[inside]] != NONE
    mine = np.flatnonzero(inside)
    if not len(mine):
        return
    need = local[mine]
    node = network.node_of_need[need]
    above = OffersAbove(network)
    offers = component.offers
    units_left = above.most(left.capacity[offers])[node]
    payable = above.most(left.payable(problem)[offers])[node]
    asked = np.where(component.whole[need], component.units[need], 1)
    spent = (units_left >= asked) & (payable < asked)
    small = ~spent & component.whole[need] & (units_left > 0)
    rows.tell(mine[spent], "budget", np.zeros(int(spent.sum()), np.int32), [facts_text({})])
    sizes, number = np.unique(units_left[small], return_inverse=True)
    rows.tell(mine[small], "too_large", number, [facts_text({"most": size}) for size in sizes.tolist()])
    taken = ~spent & ~small
    urgency = problem.snapshot.needs.urgency[component.needs[outcome.pieces.need]]
    by_urgency = np.zeros((len(offers), len(URGENCIES) + 1), np.int64)
    np.add.at(by_urgency, (outcome.pieces.offer, urgency), outcome.pieces.units)
    by_urgency[:, -1] = 1
    nodes, at = np.unique(node[taken], return_inverse=True)
    totals = above.sums(by_urgency)[nodes]
    text, texts = taken_texts(totals[:, -1], totals[:, :-1])
    rows.tell(mine[taken], "capacity_taken", text[at], texts)


def _served_in_part(problem: Problem, assignments: Assignments, rows: _Rows) -> None:
    """Needs that cannot be divided and have something from what stands: they get nothing more."""
    snapshot = problem.snapshot
    at = np.minimum(np.searchsorted(assignments.need, rows.needs), max(len(assignments.need) - 1, 0))
    whole = ~snapshot.kinds.divisible[snapshot.needs.kind[rows.needs]]
    mine = np.flatnonzero(whole & (assignments.need[at] == rows.needs)) if len(assignments.need) else at[:0]
    at = at[mine]
    first, number = distinct(assignments.provider_type[at], assignments.provider[at], assignments.quantity[at])
    keys = {OFFER: snapshot.offers.key, VOLUNTEER: snapshot.volunteers.key}
    facts = [
        facts_text({"units": units, "provider": keys[kind][provider].as_py()})
        for kind, provider, units in zip(
            assignments.provider_type[at[first]].tolist(),
            assignments.provider[at[first]].tolist(),
            assignments.quantity[at[first]].tolist(),
            strict=True,
        )
    ]
    rows.tell(mine, "served_in_part", number, facts)


def _those_nobody_reaches(problem: Problem, standing: Supply, forbidden: Promises, rows: _Rows) -> None:
    """Needs that no usable offer both reaches and accepts."""
    waiting = rows.open()
    found = hindrances(problem, standing, forbidden, rows.needs[waiting])
    for code, reason in enumerate(REASONS):
        mine = np.flatnonzero(found.reason == code)
        first, number = distinct(found.offers[mine], found.offer[mine])
        texts = []
        for offers, one in zip(found.offers[mine[first]].tolist(), found.offer[mine[first]].tolist(), strict=True):
            facts: dict[str, object] = {"offers": offers} if code != NO_PROVIDER else {}
            if one != NONE:
                facts |= {"offer": problem.snapshot.offers.key[one].as_py(), "asks": rule_facts(problem, one)}
            texts.append(facts_text(facts))
        rows.tell(waiting[mine], reason, number, texts)
