"""What a plan changes of what is published for needs, reckoned anew: freely, or because it cannot stand (model (35))."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.snapshot import ACCEPTED, LONG_AGO, NONE, OFFER, ON_NEED, VOLUNTEER, Bools, Longs
from matching.plan import Assignments
from matching.verify import needs, offers
from matching.verify.case import Case, Pairs
from matching.verify.limits import cost_of, offer_sums, volunteer_sums

RULES = (
    needs.need_quantity,
    needs.indivisible,
    needs.volunteer_whole,
    offers.kind,
    offers.area,
    offers.dates,
    offers.paused,
    offers.acceptance,
    offers.excluded,
    offers.fund_region,
    offers.fund_kind,
    offers.fund_dates,
    offers.skills,
    offers.volunteer_reach,
)
"""What must hold of what is published for a need, were it planned today, whatever else is."""


def needs_changed(case: Case) -> tuple[Bools, Bools]:
    """For each need of the snapshot, whether its published providers or quantities change freely, or of necessity."""
    before = _published(case)
    old, rows = before.rows, case.rows
    was, now = case.code(old), case.code(rows)
    kept = np.zeros(len(old.need), bool)
    order = np.argsort(now, kind="stable")
    if len(now):
        at = order[np.minimum(np.searchsorted(now[order], was), len(now) - 1)]
        kept = (now[at] == was) & (rows.quantity[at] == old.quantity)
    changed = np.zeros(len(case.counts), bool)
    changed[old.need[~kept]] = True
    held = np.zeros(len(case.counts), bool)
    held[old.need] = True
    more = held[rows.need] & ~np.isin(now, was) & (rows.quantity > 0)
    changed[rows.need[more]] = True
    changed &= case.counts
    may = _may_stand(case, before)
    return changed & may, changed & ~may


def _published(case: Case) -> Case:
    """The case as if the plan were what is published for counting needs, and facts."""
    state = case.snapshot.published
    mine = case.counts[state.need] | (case.need_in_scope[state.need] & (state.status >= ACCEPTED))
    pairs = Pairs(state.need, state.provider_type, state.provider, state.quantity).where(mine)
    code, first, at = np.unique(case.code(pairs), return_index=True, return_inverse=True)
    units, nought = case.sum_by(at, pairs.quantity, len(code)), np.zeros(len(code), np.int64)
    given = Assignments(
        pairs.need[first],
        pairs.provider_type[first],
        pairs.provider[first],
        units,
        nought.astype(np.int32),
        nought,
    )
    return Case(case.snapshot, replace(case.plan, assignments=given))


def _may_stand(case: Case, before: Case) -> Bools:
    """For each need, whether what is published for it may stand beside facts and locks."""
    snapshot, rows = case.snapshot, before.rows
    proposed = before.decided
    wrong = {look.facts(row)["need"] for look in (rule.look(before) for rule in RULES) for row in look.wrong.tolist()}
    may = np.ones(len(case.counts), bool)
    may[pc.index_in(pa.array(sorted(wrong), pa.string()), value_set=snapshot.needs.key).to_numpy()] = False
    # who has answered gives what cannot be divided, and what a volunteer does, alone
    whole = ~snapshot.kinds.divisible[snapshot.needs.kind[rows.need]] | (rows.provider_type == VOLUNTEER)
    answered = np.isin(rows.need, before.facts.need)
    may[rows.need[proposed & whole & answered]] = False
    may[_locked(case)] = False
    _squeeze(case, before, may)
    return may


def _locked(case: Case) -> Longs:
    """Needs that a lock which holds keeps with a provider."""
    locks = case.snapshot.locks
    held = locks.keep & (locks.until >= case.plan.on) & (locks.subject_type == ON_NEED)
    return np.asarray(locks.subject[held], np.int64)


def _squeeze(case: Case, before: Case, may: Bools) -> None:
    """Let go of needs for which what stands leaves too little, the last of them in their turn."""
    left = _left(case, before)
    draws = _draws(before, before.rows.quantity - before.promised)
    draws = draws[may[draws[:, 0]] & (draws[:, 2] > 0)]
    asked = case.sum_by(draws[:, 1], draws[:, 2], len(left))
    draws = draws[(asked > left)[draws[:, 1]]]
    by_need: dict[int, dict[int, int]] = {}
    for need, limit, amount in draws.tolist():
        mine = by_need.setdefault(need, {})
        mine[limit] = mine.get(limit, 0) + amount
    for need in sorted(by_need, key=lambda need: _turn(case, need)):
        if all(amount <= left[limit] for limit, amount in by_need[need].items()):
            for limit, amount in by_need[need].items():
                left[limit] -= amount
        else:
            may[need] = False


def _turn(case: Case, need: int) -> tuple[int, int, int, int, int]:
    """Where a need comes: urgency, waiting band, day due, day opened, key."""
    table = case.snapshot.needs
    opened = int(table.opened_on[need])
    return (
        int(table.urgency[need]),
        int(case.waiting_band[need]),
        int(table.due_on[need]),
        case.plan.on if opened == LONG_AGO else opened,
        need,
    )


def _draws(case: Case, units: Longs) -> Longs:
    """Rows (need, limit, amount) of what so many units of each assignment take; limits in the order of `_left`."""
    snapshot, rows = case.snapshot, case.rows
    tables = snapshot.offers, snapshot.organizations, snapshot.funds
    first = np.cumsum([0, *(len(table.key) for table in tables)])
    by_offer, by_volunteer = (np.flatnonzero(rows.provider_type == each) for each in (OFFER, VOLUNTEER))
    offer = rows.provider[by_offer]
    fund, cost = snapshot.offers.fund[offer], cost_of(units[by_offer], snapshot.offers.unit_cost[offer])
    paid = fund != NONE
    work = units[by_volunteer] * snapshot.kinds.minutes[snapshot.needs.kind[rows.need[by_volunteer]]]
    parts = (
        (rows.need[by_offer], offer, units[by_offer]),
        (rows.need[by_offer], first[1] + snapshot.offers.organization[offer], cost),
        (rows.need[by_offer][paid], first[2] + fund[paid], cost[paid]),
        (rows.need[by_volunteer], first[3] + rows.provider[by_volunteer], work),
    )
    return np.concatenate([np.stack(part, axis=1).astype(np.int64) for part in parts])


def _left(case: Case, before: Case) -> Longs:
    """What facts, promises outside the scope and locks leave of offers, organisations, funds and volunteers, in a row."""
    snapshot = case.snapshot
    offers, organizations, funds = snapshot.offers, snapshot.organizations, snapshot.funds
    paid = np.flatnonzero(offers.fund != NONE)
    units, _ = offer_sums(before, np.ones(len(offers.key), np.int64))
    money, _ = offer_sums(before, offers.unit_cost)
    minutes, _ = volunteer_sums(before)
    stands = (
        units + case.spent("offers"),
        case.sum_by(offers.organization, money, len(organizations.key)) + case.spent("organizations"),
        case.sum_by(offers.fund[paid], money[paid], len(funds.key)) + case.spent("funds"),
        minutes + case.spent("volunteers"),
    )
    limits = offers.capacity, organizations.budget, funds.amount, snapshot.volunteers.hours.astype(np.int64) * 60
    endless = np.iinfo(np.int64).max
    left = np.concatenate(
        [
            np.where(limit == NONE, endless, np.maximum(limit - taken, 0))
            for limit, taken in zip(limits, stands, strict=True)
        ]
    )
    kept = _draws(case, case.rows.quantity - np.minimum(case.promised, case.rows.quantity))
    kept = kept[np.isin(kept[:, 0], _locked(case))]
    np.subtract.at(left, kept[:, 1], kept[:, 2])
    return left
