"""What rounding kept for later levels goes to unmet needs that come first (model (16)).

Whole needs are placed before the second flow, so that some of a later level may keep what unmet needs of an earlier one
could have from the same offer. These take their places, level by level, from those who come last; who loses a place waits
for another in the turn of its own level. No offer gives more than before but for what it had left, and no money is short.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.ranges import Index, distinct, offsets
from matching.serve.hand_out import Pieces
from matching.serve.old_pairs import minutes_of_pairs
from matching.serve.outcome import Outcome
from matching.serve.tree_flow import inner_arcs
from matching.serve.whole_needs import OffersAbove


def displaced(outcome: Outcome, idle: Longs) -> Outcome:
    """The outcome after all such exchanges; `idle` are units that each offer of the snapshot can give besides.

    Volunteers who are one team keep what they have: who of them could take more is not known here.
    """
    component, network = outcome.part.component, outcome.part.network
    if outcome.exact or not len(outcome.pieces.need):
        return outcome
    places = _Places(outcome, idle)
    for level in range(places.levels):
        places.fill(level)
    need, offer, units = places.added()
    if not len(need):
        return outcome
    minutes = minutes_of_pairs(component, network, inner_arcs(network, component.suppliers), need, offer)
    return replace(outcome, pieces=_joined(places.kept().and_others(Pieces(need, offer, units, minutes))))


class _Places:
    """Who has units of each offer, those of the worst level last, and what is free of it."""

    def __init__(self, outcome: Outcome, idle: Longs) -> None:
        part, pieces = outcome.part, outcome.pieces
        self._component, self._network = part.component, part.network
        self._level = part.level_of[part.component.level]
        self.levels = int(part.level_of.max()) + 1
        self._above = OffersAbove(part.network)
        self._order = np.lexsort((pieces.need, self._level[pieces.need], pieces.offer))
        self._pieces, self._units = pieces, pieces.units[self._order].copy()
        component = part.component
        self._start = offsets(pieces.offer, component.suppliers)
        self._end = self._start[1:].copy()
        self._by_level = np.zeros((component.suppliers, self.levels), np.int64)
        np.add.at(self._by_level, (pieces.offer, self._level[pieces.need]), pieces.units)
        self._free = component.by_offers(idle)
        offers = len(component.offers)
        self._free[offers:] -= self._by_level[offers:].sum(axis=1)
        many = offers + np.flatnonzero(component.members.lengths > 1)
        self._free[many] = 0
        self._by_level[many] = 0
        self._lacking = part.component.units.copy()
        np.subtract.at(self._lacking, pieces.need, pieces.units)
        open_needs = np.flatnonzero((self._lacking > 0) & (part.network.node_of_need != NONE))
        self._waiting = [open_needs[self._level[open_needs] == level].tolist() for level in range(self.levels)]
        self._added: list[tuple[int, int, int]] = []

    def fill(self, level: int) -> None:
        """Let the unmet needs of a level take what later ones have, the largest whole ones first."""
        component, node_of = self._component, self._network.node_of_need
        room = self._free + self._by_level[:, level + 1 :].sum(axis=1)
        needs = np.array(self._waiting[level], np.int64)
        whole = component.whole[needs]
        asked = np.where(whole, component.units[needs], component.weight[needs])
        there = asked <= self._above.most(room)[node_of[needs]]
        needs, asked, whole = needs[there], asked[there], whole[there]
        order = np.lexsort((needs, component.turn[needs], -asked))
        hopeless: dict[int, int] = {}
        for need, least in zip(needs[order].tolist(), asked[order].tolist(), strict=True):
            node = int(node_of[need])
            while self._lacking[need] and least < hopeless.get(node, least + 1):
                offers = self._above.of(node)
                if component.split[need]:
                    offers = offers[offers < len(component.offers)]
                offer = self._best(offers, room, least, level)
                if offer == NONE:
                    hopeless[node] = least
                    break
                units = min(int(self._lacking[need]), int(room[offer]))
                self._take(need, offer, units, level)
                room[offer] -= units

    def _best(self, offers: Longs, room: Longs, least: int, level: int) -> int:
        """The offer of which those that come last have as much, none that has as much itself; NONE if there is none."""
        offers = offers[room[offers] >= least]
        if not len(offers):
            return NONE
        later = self._by_level[offers, level + 1 :][:, ::-1]
        upto = np.cumsum(np.concatenate([self._free[offers, None], later], axis=1), axis=1)
        first = int(np.argmax((upto >= least).any(axis=0)))
        fits = np.where(upto[:, first] >= least, upto[:, first], np.iinfo(np.int64).max)
        return int(offers[np.argmin(fits)])

    def _take(self, need: int, offer: int, units: int, level: int) -> None:
        while self._free[offer] < units:
            self._put_out(offer, units - int(self._free[offer]))
        self._free[offer] -= units
        self._by_level[offer, level] += units
        self._lacking[need] -= units
        self._added.append((need, offer, units))

    def _put_out(self, offer: int, wanted: int) -> None:
        """Take so many units, or all that cannot be divided, from the one who comes last."""
        row = int(self._end[offer]) - 1
        loser, units = int(self._pieces.need[self._order[row]]), int(self._units[row])
        units = units if self._component.whole[loser] else min(units, wanted)
        self._units[row] -= units
        self._end[offer] -= not self._units[row]
        self._by_level[offer, self._level[loser]] -= units
        self._free[offer] += units
        self._lacking[loser] += units
        self._waiting[int(self._level[loser])].append(loser)

    def kept(self) -> Pieces:
        """What nobody was put out of."""
        some = np.flatnonzero(self._units)
        rows: Index = self._order[some]
        given = self._pieces
        return Pieces(given.need[rows], given.offer[rows], self._units[some], given.minutes[rows])

    def added(self) -> tuple[Ints, Ints, Longs]:
        """Needs with offers and units that they took, in the order of the needs."""
        rows = np.array(sorted(self._added), np.int64).reshape(-1, 3)
        return rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), rows[:, 2]


def _joined(pieces: Pieces) -> Pieces:
    """Pieces of which no pair stands twice."""
    first, number = distinct(pieces.need, pieces.offer)
    units = np.zeros(len(first), np.int64)
    np.add.at(units, number, pieces.units)
    return Pieces(pieces.need[first], pieces.offer[first], units, pieces.minutes[first])
