"""The value of each stage, reckoned anew from what a plan hands out (model (8), (9), (25))."""

from __future__ import annotations

import numpy as np

from graph.model import ALERTS, ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import OFFER, TOWN, VILLAGE, Floats, Ints, Longs
from matching.verify.accounts import cared_for, counted_workers, covered
from matching.verify.case import Case
from matching.verify.changes import needs_changed
from matching.verify.dialects import asks, hears
from matching.verify.roads import Roads
from matching.verify.worker_changes import households_changed, places_changed
from matching.verify.workers import loads, needs_worker


def worker_values(case: Case) -> dict[str, Floats]:
    """Places covered, real ones first; households with a responsible worker, by alert; changes of what was published."""
    regions, households = case.snapshot.regions, case.snapshot.households
    places = covered(case) & case.in_scope & (regions.level >= TOWN)
    homes = cared_for(case) & needs_worker(case)
    return {
        "cover": np.array([np.sum(places & regions.real), np.sum(places & ~regions.real)], float),
        "responsible": np.bincount(households.alert[homes], minlength=len(ALERTS)).astype(float),
        "worker_changes": np.array([sum(map(len, (*places_changed(case), *households_changed(case))))], float),
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
    cost += float(prices.dialect * np.sum(asks(case) & ~hears(case)))

    def strain(load: Longs) -> float:
        busy = np.maximum(load - prices.busy_above * staff.capacity, 0)
        return float(np.sum(prices.busy * busy + prices.overload * np.maximum(load - staff.capacity, 0)))

    _, standing = loads(case)
    added = case.sum_by(worker, case.snapshot.households.weight[home], len(standing))
    return cost + strain(standing + added) - strain(standing)


def needs_values(case: Case) -> dict[str, Floats]:
    """Units met over the kind's usual quantity, by urgency and waiting band."""
    needs = case.snapshot.needs
    mine = np.flatnonzero(case.counts)
    share = case.units[mine] / case.usual_quantity[needs.kind[mine]]
    bands = len(case.plan.policy.waiting_months) + 1
    level = needs.urgency[mine].astype(np.int64) * bands + case.waiting_band[mine]
    met = np.bincount(level, weights=share, minlength=len(URGENCIES) * bands).reshape(len(URGENCIES), bands)
    return {f"needs_{urgency.code}": met[at] for at, urgency in enumerate(URGENCIES)}


def steadiness_values(case: Case) -> dict[str, Floats]:
    """How even the counties stand, and how many needs have other providers or quantities than published (model (37), (38))."""
    return {
        "fairness": np.array([_unfairness(case)], float),
        "changes": np.array([sum(map(np.sum, needs_changed(case)))], float),
    }


def _unfairness(case: Case) -> int:
    """Units met, each weighed by the twentieths of what its county asks of its kind and urgency that are full before it."""
    needs, mine = case.snapshot.needs, np.flatnonzero(case.counts)
    columns = (case.snapshot.regions.county_slot[needs.place[mine]], needs.kind[mine], needs.urgency[mine])
    _, cell = np.unique(np.stack([column.astype(np.int64) for column in columns]), axis=1, return_inverse=True)
    asked = case.sum_by(cell, needs.quantity[mine], int(cell.max(initial=-1)) + 1)
    met = case.sum_by(cell, np.minimum(case.units, needs.quantity)[mine], len(asked))
    # a unit counts one for each end of a twentieth, but the last, that it lies beyond
    return sum(int(np.maximum(met - asked * part // 20, 0).sum()) for part in range(1, 20))


def assignment_values(case: Case) -> dict[str, Floats]:
    """Σ units × rank of the provider, × minutes, × unit cost: what the last stages make small."""
    rows, snapshot, order = case.rows, case.snapshot, case.plan.policy.provider_order
    ranks = np.array([order[code.code] for code in ORGANIZATION_TYPES], np.int64)
    rank = np.full(len(rows.need), order["volunteer"], np.int64)
    mine = rows.provider_type == OFFER
    offer = rows.provider[mine]
    rank[mine] = ranks[snapshot.organizations.type[snapshot.offers.organization[offer]]]
    price = np.zeros(len(rows.need), np.int64)
    price[mine] = snapshot.offers.unit_cost[offer]
    # as floating numbers: at their limits these sums pass 64 bits
    each: dict[str, Longs | Ints] = {"provider_order": rank, "travel": case.plan.assignments.minutes, "cost": price}
    return {name: np.array([np.dot(one.astype(float), rows.quantity)]) for name, one in each.items()}
