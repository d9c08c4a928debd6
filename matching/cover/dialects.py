"""Dialects: what households ask for, and what caseworkers speak."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from graph.snapshot import NONE, SHUANGBAI, Bools, Ints, Longs, Snapshot
from matching.cover.demand import Demand
from matching.cover.reach import Numbers


@dataclass(frozen=True)
class Dialects:
    """What households ask for and caseworkers speak; indices are those of the snapshot."""

    snapshot: Snapshot

    @property
    def asked(self) -> bool:
        """Whether any household asks for a dialect."""
        return bool(len(self.snapshot.dialects.key)) and bool((self.snapshot.households.dialect != NONE).any())

    @cached_property
    def _spoken(self) -> Longs:
        lists = self.snapshot.caseworkers.dialects
        return np.unique(lists.owners.astype(np.int64) * self._many + lists.values)

    @property
    def _many(self) -> int:
        return max(1, len(self.snapshot.dialects.key))

    def missed(self, dialect: Numbers, caseworker: Numbers) -> Bools:
        """Whether each caseworker does not speak the dialect of equal position; none is NONE, which everybody does."""
        missed: Bools = (dialect != NONE) & ~np.isin(caseworker.astype(np.int64) * self._many + dialect, self._spoken)
        return missed

    def nobody(self, household: Ints, slot: Ints) -> Bools:
        """Whether no worker who counts of the region `slot`, shape (regions,), of each household speaks its dialect."""
        staff, households = self.snapshot.caseworkers, self.snapshot.households
        lists = staff.dialects
        counts = staff.type[lists.owners] == SHUANGBAI
        there = slot[staff.town[lists.owners[counts]]].astype(np.int64) * self._many + lists.values[counts]
        dialect = households.dialect[household]
        wanted = slot[households.village[household]].astype(np.int64) * self._many + dialect
        nobody: Bools = (dialect != NONE) & ~np.isin(wanted, there)
        return nobody

    def asked_at(self, demand: Demand, places: int) -> csr_array[Any, Any]:
        """Households of each place that ask for each dialect, shape (places, dialects)."""
        dialect = self.snapshot.households.dialect[demand.household]
        place, some = np.repeat(demand.place, demand.count), dialect != NONE
        shape = (places, self._many)
        return csr_array((np.ones(int(some.sum())), (place[some], dialect[some])), shape)

    def spoken_by(self, caseworker: Ints) -> csr_array[Any, Any]:
        """Whether each caseworker speaks each dialect, shape (caseworkers, dialects)."""
        lists = self.snapshot.caseworkers.dialects
        whole = csr_array((np.ones(len(lists.values)), lists.values, lists.offsets), (len(lists.lengths), self._many))
        return whole[caseworker]
