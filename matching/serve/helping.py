"""The volunteers of a component: its teams, which of its needs may have them, and where they hang (model (33))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, VILLAGE, VOLUNTEER, Bools, Ints, Longs, Ragged
from matching.policy import UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.ranges import Index, Words, distinct, expand, offsets, pack, unpack
from matching.serve.eligibility import AT_COUNTY, AT_VILLAGE, Links
from matching.serve.exclusions import positions
from matching.serve.nearby import nearest
from matching.serve.signatures import Signatures
from matching.serve.supply import UNLIMITED, Promises, Supply
from matching.serve.teams import Teams, open_to_volunteers
from matching.travel import Roads

FAR = 2**40
"""Minutes where nobody is near."""


@dataclass(frozen=True)
class Helping:
    """Teams of a component, and signatures of its needs that tell by which rules these may have them.

    A rule of volunteers is a kind; a volunteer whom some need may not have has rules of their own. `kinds` are those that
    teams do, of all kinds of the snapshot, and `weight_of_kind` the units of `grain` minutes of each; a unit of flow is
    `share` of those that compare all kinds. `links` have a `rule` each; suppliers are numbered behind the `first` offers.
    """

    team: Index
    members: Ragged
    minutes: Longs
    anywhere: Bools
    from_anywhere: Longs
    capacity: Longs
    able: Bools
    grain: int
    kinds: Bools
    weight_of_kind: Longs
    first: int
    share: int
    of_need: Ints
    accept: Words
    links: Links
    rule: Ints

    def least_weight(self) -> Longs:
        """Units of flow that a unit of each team takes at the least."""
        found: Longs = np.where(self.able, self.weight_of_kind, UNLIMITED).min(axis=1, initial=UNLIMITED)
        return found

    def supplier_of(self, volunteer: Ints, kind: Ints) -> Ints:
        """The supplier to whom each volunteer belongs who does the kind of the same position; NONE where there is none."""
        found = np.full(len(volunteer), NONE, np.int32)
        order = np.argsort(self.members.values, kind="stable")
        held = self.members.values[order]
        owner, at = expand(np.searchsorted(held, volunteer, "left"), np.searchsorted(held, volunteer, "right"))
        team = self.members.owners[order[at]]
        does = self.able[team, kind[owner]]
        found[owner[does]] = self.first + team[does]
        return found


def helping_of(
    problem: Problem,
    roads: Roads,
    supply: Supply,
    teams: Teams,
    needs: Ints,
    kinds: Index,
    forbidden: Promises,
    signatures: Signatures,
    offers: int,
) -> Helping:
    """The teams that help with some kinds; `signatures` are those against the component's offers."""
    snapshot = problem.snapshot
    some = np.flatnonzero(teams.able[:, kinds].any(axis=1))
    able = teams.able[some]
    minutes = snapshot.kinds.minutes.astype(np.int64)
    timed = bool(len(some)) and not bool(teams.timeless[some].all())
    share = int(np.gcd.reduce(teams.weight[kinds]))
    weight = teams.weight // share
    grain = int(minutes[kinds[0]] // weight[kinds[0]]) if timed else 1
    held = np.isin(teams.members.owners, some)
    owners = np.searchsorted(some, teams.members.owners[held])
    may = open_to_volunteers(problem, supply, needs)
    kind = snapshot.needs.kind[needs]
    asked_at = np.zeros((len(snapshot.regions.level), len(minutes)), bool)
    asked_at[snapshot.needs.place[needs[may]], kind[may]] = True
    links, link_kind = _links(problem, teams, some, kinds, asked_at)
    rules = _Rules(signatures.rules, kinds, teams.barred[some])
    of_need, accept = rules.added_to(signatures, needs, np.where(may, kind, NONE), able, forbidden.of_type(VOLUNTEER))
    done = np.zeros(len(minutes), bool)
    done[kinds] = able[:, kinds].any(axis=0)
    return Helping(
        team=some,
        members=Ragged(offsets(owners, len(some)), teams.members.values[held]),
        minutes=teams.minutes[held],
        anywhere=teams.anywhere[some],
        from_anywhere=_from_anywhere(problem, roads, teams, some, needs[may], may),
        capacity=teams.capacity(grain)[some],
        able=able,
        grain=grain,
        kinds=done,
        weight_of_kind=weight,
        first=offers,
        share=share,
        of_need=of_need,
        accept=accept,
        links=Links(links.at, links.region, links.offer + np.int32(offers), links.minutes, links.breadth),
        rule=rules.of(links.offer, link_kind),
    )


def _links(problem: Problem, teams: Teams, some: Index, kinds: Index, asked_at: Bools) -> tuple[Links, Index]:
    """Where some teams hang, by position, and the kind of each link: at the places in reach, or else at every county.

    Those who may come from anywhere count as far away there, so that others come first.
    """
    place = np.full(len(teams), NONE, np.int64)
    place[some] = np.arange(len(some))
    rows = np.flatnonzero(place[teams.team] != NONE)
    row, kind = np.nonzero(teams.able[np.ix_(teams.team[rows], kinds)] & asked_at[np.ix_(teams.place[rows], kinds)])
    near = rows[row]
    slots = problem.snapshot.regions.county_slot
    asked_in = np.zeros_like(asked_at)
    np.logical_or.at(asked_in, slots, asked_at)
    counties = np.flatnonzero(asked_in.any(axis=1))
    free = some[teams.anywhere[some]]
    team, county, wide_kind = np.nonzero(
        teams.able[np.ix_(free, kinds)][:, None] & asked_in[np.ix_(counties, kinds)][None]
    )
    count = len(near), len(team)
    return Links(
        np.repeat([AT_VILLAGE, AT_COUNTY], count).astype(np.int8),
        np.concatenate([teams.place[near], counties[county]]).astype(np.int32),
        np.concatenate([place[teams.team[near]], place[free[team]]]).astype(np.int32),
        np.concatenate([teams.way[near], np.full(count[1], UNREACHABLE_MINUTES)]).astype(np.int32),
        np.repeat([VILLAGE, NONE], count).astype(np.int8),
    ), np.concatenate([kinds[kind], kinds[wide_kind]])


def _from_anywhere(problem: Problem, roads: Roads, teams: Teams, some: Index, open_needs: Ints, may: Bools) -> Longs:
    """Fewest minutes from each need to a volunteer without a travel limit who does its kind, FAR where there is none."""
    found, snapshot = np.full(len(may), FAR), problem.snapshot
    free = some[teams.anywhere[some]]
    held = np.isin(teams.members.owners, free)
    home = snapshot.volunteers.village[teams.members.values[held]]
    able = teams.able[teams.members.owners[held]]
    rows, kind, place = np.flatnonzero(may), snapshot.needs.kind[open_needs], snapshot.needs.place[open_needs]
    for one in np.unique(kind).tolist():
        homes = np.unique(home[able[:, one]])
        mine = np.flatnonzero(kind == one)
        if len(homes):
            places, at = np.unique(place[mine], return_inverse=True)
            found[rows[mine]] = nearest(roads, homes, places)[at]
    return found


class _Rules:
    """Rules of volunteers, numbered behind those of offers: one for each kind, and of each barred volunteer."""

    def __init__(self, first: int, kinds: Index, barred: Ints) -> None:
        self._first, self._barred = first, barred
        self._kinds = np.sort(kinds)
        self._volunteers = np.unique(barred[barred != NONE])
        self._count = first + len(kinds) * (1 + len(self._volunteers)) if len(barred) else first

    def of(self, team: Ints, kind: Index) -> Ints:
        """The rule by which each team, by position, serves the kind of the same position."""
        own = np.where(self._barred[team] == NONE, 0, 1 + np.searchsorted(self._volunteers, self._barred[team]))
        return (self._first + own * len(self._kinds) + np.searchsorted(self._kinds, kind)).astype(np.int32)

    def added_to(
        self, signatures: Signatures, needs: Ints, kind: Ints, able: Bools, forbidden: Promises
    ) -> tuple[Ints, Words]:
        """Signatures that say so too; `kind` of needs, NONE for those that no volunteer may serve."""
        if self._count == self._first:
            return signatures.of_need, signatures.accept
        done: Bools = np.logical_or.reduce(able, axis=0)
        kind = np.where((kind != NONE) & done[kind], kind, NONE)
        apart, volunteer = positions(forbidden, needs, self._volunteers.astype(np.int32))
        own = np.zeros(len(needs), np.int64)
        own[apart] = apart + 1
        first, number = distinct(signatures.of_need, kind, own)
        flags = np.zeros((len(first), self._count), bool)
        flags[:, : self._first] = unpack(signatures.accept, self._first)[signatures.of_need[first]]
        rows = np.flatnonzero(kind[first] != NONE)
        at = self._first + np.searchsorted(self._kinds, kind[first[rows]])
        for number_of in range(1 + len(self._volunteers)):
            flags[rows, at + number_of * len(self._kinds)] = True
        there = kind[apart] != NONE
        apart, volunteer = apart[there], volunteer[there]
        rule = self._first + (1 + volunteer) * len(self._kinds) + np.searchsorted(self._kinds, kind[apart])
        flags[number[apart], rule] = False
        same, again = distinct(*pack(flags).T)
        return again[number].astype(np.int32), pack(flags[same])
