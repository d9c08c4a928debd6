"""The problem: a snapshot, a scope, a period, a date and a policy, and which needs and places they put in question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Snapshot
from matching.policy import MatchPolicy, UnknownKinds


@dataclass(frozen=True)
class Problem:
    """One run's input; `scope` is the index of a region, `on` a day counted from 1970-01-01.

    Raises UnknownKinds where the policy names service kinds that the snapshot does not have.
    """

    snapshot: Snapshot
    scope: int
    period: str
    on: int
    policy: MatchPolicy

    def __post_init__(self) -> None:
        known = self.snapshot.kinds.key.to_pylist()
        unknown = sorted(set(self.policy.usual_quantity) - set(known))
        if unknown:
            raise UnknownKinds(unknown=", ".join(unknown), known=", ".join(known))

    @cached_property
    def place_in_scope(self) -> Bools:
        """For each region, whether it is the scope or lies inside it."""
        regions = self.snapshot.regions
        inside: Bools = regions.ancestor[:, regions.level[self.scope]] == self.scope
        return inside

    @property
    def month(self) -> int:
        """The period, counted in months from 1970-01."""
        return int(np.datetime64(self.period, "M").astype(np.int64))

    @cached_property
    def counting(self) -> Ints:
        """Needs that count: open, opened by the day, and whose place lies in the scope; in order of their keys."""
        needs = self.snapshot.needs
        placed = np.where(needs.place == NONE, False, self.place_in_scope[needs.place])
        return np.flatnonzero(~needs.paused & (needs.opened_on <= self.on) & placed).astype(np.int32)
