"""Whom offers accept: the rules of offers, and the persons and needs that meet them (model (4))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Bits, Bools, Ints, Offers
from matching.problem import Problem
from matching.ranges import Words, distinct, expand, pack


@dataclass(frozen=True)
class Rules:
    """Conditions on one person, a row for each rule; empty bit sets accept all, ages NONE are no limit."""

    categories: Bits
    traits: Bits
    min_age: npt.NDArray[np.int16]
    max_age: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.categories)

    @property
    def open_to_all(self) -> Bools:
        """Rules without any condition, which even a household without known members meets."""
        nothing: Bools = (self.categories == 0) & (self.traits == 0) & (self.min_age == NONE) & (self.max_age == NONE)
        return nothing

    def met(self, categories: Bits, traits: Bits, age: Ints, known: Bools, *, unknown_fits: bool = False) -> Bools:
        """Shape (persons, rules): whether one person meets categories, traits and age together.

        Where the age is not `known` it meets no limit, or with `unknown_fits` every limit.
        """
        meets = (self.categories == 0) | (categories[:, None] & self.categories != 0)
        meets &= (self.traits == 0) | (traits[:, None] & self.traits != 0)
        meets &= (self.min_age == NONE) | np.where(known[:, None], age[:, None] >= self.min_age, unknown_fits)
        meets &= (self.max_age == NONE) | np.where(known[:, None], age[:, None] <= self.max_age, unknown_fits)
        return np.asarray(meets)


def rules_of(offers: Offers, some: Ints) -> tuple[Rules, Ints]:
    """The distinct rules of some offers, and the rule of each."""
    each = Rules(offers.categories[some], offers.traits[some], offers.min_age[some], offers.max_age[some])
    first, rule = distinct(each.categories, each.traits, each.min_age, each.max_age)
    rules = Rules(each.categories[first], each.traits[first], each.min_age[first], each.max_age[first])
    return rules, rule.astype(np.int32)


@dataclass(frozen=True)
class People:
    """The persons of a problem in classes that no rule can tell apart."""

    problem: Problem

    @cached_property
    def _classes(self) -> tuple[Ints, Ints]:
        """A person of each class by categories, traits and year of birth, and the class of each person."""
        persons = self.problem.snapshot.persons
        first, number = distinct(persons.birth_year, persons.categories, persons.traits)
        return first.astype(np.int32), number.astype(np.int32)

    def passed(self, needs: Ints, rules: Rules, *, unknown_fits: bool = False) -> Words:
        """Rules that one person of each need meets: the person it names, or else any one member of the household.

        With `unknown_fits` a person whose year of birth is not known meets every limit of age.
        """
        snapshot, (one, of_person) = self.problem.snapshot, self._classes
        persons, year = snapshot.persons, np.datetime64(self.problem.on, "D").astype("datetime64[Y]").astype(int) + 1970
        born = persons.birth_year[one].astype(np.int32)
        met = rules.met(persons.categories[one], persons.traits[one], year - born, born != 0, unknown_fits=unknown_fits)
        by_class = pack(met)
        found = np.tile(pack(rules.open_to_all[None, :]), (len(needs), 1))
        person = snapshot.needs.person[needs]
        named, unnamed = np.flatnonzero(person != NONE), np.flatnonzero(person == NONE)
        found[named] = by_class[of_person[person[named]]]
        found[unnamed] |= self._households(snapshot.needs.household[needs[unnamed]], by_class)
        return found

    def _households(self, home: Ints, by_class: Words) -> Words:
        """Rules that any one member of each household meets, by `by_class`, the rules that each class meets."""
        members = self.problem.snapshot.members
        first, number = distinct(home)
        start, end = members.offsets[home[first]], members.offsets[home[first] + 1]
        found = np.zeros((len(first), by_class.shape[1]), np.uint64)
        owner, at = expand(start, end)
        new = np.flatnonzero(np.diff(owner, prepend=NONE))
        if len(new):
            rows = by_class[self._classes[1][members.values[at]]]
            found[owner[new]] = np.bitwise_or.reduceat(rows, new, axis=0)
        return found[number]
