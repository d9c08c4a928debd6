"""Which offers could serve a need at all, reckoned anew for every need at once (model (3), (4), (5))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.snapshot import NONE, OFFER, ON_HOUSEHOLD, ON_NEED, ON_VILLAGE, Bools, Ints, Longs
from matching.verify.case import Case
from matching.verify.joins import entries

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class _Groups:
    """Offers of one area, kind and rule by the last of their labels, with where each pair of area and kind starts.

    Within a pair the last label stands first.
    """

    start: Longs
    rule: Ints
    last: Ints


def last_label(case: Case, needs: Ints, offers: Ints, label: Ints) -> Ints:
    """The last label of the offers that could serve each need; NONE where none could.

    Parameters
    ----------
    needs, offers
        Rows of the snapshot; offers that are paused, or do not hold on the run's date, must not be among them.
    label
        A whole number for each offer.
    """
    barred, by = _forbidden(case, needs, offers)
    asks, rule = _rules(case, offers)
    # an offer that some need may not have has a rule of its own
    own, at = np.unique(by, return_inverse=True)
    asks, rule[own] = np.concatenate([asks, asks[rule[own]]]), len(asks) + np.arange(len(own))
    met = _met(case, needs, asks)
    where = rule[own][at]
    np.bitwise_and.at(met, (barred, where // 64), ~(np.uint64(1) << (where % 64).astype(np.uint64)))
    return _last(case, needs, met, _groups(case, offers, rule.astype(np.int32), label))


def _last(case: Case, needs: Ints, met: Words, groups: _Groups) -> Ints:
    """The last label of the groups at each need's place, or around it, whose rule it meets."""
    kinds = len(case.snapshot.kinds.key)
    around = case.snapshot.regions.ancestor[case.snapshot.needs.place[needs]]
    kind = case.snapshot.needs.kind[needs].astype(np.int64)
    found = np.full(len(needs), NONE, np.int32)
    for area in around.T:
        need = np.flatnonzero(area != NONE)
        pair = area[need] * kinds + kind[need]
        at, end = groups.start[pair], groups.start[pair + 1]
        # the last label stands first: whoever meets the rule of a group need not look at those behind it
        while len(need := need[at < end]):
            at, end = at[at < end], end[at < end]
            rule, last = groups.rule[at], groups.last[at]
            meets = met[need, rule // 64] >> (rule % 64).astype(np.uint64) & np.uint64(1) != 0
            better = last > found[need]
            found[need[meets & better]] = last[meets & better]
            goes_on = better & ~meets
            need, at, end = need[goes_on], at[goes_on] + 1, end[goes_on]
    return found


def _groups(case: Case, offers: Ints, rule: Ints, label: Ints) -> _Groups:
    snapshot = case.snapshot
    kinds, regions = len(snapshot.kinds.key), len(snapshot.regions.level)
    row, area = _areas(case, offers)
    pays = case.includes[snapshot.offers.kind[offers]] & _paid(case, offers)
    at, kind = np.nonzero(pays[row])
    code = (area[at].astype(np.int64) * kinds + kind) * (int(rule.max(initial=0)) + 1) + rule[row[at]]
    group, number = np.unique(code, return_inverse=True)
    last = np.full(len(group), NONE, np.int32)
    np.maximum.at(last, number, label[row[at]])
    pair, rules = np.divmod(group, int(rule.max(initial=0)) + 1)
    order = np.lexsort((-last, pair))
    return _Groups(np.searchsorted(pair, np.arange(regions * kinds + 1)), rules[order].astype(np.int32), last[order])


def _areas(case: Case, offers: Ints) -> tuple[Ints, Ints]:
    """Where each offer serves, by position; a fund narrows an area to its region (model (3))."""
    snapshot = case.snapshot
    row, area = entries(snapshot.offers.serves, offers)
    fund = snapshot.offers.fund[offers[row]]
    named = np.flatnonzero(fund != NONE)
    region = area.copy()
    region[named] = snapshot.funds.region[fund[named]]
    inside, around = snapshot.regions.inside(area, region), snapshot.regions.inside(region, area)
    kept = inside | around
    return row[kept], np.where(inside, area, region)[kept]


def _paid(case: Case, offers: Ints) -> Bools:
    """Shape (offers, kinds): the kinds that the fund of each pays for; all where it names none (model (3))."""
    funds, fund = case.snapshot.funds, case.snapshot.offers.fund[offers]
    pays = np.zeros((len(funds.key) + 1, len(case.snapshot.kinds.key)), bool)
    np.logical_or.at(pays, funds.kinds.owners, case.includes[funds.kinds.values])
    pays[:-1][funds.kinds.lengths == 0] = True
    pays[-1] = True
    found: Bools = pays[fund]  # NONE is the last
    return found


def _rules(case: Case, offers: Ints) -> tuple[Longs, Longs]:
    """The distinct conditions on a person, rows of categories, traits and ages, and those of each offer."""
    table = case.snapshot.offers
    columns = (table.categories, table.traits, table.min_age, table.max_age)
    asks, rule = np.unique(
        np.stack([each[offers].astype(np.int64) for each in columns], 1), axis=0, return_inverse=True
    )
    return asks.reshape(-1, 4), rule.ravel().astype(np.int64)


def _met(case: Case, needs: Ints, asks: Longs) -> Words:
    """The rules, as bits, that the need's person meets, or else any one member of the household (model (4))."""
    table, persons = case.snapshot.needs, case.snapshot.persons
    alike = (persons.birth_year.astype(np.int64) << 48) | (persons.categories.astype(np.int64) << 24)
    kinds = pa.array(alike | persons.traits.astype(np.int64)).dictionary_encode()
    value, of_person = kinds.dictionary.to_numpy(), kinds.indices.to_numpy()
    year, categories, traits = value >> 48, value >> 24 & 0xFFFFFF, value & 0xFFFFFF
    age, known = case.today.year - year, year != 0
    width = -(-len(asks) // 64) if len(asks) else 1
    by_kind, open_to_all = np.zeros((len(value), width), np.uint64), np.zeros(width, np.uint64)
    for rule, (some_of, one_of, least, most) in enumerate(asks.tolist()):
        meets = ((some_of == 0) | (categories & some_of != 0)) & ((one_of == 0) | (traits & one_of != 0))
        meets &= (least == NONE) | (known & (age >= least))
        meets &= (most == NONE) | (known & (age <= most))
        bit = np.uint64(1) << np.uint64(rule % 64)
        by_kind[meets, rule // 64] |= bit
        if not some_of and not one_of and least == most == NONE:
            open_to_all[rule // 64] |= bit
    found = np.tile(open_to_all, (len(needs), 1))
    named = table.person[needs] != NONE
    found[named] = by_kind[of_person[table.person[needs[named]]]]
    home, member = entries(case.snapshot.members, table.household[needs[~named]])
    first = np.flatnonzero(np.diff(home, prepend=NONE))
    if len(first):
        found[np.flatnonzero(~named)[home[first]]] |= np.bitwise_or.reduceat(by_kind[of_person[member]], first, axis=0)
    return found


def _forbidden(case: Case, needs: Ints, offers: Ints) -> tuple[Longs, Longs]:
    """Pairs, by position among needs and offers, that a lock which holds or an answer forbids (model (5))."""
    locks, answers, table = case.snapshot.locks, case.snapshot.exclusions, case.snapshot.needs
    pairs = [(answers.need, answers.provider, answers.provider_type == OFFER)]
    holds = ~locks.keep & (locks.until >= case.plan.on) & (locks.provider_type == OFFER)
    for subject_type, subject in (
        (ON_NEED, np.arange(len(table.key))),
        (ON_VILLAGE, table.place),
        (ON_HOUSEHOLD, table.household),
    ):
        mine = np.flatnonzero(holds & (locks.subject_type == subject_type))
        concerned = needs[np.isin(subject[needs], locks.subject[mine])]
        lock, need = np.nonzero(locks.subject[mine][:, None] == subject[concerned])
        pairs.append((concerned[need], locks.provider[mine[lock]], np.ones(len(lock), bool)))
    need, offer, counts = (np.concatenate(each) for each in zip(*pairs, strict=True))
    counts &= np.isin(need, needs) & np.isin(offer, offers)
    order = np.argsort(needs)
    return order[np.searchsorted(needs, need[counts], sorter=order)], np.searchsorted(offers, offer[counts])
