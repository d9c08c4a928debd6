"""Tiny worlds of towns, villages, households and workers, and all the ways to staff them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graph.assemble import assemble
from graph.model import ALERTS, TABLES
from graph.snapshot import VILLAGE
from graph.tables import arrow_schema
from matching.cover import Covered, cover
from matching.plan import Plan
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.reasons import sentences
from matching.travel import Roads

PROVINCE, CITY, COUNTY, OTHER_COUNTY = "440000000000", "441400000000", "441402000000", "441403000000"
A, A1, A2, A3 = "441402101000", "441402101201", "441402101202", "441402101203"
A_FARM = "441402101401"
"""A village-like unit, which the guarantee does not count."""
B, B1, B2 = "441402102000", "441402102201", "441402102202"
C, C1 = "441403101000", "441403101201"
WHOLE_CITY, D, D1, E, E1 = "441900000000", "441900003000", "441900003001", "441900004000", "441900004001"
PARENTS = {
    PROVINCE: None, CITY: PROVINCE, COUNTY: CITY, OTHER_COUNTY: CITY, WHOLE_CITY: PROVINCE,
    A: COUNTY, A1: A, A2: A, A3: A, A_FARM: A, B: COUNTY, B1: B, B2: B, C: OTHER_COUNTY, C1: C,
    D: WHOLE_CITY, D1: D, E: WHOLE_CITY, E1: E,
}  # fmt: skip
LEVELS = {PROVINCE: "province", CITY: "city", WHOLE_CITY: "city", COUNTY: "county", OTHER_COUNTY: "county"}
TODAY = 20_700


@dataclass(frozen=True)
class Staffed:
    """A problem with the keys that its answers are read in, and how many stations are looked at for each place."""

    problem: Problem
    nearest: int = 48

    def keys(self, table: str) -> list[str]:
        """Keys of a table, by index."""
        return list(getattr(self.problem.snapshot, table).key.to_pylist())

    def run(self) -> Covered:
        """The workers' half of a plan."""
        return cover(self.problem, nearest=self.nearest)

    def coverage(self, covered: Covered | Plan) -> set[tuple[str, str]]:
        """Places with their workers."""
        regions, workers = self.keys("regions"), self.keys("caseworkers")
        rows = zip(covered.coverage.place, covered.coverage.caseworker, strict=True)
        return {(regions[place], workers[worker]) for place, worker in rows}

    def responsible(self, covered: Covered) -> dict[str, str]:
        """Households with their worker."""
        households, workers = self.keys("households"), self.keys("caseworkers")
        held = covered.responsibilities
        assert len(np.unique(held.household)) == len(held.household)
        rows = zip(held.household, held.caseworker, strict=True)
        return {households[household]: workers[worker] for household, worker in rows}

    def uncovered(self, covered: Covered) -> dict[str, str]:
        """Uncovered subjects with the code of their reason, whose sentences its facts fill."""
        for reason, facts in zip(
            covered.uncovered.reason.to_pylist(), covered.uncovered.facts.to_pylist(), strict=True
        ):
            assert all(sentences(reason, json.loads(facts)))
        names = {"household": self.keys("households"), "village": self.keys("regions"), "town": self.keys("regions")}
        rows = covered.uncovered
        return {
            names[kind][subject]: reason
            for kind, subject, reason in zip(
                rows.subject_type.to_pylist(), rows.subject.tolist(), rows.reason.to_pylist(), strict=True
            )
        }

    def facts(self, covered: Covered, subject: str) -> dict[str, Any]:
        """Facts of the reason of one uncovered subject."""
        at = list(self.uncovered(covered)).index(subject)
        return dict(json.loads(covered.uncovered.facts[at].as_py()))


def staffed(
    workers: Mapping[str, Mapping[str, Any]],
    households: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    places: Sequence[str] = tuple(PARENTS),
    travel: Mapping[tuple[str, str], int] | None = None,
    locks: Sequence[tuple[str, str, str, str]] = (),
    published: Sequence[tuple[str, str]] = (),
    scope: str = PROVINCE,
    lock_until: int | None = None,
    nearest: int = 48,
    **policy: Any,
) -> Staffed:
    """A world of these places; every town is 10 minutes from its villages and 40 from all else unless `travel` says.

    Workers and households are rows without their key; a household's `living` is its one member's. A lock is
    (mode, subject type, subject, worker), all of them until one day; `published` holds places and households with their worker.
    """
    listed = [place for place in PARENTS if place in places]
    if travel is None:
        towns = [place for place in listed if level_of(place) == "town"]
        small = [place for place in listed if level_of(place) in {"town", "village"}]
        travel = {(a, b): 10 if PARENTS[b] == a else 40 for a in towns for b in small if a < b or PARENTS[b] == a}
    rows: dict[str, list[dict[str, Any]]] = {
        "regions": [
            {"code": place, "name": place, "level": level_of(place), "parent": PARENTS[place]} for place in listed
        ],
        "travel": [{"from": a, "to": b, "minutes": minutes} for (a, b), minutes in travel.items()],
        "caseworkers": [{"caseworker": key, **row} for key, row in workers.items()],
        "households": [
            {"household": key, **{name: cell for name, cell in row.items() if name != "living"}}
            for key, row in (households or {}).items()
        ],
        "persons": [
            {"person": f"P{key}", "household": key, "living": row.get("living")}
            for key, row in (households or {}).items()
        ],
        "locks": [
            {"lock": f"L{at}", "subject_type": kind, "subject": subject, "provider_type": "caseworker",
             "provider": worker, "mode": mode, "until": lock_until}
            for at, (mode, kind, subject, worker) in enumerate(locks)
        ],
    }  # fmt: skip
    tables = {name: pa.Table.from_pylist(each, schema=arrow_schema(TABLES[name])) for name, each in rows.items()}
    covers = [{"place": place, "caseworker": worker} for place, worker in published if place in PARENTS]
    held = [{"household": key, "caseworker": worker} for key, worker in published if key not in PARENTS]
    tables["covers"] = pa.Table.from_pylist(covers, schema=pa.schema({"place": pa.string(), "caseworker": pa.string()}))
    tables["responsible"] = pa.Table.from_pylist(
        held, schema=pa.schema({"household": pa.string(), "caseworker": pa.string()})
    )
    snapshot = assemble(tables, revision=1 if published else 0)
    where = snapshot.regions.key.to_pylist().index(scope)
    return Staffed(Problem(snapshot, where, "2026-09", TODAY, MatchPolicy(**policy)), nearest)


def level_of(place: str) -> str:
    """Level of a place of this world."""
    return LEVELS.get(place, "town" if place.endswith("000") else "village")


@dataclass(frozen=True)
class Way:
    """One way to staff a world: pairs of (village, worker), the worker of each household or none, and what it costs."""

    pairs: frozenset[tuple[int, int]]
    holders: tuple[int | None, ...]
    levels: tuple[int, ...]
    served: frozenset[int]
    cost: float


def best_pairs(problem: Problem) -> list[frozenset[tuple[int, int]]]:
    """Every set of pairs of villages and workers that keeps the rules and covers most villages, real ones first."""
    snapshot = problem.snapshot
    regions, staff = snapshot.regions, snapshot.caseworkers
    villages = np.flatnonzero(problem.place_in_scope & (regions.level == VILLAGE)).tolist()
    allowed = [
        (place, worker) for place in villages for worker in range(len(staff.type)) if may(problem, place, worker)
    ]
    limit = [int(each) if each >= 0 else 99 for each in staff.villages_limit]
    found: list[tuple[tuple[int, int], frozenset[tuple[int, int]]]] = []
    for size in range(len(allowed) + 1):
        for some in itertools.combinations(allowed, size):
            if all(sum(worker == each for _, worker in some) <= limit[each] for each in range(len(limit))):
                covered = {place for place, _ in some}
                real = sum(bool(regions.real[place]) for place in covered)
                found.append(((real, len(covered) - real), frozenset(some)))
    most = max(merit for merit, _ in found)
    return [some for merit, some in found if merit == most]


def may(problem: Problem, place: int, worker: int) -> bool:
    """Whether a worker may cover a place, locks left aside."""
    snapshot = problem.snapshot
    staff = snapshot.caseworkers
    level = {"town": 3, "county": 2, "city": 1, "any": -1}[problem.policy.cover_across]
    town = int(staff.town[worker])
    slot = snapshot.regions.county_slot if level == 2 else snapshot.regions.ancestor[:, level]
    if staff.type[worker] != 0 or (level >= 0 and slot[town] != slot[place]):
        return False
    minutes = int(Roads(snapshot).minutes(staff.town[worker : worker + 1], np.array([place]))[0])
    limit = int(staff.minutes_limit[worker])
    return limit < 0 or 0 <= minutes <= limit


def ways(problem: Problem, pairs: frozenset[tuple[int, int]]) -> Iterator[Way]:
    """Every way to hand the households out over given pairs."""
    snapshot, policy = problem.snapshot, problem.policy
    households, staff = snapshot.households, snapshot.caseworkers
    home = np.zeros(len(households.key), bool)
    home[snapshot.persons.household[~snapshot.persons.institution]] = True
    needing = [
        row for row in range(len(households.key)) if home[row] and problem.place_in_scope[households.village[row]]
    ]
    choices = [[None, *(w for place, w in sorted(pairs) if place == households.village[row])] for row in needing]
    minutes = {pair: way_minutes(problem, *pair) for pair in pairs}
    for holders in itertools.product(*choices):
        load = np.zeros(len(staff.type))
        levels = [0] * len(ALERTS)
        travel = unheard = 0
        for row, holder in zip(needing, holders, strict=True):
            if holder is not None:
                load[holder] += households.weight[row]
                levels[households.alert[row]] += 1
                travel += int(households.weight[row]) * minutes[int(households.village[row]), holder]
                unheard += int(households.dialect[row]) not in {-1, *staff.dialects[holder].tolist()}
        if (load > policy.overload_max * staff.capacity + 1e-6).any():
            continue
        prices = policy.operating
        cost = (
            travel
            + prices.dialect * unheard
            + sum(prices.pair + prices.pair_minute * each for each in minutes.values())
        )
        cost += prices.busy * np.maximum(load - prices.busy_above * staff.capacity, 0).sum()
        cost += prices.overload * np.maximum(load - staff.capacity, 0).sum()
        served = frozenset(row for row, holder in zip(needing, holders, strict=True) if holder is not None)
        yield Way(pairs, holders, tuple(levels), served, float(cost))


def way_minutes(problem: Problem, place: int, worker: int) -> int:
    """Minutes from a worker's town, 600 where unreachable."""
    town = problem.snapshot.caseworkers.town[worker : worker + 1]
    minutes = int(Roads(problem.snapshot).minutes(town, np.array([place]))[0])
    return 600 if minutes < 0 else minutes
