"""The plan: one run's result for one scope and period, as columns of indices into its snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graph.snapshot import Bytes, Ints, Longs
from matching.certificate import Certificate
from matching.policy import MatchPolicy

Texts = Any
"""A pyarrow DictionaryArray of strings: few distinct values, many rows."""


@dataclass(frozen=True)
class Assignments:
    """Needs handed to providers; a need has one row per provider, `cost` is quantity × unit cost in yuan."""

    need: Ints
    provider_type: Bytes
    provider: Ints
    quantity: Longs
    minutes: Ints
    cost: Longs

    @staticmethod
    def none() -> Assignments:
        """No assignment."""
        ints, longs = np.zeros(0, np.int32), np.zeros(0, np.int64)
        return Assignments(ints, np.zeros(0, np.int8), ints, longs, ints, longs)


@dataclass(frozen=True)
class Coverage:
    """Villages and towns with the caseworkers who cover them; minutes from the worker's town."""

    place: Ints
    caseworker: Ints
    minutes: Ints


@dataclass(frozen=True)
class StandIns:
    """Villages with the caseworker who stands in for those who cover them; minutes from the worker's town."""

    place: Ints
    caseworker: Ints
    minutes: Ints

    @staticmethod
    def none() -> StandIns:
        """No stand-in."""
        ints = np.zeros(0, np.int32)
        return StandIns(ints, ints, ints)


@dataclass(frozen=True)
class Responsibilities:
    """Households with their one responsible caseworker."""

    household: Ints
    caseworker: Ints


@dataclass(frozen=True)
class Unmet:
    """Counting needs of the scope not met whole: what is left, why, the facts and the unlock as JSON text."""

    need: Ints
    quantity: Longs
    reason: Texts
    facts: Texts
    unlock: Texts


@dataclass(frozen=True)
class Uncovered:
    """Places without a covering worker and households without a responsible one; `subject_type` is its name."""

    subject_type: Texts
    subject: Ints
    reason: Texts
    facts: Texts
    unlock: Texts


@dataclass(frozen=True)
class Shortfall:
    """Regions that lack workers: how many at least, and the least `villages_limit` that would do, NONE where none need be raised.

    `unreached` counts the places that nobody may cover, which no limit changes; facts are JSON text.
    """

    place: Ints
    workers: Longs
    villages_limit: Longs
    unreached: Longs
    reason: Texts
    facts: Texts


@dataclass(frozen=True)
class Unused:
    """Providers with something left: units of an offer, hours of a volunteer, load of a caseworker."""

    provider_type: Bytes
    provider: Ints
    remaining: Longs
    reason: Texts

    def and_others(self, other: Unused) -> Unused:
        """Both, one behind the other."""
        return Unused(
            np.concatenate([self.provider_type, other.provider_type]),
            np.concatenate([self.provider, other.provider]),
            np.concatenate([self.remaining, other.remaining]),
            pa.concat_arrays([self.reason, other.reason]),
        )


@dataclass(frozen=True)
class Prices:
    """Duals of the levels: what one more unit of an offer, or minute of a volunteer, is worth.

    `level` is urgency × bands + band of the best unserved need that one more would let in, NONE where no more is wanted,
    and `usual` the usual quantity of its kind, times its weight where volunteers' hours tie kinds that take more or less
    time (model (33)); `left` is what the plan leaves of the capacity in units or of the hours in minutes, NONE where
    unlimited.
    """

    provider_type: Bytes
    provider: Ints
    left: Longs
    level: Ints
    usual: Longs


@dataclass(frozen=True)
class Plan:
    """A run's whole result; immutable, and its id is the digest of everything but the seconds."""

    id: str
    scope: int
    period: str
    on: int
    base_revision: int
    policy: MatchPolicy
    assignments: Assignments
    coverage: Coverage
    stand_ins: StandIns
    responsibilities: Responsibilities
    unmet: Unmet
    uncovered: Uncovered
    shortfall: Shortfall
    unused: Unused
    prices: Prices
    certificate: Certificate
