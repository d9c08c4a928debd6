"""The case to be judged: a plan, the snapshot it was made from, and what several checks need to know of both."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import (
    ACCEPTED,
    CASEWORKER,
    FOREVER,
    LONG_AGO,
    NONE,
    OFFER,
    SPENDERS,
    VOLUNTEER,
    Bools,
    Bytes,
    Ints,
    Longs,
    Snapshot,
)
from matching.plan import Plan, Texts

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Pairs:
    """Needs with their providers and the units between them."""

    need: Ints
    provider_type: Bytes
    provider: Ints
    quantity: Longs

    def of(self, provider_type: int) -> Pairs:
        """The pairs with providers of one type."""
        return self.where(self.provider_type == provider_type)

    def where(self, kept: Bools) -> Pairs:
        """The pairs that are kept."""
        return Pairs(self.need[kept], self.provider_type[kept], self.provider[kept], self.quantity[kept])


@dataclass(frozen=True)
class Case:
    """A plan and its snapshot; everything else is derived from the two, anew and without the model's program."""

    snapshot: Snapshot
    plan: Plan

    @cached_property
    def today(self) -> date:
        """The run's date."""
        return date.fromordinal(EPOCH + self.plan.on)

    @cached_property
    def in_scope(self) -> Bools:
        """For each region, whether it is the scope or lies inside it."""
        regions = self.snapshot.regions
        every = np.arange(len(regions.level), dtype=np.int32)
        return regions.inside(every, np.full(len(every), self.plan.scope, np.int32))

    def _inside(self, places: Ints) -> Bools:
        found = np.zeros(len(places), bool)
        there = places != NONE
        found[there] = self.in_scope[places[there]]
        return found

    @cached_property
    def need_in_scope(self) -> Bools:
        """For each need, whether its place lies in the scope."""
        return self._inside(self.snapshot.needs.place)

    @cached_property
    def household_in_scope(self) -> Bools:
        """For each household, whether its village lies in the scope."""
        return self._inside(self.snapshot.households.village)

    @cached_property
    def counts(self) -> Bools:
        """For each need, whether it counts: open, opened by the run's date, its place in the scope (model (1))."""
        needs = self.snapshot.needs
        return ~needs.paused & (needs.opened_on <= self.plan.on) & self.need_in_scope

    @cached_property
    def rows(self) -> Pairs:
        """The plan's assignments."""
        a = self.plan.assignments
        return Pairs(a.need, a.provider_type, a.provider, a.quantity)

    @cached_property
    def facts(self) -> Pairs:
        """Answered assignments of needs in the scope, each pair once with its units (model (2))."""
        state = self.snapshot.published
        return self._joined((state.status >= ACCEPTED) & self.need_in_scope[state.need])

    @cached_property
    def elsewhere(self) -> Pairs:
        """Published assignments of needs outside the scope, which stand (model (2))."""
        return self._joined(~self.need_in_scope[self.snapshot.published.need])

    def spent(self, table: str) -> Longs:
        """What deliveries to closed needs have used up of each row of a table (model (2)).

        All of a fund and of an offer of a kind that does not recur; of other offers and of volunteers what they gave in
        the plan's period, of organisations what they paid in its year. What has no period counts in every one.
        """
        snapshot, state = self.snapshot, self.snapshot.published
        rows = np.flatnonzero(state.spender_table == SPENDERS.index(table))
        period = date.fromisoformat(f"{self.plan.period}-01")
        year, month = np.divmod(state.spent_in[rows], 12)
        then = (year == period.year - 1970) | (state.spent_in[rows] == NONE)
        if table in {"offers", "volunteers"}:
            then &= (month == period.month - 1) | (state.spent_in[rows] == NONE)
        if table == "offers":
            then |= ~snapshot.kinds.recurring[snapshot.offers.kind[state.spender[rows]]]
        if table == "funds":
            then[:] = True
        return self.sum_by(state.spender[rows[then]], state.spent[rows[then]], len(getattr(snapshot, table).key))

    def _joined(self, kept: Bools) -> Pairs:
        state = self.snapshot.published
        pairs = Pairs(state.need, state.provider_type, state.provider, state.quantity).where(kept)
        code, first, at = np.unique(self.code(pairs), return_index=True, return_inverse=True)
        units = np.zeros(len(code), np.int64)
        np.add.at(units, at, pairs.quantity)
        return Pairs(pairs.need[first], pairs.provider_type[first], pairs.provider[first], units)

    def code(self, pairs: Pairs) -> Longs:
        """A number for each pair, the same for the same need and provider."""
        tables = (self.snapshot.offers, self.snapshot.volunteers, self.snapshot.caseworkers)
        providers = 1 + max(len(table.key) for table in tables)
        return (pairs.need.astype(np.int64) * 3 + pairs.provider_type) * providers + pairs.provider

    @cached_property
    def promised(self) -> Longs:
        """For each row of the plan, the units that its provider has already answered for."""
        known, wanted = self.code(self.facts), self.code(self.rows)
        if not len(known):
            return np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, self.facts.quantity[at], 0)

    @cached_property
    def decided(self) -> Bools:
        """For each row of the plan, whether the run decided it: it is not just a fact that is kept."""
        decided: Bools = self.rows.quantity != self.promised
        return decided

    @cached_property
    def units(self) -> Longs:
        """For each need, the units that the plan hands it."""
        return self.sum_by(self.rows.need, self.rows.quantity, len(self.snapshot.needs.key))

    @staticmethod
    def sum_by(groups: npt.NDArray[Any], amounts: npt.NDArray[Any], length: int) -> Longs:
        """Sum of amounts for each group 0 … length − 1."""
        total = np.zeros(length, np.int64)
        np.add.at(total, groups.astype(np.intp), amounts.astype(np.int64))
        return total

    @cached_property
    def usual_quantity(self) -> Longs:
        """The usual quantity of each kind: the policy's, or the lower median over its counting needs, at least 1."""
        needs, kinds = self.snapshot.needs, self.snapshot.kinds.key.to_pylist()
        kind, quantity = needs.kind[self.counts], needs.quantity[self.counts]
        usual = np.ones(len(kinds), np.int64)
        for at, name in enumerate(kinds):
            asked = quantity[kind == at]
            if len(asked):
                middle = (len(asked) - 1) // 2
                usual[at] = np.partition(asked, middle)[middle]
            usual[at] = self.plan.policy.usual_quantity.get(name, usual[at])
        return np.maximum(usual, 1)

    @cached_property
    def waiting_band(self) -> Ints:
        """The waiting band of each need: the first whose months have passed since it was opened (model (8))."""
        opened = self.snapshot.needs.opened_on
        months = self.plan.policy.waiting_months
        band = np.full(len(opened), len(months), np.int32)
        for at in range(len(months) - 1, -1, -1):
            band[opened <= last_opened(self.plan.on, months[at])] = at
        band[opened == LONG_AGO] = len(months)
        return band

    @cached_property
    def subject_types(self) -> Texts:
        """The type of each subject in the uncovered list, as text."""
        return np.array(self.plan.uncovered.subject_type.to_pylist(), object)

    @cached_property
    def includes(self) -> Bools:
        """Shape (kinds, kinds): whether the first kind is the second or broader, over any number of links."""
        broader = self.snapshot.kinds.broader
        found = np.eye(len(broader.lengths), dtype=bool)
        found[broader.values, broader.owners] = True
        while True:
            further = found @ found
            if np.array_equal(further, found):
                return found
            found = further

    def need(self, index: int) -> str:
        """Key of a need."""
        return str(self.snapshot.needs.key[index].as_py())

    def place(self, index: int) -> str:
        """Key of a region, blank for none."""
        return "" if index == NONE else str(self.snapshot.regions.key[index].as_py())

    def household(self, index: int) -> str:
        """Key of a household."""
        return str(self.snapshot.households.key[index].as_py())

    def caseworker(self, index: int) -> str:
        """Key of a caseworker."""
        return str(self.snapshot.caseworkers.key[index].as_py())

    def provider(self, provider_type: int, index: int) -> str:
        """Key of a provider."""
        snapshot = self.snapshot
        keys = {OFFER: snapshot.offers.key, VOLUNTEER: snapshot.volunteers.key, CASEWORKER: snapshot.caseworkers.key}
        return str(keys[provider_type][index].as_py())

    def day(self, number: int) -> str:
        """A day as text, blank where a cell was."""
        if number in {LONG_AGO, FOREVER}:
            return ""
        return date.fromordinal(EPOCH + number).isoformat()

    def row(self, row: int, **facts: Any) -> dict[str, Any]:
        """Facts of a row of the assignments."""
        rows = self.rows
        provider = self.provider(int(rows.provider_type[row]), int(rows.provider[row]))
        return {"need": self.need(int(rows.need[row])), "provider": provider, **facts}


def last_opened(on: int, months: int) -> int:
    """The last day on which a need was opened that has waited so many calendar months by a day."""
    for day in range(on - 28 * months, on - 31 * months - 4, -1):
        opened = date.fromordinal(EPOCH + day)
        year, month = divmod(opened.year * 12 + opened.month - 1 + months, 12)
        passed = date(year, month + 1, min(opened.day, monthrange(year, month + 1)[1]))
        if passed.toordinal() - EPOCH <= on:
            return day
    raise ValueError(f"no day lies {months} months before day {on}")
