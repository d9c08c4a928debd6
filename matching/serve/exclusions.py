"""Who may not serve whom by a lock or an answer, and which of them says so (model (5))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import CASEWORKER, LONG_AGO, NONE, OFFER, ON_HOUSEHOLD, ON_NEED, ON_VILLAGE, Ints, Longs
from matching.problem import Problem
from matching.ranges import expand
from matching.serve.supply import Promises


@dataclass(frozen=True)
class Exclusions:
    """Counting needs with the offers and volunteers kept from them, a row for each lock in force or answer that does.

    `lock` is a row of the locks or `answer` one of the answers; the other of the two is NONE.
    """

    need: Ints
    provider_type: Ints
    provider: Ints
    lock: Ints
    answer: Ints

    def pairs(self) -> Promises:
        """The pairs, each once, of no units."""
        return Promises.of(self.need, self.provider_type, self.provider, np.zeros(len(self.need), np.int64))


def exclusions_of(problem: Problem) -> Exclusions:
    """What locks in force and answers forbid; a lock on a household or a village forbids it for each of its needs."""
    snapshot, counting = problem.snapshot, problem.counting
    locks, needs, answered = snapshot.locks, snapshot.needs, snapshot.exclusions
    in_force = np.flatnonzero(~locks.keep & (locks.until >= problem.on) & (locks.provider_type != CASEWORKER))
    lock_parts, need_parts = [], []
    for subject_type, subject in (
        (ON_NEED, counting),
        (ON_VILLAGE, needs.place[counting]),
        (ON_HOUSEHOLD, needs.household[counting]),
    ):
        rows = in_force[locks.subject_type[in_force] == subject_type]
        order = np.argsort(subject, kind="stable")
        start = np.searchsorted(subject[order], locks.subject[rows], "left")
        owner, at = expand(start, np.searchsorted(subject[order], locks.subject[rows], "right"))
        lock_parts.append(rows[owner])
        need_parts.append(counting[order[at]])
    lock, answer = np.concatenate(lock_parts), np.flatnonzero(np.isin(answered.need, counting))
    columns = (
        (*need_parts, answered.need[answer]),
        (locks.provider_type[lock], answered.provider_type[answer]),
        (locks.provider[lock], answered.provider[answer]),
        (lock, np.full(len(answer), NONE)),
        (np.full(len(lock), NONE), answer),
    )
    return Exclusions(*(np.concatenate(parts).astype(np.int32) for parts in columns))


def positions(pairs: Promises, needs: Ints, offers: Ints) -> tuple[Longs, Longs]:
    """Where the needs and offers of pairs stand among some, both in order; pairs of others are left out."""
    need, offer = np.searchsorted(needs, pairs.need), np.searchsorted(offers, pairs.provider)
    there = (need < len(needs)) & (offer < len(offers))
    there[there] = (needs[need[there]] == pairs.need[there]) & (offers[offer[there]] == pairs.provider[there])
    return need[there], offer[there]


def excluders(problem: Problem, excluded: Exclusions, need: Ints, offer: Ints) -> list[list[dict[str, object]]]:
    """For pairs of equal positions what keeps them apart: locks by their keys, answers by their day and reason."""
    snapshot = problem.snapshot
    locks, answers, offers = snapshot.locks, snapshot.exclusions, len(snapshot.offers.key)
    mine = np.flatnonzero(excluded.provider_type == OFFER)
    code = excluded.need[mine].astype(np.int64) * offers + excluded.provider[mine]
    order = np.argsort(code, kind="stable")
    asked = need.astype(np.int64) * offers + offer
    start, end = (np.searchsorted(code[order], asked, side) for side in ("left", "right"))
    owner, at = expand(start, end)
    rows = mine[order[at]]
    found: list[list[dict[str, object]]] = [[] for _ in range(len(need))]
    for pair, lock, answer in zip(
        owner.tolist(), excluded.lock[rows].tolist(), excluded.answer[rows].tolist(), strict=True
    ):
        if lock != NONE:
            found[pair].append({"lock": locks.key[lock].as_py()})
            continue
        since = int(answers.since[answer])
        day = {} if since == LONG_AGO else {"since": str(np.datetime64(since, "D"))}
        found[pair].append({**day, "reason": answers.reason[answer].as_py()})
    return found
