"""What one more unit, a volunteer's hours, more money or a worker is worth in each town (model (32), (43), (45))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.model import URGENCIES
from graph.snapshot import CASEWORKER, NONE, OFFER, TOWN, Bools, Ints, Longs
from matching.budget import Budget
from matching.cover.covering import wide_case
from matching.cover.one_more import OneMore, one_more_worker
from matching.plan import Plan
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.eligibility import narrower_or_same
from matching.serve.levels import bands, levels
from matching.serve.supply import Promises, standing_supply
from matching.short import FAULTS

WORTH = pa.schema(
    [
        ("town", pa.string()),
        ("what", pa.string()),
        ("kind", pa.string()),
        ("amount", pa.int64()),
        ("urgency", pa.string()),
        ("waiting_months", pa.int32()),
        ("places", pa.int64()),
        ("households", pa.int64()),
    ]
)
"""A row for each town (or wider place that lies in none) and kind of which one more `unit`, or so many `hours`, let a need in.

`amount` is 1 for a unit, and the least hours of one volunteer of that kind; of `yuan`, the least that an organisation or a
fund of the town lacks for one more unit of that kind. `urgency` and `waiting_months`, the least that it has waited, are
those of the need. One more `worker` at a town has no kind and no urgency, but `places` and `households`.
"""

_RANK = {code.code: rank for rank, code in enumerate(URGENCIES)}


def worth_by_town(problem: Problem, plan: Plan) -> pa.Table:
    """What one more unit of each kind, the hours for one more need, more money or a worker is worth, in order of town and kind.

    The unit is free for anybody in the town, and so is a volunteer with the hours. Exact where the stage of the need is
    exact; where whole needs were rounded, the unit may be a part of one. Money stands where its holder does, at the scope
    where that is nowhere in it. A worker is a usual one.
    """
    snapshot = problem.snapshot
    needs = snapshot.needs
    gains = _let_in(problem, plan)
    minutes = snapshot.kinds.minutes.astype(np.int64)[needs.kind[gains.need]]
    hours = -(-needs.quantity[gains.need] * minutes // 60)
    helped = gains.alone & (minutes > 0) & (snapshot.regions.level[needs.place[gains.need]] >= TOWN)
    found = [
        _by_town(problem, gains, np.ones(len(gains.need), np.int64), "unit"),
        _by_town(problem, gains.where(helped), hours[helped], "hours"),
        _by_holder(problem, plan.certificate.budgets),
        _by_worker(problem, plan),
    ]
    order = [(name, "ascending") for name in ("town", "kind", "what")]
    return pa.concat_tables(found).sort_by(order)


def _by_town(problem: Problem, gains: _Gains, amount: Longs, what: str) -> pa.Table:
    """The most urgent gain of each town and kind, with the least amount for it."""
    snapshot, level = problem.snapshot, gains.level
    needs, regions = snapshot.needs, snapshot.regions
    place = needs.place[gains.need]
    town = np.where(regions.ancestor[place, TOWN] == NONE, place, regions.ancestor[place, TOWN])
    row = _first(town, needs.kind[gains.need], level, amount)
    # an offer serves narrower kinds too, and so does a volunteer
    kind, at = np.nonzero(narrower_or_same(snapshot.kinds)[:, needs.kind[gains.need[row]]])
    row = row[at]
    best = _first(town[row], kind, level[row], amount[row])
    row, kind = row[best], kind[best]
    codes, months = pa.array([code.code for code in URGENCIES]), [*problem.policy.waiting_months, 0]
    columns = [
        regions.key.take(pa.array(town[row])),
        pa.array([what] * len(row), pa.string()),
        snapshot.kinds.key.take(pa.array(kind)),
        pa.array(amount[row]),
        codes.take(pa.array(level[row] // bands(problem))),
        pa.array(np.array(months, np.int32)[level[row] % bands(problem)]),
        *[pa.nulls(len(row), pa.int64())] * 2,
    ]
    return pa.table(columns, schema=WORTH)


def _by_holder(problem: Problem, budgets: Sequence[Budget]) -> pa.Table:
    """The most urgent need that more money of the holders at a place lets in, of each kind, with the least money for it."""
    regions = problem.snapshot.regions
    best: dict[tuple[int, str], tuple[int, int, int]] = {}
    for each in budgets:
        region = _region_of(problem, each)
        town = int(regions.ancestor[region, TOWN])
        key = (region if town == NONE else town, each.kind)
        gain = (_RANK[each.urgency], -each.waiting_months, each.yuan)
        best[key] = min(gain, best.get(key, gain))
    rows = [
        {
            "town": regions.key[place].as_py(),
            "what": "yuan",
            "kind": kind,
            "amount": yuan,
            "urgency": URGENCIES[rank].code,
            "waiting_months": -less,
        }
        for (place, kind), (rank, less, yuan) in best.items()
    ]
    return pa.Table.from_pylist(rows, WORTH)


def _by_worker(problem: Problem, plan: Plan) -> pa.Table:
    """What one more worker at each town is worth; nothing is told where the solver fails, for the plan stands without it."""
    try:
        more = one_more_worker(wide_case(problem), plan.coverage, plan.responsibilities)
    except FAULTS:
        more = OneMore.none()
    town = problem.snapshot.regions.key.take(pa.array(more.town))
    rows = len(town)
    columns = {
        "town": town,
        "what": pa.array(["worker"] * rows, pa.string()),
        "amount": pa.array([1] * rows, pa.int64()),
    }
    columns |= {"places": pa.array(more.places), "households": pa.array(more.households)}
    return pa.table([columns.get(field.name, pa.nulls(rows, field.type)) for field in WORTH], schema=WORTH)


def _region_of(problem: Problem, budget: Budget) -> int:
    """Where a budget's holder is, the scope where that is nowhere in it."""
    holders = problem.snapshot.organizations if budget.type == "organization" else problem.snapshot.funds
    region = int(holders.region[holders.key.index(budget.key).as_py()])
    return region if region != NONE and problem.place_in_scope[region] else problem.scope


@dataclass(frozen=True)
class _Gains:
    """Needs that would take what is more, the level that it would serve in the end, and which take it as a whole."""

    need: Ints
    level: Ints
    alone: Bools

    def where(self, rows: Bools) -> _Gains:
        return _Gains(self.need[rows], self.level[rows], self.alone[rows])


def _let_in(problem: Problem, plan: Plan) -> _Gains:
    """Who would take what is more.

    An unmet need takes it for itself. A served one frees a unit of its provider, which is worth what that one's label says;
    answers and locks `keep` are no part of the choice and free nothing.
    """
    standing, quantity = standing_supply(problem), problem.snapshot.needs.quantity
    lacking = standing.units[plan.unmet.need] > 0
    unmet = plan.unmet.need[lacking]
    given, prices, fixed = plan.assignments, plan.prices, standing.fixed
    # volunteers are numbered behind the offers
    offers = len(problem.snapshot.offers.key)
    by, priced, held = (
        each.provider + np.where(each.provider_type == OFFER, 0, offers).astype(np.int32)
        for each in (given, prices, fixed)
    )
    label = np.full(offers + len(problem.snapshot.volunteers.key), NONE, np.int32)
    label[priced] = prices.level
    free = given.quantity > _held(fixed, held, given.need, by)
    frees = free & ~_kept(problem)[given.need] & (label[by] != NONE)
    taken = np.concatenate([plan.unmet.quantity[lacking], given.quantity[frees]])
    need = np.concatenate([unmet, given.need[frees]])
    level = np.concatenate([levels(problem, unmet), label[by[frees]]])
    return _Gains(need, level, (taken == quantity[need]) & (standing.units[need] == quantity[need]))


def _kept(problem: Problem) -> Bools:
    """Whether a lock keeps each need with its provider."""
    locks = problem.snapshot.locks
    found = np.zeros(len(problem.snapshot.needs.key), bool)
    found[locks.subject[locks.keep & (locks.until >= problem.on) & (locks.provider_type != CASEWORKER)]] = True
    return found


def _held(facts: Promises, held: Ints, need: Ints, by: Ints) -> Longs:
    """Units that answers hold of each pair of need and provider; `held` is the number of the provider of each answer."""
    number = distinct(np.concatenate([facts.need, need]), np.concatenate([held, by]))[1]
    units = np.zeros(len(number), np.int64)
    np.add.at(units, number[: len(facts.need)], facts.quantity)
    return units[number[len(facts.need) :]]


def _first(town: Ints, kind: Ints | Longs, level: Ints, amount: Longs) -> Longs:
    """For each town and kind, the row of the best level and the least amount for it."""
    order = np.lexsort((amount, level, kind, town))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(town[order]) != 0) | (np.diff(kind[order]) != 0)
    return order[new]
