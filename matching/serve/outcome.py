"""A component with what it hands out in the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from graph.snapshot import Ints, Longs
from matching.serve.components import Part
from matching.serve.hand_out import Pieces
from matching.serve.last_stages import Evened
from matching.serve.levels import Usual
from matching.serve.solve import Solution


@dataclass(frozen=True)
class Outcome:
    """A component with its solution and what it hands out in the end; `by_flow` unless greedy's plan was taken.

    `taker` is the volunteer of each need that a team of several serves, `evened` what fairness did, where it did anything.
    """

    part: Part
    solution: Solution
    pieces: Pieces
    by_flow: bool
    taker: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    evened: Evened | None = None

    def handing(self, pieces: Pieces, evened: Evened | None) -> Outcome:
        """The same with other pieces, of as many units of each supplier, and what fairness did to them."""
        return replace(self, pieces=pieces, evened=evened)

    @cached_property
    def asked(self) -> Longs:
        """Units asked for by level of the component."""
        every = np.arange(len(self.part.component.needs), dtype=np.int32)
        return units_by_level(self.part, every, self.part.component.units)

    @cached_property
    def units(self) -> Longs:
        """Units served by level of the component."""
        return units_by_level(self.part, self.pieces.need, self.pieces.units)

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded and no greedy plan taken."""
        return self.by_flow and self.solution.exact


def by_its_flow(part: Part, solution: Solution) -> Outcome:
    """A component that hands out what its flow serves."""
    return Outcome(part, solution, solution.pieces, by_flow=True, evened=solution.evened)


def units_by_level(part: Part, need: Ints, units: Longs) -> Longs:
    """Units handed to needs of a component, by its levels."""
    total = np.zeros(part.component.levels, np.int64)
    np.add.at(total, part.component.level[need], units)
    return total


def value_of_part(part: Part, units: Longs, usual: Usual, levels: int) -> list[int]:
    """Units over usual quantity by level of the run, in parts of `usual`."""
    found = [0] * levels
    for level, number, each in zip(part.level_of.tolist(), units.tolist(), part.usual_of.tolist(), strict=True):
        found[level] += number * (usual.parts // each)
    return found
