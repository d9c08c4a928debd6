"""What is left for a run after what stands: published outside the scope, answered within, kept by locks (model (2))."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot import ACCEPTED, NONE, OFFER, SPENDERS, VOLUNTEER, Bools, Ints, Longs
from matching.plan import Assignments
from matching.policy import UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.ranges import distinct
from matching.travel import Roads, assignment_minutes

UNLIMITED = 2**50
"""What a blank capacity or budget counts, and all that would cost more."""


@dataclass(frozen=True)
class Promises:
    """Needs with providers and units, each pair once."""

    need: Ints
    provider_type: Ints
    provider: Ints
    quantity: Longs

    @staticmethod
    def of(need: Ints, provider_type: Ints, provider: Ints, quantity: Longs) -> Promises:
        """Promises of rows in which a pair may stand several times."""
        first, number = distinct(need, provider_type, provider)
        total = np.zeros(len(first), np.int64)
        np.add.at(total, number, quantity)
        return Promises(need[first], provider_type[first].astype(np.int32), provider[first], total)

    def of_type(self, provider_type: int) -> Promises:
        """Those of providers of one type."""
        mine = self.provider_type == provider_type
        return Promises(self.need[mine], self.provider_type[mine], self.provider[mine], self.quantity[mine])

    def and_others(self, other: Promises) -> Promises:
        """Both together."""
        return Promises.of(
            np.concatenate([self.need, other.need]),
            np.concatenate([self.provider_type, other.provider_type]),
            np.concatenate([self.provider, other.provider]),
            np.concatenate([self.quantity, other.quantity]),
        )


@dataclass(frozen=True)
class Supply:
    """Units left of each offer, yuan of each organisation and fund, minutes of each volunteer, units of each need.

    UNLIMITED stands for no limit. `fixed` is what the plan holds already.
    """

    capacity: Longs
    budget: Longs
    fund: Longs
    minutes: Longs
    units: Longs
    fixed: Promises

    def without(self, problem: Problem, promises: Promises) -> Supply:
        """What further promises leave; what is overdrawn counts as nothing left."""
        snapshot = problem.snapshot
        by_offer = promises.of_type(OFFER)
        units = np.zeros(len(self.capacity), np.int64)
        np.add.at(units, by_offer.provider, by_offer.quantity)
        cost = cost_of(units, snapshot.offers.unit_cost)
        budget, fund = self.budget.copy(), self.fund.copy()
        np.subtract.at(budget, snapshot.offers.organization, cost)
        paid = np.flatnonzero(snapshot.offers.fund != NONE)
        np.subtract.at(fund, snapshot.offers.fund[paid], cost[paid])
        by_volunteer = promises.of_type(VOLUNTEER)
        minutes = self.minutes.copy()
        work = by_volunteer.quantity * snapshot.kinds.minutes[snapshot.needs.kind[by_volunteer.need]]
        np.subtract.at(minutes, by_volunteer.provider, work)
        return Supply(
            _left(self.capacity, self.capacity - units),
            _left(self.budget, budget),
            _left(self.fund, fund),
            np.maximum(minutes, 0),
            self.units,
            self.fixed,
        )

    def holding(self, problem: Problem, promises: Promises) -> Supply:
        """What is left when the plan holds these promises to needs of its scope.

        A need that cannot be divided and has got something gets nothing more.
        """
        if not len(promises.need):
            return self
        rest = self.without(problem, promises)
        given = np.zeros(len(self.units), np.int64)
        np.add.at(given, promises.need, promises.quantity)
        units = np.maximum(self.units - given, 0)
        units[(given > 0) & ~problem.snapshot.kinds.divisible[problem.snapshot.needs.kind]] = 0
        return Supply(rest.capacity, rest.budget, rest.fund, rest.minutes, units, self.fixed.and_others(promises))

    def unlimited(self) -> Supply:
        """The same as if every offer had all units that anybody could want."""
        return replace(self, capacity=np.full_like(self.capacity, UNLIMITED))

    def payable(self, problem: Problem) -> Longs:
        """Units that each offer can give and its organisation and fund could pay if it were the only one."""
        offers = problem.snapshot.offers
        funds = np.append(self.fund, UNLIMITED)  # the last is for offers without a fund
        most = self.capacity
        for money in (self.budget[offers.organization], funds[offers.fund]):
            limited = (money < UNLIMITED) & (offers.unit_cost > 0)
            most = np.where(limited, np.minimum(most, money // np.maximum(offers.unit_cost, 1)), most)
        return most


def cost_of(units: Longs, price: Longs) -> Longs:
    """Yuan that so many units cost at a price each; UNLIMITED where it would be more, which may pass 64 bits."""
    return np.where(units > UNLIMITED // np.maximum(price, 1), UNLIMITED, units * price)


def standing_supply(problem: Problem) -> Supply:
    """What closed needs have used up, published assignments outside the scope, and facts within it, leave."""
    snapshot = problem.snapshot
    nothing = Promises(*(np.zeros(0, np.int32),) * 3, np.zeros(0, np.int64))
    capacity, budget, fund, minutes = (
        _left(limit, limit - _spent(problem, table, len(limit)))
        for table, limit in (
            ("offers", _unlimited(snapshot.offers.capacity)),
            ("organizations", _unlimited(snapshot.organizations.budget)),
            ("funds", _unlimited(snapshot.funds.amount)),
            ("volunteers", snapshot.volunteers.hours.astype(np.int64) * 60),
        )
    )
    whole = Supply(capacity, budget, fund, minutes, snapshot.needs.quantity, nothing)
    place = snapshot.needs.place[snapshot.published.need]
    inside = np.where(place == NONE, False, problem.place_in_scope[place])
    rest = whole.without(problem, published(problem, ~inside))
    return rest.holding(problem, published(problem, inside & (snapshot.published.status >= ACCEPTED)))


def _spent(problem: Problem, table: str, length: int) -> Longs:
    """What closed needs have used up of each row of a table, as far as it is gone in this run's period (model (2))."""
    snapshot, state = problem.snapshot, problem.snapshot.published
    mine = state.spender_table == SPENDERS.index(table)
    row, month, spent = state.spender[mine], state.spent_in[mine], state.spent[mine]
    match table:
        case "offers":
            counts = (month == problem.month) | ~snapshot.kinds.recurring[snapshot.offers.kind[row]]
        case "volunteers":
            counts = month == problem.month
        case "organizations":
            counts = month // 12 == problem.month // 12
        case _:
            counts = np.ones(len(row), bool)
    total = np.zeros(length, np.int64)
    np.add.at(total, row, np.where(counts | (month == NONE), spent, 0))
    return total


def published(problem: Problem, some: Bools) -> Promises:
    """Some of the published assignments."""
    state = problem.snapshot.published
    return Promises.of(
        state.need[some], state.provider_type[some].astype(np.int32), state.provider[some], state.quantity[some]
    )


def fixed_assignments(problem: Problem, roads: Roads, promises: Promises) -> Assignments:
    """Promises as assignments, with their minutes and cost."""
    snapshot = problem.snapshot
    place = snapshot.needs.place[promises.need]
    minutes = np.zeros(len(place), np.int32)
    cost = np.zeros(len(place), np.int64)
    offers, volunteers = promises.provider_type == OFFER, promises.provider_type == VOLUNTEER
    offer = promises.provider[offers]
    minutes[offers] = np.maximum(assignment_minutes(roads, offer, place[offers]), 0)
    cost[offers] = cost_of(promises.quantity[offers], snapshot.offers.unit_cost[offer])
    way = roads.minutes(snapshot.volunteers.village[promises.provider[volunteers]], place[volunteers])
    minutes[volunteers] = np.where(way == NONE, UNREACHABLE_MINUTES, way)
    return Assignments(
        promises.need, promises.provider_type.astype(np.int8), promises.provider, promises.quantity, minutes, cost
    )


def _unlimited(limit: Longs) -> Longs:
    return np.where(limit == NONE, UNLIMITED, limit)


def _left(limit: Longs, left: Longs) -> Longs:
    return np.where(limit >= UNLIMITED, UNLIMITED, np.maximum(left, 0))
