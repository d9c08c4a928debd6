"""Why a place has no worker, a household no responsible one, and a worker nothing to do: codes and facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.snapshot import CASEWORKER, FOREVER, NONE, VILLAGE, Bools, Bytes, Ints, Longs
from matching.cover.reach import Numbers, Reach
from matching.plan import Texts, Uncovered, Unused
from matching.problem import Problem
from matching.reasons import facts_text
from matching.travel import Roads


@dataclass(frozen=True)
class Rows:
    """Uncovered subjects of one type with their reason and facts."""

    subject_type: str
    subject: Ints
    reason: list[str]
    facts: list[str]


def uncovered_places(
    problem: Problem, reach: Reach, places: Numbers, stations_near: Numbers, locks: dict[int, list[str]]
) -> list[Rows]:
    """Rows for uncovered places (positions in the reach).

    `stations_near` counts the stations of each one's region, `locks` holds those that alone keep a worker from a place.
    """
    level = problem.snapshot.regions.level
    start = np.searchsorted(reach.place, places)
    end = np.searchsorted(reach.place, places, "right")
    room = reach.workers.room
    reason, facts = [], []
    for at, place in enumerate(places.tolist()):
        extra: dict[str, object] = {"real": bool(reach.real[place])}
        if place in locks:
            reason.append("place_forbidden")
            extra["locks"] = locks[place]
        elif stations_near[at] == 0:
            reason.append("stations_empty")
        elif start[at] == end[at]:
            reason.append("no_worker_in_reach")
            extra["stations"] = int(stations_near[at])
        else:
            reason.append("worker_limits_taken")
            rows = slice(start[at], end[at])
            limit = np.full(len(reach.stations), 2**31 - 1)
            limit[reach.station[rows]] = reach.within[rows]
            near = reach.workers.limit >= limit[reach.workers.station]
            near &= np.isin(reach.workers.station, reach.station[rows])
            extra |= {"workers": int(near.sum()), "villages": int(room[near].sum())}
        facts.append(facts_text(extra))
    rows_of = []
    for name, mask in (
        ("village", level[reach.places[places]] == VILLAGE),
        ("town", level[reach.places[places]] < VILLAGE),
    ):
        chosen = np.flatnonzero(mask)
        rows_of.append(
            Rows(name, reach.places[places[chosen]], [reason[i] for i in chosen], [facts[i] for i in chosen])
        )
    return rows_of


def locks_in_the_way(
    problem: Problem, reach: Reach, forbidden: dict[int, dict[int, str]], places: Numbers, left: Longs
) -> dict[int, list[str]]:
    """Of places (positions in the reach) the locks without which a worker could cover them, where there are any.

    `left` is the room that the plan leaves each worker of the reach. Where nobody else may go at all, a lock is in the
    way whether its worker has room or not.
    """
    regions, roads = problem.snapshot.regions, Roads(problem.snapshot)
    served = set(reach.place.tolist())
    position = dict(zip(reach.workers.index.tolist(), range(len(left)), strict=True))
    wanted = {int(reach.places[place]): place for place in places.tolist()}
    found: dict[int, list[str]] = defaultdict(list)
    for caseworker in sorted(forbidden.keys() & position.keys()):
        worker = position[caseworker]
        group = reach.station_group[reach.workers.station[worker]]
        for region in sorted(forbidden[caseworker].keys() & wanted.keys()):
            place = wanted[region]
            way = int(roads.minutes(problem.snapshot.caseworkers.town[[caseworker]], np.array([region]))[0])
            near = (FOREVER if way == NONE else way) <= reach.workers.limit[worker]
            room = left[worker] > 0 or place not in served or regions.level[region] < VILLAGE
            if near and room and reach.group[place] == group:
                found[place].append(forbidden[caseworker][region])
    return {place: sorted(locks) for place, locks in found.items()}


def unserved_households(problem: Problem, households: Ints, covered_by: Longs, barring: dict[int, list[str]]) -> Rows:
    """Rows for households without a responsible worker.

    `households` are sorted, `covered_by` counts the workers of each region; `barring` holds the locks that keep a
    household from each worker of its village with load to spare for it.
    """
    key = problem.snapshot.regions.key
    villages, village = np.unique(problem.snapshot.households.village[households], return_inverse=True)
    code, facts = [], []
    for place in villages.tolist():
        workers, told = int(covered_by[place]), {"village": key[place].as_py()}
        code.append("no_capacity" if workers else "village_uncovered")
        facts.append(facts_text(told | {"workers": workers} if workers else told))
    code_of, facts_of = [code[at] for at in village.tolist()], [facts[at] for at in village.tolist()]
    for household, locks in barring.items():
        at = int(np.searchsorted(households, household))
        code_of[at], told = "forbidden", {"village": key[int(villages[village[at]])].as_py()}
        facts_of[at] = facts_text(told | {"locks": locks})
    return Rows("household", households, code_of, facts_of)


def kept_with_others(households: Ints) -> Rows:
    """Rows for households whom a lock keeps with a worker of another type, which the guarantee does not count."""
    facts = [facts_text({})] * len(households)
    return Rows("household", households, ["kept_with_other"] * len(households), facts)


def uncovered_of(parts: list[Rows]) -> Uncovered:
    """The rows as columns, villages before towns before households, each by key."""
    kind = [part.subject_type for part in parts for _ in part.reason]
    reason = [code for part in parts for code in part.reason]
    facts = [text for part in parts for text in part.facts]
    subject = np.concatenate([part.subject for part in parts]) if parts else np.zeros(0, np.int32)
    return Uncovered(texts(kind), subject.astype(np.int32), texts(reason), texts(facts), texts([None] * len(kind)))


def texts(values: list[str] | list[None]) -> Texts:
    """Texts with few distinct values as a dictionary array."""
    return pa.array(values, pa.string()).dictionary_encode()


def unused_workers(caseworkers: Ints, remaining: Longs, covering: Bools, reaching: Bools) -> Unused:
    """Workers stationed in the scope with load to spare; all shapes (workers of the scope,)."""
    rows = np.flatnonzero(remaining > 0)
    codes = np.where(covering, "load_to_spare", np.where(reaching, "not_needed", "nothing_in_reach"))[rows]
    provider_type: Bytes = np.full(len(rows), CASEWORKER, np.int8)
    return Unused(provider_type, caseworkers[rows], remaining[rows], texts(codes.tolist()))
