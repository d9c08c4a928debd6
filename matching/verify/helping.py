"""Which volunteers could serve a need, and for how long, reckoned anew (model (33))."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np
from scipy.spatial import cKDTree

from graph.snapshot import NONE, ON_HOUSEHOLD, ON_NEED, ON_VILLAGE, TOWN, VOLUNTEER, Bools, Ints, Longs
from matching.verify.case import Case
from matching.verify.limits import volunteer_sums
from matching.verify.roads import EARTH_KM, Roads

PAIRS_AT_ONCE = 1 << 18
"""Most pairs of a home and a place that are looked at together."""
LARGEST_TABLE = 1 << 20
"""Most minutes up to which every sum of tasks is looked at."""


@dataclass(frozen=True)
class Helpers:
    """What volunteers could do if a run decided anew: `open_needs` are those of which nobody has given a part yet.

    `held` are rows of the plan that are no choice of the run.
    """

    case: Case
    held: Bools
    open_needs: Bools

    @cached_property
    def left(self) -> Longs:
        """Minutes of each volunteer that stand open."""
        case, rows = self.case, self.case.rows
        kept, _ = volunteer_sums(case)
        mine = np.flatnonzero(self.held & (rows.provider_type == VOLUNTEER))
        beyond = rows.quantity[mine] - np.minimum(case.promised[mine], rows.quantity[mine])
        each = case.snapshot.kinds.minutes[case.snapshot.needs.kind[rows.need[mine]]]
        taken = kept + case.spent("volunteers") + case.sum_by(rows.provider[mine], beyond * each, len(kept))
        return np.maximum(case.snapshot.volunteers.hours.astype(np.int64) * 60 - taken, 0)

    @cached_property
    def able(self) -> Bools:
        """Shape (volunteers, kinds): kinds that each may serve, has time for a unit of, and that open needs ask."""
        volunteers, kinds = self.case.snapshot.volunteers, self.case.snapshot.kinds
        found = np.zeros((len(volunteers.key), len(kinds.key)), bool)
        np.logical_or.at(found, volunteers.skills.owners, self.case.includes[volunteers.skills.values])
        asked = np.zeros(len(kinds.key), bool)
        asked[self.case.snapshot.needs.kind[self.open_needs]] = True
        return np.asarray(found & asked & (kinds.minutes <= self.left[:, None]))

    @cached_property
    def _sizes(self) -> tuple[list[tuple[int, ...]], Longs]:
        """Sets of minutes that the kinds of a volunteer take, the empty one first, and the set of each volunteer."""
        each = self.case.snapshot.kinds.minutes.astype(np.int64)
        sets: dict[tuple[int, ...], int] = {(): 0}
        timed = self.able & (each > 0)
        number = np.zeros(len(timed), np.int64)
        for byte in np.packbits(timed, axis=1).T:  # whole rows compare far more slowly
            number = np.unique(number * 256 + byte, return_inverse=True)[1]
        first = np.unique(number, return_index=True)[1]
        of_row = [sets.setdefault(tuple(np.unique(each[timed[row]]).tolist()), len(sets)) for row in first.tolist()]
        return list(sets), np.array(of_row, np.int64)[number]

    @cached_property
    def grain(self) -> dict[int, int]:
        """For minutes that a unit may take the greatest number that divides all those tied to them by volunteers' hours."""
        tied: dict[int, set[int]] = {}
        for sizes in self._sizes[0]:
            together = set(sizes).union(*(tied.get(size, set()) for size in sizes))
            tied |= dict.fromkeys(together, together)
        return {size: gcd(*together) for size, together in tied.items()}

    @cached_property
    def weight(self) -> Longs:
        """How a unit of each kind compares with one of kinds tied to it that take more or less time."""
        minutes = self.case.snapshot.kinds.minutes.tolist()
        return np.array([each // self.grain[each] if each in self.grain else 1 for each in minutes], np.int64)

    @cached_property
    def room(self) -> Longs:
        """The most that whole units of these kinds fill of what each volunteer has left, by their weight."""
        sets, of = self._sizes
        pairs, number = np.unique(np.stack([of, self.left], axis=1), axis=0, return_inverse=True)
        filled = [
            _fills(sets[which], left) // self.grain[sets[which][0]] if which else 0 for which, left in pairs.tolist()
        ]
        return np.array(filled, np.int64)[number.ravel()]

    def last_label(self, needs: Ints, label: Ints, never: int) -> Ints:
        """The last label of the volunteers who could serve each need, `never` for what takes no time; NONE for nobody."""
        snapshot, found = self.case.snapshot, np.full(len(needs), NONE, np.int32)
        kinds = snapshot.kinds
        by_kind = np.where(self.able, np.where(kinds.minutes == 0, never, label[:, None]), NONE).astype(np.int32)
        mine = np.flatnonzero(self.open_needs[needs])
        place, kind = snapshot.needs.place[needs[mine]], snapshot.needs.kind[needs[mine]]
        places, at = np.unique(place, return_inverse=True)
        found[mine] = self._around(places.astype(np.int32), by_kind)[at, kind]
        barred, by = self._forbidden(needs)
        for one in np.unique(barred).tolist():
            if not self.open_needs[needs[one]]:
                continue
            where = np.full(len(label), snapshot.needs.place[needs[one]], np.int32)
            way = Roads(snapshot).minutes(snapshot.volunteers.village, where)
            limit = snapshot.volunteers.minutes_limit
            may = (limit == NONE) | ((way != NONE) & (way <= limit))
            may[by[barred == one]] = False
            theirs = by_kind[may, snapshot.needs.kind[needs[one]]]
            found[one] = theirs.max(initial=NONE)
        return found

    def _around(self, places: Ints, by_kind: Ints) -> Ints:
        """Shape (places, kinds): the last label of those who may go to each place."""
        volunteers = self.case.snapshot.volunteers
        top = np.full((len(places), by_kind.shape[1]), NONE, np.int32)
        free = volunteers.minutes_limit == NONE
        if free.any():
            top[:] = by_kind[free].max(axis=0)
        bound = np.flatnonzero(~free & (by_kind != NONE).any(axis=1))
        if not len(bound) or not len(places):
            return top
        # of one home, whoever may go farther may go wherever the others may
        homes, home = np.unique(volunteers.village[bound], return_inverse=True)
        order = np.lexsort((-volunteers.minutes_limit[bound].astype(np.int64), home))
        bound, home = bound[order], home[order]
        labels, limit = by_kind[bound], volunteers.minutes_limit[bound].astype(np.int64)
        start = np.searchsorted(home, np.arange(len(homes) + 1))
        for low, high in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
            np.maximum.accumulate(labels[low:high], axis=0, out=labels[low:high])
        origin, destination, way = self._near(homes.astype(np.int32), limit[start[:-1]], places)
        span = int(limit.max()) + 1
        # limits of a home fall: the last of them that is no shorter than the way
        last = np.searchsorted(home * span - limit, origin * span - way, "right") - 1
        order = np.argsort(destination, kind="stable")
        for low in range(0, len(order), PAIRS_AT_ONCE):
            rows = order[low : low + PAIRS_AT_ONCE]
            here, first = np.unique(destination[rows], return_index=True)
            top[here] = np.maximum(top[here], np.maximum.reduceat(labels[last[rows]], first, axis=0))
        return top

    def _near(self, homes: Ints, limits: Longs, places: Ints) -> tuple[Longs, Longs, Longs]:
        """Pairs of positions of homes and places with the minutes between, as far as those of each home may go."""
        snapshot, ways = self.case.snapshot, Roads(self.case.snapshot)
        pairs = [(np.isin(homes, places).nonzero()[0], np.searchsorted(places, homes[np.isin(homes, places)]))]
        if snapshot.travel is not None:
            known = np.isin(snapshot.travel.origin, homes) & np.isin(snapshot.travel.destination, places)
            ends = snapshot.travel.origin[known], snapshot.travel.destination[known]
            pairs.append((np.searchsorted(homes, ends[0]), np.searchsorted(places, ends[1])))
        else:
            placed = [np.flatnonzero(~np.isnan(ways.points[each]).any(axis=1)) for each in (homes, places)]
            tree = cKDTree(ways.points[places[placed[1]]].reshape(-1, 3))
            radius = 2 * np.sin(np.minimum(np.maximum(limits[placed[0]] - 4, 0) / 2.8 / EARTH_KM / 2, np.pi / 2)) + 1e-9
            for reach in np.unique(radius).tolist():
                mine = placed[0][radius == reach]
                near = cKDTree(ways.points[homes[mine]]).sparse_distance_matrix(tree, reach, output_type="ndarray")
                pairs.append((mine[near["i"]], placed[1][near["j"]]))
            town = snapshot.regions.ancestor[:, TOWN]
            order = np.argsort(town[places], kind="stable")
            low, high = (np.searchsorted(town[places][order], town[homes], side) for side in ("left", "right"))
            pairs += [(np.full(high[at] - low[at], at), order[low[at] : high[at]]) for at in range(len(homes))]
        code = np.unique(np.concatenate([np.asarray(each[0], np.int64) * len(places) + each[1] for each in pairs]))
        home, place = np.divmod(code, len(places))
        way = ways.minutes(homes[home], places[place])
        kept = (way != NONE) & (way <= limits[home])
        return home[kept], place[kept], way[kept].astype(np.int64)

    def _forbidden(self, needs: Ints) -> tuple[Longs, Longs]:
        """Pairs, positions of needs and volunteers, that a lock which holds or an answer forbids (model (5))."""
        case, table = self.case, self.case.snapshot.needs
        locks, answers = case.snapshot.locks, case.snapshot.exclusions
        mine = answers.provider_type == VOLUNTEER
        at = np.full(len(table.key), NONE, np.int64)
        at[needs] = np.arange(len(needs))
        pairs = [(at[answers.need[mine]], answers.provider[mine])]
        holds = ~locks.keep & (locks.until >= case.plan.on) & (locks.provider_type == VOLUNTEER)
        for subject_type, subject in (
            (ON_NEED, needs),
            (ON_VILLAGE, table.place[needs]),
            (ON_HOUSEHOLD, table.household[needs]),
        ):
            for lock in np.flatnonzero(holds & (locks.subject_type == subject_type)).tolist():
                found = np.flatnonzero(subject == locks.subject[lock])
                pairs.append((found, np.full(len(found), locks.provider[lock])))
        need, volunteer = (np.concatenate(each).astype(np.int64) for each in zip(*pairs, strict=True))
        return need[need != NONE], volunteer[need != NONE]


def open_to_volunteers(case: Case, asked: Longs, given: Longs) -> Bools:
    """Needs at a village or a town that ask for something and have nothing yet: a volunteer serves a need whole."""
    level, place = case.snapshot.regions.level, case.snapshot.needs.place
    return np.asarray((asked > 0) & (given == 0) & (place != NONE) & (level[place] >= TOWN))


def _fills(sizes: tuple[int, ...], left: int) -> int:
    """The largest sum of sizes, each any number of times, that is no more than what is left."""
    unit = gcd(*sizes)
    steps, rest = [size // unit for size in sizes], left // unit
    # beyond the product of the smallest and the largest every number is a sum
    if rest > steps[0] * steps[-1]:
        return rest * unit
    if rest > LARGEST_TABLE:
        return rest * unit
    sums = np.zeros(rest + 1, bool)
    sums[0] = True
    for size in steps:
        for at in range(size, rest + 1):
            sums[at] |= sums[at - size]
    return int(np.flatnonzero(sums)[-1]) * unit
