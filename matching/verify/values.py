"""The value of each stage, reckoned anew from what a plan hands out (model (8), (9), (25))."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np

from graph.model import ALERTS, ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import LONG_AGO, OFFER, TOWN, VILLAGE, Floats, Ints, Longs
from matching.verify.accounts import cared_for, counted_workers, covered
from matching.verify.case import EPOCH, Case
from matching.verify.roads import Roads
from matching.verify.workers import loads, needs_worker, pair_code


def worker_values(case: Case) -> dict[str, Floats]:
    """Places covered, real ones first; households with a responsible worker, by alert; changes of what was published."""
    regions, households = case.snapshot.regions, case.snapshot.households
    places = covered(case) & case.in_scope & (regions.level >= TOWN)
    homes = cared_for(case) & needs_worker(case)
    return {
        "cover": np.array([np.sum(places & regions.real), np.sum(places & ~regions.real)], float),
        "responsible": np.bincount(households.alert[homes], minlength=len(ALERTS)).astype(float),
        "worker_changes": np.array([_places_changed(case) + _households_changed(case)], float),
        "operating": np.array([operating_cost(case)]),
    }


def operating_cost(case: Case) -> float:
    """What the counting workers' villages, ways and loads cost beyond what they carry elsewhere (model (25))."""
    prices, staff, coverage = case.plan.policy.operating, case.snapshot.caseworkers, case.plan.coverage
    villages = counted_workers(case)[coverage.caseworker] & (case.snapshot.regions.level[coverage.place] == VILLAGE)
    cost = float(np.sum(prices.pair + prices.pair_minute * coverage.minutes[villages].astype(np.int64)))
    held = case.plan.responsibilities
    mine = counted_workers(case)[held.caseworker]
    home, worker = held.household[mine], held.caseworker[mine]
    way = Roads(case.snapshot).leg(staff.town[worker], case.snapshot.households.village[home])
    cost += float(np.sum(way * case.snapshot.households.weight[home].astype(np.int64)))

    def strain(load: Longs) -> float:
        busy = np.maximum(load - prices.busy_above * staff.capacity, 0)
        return float(np.sum(prices.busy * busy + prices.overload * np.maximum(load - staff.capacity, 0)))

    _, standing = loads(case)
    added = case.sum_by(worker, case.snapshot.households.weight[home], len(standing))
    return cost + strain(standing + added) - strain(standing)


def _places_changed(case: Case) -> int:
    """Places of the scope that were covered and are not by the same workers."""
    state, coverage = case.snapshot.published, case.plan.coverage
    mine = case.in_scope[state.place]
    before = pair_code(state.place[mine], state.place_caseworker[mine], case)
    now = pair_code(coverage.place, coverage.caseworker, case)
    gone = state.place[mine][~np.isin(before, now)]
    new = coverage.place[~np.isin(now, before)]
    return len(np.unique(np.concatenate([gone, new[np.isin(new, state.place[mine])]])))


def _households_changed(case: Case) -> int:
    """Households that need a worker, had one and have not that one."""
    state, held = case.snapshot.published, case.plan.responsibilities
    mine = needs_worker(case)[state.household]
    before = pair_code(state.household[mine], state.household_caseworker[mine], case)
    return int(np.sum(~np.isin(before, pair_code(held.household, held.caseworker, case))))


def needs_values(case: Case) -> dict[str, Floats]:
    """Units met over the kind's usual quantity, by urgency and waiting band."""
    needs = case.snapshot.needs
    mine = np.flatnonzero(case.counts)
    share = case.units[mine] / usual_quantities(case)[needs.kind[mine]]
    bands = len(case.plan.policy.waiting_months) + 1
    level = needs.urgency[mine].astype(np.int64) * bands + waiting_band(case)[mine]
    met = np.bincount(level, weights=share, minlength=len(URGENCIES) * bands).reshape(len(URGENCIES), bands)
    return {f"needs_{urgency.code}": met[at] for at, urgency in enumerate(URGENCIES)}


def usual_quantities(case: Case) -> Longs:
    """The usual quantity of each kind: the policy's, or the lower median over its counting needs, at least 1."""
    needs, kinds = case.snapshot.needs, case.snapshot.kinds.key.to_pylist()
    kind, quantity = needs.kind[case.counts], needs.quantity[case.counts]
    usual = np.ones(len(kinds), np.int64)
    for at, name in enumerate(kinds):
        asked = quantity[kind == at]
        if len(asked):
            middle = (len(asked) - 1) // 2
            usual[at] = np.partition(asked, middle)[middle]
        usual[at] = case.plan.policy.usual_quantity.get(name, usual[at])
    return np.maximum(usual, 1)


def waiting_band(case: Case) -> Ints:
    """The waiting band of each need: the first whose months have passed since it was opened (model (8))."""
    opened = case.snapshot.needs.opened_on
    months = case.plan.policy.waiting_months
    band = np.full(len(opened), len(months), np.int32)
    for at in range(len(months) - 1, -1, -1):
        band[opened <= last_opened(case.plan.on, months[at])] = at
    band[opened == LONG_AGO] = len(months)
    return band


def last_opened(on: int, months: int) -> int:
    """The last day on which a need was opened that has waited so many calendar months by a day."""
    for day in range(on - 28 * months, on - 31 * months - 4, -1):
        opened = date.fromordinal(EPOCH + day)
        year, month = divmod(opened.year * 12 + opened.month - 1 + months, 12)
        passed = date(year, month + 1, min(opened.day, monthrange(year, month + 1)[1]))
        if passed.toordinal() - EPOCH <= on:
            return day
    raise ValueError(f"no day lies {months} months before day {on}")


def assignment_values(case: Case) -> dict[str, Floats]:
    """Σ units × rank of the provider, Σ units × minutes, Σ cost: what the last stages make small."""
    rows, snapshot, order = case.rows, case.snapshot, case.plan.policy.provider_order
    ranks = np.array([order[code.code] for code in ORGANIZATION_TYPES], np.int64)
    rank = np.full(len(rows.need), order["volunteer"], np.int64)
    mine = rows.provider_type == OFFER
    organization = snapshot.offers.organization[rows.provider[mine]]
    rank[mine] = ranks[snapshot.organizations.type[organization]]
    return {
        "provider_order": np.array([np.sum(rank * rows.quantity)], float),
        "travel": np.array([np.sum(case.plan.assignments.minutes * rows.quantity)], float),
        "cost": np.array([np.sum(case.plan.assignments.cost)], float),
    }
