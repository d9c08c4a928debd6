"""What keeps every offer from needs that no usable offer both reaches and accepts (model (3), (4), (5)).

What hinders an offer from a need is a set, a bit for each of REASONS; an offer with one hindrance would serve without it.
Offers that nothing tells apart are looked at together, and so are needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import NONE, OFFER, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import Words, distinct, expand, offsets
from matching.serve.acceptance import People, Rules, rules_of
from matching.serve.eligibility import holding, kinds_paid, narrower_or_same, widest_areas
from matching.serve.exclusions import positions
from matching.serve.supply import Promises, Supply

REASONS = (
    "excluded",
    "data_missing",
    "not_accepted",
    "offer_paused",
    "offer_dates",
    "fund",
    "too_large",
    "budget",
    "capacity_gone",
    "offer_empty",
)
"""Hindrances in the order in which they are told, where several offers have one each."""
EXCLUDED, DATA_MISSING, NOT_ACCEPTED, PAUSED, DATES, FUND, TOO_LARGE, BUDGET, GONE, EMPTY = (
    1 << at for at in range(len(REASONS))
)
PAIRS_AT_ONCE = 1 << 20
"""About so many pairs of alike needs and alike offers are looked at at once."""


def names_of(hindered: int) -> list[str]:
    """The hindrances of a set, the one to tell first: of several, whether the person is accepted."""
    names = [name for at, name in enumerate(REASONS) if hindered >> at & 1]
    if len(names) > 1:
        names.sort(key=lambda name: name not in ("not_accepted", "data_missing"))
    return names


_SETS = sorted(range(1 << len(REASONS)), key=lambda each: (each.bit_count(), list(map(REASONS.index, names_of(each)))))
_RANK = np.argsort(np.array(_SETS))
"""Sets of hindrances from none to all, and the place of each set among them."""


@dataclass(frozen=True)
class Hindrances:
    """For each need what hinders the offer that the least does, that offer, and how many are hindered by the same.

    Where no offer reaches the place nothing hinders, `offer` is NONE, and `offers` are those of the kind anywhere.
    """

    by: Ints
    offer: Ints
    offers: Longs


def hindrances(problem: Problem, standing: Supply, forbidden: Promises, needs: Ints, asked: Longs) -> Hindrances:
    """What hinders the offers of each of some needs, in order of their keys, that ask so much of one offer at least."""
    found = Hindrances(
        np.zeros(len(needs), np.int32), np.full(len(needs), NONE, np.int32), np.zeros(len(needs), np.int64)
    )
    kind = problem.snapshot.needs.kind[needs]
    people, every, forbidden = People(problem), _Offers(problem, standing), forbidden.of_type(OFFER)
    for one in np.unique(kind).tolist():
        mine = np.flatnonzero(kind == one)
        found.offers[mine] = every.serves[:, one].sum()
        alike = _Alike.of(every, forbidden, one, needs[mine], int(asked[mine].max()))
        waiting = _Waiting.of(people, alike, forbidden, needs[mine], asked[mine])
        for cases, by, offer, offers in _nearest(problem, alike, waiting):
            at = np.searchsorted(cases, waiting.case)
            there = np.flatnonzero(cases[np.minimum(at, len(cases) - 1)] == waiting.case)
            rows, at = mine[there], at[there]
            found.by[rows], found.offer[rows], found.offers[rows] = by[at], offer[at], offers[at]
    return found


@dataclass(frozen=True)
class _Offers:
    """The offers of a problem: what hinders each from every need, what it has and could be paid for, whom it may serve."""

    problem: Problem
    standing: Supply

    @cached_property
    def hindered(self) -> Ints:
        """Hindrances of each offer that no need changes."""
        offers, funds, on = self.problem.snapshot.offers, self.problem.snapshot.funds, self.problem.on
        named = np.flatnonzero(offers.fund != NONE)
        ended = np.zeros(len(offers.key), bool)
        ended[named] = ~holding(funds, on)[offers.fund[named]]
        found = PAUSED * offers.paused + DATES * ~holding(offers, on) + FUND * ended
        empty = offers.capacity == 0
        return np.asarray(found + EMPTY * empty + GONE * (~empty & (self.standing.capacity <= 0)), np.int32)

    @cached_property
    def payable(self) -> Longs:
        """Units that the money of each offer pays for."""
        return self.standing.unlimited().payable(self.problem)

    @cached_property
    def serves(self) -> Bools:
        """Shape (offers, kinds): kinds that each is of or broader than."""
        return narrower_or_same(self.problem.snapshot.kinds)[self.problem.snapshot.offers.kind]

    @cached_property
    def paid(self) -> Bools:
        """Shape (offers, kinds): kinds that its fund pays for."""
        return kinds_paid(self.problem)

    @cached_property
    def areas(self) -> tuple[Ints, Ints]:
        """Offers and where they serve, a row for each area."""
        return widest_areas(self.problem, np.arange(len(self.hindered), dtype=np.int32))


@dataclass(frozen=True)
class _Alike:
    """The offers of one kind by what tells them apart, and where they hang.

    By class: `rule` on the person, what it is `hindered` by, the `fund_region` (NONE for no such limit), units that it
    has and that are `payable`. By hanging, in order of areas: the class, how many offers and the first. `some` are the
    offers with their `class_of`; one that a need may not have is in a class of its own.
    """

    rules: Rules
    some: Ints
    class_of: Longs
    rule: Longs
    hindered: Ints
    fund_region: Ints
    units: Longs
    payable: Longs
    start: Longs
    hanging: Longs
    count: Longs
    first: Ints

    @staticmethod
    def of(every: _Offers, forbidden: Promises, kind: int, needs: Ints, most: int) -> _Alike:
        """Those of a kind; units beyond the `most` that a need asks for make no difference."""
        snapshot = every.problem.snapshot
        offer, area = every.areas
        mine = every.serves[offer, kind]
        offer, area = offer[mine], area[mine]
        some = np.unique(offer)
        rules, rule = rules_of(snapshot.offers, some)
        apart = np.zeros(len(some), np.int64)
        barred = np.unique(positions(forbidden, needs, some)[1])
        apart[barred] = np.arange(1, len(barred) + 1)
        hindered = every.hindered[some] | np.where(every.paid[some, kind], 0, FUND)
        fund = snapshot.offers.fund[some]
        limited = np.flatnonzero(fund != NONE)
        region = np.full(len(some), NONE, np.int32)
        region[limited] = snapshot.funds.region[fund[limited]]
        units, payable = (np.minimum(each[some], most) for each in (every.standing.capacity, every.payable))
        one, class_of = distinct(rule, apart, hindered, region, units, payable)
        hang, number = distinct(area, class_of[np.searchsorted(some, offer)])
        first = np.full(len(hang), len(every.hindered), np.int32)
        np.minimum.at(first, number, offer)
        return _Alike(
            rules,
            some,
            class_of,
            rule=rule[one].astype(np.int64),
            hindered=hindered[one],
            fund_region=region[one],
            units=units[one],
            payable=payable[one],
            start=offsets(area[hang], len(snapshot.regions.level)),
            hanging=class_of[np.searchsorted(some, offer[hang])],
            count=np.bincount(number, minlength=len(hang)),
            first=first,
        )


@dataclass(frozen=True)
class _Waiting:
    """Needs of one kind by `case`: cases with their place, what they ask of one offer, and the rules that they meet.

    `loose` are the rules met if ages that are not known fit; `excluded` are cases with classes that they may not have,
    as whole numbers.
    """

    case: Longs
    place: Ints
    asked: Longs
    strict: Words
    loose: Words
    excluded: Longs

    @staticmethod
    def of(people: People, alike: _Alike, forbidden: Promises, needs: Ints, asked: Longs) -> _Waiting:
        """Needs in order of their keys; one that may not have some offer is a case of its own."""
        place = people.problem.snapshot.needs.place[needs]
        strict, loose = (people.passed(needs, alike.rules, unknown_fits=fits) for fits in (False, True))
        barred, offer = positions(forbidden, needs, alike.some)
        own = np.zeros(len(needs), np.int64)
        own[barred] = barred + 1
        one, case = distinct(place, asked, own, *strict.T, *loose.T)
        excluded = case[barred] * len(alike.rule) + alike.class_of[offer]
        return _Waiting(case, place[one], asked[one], strict[one], loose[one], np.unique(excluded))


def _nearest(problem: Problem, alike: _Alike, waiting: _Waiting) -> Iterator[tuple[Longs, Ints, Ints, Longs]]:
    """Cases with offers that reach them, some at a time: the least that hinders one, the offer, and how many there are."""
    offers, above = len(problem.snapshot.offers.key), problem.snapshot.regions.ancestor[waiting.place].astype(np.int64)
    start, end = (np.where(above == NONE, 0, alike.start[above + beyond]) for beyond in (0, 1))
    reaching = (end - start).sum(axis=1)
    block = np.cumsum(reaching) // PAIRS_AT_ONCE
    for each in np.unique(block[reaching > 0]).tolist():
        rows = np.flatnonzero((block == each) & (reaching > 0))
        owner, hang = expand(start[rows].ravel(), end[rows].ravel())
        at = owner // above.shape[1]
        by = _hindered(problem, alike, waiting, rows[at], alike.hanging[hang])
        code = _RANK[by] * offers + alike.first[hang]
        least = np.minimum.reduceat(code, np.flatnonzero(np.diff(at, prepend=NONE)))
        nearest = np.array(_SETS, np.int32)[least // offers]
        # where nobody is accepted it does not matter who is excluded besides
        beside = np.where(nearest == NOT_ACCEPTED, EXCLUDED, 0)[at]
        same = np.flatnonzero(by | beside == nearest[at] | beside)
        count = np.bincount(at[same], weights=alike.count[hang[same]], minlength=len(rows))
        yield rows, nearest, (least % offers).astype(np.int32), count.astype(np.int64)


def _hindered(problem: Problem, alike: _Alike, waiting: _Waiting, case: Longs, of: Longs) -> Ints:
    """What hinders offers of a class from needs of a case, for pairs of equal positions."""
    rule, asked, region = alike.rule[of], waiting.asked[case], alike.fund_region[of]
    strict, loose = (_has(words, case, rule) for words in (waiting.strict, waiting.loose))
    outside = (region != NONE) & ~problem.snapshot.regions.inside(waiting.place[case], region)
    found = alike.hindered[of] | FUND * outside | NOT_ACCEPTED * ~loose | DATA_MISSING * (loose & ~strict)
    found |= EXCLUDED * np.isin(case * len(alike.rule) + of, waiting.excluded)
    found |= TOO_LARGE * ((alike.units[of] > 0) & (alike.units[of] < asked)) | BUDGET * (alike.payable[of] < asked)
    return np.asarray(found, np.int32)


def _has(words: Words, row: Longs, bit: Longs) -> Bools:
    """Whether bit sets of some rows hold bits of equal positions."""
    held: Bools = (words[row, bit // 64] >> (bit % 64).astype(np.uint64)) & np.uint64(1) != 0
    return held
