"""What a plan changes of what is published for workers, reckoned anew: freely, or because it cannot stand (model (41))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.snapshot import NONE, ON_HOUSEHOLD, ON_VILLAGE, VILLAGE, Bools, Ints, Longs
from matching.verify.accounts import counted_workers
from matching.verify.case import Case
from matching.verify.roads import Roads
from matching.verify.workers import loads, locked_pairs, needs_worker, pair_code, villages_left, widest_regions

SLACK = 1e-6
"""Load forgiven, since `overload_max` is no binary fraction."""


def places_changed(case: Case) -> tuple[Ints, Ints]:
    """Places of the scope that were covered and are not by the same workers: freely, and of necessity."""
    stands, coverage = _Stands(case), case.plan.coverage
    before, now = stands.pairs, pair_code(coverage.place, coverage.caseworker, case)
    gone, new = stands.place[~np.isin(before, now)], coverage.place[~np.isin(now, before)]
    changed = np.unique(np.concatenate([gone, new[np.isin(new, stands.place)]]))
    forced = np.isin(changed, stands.lost_places)
    return changed[~forced], changed[forced]


def households_changed(case: Case) -> tuple[Ints, Ints]:
    """Households that need a worker, had one and have not that one: freely, and of necessity."""
    stands, held = _Stands(case), case.plan.responsibilities
    before = pair_code(stands.household, stands.holder, case)
    changed = ~np.isin(before, pair_code(held.household, held.caseworker, case))
    return stands.household[changed & stands.kept], stands.household[changed & ~stands.kept]


@dataclass(frozen=True)
class _Stands:
    """What is published of workers in the scope, and what of it may stand beside the locks."""

    case: Case

    @cached_property
    def _rows(self) -> Bools:
        return self.case.in_scope[self.case.snapshot.published.place]

    @cached_property
    def place(self) -> Ints:
        return self.case.snapshot.published.place[self._rows]

    @cached_property
    def caseworker(self) -> Ints:
        return self.case.snapshot.published.place_caseworker[self._rows]

    @cached_property
    def pairs(self) -> Longs:
        return pair_code(self.place, self.caseworker, self.case)

    @cached_property
    def household(self) -> Ints:
        state = self.case.snapshot.published
        return state.household[needs_worker(self.case)[state.household]]

    @cached_property
    def holder(self) -> Ints:
        state = self.case.snapshot.published
        return state.household_caseworker[needs_worker(self.case)[state.household]]

    @cached_property
    def _home_pairs(self) -> Longs:
        return pair_code(self.case.snapshot.households.village[self.household], self.holder, self.case)

    @cached_property
    def _locks(self) -> tuple[Longs, Longs, Ints]:
        """Pairs of places, and of households, that locks keep in the scope, and the households."""
        case, locks = self.case, self.case.snapshot.locks
        on_place, places = locked_pairs(case, ON_VILLAGE, keep=True)
        places = places[case.in_scope[locks.subject[on_place]]]
        on_home, homes = locked_pairs(case, ON_HOUSEHOLD, keep=True)
        mine = case.household_in_scope[locks.subject[on_home]]
        on_home, homes = on_home[mine], homes[mine]
        village = case.snapshot.households.village[locks.subject[on_home]]
        at_home = pair_code(village, locks.provider[on_home], case)
        return np.unique(np.concatenate([places, at_home])), homes, locks.subject[on_home]

    @cached_property
    def _may_go(self) -> Bools:
        """Published pairs of places and workers who count, may go there and are not forbidden to."""
        case, staff = self.case, self.case.snapshot.caseworkers
        town, limit = staff.town[self.caseworker], staff.minutes_limit[self.caseworker]
        widest, way = (
            widest_regions(case, case.plan.policy.cover_across),
            Roads(case.snapshot).minutes(town, self.place),
        )
        may = counted_workers(case)[self.caseworker] & (widest[town] == widest[self.place])
        may &= (limit == NONE) | ((way != NONE) & (way <= limit))
        return np.asarray(may & ~np.isin(self.pairs, locked_pairs(case, ON_VILLAGE, keep=False)[1]))

    @cached_property
    def _open_homes(self) -> Bools:
        """Published households without a lock whose worker may cover, or must cover, their village."""
        _, _, settled = self._locks
        barred = pair_code(self.household, self.holder, self.case)
        found = ~np.isin(self.household, settled) & counted_workers(self.case)[self.holder]
        found &= ~np.isin(barred, locked_pairs(self.case, ON_HOUSEHOLD, keep=False)[1])
        return np.asarray(found & np.isin(self._home_pairs, np.concatenate([self.pairs[self._may_go], self._locks[0]])))

    @cached_property
    def _within_room(self) -> Longs:
        """Pairs that stand: those of locks, and of villages as many as each worker has room for, more load first."""
        case, (firm, _, _) = self.case, self._locks
        many = len(case.snapshot.caseworkers.key) + 1
        village = case.snapshot.regions.level[self.place] == VILLAGE
        codes = np.setdiff1d(self.pairs[self._may_go & village], firm)
        homes = self._open_homes
        weight = case.snapshot.households.weight[self.household[homes]]
        at = np.searchsorted(codes, self._home_pairs[homes])
        inside = np.isin(self._home_pairs[homes], codes)
        load = np.bincount(at[inside], weights=weight[inside], minlength=len(codes))
        by_lock = firm[case.snapshot.regions.level[firm // many] == VILLAGE] % many
        room = self._room - np.bincount(by_lock, minlength=many - 1)
        order = np.lexsort((codes, -load, codes % many))
        worker = codes[order] % many
        turn = np.arange(len(order)) - np.searchsorted(worker, worker, "left")
        return np.concatenate([firm, codes[order][turn < room[worker]]])

    @cached_property
    def _room(self) -> Longs:
        """Villages that each worker may cover here."""
        decided = self.case.plan.coverage
        mine = decided.caseworker[self.case.snapshot.regions.level[decided.place] == VILLAGE]
        left = villages_left(self.case) + np.bincount(mine, minlength=len(self.case.snapshot.caseworkers.key))
        limited = self.case.snapshot.caseworkers.villages_limit != NONE
        return np.where(limited, np.maximum(left, 0), len(self.case.snapshot.regions.level))

    @cached_property
    def lost_places(self) -> Ints:
        """Places of which a published worker cannot stay, or to which a lock brings another."""
        towns = self.case.snapshot.regions.level[self.place] != VILLAGE
        stays = np.isin(self.pairs, self._within_room) | (towns & self._may_go)
        many = len(self.case.snapshot.caseworkers.key) + 1
        brought = self._locks[0][~np.isin(self._locks[0], self.pairs)] // many
        return np.concatenate([self.place[~stays], brought]).astype(np.int32)

    @cached_property
    def kept(self) -> Bools:
        """For each published household, whether it may keep its worker: those of higher alert come first, then lighter ones."""
        case, (_, firm, _) = self.case, self._locks
        households = case.snapshot.households
        rows = np.flatnonzero(self._open_homes & np.isin(self._home_pairs, self._within_room))
        home, holder = self.household[rows], self.holder[rows]
        order = np.lexsort((home, households.weight[home], households.alert[home], holder))
        rows, home, holder = rows[order], home[order], holder[order]
        many = len(case.snapshot.caseworkers.key) + 1
        _, standing = loads(case)
        by_lock = case.sum_by(firm % many, households.weight[firm // many], many - 1)
        most = np.floor(case.plan.policy.overload_max * case.snapshot.caseworkers.capacity + SLACK)
        spare = np.maximum(most - standing, 0) - by_lock
        running = np.cumsum(households.weight[home].astype(np.int64))
        before = np.concatenate([[0], running])[np.searchsorted(holder, holder, "left")]
        found = np.isin(pair_code(self.household, self.holder, case), firm)
        found[rows[running - before <= spare[holder]]] = True
        return found
