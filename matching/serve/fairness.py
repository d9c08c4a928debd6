"""Fairness between counties: how evenly the units met at an urgency stand to those open (model (37))."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.snapshot import NONE, Bytes, Ints, Longs
from matching.problem import Problem
from matching.ranges import Index, distinct
from matching.serve.supply import Supply

SEGMENTS = 20
"""Parts of what is open in a cell; a unit costs the number of parts that are full before it."""


@dataclass(frozen=True)
class Cells:
    """Cells of needs: one kind, one urgency, one county slot; units `open`, and those `held` from what stands.

    `of_need` is the cell of each need of the columns that these cells belong to, `number` that among the cells of the run,
    `weight` what one of its units is in units of flow.
    """

    of_need: Ints
    number: Ints
    kind: Ints
    urgency: Ints
    slot: Ints
    open: Longs
    held: Longs
    weight: Longs

    def of_component(self, needs: Index, weight: Longs) -> Cells:
        """The cells of a component's needs, of which each unit weighs so much; a cell has all needs of its kind there."""
        first, number = distinct(self.of_need[needs])
        cell = self.of_need[needs[first]]
        return Cells(
            number.astype(np.int32),
            cell,
            self.kind[cell],
            self.urgency[cell],
            self.slot[cell],
            self.open[cell],
            self.held[cell],
            weight[first],
        )

    def met(self, need: Index, units: Longs) -> Longs:
        """Units met in each cell, those held among them, if needs of its columns get so many beside."""
        return self.held + np.bincount(self.of_need[need], weights=units, minlength=len(self.open)).astype(np.int64)


def cells_of(problem: Problem, county: Ints, supply: Supply) -> Cells:
    """The cells of a run's counting needs; `county` is the slot of each region. Columns: the snapshot's needs."""
    table, counting = problem.snapshot.needs, problem.counting
    kind, urgency, slot = table.kind[counting], table.urgency[counting].astype(np.int32), county[table.place[counting]]
    first, number = distinct(kind, urgency, slot)
    of_need = np.full(len(table.key), NONE, np.int32)
    of_need[counting] = number
    asked = table.quantity[counting]
    given = np.zeros(len(table.key), np.int64)
    np.add.at(given, supply.fixed.need, supply.fixed.quantity)
    # what was answered may be more than what is asked by now
    held = np.minimum(given[counting], asked)
    total, had = (np.bincount(number, weights=units, minlength=len(first)).astype(np.int64) for units in (asked, held))
    every, one = np.arange(len(first), dtype=np.int32), np.ones(len(first), np.int64)
    return Cells(of_need, every, kind[first], urgency[first], slot[first], total, had, one)


def ends(open_units: Longs) -> Longs:
    """Where the segments of each cell end, shape (cells, SEGMENTS + 1), the first of them 0."""
    steps: Longs = open_units[:, None] * np.arange(SEGMENTS + 1) // SEGMENTS
    return steps


def unfairness(open_units: Longs, met: Longs) -> int:
    """Σ over units met of the number of segments of their cell that are full before them: least where most even."""
    bounds = ends(open_units)
    filled = np.clip(met[:, None] - bounds[:, :-1], 0, np.diff(bounds, axis=1))
    return int((filled * np.arange(SEGMENTS)).sum())


def least_unfair(cells: Cells, met: Longs) -> int:
    """Least unfairness of any plan that meets as many units of each urgency, whoever could serve them."""
    total = 0
    for urgency in np.unique(cells.urgency):
        mine = cells.urgency == urgency
        bounds = ends(cells.open[mine])
        room = np.diff(bounds, axis=1)
        filled = np.clip(cells.held[mine][:, None] - bounds[:, :-1], 0, room).sum(axis=0)
        more = int((met - cells.held)[mine].sum())
        taken = np.diff(np.minimum(np.cumsum(room.sum(axis=0) - filled), more), prepend=0)
        total += int(((filled + taken) * np.arange(SEGMENTS)).sum())
    return total


@dataclass(frozen=True)
class Evening:
    """Cells whose units stand in parts of the face that hold other cells too, so that these can be made more even.

    `cells` are their numbers; `of_group` is the position there of the cell of each group of needs, NONE for others.
    `cell`, `segment` and `room` are the segments left of them. `part` is the joined part of each part, `part_of_cell`
    that of each of the cells.
    """

    cells: Ints
    of_group: Ints
    cell: Ints
    segment: Bytes
    room: Longs
    part: Longs
    part_of_cell: Longs


def evening(cells: Cells, of_group: Ints, part_of_group: Index, met: Longs, critical: Longs) -> Evening:
    """What can be made more even: groups of needs by cell and part, `met` units of each cell for certain.

    `critical` are the units that enter each part by its groups in all flows; a part of one cell has no choice.
    """
    parts, count = len(critical), len(met)
    first = distinct(part_of_group, of_group)[0]
    part, cell = part_of_group[first], of_group[first]
    shared = np.bincount(part, minlength=parts) > 1
    alone = ~shared[part]
    met = met + np.bincount(cell[alone], weights=critical[part[alone]], minlength=count).astype(np.int64)
    part, cell = part[~alone], cell[~alone]
    joined = coo_array((np.ones(len(part), np.int8), (part, parts + cell)), shape=(parts + count, parts + count))
    number = connected_components(joined, directed=False)[1].astype(np.int64)
    some = np.unique(cell)
    place = np.full(count, NONE, np.int32)
    place[some] = np.arange(len(some), dtype=np.int32)
    bounds = ends(cells.open * cells.weight)[some]
    room = bounds[:, 1:] - np.maximum(bounds[:, :-1], met[some, None])
    row, segment = np.nonzero(room > 0)
    return Evening(
        some.astype(np.int32),
        np.where(shared[part_of_group], place[of_group], NONE).astype(np.int32),
        row.astype(np.int32),
        segment.astype(np.int8),
        room[row, segment],
        number[:parts],
        number[parts + some],
    )


def nothing_to_even(groups: int, parts: int) -> Evening:
    """The same where fairness is not asked for."""
    none = np.zeros(0, np.int64)
    ints = none.astype(np.int32)
    return Evening(ints, np.full(groups, NONE, np.int32), ints, none.astype(np.int8), none, np.arange(parts), none)


def is_even(evening: Evening, filled: Longs, reached: Callable[[Iterable[tuple[int, Ints]]], Ints]) -> bool:
    """Whether no unit can be moved from a cell to one with fewer full segments; `filled` are units in each segment.

    `reached` tells for each cell the first number with which a way of residual arcs leads there, if ways begin at cells
    by number.
    """
    count = len(evening.cells)
    upcoming, last = np.full(count, SEGMENTS, np.int32), np.full(count, NONE, np.int32)
    left = filled < evening.room
    np.minimum.at(upcoming, evening.cell[left], evening.segment[left])
    np.maximum.at(last, evening.cell[filled > 0], evening.segment[filled > 0])
    begun = ((segment, np.flatnonzero(upcoming == segment).astype(np.int32)) for segment in range(SEGMENTS))
    return not bool((last > reached(begun)).any())
