"""Needs that a plan does not meet whole, with their reasons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import URGENCIES
from graph.snapshot import NONE, Bools, Ints, Longs
from matching.plan import OFFER, Assignments, Texts, Unmet
from matching.problem import Problem
from matching.serve.eligibility import areas_of, kinds_served, valid_offers
from matching.serve.proof import Outcome
from matching.serve.reasons import (
    accepts,
    dictionary,
    facts_text,
    first_above,
    offers_above,
    rule_facts,
    taken_texts,
)
from matching.serve.supply import Promises, Supply
from matching.serve.whole_needs import Reach


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
    given = np.zeros(len(snapshot.needs.key), np.int64)
    np.add.at(given, assignments.need, assignments.quantity)
    lacking = snapshot.needs.quantity[problem.counting] - given[problem.counting]
    needs, lacking = problem.counting[lacking > 0], lacking[lacking > 0]
    rows = _Rows(needs)
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
    reach = Reach(network)
    offers = component.offers
    units_left = reach.most(left.capacity[offers])[node]
    payable = reach.most(left.payable(problem)[offers])[node]
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
    totals = reach.sums(by_urgency)[nodes]
    text, texts = taken_texts(totals[:, -1], totals[:, :-1])
    rows.tell(mine[taken], "capacity_taken", text[at], texts)


def _those_nobody_reaches(problem: Problem, standing: Supply, forbidden: Promises, rows: _Rows) -> None:
    """Needs that no usable offer both reaches and accepts."""
    snapshot = problem.snapshot
    kinds = len(snapshot.kinds.key)
    every = np.arange(len(snapshot.offers.key), dtype=np.int32)
    areas = areas_of(problem, every)
    row, kind = np.nonzero(kinds_served(problem)[areas.offer])
    offer, within = areas.offer[row], areas.within[row]
    valid, something = valid_offers(problem)[offer], standing.payable(problem)[offer] > 0
    paused = snapshot.offers.paused[offer]
    waiting = rows.open()
    need = rows.needs[waiting]
    asked, place = snapshot.needs.kind[need], snapshot.needs.place[need]

    def reaching(some: Bools) -> Longs:
        found: Longs = offers_above(problem, kind[some], within[some], kinds)[asked, place].astype(np.int64)
        return found

    usable = valid & something
    count = reaching(usable)
    here = count > 0
    first = first_above(problem, kind[usable], within[usable], offer[usable], kinds)[asked, place]
    barred = _barred(problem, forbidden, need, first)
    _tell_offers(problem, rows, waiting, here & (barred != NONE), "excluded", count, barred)
    here &= barred == NONE
    unknown = np.zeros(len(need), bool)
    unknown[here] = accepts(problem, need[here], first[here], ages=False)
    _tell_offers(problem, rows, waiting, here & unknown, "data_missing", count, first)
    _tell_offers(problem, rows, waiting, here & ~unknown, "not_accepted", count, first)
    rest = count == 0
    total = np.bincount(np.nonzero(kinds_served(problem))[1], minlength=kinds)[asked]
    for reason, number in (
        ("offer_paused", reaching(paused)),
        ("offer_dates", reaching(~valid & ~paused)),
        ("budget", reaching(valid & ~something & (standing.capacity[offer] > 0))),
        ("capacity_gone", reaching(valid & ~something)),
        ("no_provider_reaches", total),
        ("no_provider", np.ones(len(need), np.int64)),
    ):
        mine = np.flatnonzero(rest & (number > 0))
        values, at = np.unique(number[mine], return_inverse=True)
        facts = [facts_text({} if reason == "no_provider" else {"offers": each}) for each in values.tolist()]
        rows.tell(waiting[mine], reason, at, facts)
        rest &= number == 0


def _barred(problem: Problem, forbidden: Promises, need: Ints, first: Ints) -> Ints:
    """An offer that would accept each need were it not kept from it, NONE where there is none."""
    pairs = forbidden.of_type(OFFER)
    found = np.full(len(need), NONE, np.int32)
    if not len(pairs.need) or not len(need):
        return found
    at = np.minimum(np.searchsorted(need, pairs.need), len(need) - 1)
    hit = (need[at] == pairs.need) & (first[at] < len(problem.snapshot.offers.key))
    at, offer = at[hit], pairs.provider[hit]
    regions, place = problem.snapshot.regions, problem.snapshot.needs.place[need[at]]
    areas = areas_of(problem, np.unique(offer))
    reaches = np.zeros(len(at), bool)
    for area_offer, within in zip(areas.offer.tolist(), areas.within.tolist(), strict=True):
        mine = np.flatnonzero(offer == area_offer)
        reaches[mine] |= regions.inside(place[mine], np.full(len(mine), within, np.int32))
    reaches &= kinds_served(problem)[offer, problem.snapshot.needs.kind[need[at]]] & valid_offers(problem)[offer]
    reaches &= accepts(problem, need[at], offer)
    found[at[reaches]] = offer[reaches]
    return found


def _tell_offers(
    problem: Problem,
    rows: _Rows,
    waiting: npt.NDArray[np.intp],
    some: Bools,
    reason: str,
    count: Longs,
    offer: Ints,
) -> None:
    """Tell rows of one reason, with the number of offers that reach and one of them."""
    mine = np.flatnonzero(some)
    pairs, number = np.unique(count[mine] * (len(problem.snapshot.offers.key) + 1) + offer[mine], return_inverse=True)
    texts = []
    for code in pairs.tolist():
        offers, one = divmod(code, len(problem.snapshot.offers.key) + 1)
        facts = {"offers": offers, "offer": problem.snapshot.offers.key[one].as_py(), "asks": rule_facts(problem, one)}
        texts.append(facts_text(facts))
    rows.tell(waiting[mine], reason, number, texts)
