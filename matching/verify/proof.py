"""That the levels called exact are served as much as can be: the cut that the plan's prices name, reckoned anew (model (15)).

Any set of offers bounds what a plan can serve up to a level: needs that some offer outside the set could serve get at most
what they ask, all others together at most what the offers of the set can give. Let the set of each level be the offers of
which one more unit would let in a need of that level or a better one. Where a plan serves just the bound, no plan serves more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, OFFER, ON_NEED, VOLUNTEER, Bools, Ints, Longs
from matching.verify.case import Case, Pairs
from matching.verify.check import Look, report
from matching.verify.helping import Helpers, open_to_volunteers
from matching.verify.joins import among
from matching.verify.reaching import last_label
from matching.verify.room import room_of


@report(
    "stage {figure} is called exact, but serves {found} units up to one of its levels, where {expected} are not ruled out",
    "阶段 {figure} 标为精确，但截至其某一级共提供 {found} 单位，而证明未能排除 {expected} 单位",
)
def proven(case: Case) -> Look:
    """What exact stages of needs serve, level by level, is all that the prices' cut leaves possible.

    Behind a stage that is not exact a level may get what an earlier one lacks: there the two count together, or all is
    served that anybody could serve.
    """
    stages = {stage.stage: stage.exact for stage in case.plan.certificate.stages}
    exact = np.array([stages.get(f"needs_{urgency.code}", False) for urgency in URGENCIES])
    cut = served_and_most(case)
    urgency = cut.level // (len(case.plan.policy.waiting_months) + 1)
    first = np.logical_and.accumulate(exact)[urgency]
    ends = np.diff(cut.level, append=NONE) != 0
    wanting = np.isin(cut.level, cut.level[np.diff(cut.served, prepend=0) < cut.reached])
    asked = np.flatnonzero(exact[urgency] & (first | ends & wanting))
    return Look.of(
        (cut.served != cut.most)[asked],
        lambda row: {
            "figure": f"needs_{URGENCIES[int(urgency[asked[row]])].code}",
            "found": int(cut.served[asked[row]]),
            "expected": int(cut.most[asked[row]]),
        },
    )


@dataclass(frozen=True)
class Cut:
    """Levels, each told apart by usual quantity × weight, with units: what offers serve up to each, and the most they could.

    `reached` are the units that the needs of each level itself ask for and somebody could serve.
    """

    level: Longs
    usual: Longs
    served: Longs
    most: Longs
    reached: Longs


def served_and_most(case: Case) -> Cut:
    """The cut that the plan's prices name, reckoned on the snapshot."""
    given, held = _given(case)
    needs = case.snapshot.needs
    asked = _asked(case, given)
    some = np.flatnonzero(asked).astype(np.int32)
    bands = len(case.plan.policy.waiting_months) + 1
    level = needs.urgency[some].astype(np.int64) * bands + case.waiting_band[some]
    # volunteers share their hours among kinds that take more or less time
    helpers = Helpers(case, held, open_to_volunteers(case, asked, given))
    each = helpers.weight
    own, usual = each[needs.kind[some]], case.usual_quantity * each
    sizes = np.unique(usual)
    step, at = np.unique(level * len(sizes) + np.searchsorted(sizes, usual)[needs.kind[some]], return_inverse=True)
    served = case.sum_by(at, (case.units - given)[some] * own, len(step))
    room = room_of(case, held, int(asked.sum()))
    offers = np.flatnonzero(_holds(case) & (room.units > 0)).astype(np.int32)
    label = _labels(case, step, sizes, OFFER)[offers]
    last = last_label(case, some, offers, label)
    added = np.append(room.most(offers, label, len(step), each[case.snapshot.offers.kind]), 0)
    theirs = _labels(case, step, sizes, VOLUNTEER)
    last = np.maximum(last, helpers.last_label(some, theirs, len(step)))
    np.add.at(added, theirs, helpers.room)
    added[-1] = 0
    asked *= each[needs.kind]
    # a need with an offer beyond the cut counts whole from its own level on, until the cut has all of its offers
    free = last > at
    np.add.at(added, at[free], asked[some[free]])
    np.subtract.at(added, last[free], asked[some[free]])
    reached = case.sum_by(at, np.where(last == NONE, 0, asked[some]), len(step))
    place, size = np.divmod(step, len(sizes))
    return Cut(place, sizes[size], np.cumsum(served), np.cumsum(added)[:-1], reached)


def _asked(case: Case, given: Longs) -> Longs:
    """Units that each need asks for beside what it is given and that no choice can change."""
    needs = case.snapshot.needs
    asked = np.where(case.counts, np.maximum(needs.quantity - given, 0), 0)
    asked[~case.snapshot.kinds.divisible[needs.kind] & (given > 0)] = 0
    return asked


def _labels(case: Case, step: Longs, sizes: Longs, provider_type: int) -> Ints:
    """For each provider the first level from which the cut has it, by position; that behind the last where it never has."""
    tables = {OFFER: case.snapshot.offers.key, VOLUNTEER: case.snapshot.volunteers.key}
    prices, found = case.plan.prices, np.full(len(tables[provider_type]), len(step), np.int32)
    priced = (prices.provider_type == provider_type) & (prices.level != NONE)
    # a usual quantity beyond all sizes comes before the next level
    wanted = prices.level[priced].astype(np.int64) * len(sizes) + np.searchsorted(sizes, prices.usual[priced])
    found[prices.provider[priced]] = np.searchsorted(step, wanted)
    return found


def _given(case: Case) -> tuple[Longs, Bools]:
    """Units of each need that are no choice of the flow, and which rows of the plan a lock keeps."""
    locks, needs, rows = case.snapshot.locks, case.snapshot.needs, case.rows
    keeps = np.flatnonzero(locks.keep & (locks.until >= case.plan.on) & (locks.subject_type == ON_NEED))
    pairs = Pairs(
        locks.subject[keeps], locks.provider_type[keeps], locks.provider[keeps], needs.quantity[locks.subject[keeps]]
    )
    held = among(case.code(rows), case.code(pairs))
    units = np.where(held, rows.quantity, np.minimum(case.promised, rows.quantity))
    return case.sum_by(rows.need, units, len(needs.key)), held


def _holds(case: Case) -> Bools:
    """Offers that are not paused and hold, with the fund that they name, on the run's date (model (3))."""
    offers, funds, on = case.snapshot.offers, case.snapshot.funds, case.plan.on
    holds = ~offers.paused & (offers.valid_from <= on) & (offers.valid_to >= on)
    named = np.flatnonzero(offers.fund != NONE)
    fund = offers.fund[named]
    holds[named] &= (funds.valid_from[fund] <= on) & (funds.valid_to[fund] >= on)
    return np.asarray(holds)
