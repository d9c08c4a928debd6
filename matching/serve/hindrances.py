"""What keeps every offer from needs that no usable offer both reaches and accepts (model (3), (4), (5))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from graph.snapshot import NONE, OFFER, Bools, Bytes, Ints, Longs
from matching.problem import Problem
from matching.ranges import distinct, unpack
from matching.serve.acceptance import People, rules_of
from matching.serve.eligibility import areas_of, kinds_served, valid_offers
from matching.serve.supply import Promises, Supply

REASONS = (
    "excluded",
    "data_missing",
    "not_accepted",
    "offer_paused",
    "offer_dates",
    "budget",
    "capacity_gone",
    "no_provider_reaches",
    "no_provider",
)
"""Reasons in the order in which they are told; those up to `not_accepted` name an offer."""
EXCLUDED, DATA_MISSING, NOT_ACCEPTED, *_, NO_PROVIDER_REACHES, NO_PROVIDER = range(len(REASONS))
USABLE, PAUSED, NOT_VALID, SPENT, GONE = range(5)
"""States of an offer: it could give; or it is paused, does not hold on the date, has no money, or no capacity left.

A state but the first is the reason that stands as many places behind `not_accepted`.
"""
FAR = np.iinfo(np.int32).max
"""More than any number of an offer."""
NEEDS_AT_ONCE = 1 << 12
"""Most needs whose rules are held as flags at once."""


@dataclass(frozen=True)
class Hindrances:
    """For each need the position of its reason, how many offers that is said of, and one of them (NONE for none).

    Without the hindrance that the reason names the offer would accept, unless each one is hindered in two ways.
    """

    reason: Bytes
    offers: Longs
    offer: Ints


def hindrances(problem: Problem, standing: Supply, forbidden: Promises, needs: Ints) -> Hindrances:
    """What hinders the offers of each of some needs, given in order of their keys."""
    found = Hindrances(
        np.full(len(needs), NO_PROVIDER, np.int8), np.zeros(len(needs), np.int64), np.full(len(needs), NONE, np.int32)
    )
    if not len(needs):
        return found
    kind = problem.snapshot.needs.kind[needs]
    every, people = _Offers(problem, standing), People(problem)
    for one in np.unique(kind).tolist():
        mine = np.flatnonzero(kind == one)
        for rows, told in _of_kind(people, every, forbidden.of_type(OFFER), one, needs[mine]):
            for column, values in ((found.reason, told.reason), (found.offers, told.offers), (found.offer, told.offer)):
                column[mine[rows]] = values
    return found


@dataclass(frozen=True)
class _Offers:
    """The offers of a problem: their states, the kinds they serve, and where."""

    problem: Problem
    standing: Supply

    @cached_property
    def state(self) -> Bytes:
        """State of each offer."""
        offers, payable = self.problem.snapshot.offers, self.standing.payable(self.problem)
        money = np.where(self.standing.capacity > 0, SPENT, GONE)
        able = np.where(payable > 0, USABLE, money)
        state = np.where(offers.paused, PAUSED, np.where(valid_offers(self.problem), able, NOT_VALID))
        return state.astype(np.int8)

    @cached_property
    def serves(self) -> Bools:
        """Shape (offers, kinds): kinds each may meet."""
        return kinds_served(self.problem)

    @cached_property
    def areas(self) -> tuple[Ints, Ints]:
        """Offers and where they serve, a row for each area."""
        areas = areas_of(self.problem, np.arange(len(self.state), dtype=np.int32))
        return areas.offer, areas.within


def _of_kind(
    people: People, every: _Offers, forbidden: Promises, kind: int, needs: Ints
) -> Iterator[tuple[slice, Hindrances]]:
    """What hinders the offers of the needs of one kind, some needs at a time."""
    snapshot = every.problem.snapshot
    offer, within = every.areas
    mine = every.serves[offer, kind]
    offer, within = offer[mine], within[mine]
    some = np.unique(offer)
    rules, asked = rules_of(snapshot.offers, some)
    need_at, barred = _within(forbidden.need, needs), _within(forbidden.provider, some)
    pairs = np.flatnonzero((need_at != NONE) & (barred != NONE))
    need_at, barred = need_at[pairs], barred[pairs]
    # an offer that some need excludes has a rule of its own
    apart = np.zeros(len(some), np.int64)
    apart[np.unique(barred)] = np.arange(1, len(np.unique(barred)) + 1)
    first, rule = distinct(asked, apart)
    here = _Reaching.of(every, offer, within, rule[np.searchsorted(some, offer)], len(first))
    of_kind = int(every.serves[:, kind].sum())
    for low in range(0, len(needs), NEEDS_AT_ONCE):
        rows = slice(low, low + NEEDS_AT_ONCE)
        excluded = np.zeros((len(needs[rows]), len(first)), bool)
        inside = (need_at >= low) & (need_at < low + NEEDS_AT_ONCE)
        excluded[need_at[inside] - low, rule[barred[inside]]] = True
        strict, loose = (
            unpack(people.passed(needs[rows], rules, unknown_fits=fits), len(rules))[:, asked[first]]
            for fits in (False, True)
        )
        yield rows, here.hinder(snapshot.needs.place[needs[rows]], strict, loose, excluded, of_kind)


def _within(values: Ints, among: Ints) -> Longs:
    """Position of each value in a sorted list, NONE where it is not there."""
    if not len(among):
        return np.full(len(values), NONE, np.int64)
    at = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.where(among[at] == values, at, NONE)


@dataclass(frozen=True)
class _Reaching:
    """Offers of one kind that hang at each area: how many by state and rule, and the first usable one of each rule.

    `count` has shape (areas + 1, states, rules) and `lowest` shape (areas + 1, rules), the last row empty.
    """

    ancestor: Ints
    row: Ints
    count: Ints
    lowest: Ints

    @staticmethod
    def of(every: _Offers, offer: Ints, within: Ints, rule: Longs, rules: int) -> _Reaching:
        regions = every.problem.snapshot.regions
        areas, number = np.unique(within, return_inverse=True)
        row = np.full(len(regions.level) + 1, len(areas), np.int32)
        row[areas] = np.arange(len(areas))
        count = np.zeros((len(areas) + 1, GONE + 1, rules), np.int32)
        np.add.at(count, (number, every.state[offer], rule), 1)
        lowest = np.full((len(areas) + 1, rules), FAR, np.int32)
        usable = every.state[offer] == USABLE
        np.minimum.at(lowest, (number[usable], rule[usable]), offer[usable])
        return _Reaching(regions.ancestor, row, count, lowest)

    def hinder(self, place: Ints, strict: Bools, loose: Bools, excluded: Bools, of_kind: int) -> Hindrances:
        """What hinders the offers of needs at these places, of `of_kind` offers in all.

        The flags, of shape (needs, rules), are the rules that each need meets, those it meets if unknown ages fit, and
        those of offers that it may not have.
        """
        # NONE, where a place has no ancestor of a level, stands for the last row, which is empty
        rows = self.row[self.ancestor[place]].T
        count: Ints = reduce(np.add, (self.count[each] for each in rows))
        lowest: Ints = reduce(np.minimum, (self.lowest[each] for each in rows))
        states = range(PAUSED, GONE + 1)
        alone = [(NOT_ACCEPTED + state, state, strict & ~excluded) for state in states]
        twice = [(NOT_ACCEPTED + state, state, np.ones_like(strict)) for state in (USABLE, *states)]
        found = Hindrances(
            np.full(len(place), NO_PROVIDER_REACHES if of_kind else NO_PROVIDER, np.int8),
            np.full(len(place), of_kind, np.int64),
            np.full(len(place), NONE, np.int32),
        )
        rest = np.ones(len(place), bool)
        for reason, state, flags in (
            (EXCLUDED, USABLE, strict & excluded),
            (DATA_MISSING, USABLE, loose & ~excluded),
            (NOT_ACCEPTED, USABLE, ~excluded),
            *alone,
            *twice,
        ):
            there = np.where(flags, count[:, state], 0)
            mine = np.flatnonzero(rest & there.any(axis=1))
            rest[mine] = False
            found.reason[mine] = reason
            if state == USABLE:
                found.offers[mine] = count[mine, state].sum(axis=1)
                found.offer[mine] = np.where(there[mine] > 0, lowest[mine], FAR).min(axis=1, initial=FAR)
            else:
                found.offers[mine] = there[mine].sum(axis=1)
        return found
