"""The fewest published needs to give up so that single units are served lexicographically most within a limit (model (40)).

What one more unit of a level takes in changes is a whole number and never falls as units are added, so that a price on
changes finds how many units of the level the limit allows: at one price each further unit takes as many changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, Ints, Longs
from matching import flow
from matching.problem import Problem
from matching.ranges import offsets
from matching.serve.change_network import Alike, ChangeNetwork, change_network, old_pairs
from matching.serve.changes import Standing
from matching.serve.decided import Decided
from matching.serve.levels import bands
from matching.serve.outcome import Outcome


def one_unit_each(free: Decided, standing: Standing) -> bool:
    """Whether every need that somebody may serve asks one unit, all count alike, no money is shared, and old pairs are single.

    That is with single providers, not with teams of several volunteers.
    """
    usual: set[int] = set()
    for part in (outcome.part for outcome in free.outcomes):
        component, served = part.component, part.network.node_of_need != NONE
        several = np.append(np.zeros(len(component.offers), bool), component.members.lengths > 1)
        if several[old_pairs(component, standing)[1]].any() or (component.units[served] > 1).any():
            return False
        usual |= set(part.usual_of[np.unique(component.level[served])].tolist())
    return len(usual) <= 1 and not len(free.money.purses.money) and all(outcome.exact for outcome in free.outcomes)


def given_up(problem: Problem, standing: Standing, free: Decided, most: int) -> Ints:
    """The needs, in order, that change where single units are served lexicographically most with at most so many changes.

    `free` is what is decided without the limit. Raises FlowError.
    """
    # where nothing has to change for the most, nothing will
    outcomes = [outcome for outcome in free.outcomes if _changes(outcome, standing)]
    groups = [Alike.of(outcome.part, standing) for outcome in outcomes]
    parts = [outcome.part for outcome in outcomes]
    levels = len(URGENCIES) * bands(problem)
    capacity = [part.component.by_offers(free.money.allotted) for part in parts]
    reached = np.zeros(levels, np.int64)
    for outcome in outcomes:
        np.add.at(reached, outcome.part.level_of, outcome.units)
    search = _Search(change_network(parts, groups, capacity, levels), groups, reached)
    found = [
        part.component.needs[_of_groups(part.component.turn, alike, changes)]
        for part, alike, changes in zip(parts, groups, search.changes(most), strict=True)
    ]
    return np.sort(np.concatenate([np.zeros(0, np.int32), *found]))


def _changes(outcome: Outcome, standing: Standing) -> bool:
    """Whether a component takes an old supplier from a need, or gives more to one that has something published beside."""
    component, pieces = outcome.part.component, outcome.pieces
    need, supplier = old_pairs(component, standing)
    kept = np.isin(
        need.astype(np.int64) * component.suppliers + supplier,
        pieces.need.astype(np.int64) * component.suppliers + pieces.offer,
    )
    others = component.needs[np.setdiff1d(pieces.need, need)]
    return not kept.all() or bool(np.isin(others, standing.need[standing.may]).any())


def _of_groups(turn: Ints, alike: Alike, changes: Longs) -> Ints:
    """Needs that change, so many of each group: of those with an old supplier the last in turn, of others the first."""
    place = np.where(alike.old[alike.number] != NONE, -1, 1) * turn[alike.need].astype(np.int64)
    order = np.lexsort((alike.need, place, alike.number))
    rank = np.arange(len(order)) - offsets(alike.number, len(changes))[alike.number[order]]
    return alike.need[order[rank < changes[alike.number[order]]]]


@dataclass(frozen=True)
class _Flow:
    """A flow of fewest changes: units of the level in question, and changes in all and by component and group."""

    units: int
    cost: int
    changes: list[Longs]


class _Search:
    """Units by level as far as they are settled, from the first level on."""

    def __init__(self, network: ChangeNetwork, groups: list[Alike], reached: Longs) -> None:
        self._network, self._groups, self._reached = network, groups, reached
        self._asked = np.zeros(network.levels, np.int64)
        for alike in groups:
            np.add.at(self._asked, alike.level, alike.count)
        self._settled: list[int] = []
        self._known: dict[tuple[tuple[int, ...], int], _Flow] = {}

    def changes(self, most: int) -> list[Longs]:
        """Changes by component and group where as much is served as the limit allows, level by level, by the fewest."""
        # as many levels as can be served in full within the limit
        low, high = 0, len(self._reached)
        while low < high:
            middle = (low + high + 1) // 2
            self._settled = self._reached[:middle].tolist()
            low, high = (middle, high) if self._flow(0).cost <= most else (low, middle - 1)
        self._settled = self._reached[:low].tolist()
        while len(self._settled) < len(self._reached):
            self._settled.append(self._most_of_next(most) if self._asked[len(self._settled)] else 0)
        return self._flow(0).changes

    def _most_of_next(self, most: int) -> int:
        """Units of the next level that the limit allows, those before it settled."""
        below, low = self._flow(0), 0
        rest = most - below.cost  # a unit that takes more changes has no room
        if not rest or below.units == self._asked[len(self._settled)]:
            return below.units
        # a unit takes one change more often than not
        for high in (1, rest):
            found = self._flow(high)
            if found.cost > most:
                break
            low, below = high, found
        else:
            return below.units
        # the price at which the limit is passed
        while high - low > 1:
            middle = min(2 * low, (low + high) // 2)
            found = self._flow(middle)
            if found.cost <= most:
                low, below = middle, found
            else:
                high = middle
        return below.units + (most - below.cost) // high

    def _flow(self, price: int) -> _Flow:
        """A flow in which a unit of the next level is worth so many changes, of fewest changes for its units."""
        known = self._known.get((tuple(self._settled), price))
        if known is None:
            known = self._known[tuple(self._settled), price] = self._cheapest(price)
        return known

    def _cheapest(self, price: int) -> _Flow:
        network, at = self._network, len(self._settled)
        open_levels = np.arange(at, network.levels)
        room = self._asked[open_levels]
        worth = np.where(open_levels == at, -(2 * price + 1), 0)
        ends = np.full(len(open_levels), network.source)
        arcs, total = network.arcs, int(room.sum())
        supplies = np.zeros(network.nodes, np.int64)
        supplies[:at] = self._settled
        supplies[network.source] = total
        supplies[network.sink] = -total - sum(self._settled)
        flows = flow.cheapest(
            flow.Arcs(
                np.concatenate([arcs.tail, ends, [network.source]]),
                np.concatenate([arcs.head, open_levels, [network.sink]]),
                np.concatenate([arcs.capacity, room, [total]]),
                np.concatenate([arcs.cost, worth, [0]]),
            ),
            supplies,
        )
        changes = []
        for alike, arc in zip(self._groups, network.leaving, strict=True):
            passing = np.where(arc == NONE, 0, flows[arc])
            changes.append(np.where(alike.old == NONE, passing, alike.count - passing))
        units = int(flows[len(arcs.tail)]) if len(open_levels) else 0
        return _Flow(units, sum(int(each.sum()) for each in changes), changes)
