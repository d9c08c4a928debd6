"""Rules about what providers can give: capacity, money, hours, and what an assignment takes (model (2), (6), (10))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, OFFER, ON_NEED, VOLUNTEER, Bools, Ints, Longs
from matching.policy import UNREACHABLE_MINUTES
from matching.verify.case import Case, Pairs
from matching.verify.check import Look, check, report
from matching.verify.joins import found_in
from matching.verify.roads import Roads, assignment_minutes

_MOST = 2**50
"""Most yuan that are told apart."""


def cost_of(units: Longs, price: Longs) -> Longs:
    """Yuan for so many units at a price each; 2⁵⁰ stand for all that would be more."""
    return np.where(units > _MOST // np.maximum(price, 1), _MOST, units * price)


def overdrawn(limit: Longs, decided: Longs, standing: Longs) -> Bools:
    """Where what the run decided does not fit into what standing promises leave of a limit; NONE is no limit.

    Promises made before a limit shrank may exceed it, but nothing may then be added.
    """
    beyond: Bools = (limit != NONE) & (decided > np.maximum(limit - standing, 0))
    return beyond


@check(
    "offer {provider} hands out {found} units, more than its capacity {expected} leaves",
    "供给 {provider} 共提供 {found} 单位，超出其容量 {expected}",
)
def capacity(case: Case) -> Look:
    """No offer hands out more than its capacity, with what it promised outside the scope and has used up (model (10))."""
    offers, length = case.snapshot.offers, len(case.snapshot.offers.key)
    kept, decided = offer_sums(case, np.ones(length, np.int64))
    kept = kept + case.spent("offers")
    return Look.of(
        overdrawn(offers.capacity, decided, kept),
        lambda row: {
            "provider": case.provider(OFFER, row),
            "found": int(decided[row] + kept[row]),
            "expected": int(offers.capacity[row]),
        },
    )


@check(
    "organisation {organization} spends {found} yuan, more than its budget of {expected} leaves",
    "机构 {organization} 支出 {found} 元，超出预算 {expected} 元",
)
def budget(case: Case) -> Look:
    """No organisation spends more than its budget, with what it promised outside the scope and has paid (model (10))."""
    organizations, offers = case.snapshot.organizations, case.snapshot.offers
    kept, decided = (
        case.sum_by(offers.organization, cost, len(organizations.key)) for cost in offer_sums(case, offers.unit_cost)
    )
    kept = kept + case.spent("organizations")
    return Look.of(
        overdrawn(organizations.budget, decided, kept),
        lambda row: {
            "organization": str(organizations.key[row].as_py()),
            "found": int(decided[row] + kept[row]),
            "expected": int(organizations.budget[row]),
        },
    )


@check(
    "fund {fund} pays {found} yuan, more than its {expected} leave",
    "资金 {fund} 支出 {found} 元，超出总额 {expected} 元",
)
def fund_amount(case: Case) -> Look:
    """No fund pays more than its amount, with what it promised outside the scope and has paid (model (10))."""
    funds, offers = case.snapshot.funds, case.snapshot.offers
    paid = np.flatnonzero(offers.fund != NONE)
    kept, decided = (
        case.sum_by(offers.fund[paid], cost[paid], len(funds.key)) for cost in offer_sums(case, offers.unit_cost)
    )
    kept = kept + case.spent("funds")
    return Look.of(
        overdrawn(funds.amount, decided, kept),
        lambda row: {
            "fund": str(funds.key[row].as_py()),
            "found": int(decided[row] + kept[row]),
            "expected": int(funds.amount[row]),
        },
    )


def offer_sums(case: Case, price: Longs) -> tuple[Longs, Longs]:
    """For each offer at a price per unit: what stands (outside the scope, or answered) and what the run decided."""
    length = len(case.snapshot.offers.key)
    rows, outside = case.rows, case.elsewhere.of(OFFER)
    mine = rows.provider_type == OFFER
    promised = np.minimum(case.promised, rows.quantity)[mine]
    kept = case.sum_by(outside.provider, outside.quantity, length)
    kept += case.sum_by(rows.provider[mine], promised, length)
    decided = case.sum_by(rows.provider[mine], rows.quantity[mine] - promised, length)
    return cost_of(kept, price), cost_of(decided, price)


def volunteer_sums(case: Case) -> tuple[Longs, Longs]:
    """For each volunteer in minutes of work: what stands (outside the scope, or answered) and what the run decided."""
    snapshot, rows = case.snapshot, case.rows
    length, outside = len(snapshot.volunteers.key), case.elsewhere.of(VOLUNTEER)

    def work(need: Ints, quantity: Longs) -> Longs:
        return snapshot.kinds.minutes[snapshot.needs.kind[need]] * quantity

    mine = rows.provider_type == VOLUNTEER
    promised = np.minimum(case.promised, rows.quantity)[mine]
    kept = case.sum_by(outside.provider, work(outside.need, outside.quantity), length)
    kept += case.sum_by(rows.provider[mine], work(rows.need[mine], promised), length)
    decided = case.sum_by(rows.provider[mine], work(rows.need[mine], rows.quantity[mine] - promised), length)
    return kept, decided


@check(
    "volunteer {provider} works {found} minutes, more than the hours leave ({expected} minutes)",
    "志愿者 {provider} 需工作 {found} 分钟，超出可用的 {expected} 分钟",
)
def hours(case: Case) -> Look:
    """No volunteer works longer than the hours given, with what was worked before; the way does not count."""
    limit = case.snapshot.volunteers.hours.astype(np.int64) * 60
    kept, decided = volunteer_sums(case)
    kept = kept + case.spent("volunteers")
    return Look.of(
        overdrawn(limit, decided, kept),
        lambda row: {
            "provider": case.provider(VOLUNTEER, row),
            "found": int(decided[row] + kept[row]),
            "expected": int(limit[row]),
        },
    )


@report(
    "{provider} serves need {need} in {expected} minutes, not {found}",
    "{provider} 为需求 {need} 提供的路程应为 {expected} 分钟，而非 {found}",
)
def assignment_way(case: Case) -> Look:
    """The minutes of an assignment are the sum of the legs of the area that serves it (model (6))."""
    rows, snapshot = case.rows, case.snapshot
    place = snapshot.needs.place[rows.need]
    minutes = np.zeros(len(rows.need), np.int32)
    by_offer, by_volunteer = rows.provider_type == OFFER, rows.provider_type == VOLUNTEER
    minutes[by_offer] = assignment_minutes(snapshot, rows.provider[by_offer], place[by_offer])
    home = snapshot.volunteers.village[rows.provider[by_volunteer]]
    way = Roads(snapshot).minutes(home, place[by_volunteer])
    minutes[by_volunteer] = np.where(way == NONE, UNREACHABLE_MINUTES, way)
    said = case.plan.assignments.minutes
    # where no area serves any more, an answered promise has no way to be reckoned
    wrong = (said != minutes) & (minutes != NONE)
    return Look.of(wrong, lambda row: case.row(row, found=int(said[row]), expected=int(minutes[row])))


@report(
    "{provider} serves need {need} for {expected} yuan, not {found}",
    "{provider} 为需求 {need} 提供的费用应为 {expected} 元，而非 {found} 元",
)
def assignment_cost(case: Case) -> Look:
    """The cost of an assignment is its quantity times the offer's unit cost, 2⁵⁰ at most; volunteers cost nothing."""
    rows, offers = case.rows, case.snapshot.offers
    cost = np.zeros(len(rows.need), np.int64)
    mine = rows.provider_type == OFFER
    cost[mine] = cost_of(rows.quantity[mine], offers.unit_cost[rows.provider[mine]])
    said = case.plan.assignments.cost
    return Look.of(said != cost, lambda row: case.row(row, found=int(said[row]), expected=int(cost[row])))


@check(
    "lock {lock} keeps need {need} with {provider}: {expected} units, the plan hands {found}",
    "锁定 {lock} 要求需求 {need} 全部由 {provider} 提供（{expected} 单位），方案只有 {found}",
)
def keep_need(case: Case) -> Look:
    """A need that a lock keeps with a provider gets at least its whole quantity there; `need_quantity` holds the most."""
    locks, needs = case.snapshot.locks, case.snapshot.needs
    held = np.flatnonzero(locks.keep & (locks.until >= case.plan.on) & (locks.subject_type == ON_NEED))
    held = held[case.counts[locks.subject[held]]]
    need = locks.subject[held]
    asked = case.code(Pairs(need, locks.provider_type[held], locks.provider[held], needs.quantity[need]))
    given = np.maximum(found_in(case.code(case.rows), case.rows.quantity, asked), 0)
    return Look.of(
        given < needs.quantity[need],
        lambda at: {
            "lock": str(locks.key[int(held[at])].as_py()),
            "need": case.need(int(need[at])),
            "provider": case.provider(int(locks.provider_type[held[at]]), int(locks.provider[held[at]])),
            "found": int(given[at]),
            "expected": int(needs.quantity[need[at]]),
        },
    )
