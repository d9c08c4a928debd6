"""Who of a team takes each of the needs that the team serves: the nearest who has as much time left (model (34))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, VOLUNTEER, Ints, Longs
from matching.policy import UNREACHABLE_MINUTES
from matching.problem import Problem
from matching.ranges import offsets
from matching.serve.component import Component
from matching.serve.hand_out import Pieces
from matching.serve.supply import UNLIMITED
from matching.travel import Roads


def shared_out(problem: Problem, roads: Roads, component: Component, pieces: Pieces) -> Ints:
    """The volunteer who takes each piece of a team of several, NONE where no one of it has time, and for all others.

    Needs come by level, the largest first; who is left out changes nothing for the others, so that sharing out what was
    taken gives the same once more.
    """
    found = np.full(len(pieces.need), NONE, np.int32)
    rows = of_several(component, pieces)
    team = pieces.offer[rows] - len(component.offers)
    need = pieces.need[rows]
    order = np.lexsort((need, -component.units[need], component.level[need], team))
    rows, team = rows[order], team[order]
    edges = offsets(team, component.teams)
    for one in np.unique(team).tolist():
        mine = rows[edges[one] : edges[one + 1]]
        found[mine] = _of_team(problem, roads, component, pieces, one, mine.astype(np.int32))
    return found


def of_several(component: Component, pieces: Pieces) -> Longs:
    """Rows of the pieces that teams of several serve."""
    team = pieces.offer - len(component.offers)
    several = np.append(component.members.lengths > 1, False)
    return np.flatnonzero(several[np.where(team < 0, component.teams, team)])


def _of_team(problem: Problem, roads: Roads, component: Component, pieces: Pieces, team: int, rows: Ints) -> Ints:
    """The same for the pieces of one team, in their turn."""
    low, high = component.members.offsets[team : team + 2].tolist()
    members = component.members.values[low:high]
    left = component.minutes[low:high] // component.grain
    if component.capacity[len(component.offers) + team] == UNLIMITED:
        left = np.full(len(members), UNLIMITED)
    known = _published(problem, members)
    found = np.full(len(rows), NONE, np.int32)
    for at, (need, units) in enumerate(zip(pieces.need[rows].tolist(), pieces.units[rows].tolist(), strict=True)):
        able = np.flatnonzero(left >= units)
        if not len(able):
            continue
        way = ways_to(problem, roads, component, need, members[able])
        way[able == known.get(int(component.needs[need]), NONE)] = NONE
        one = able[np.argmin(way)]
        left[one] -= units
        found[at] = members[one]
    return found


def ways_to(problem: Problem, roads: Roads, component: Component, need: int, volunteers: Ints) -> Ints:
    """Minutes of some volunteers to a need of a component, 600 where there is no way."""
    place = problem.snapshot.needs.place[component.needs[need]]
    way = roads.minutes(problem.snapshot.volunteers.village[volunteers], np.full(len(volunteers), place, np.int32))
    return np.where(way == NONE, UNREACHABLE_MINUTES, way).astype(np.int32)


def _published(problem: Problem, members: Ints) -> dict[int, int]:
    """Needs whose published volunteer is a member, with the position of that member."""
    state = problem.snapshot.published
    order = np.argsort(members, kind="stable")
    at = np.minimum(np.searchsorted(members[order], state.provider), len(members) - 1)
    mine = np.flatnonzero((members[order[at]] == state.provider) & (state.provider_type == VOLUNTEER))
    return dict(zip(state.need[mine].tolist(), order[at[mine]].tolist(), strict=True))
