"""What one more unit of a service kind is worth in each town: the best unserved need that it lets in (model (32))."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graph.model import URGENCIES
from graph.snapshot import CASEWORKER, NONE, OFFER, TOWN, Bools, Ints, Longs
from matching.plan import Plan
from matching.problem import Problem
from matching.ranges import distinct
from matching.serve.eligibility import narrower_or_same
from matching.serve.levels import bands, levels
from matching.serve.supply import Promises, standing_supply

WORTH = pa.schema(
    [("town", pa.string()), ("kind", pa.string()), ("urgency", pa.string()), ("waiting_months", pa.int32())]
)
"""A row for each town (or wider place that lies in none) and kind of which one more unit would let a need in.

`urgency` and `waiting_months`, the least that it has waited, are those of the need.
"""
_NOBODY = int(np.iinfo(np.int32).max)
"""Level of no need."""


def worth_by_town(problem: Problem, plan: Plan) -> pa.Table:
    """What one more unit of each kind, free for anybody in a town, is worth there, in order of town and kind.

    Exact where the stage of the need is exact; where whole needs were rounded, the unit may be a part of one.
    """
    snapshot = problem.snapshot
    needs, regions = snapshot.needs, snapshot.regions
    need, level = _let_in(problem, plan)
    place = needs.place[need]
    town = np.where(regions.ancestor[place, TOWN] == NONE, place, regions.ancestor[place, TOWN])
    row, level = _best(level, town, needs.kind[need])
    town, needed = town[row], needs.kind[need[row]]
    # an offer serves narrower kinds too
    kind, at = np.nonzero(narrower_or_same(snapshot.kinds)[:, needed])
    row, level = _best(level[at], town[at], kind.astype(np.int32))
    codes, months = pa.array([code.code for code in URGENCIES]), [*problem.policy.waiting_months, 0]
    columns = [
        regions.key.take(pa.array(town[at][row])),
        snapshot.kinds.key.take(pa.array(kind[row])),
        codes.take(pa.array(level // bands(problem))),
        pa.array(np.array(months, np.int32)[level % bands(problem)]),
    ]
    return pa.table(columns, schema=WORTH).sort_by([("town", "ascending"), ("kind", "ascending")])


def _let_in(problem: Problem, plan: Plan) -> tuple[Ints, Ints]:
    """Needs that would take one more unit, and the level that it would serve in the end.

    An unmet need takes it for itself. A served one frees a unit of its provider, which is worth what that one's label says;
    answers and locks `keep` are no part of the choice and free nothing.
    """
    standing = standing_supply(problem)
    unmet = plan.unmet.need[standing.units[plan.unmet.need] > 0]
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
    return (
        np.concatenate([unmet, given.need[frees]]),
        np.concatenate([levels(problem, unmet), label[by[frees]]]),
    )


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


def _best(level: Ints, *columns: Ints) -> tuple[Ints, Ints]:
    """The first of each distinct row of columns, and the best level of its rows."""
    row, number = distinct(*columns)
    best = np.full(len(row), _NOBODY, np.int32)
    np.minimum.at(best, number, level)
    return row.astype(np.int32), best
