"""Signatures of needs: the set of rules, of the offers of their component, that each need passes (model (12))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import Words, distinct, expand, pack, unpack
from matching.serve.eligibility import Rules, rules_of


@dataclass(frozen=True)
class People:
    """Persons as far as rules can tell them apart; `profile` is the class of each person in question, else NONE."""

    problem: Problem

    @cached_property
    def profile(self) -> Ints:
        """Class of each person by categories, traits and year of birth."""
        return self._classes[0]

    @cached_property
    def _classes(self) -> tuple[Ints, Ints]:
        persons = self.problem.snapshot.persons
        code = persons.birth_year.astype(np.int64) << 32 | persons.categories.astype(np.int64) << 16 | persons.traits
        first, number = distinct(code)
        return number.astype(np.int32), first.astype(np.int32)

    def accept(self, rules: Rules) -> Bools:
        """Shape (profiles, rules): whether a person of each class meets each rule on the run's date."""
        persons, one = self.problem.snapshot.persons, self._classes[1]
        year = (date(1970, 1, 1) + timedelta(days=self.problem.on)).year
        born = persons.birth_year[one].astype(np.int32)
        return rules.accept(persons.categories[one], persons.traits[one], year - born, born != 0)

    def passed(self, needs: Ints, rules: Rules) -> Words:
        """Rules that one person of each need meets: the person it names, or else any one member of the household."""
        by_profile = pack(self.accept(rules))
        snapshot = self.problem.snapshot
        found = np.tile(pack(rules.open_to_all[None, :]), (len(needs), 1))
        person = snapshot.needs.person[needs]
        named = np.flatnonzero(person != NONE)
        found[named] = by_profile[self.profile[person[named]]]
        open_needs = np.flatnonzero(person == NONE)
        homes, home = np.unique(snapshot.needs.household[needs[open_needs]], return_inverse=True)
        found[open_needs] |= self._households(homes, by_profile)[home]
        return found

    def _households(self, homes: Ints, by_profile: Words) -> Words:
        members = self.problem.snapshot.members
        found = np.zeros((len(homes), by_profile.shape[1]), np.uint64)
        _, at = expand(members.offsets[homes], members.offsets[homes + 1])
        some = np.flatnonzero(members.lengths[homes])
        if len(some):
            start = (np.cumsum(members.lengths[homes]) - members.lengths[homes])[some]
            rows = by_profile[self.profile[members.values[at]]]
            found[some] = np.bitwise_or.reduceat(rows, start, axis=0)
        return found


@dataclass(frozen=True)
class Signatures:
    """Signature of each need as a number, and the rules that each signature passes.

    `accept` has shape (signatures, words); `rule` is the rule of each offer. Two offers share a rule if they have the
    same conditions on a person, serve the same kinds and exclude nobody; an offer that some need excludes has its own.
    """

    of_need: Ints
    accept: Words
    rule: Ints
    rules: int

    def passes(self) -> Bools:
        """Shape (signatures, rules): the sets as flags."""
        return unpack(self.accept, self.rules)


def signatures_of(
    people: People, needs: Ints, offers: Ints, serves_kind: Bools, excluded: tuple[Longs, Longs]
) -> Signatures:
    """Signatures of needs against offers, both as indices into the snapshot.

    `serves_kind` has shape (offers, kinds); `excluded` are pairs of positions in `needs` and in `offers`.
    """
    snapshot = people.problem.snapshot
    on_person = rules_of(snapshot.offers, offers)
    kind_rows, kinds_of = np.unique(serves_kind, axis=0, return_inverse=True)
    apart = np.zeros(len(offers), np.int64)
    barred = np.unique(excluded[1])
    apart[barred] = np.arange(1, len(barred) + 1)
    first, rule = distinct(on_person.of_offer, kinds_of.ravel(), apart)
    passed = people.passed(needs, on_person)
    kind = snapshot.needs.kind[needs]
    one, number = distinct(kind, *passed.T)
    flags = unpack(passed[one], len(on_person))[:, on_person.of_offer[first]]
    flags &= kind_rows[kinds_of.ravel()[first]][:, kind[one]].T
    if len(barred):
        number, flags = _without(number, flags, excluded[0], rule[excluded[1]])
    same, again = distinct(*pack(flags).T)
    return Signatures(again[number].astype(np.int32), pack(flags[same]), rule.astype(np.int32), len(first))


def _without(number: Longs, flags: Bools, need: Longs, rule: Longs) -> tuple[Longs, Bools]:
    """Give each need that excludes an offer a row of its own, without the rule of that offer."""
    own, row = np.unique(need, return_inverse=True)
    extra = flags[number[own]]
    extra[row, rule] = False
    changed = number.copy()
    changed[own] = len(flags) + np.arange(len(own))
    return changed, np.concatenate([flags, extra])
