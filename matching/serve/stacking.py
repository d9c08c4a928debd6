"""Stages stacked in one cost, and what the stack proves of each of them (model (19))."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching import flow

HOPS = 1024
"""Most weight of a stage over the next, in what a unit may cost of all that come after it, where no weights are steep."""


@dataclass(frozen=True)
class Spans:
    """Most that each stage can change: full segments, changes, rank, minutes, price."""

    segments: int
    changes: int
    rank: int
    minutes: int
    price: int


@dataclass(frozen=True)
class Slack:
    """How much more a stage could be than it is, summed over all units."""

    rank: int
    minutes: int
    price: int


@dataclass(frozen=True)
class Weights:
    """Weights of the stages, fairness ≫ changes ≫ provider order ≫ minutes ≫ cost; 0 where a stage is the same in all flows.

    `steep` ones prove the best of every stage. Prices are divided where they would not fit in the span that the solver takes.
    """

    segment: int
    change: int
    rank: int
    minutes: int
    price: int
    divisor: int
    steep: bool = False

    @staticmethod
    def of(unit: Spans, cycle: Spans, total: int, nodes: int) -> Weights:
        """The weights for so many units on a network of so many nodes, by what a unit changes or a residual cycle.

        A flow that is better in some stage leads there over residual cycles that pass each node once. Where no cycle
        makes up for a stage by all that come after it, each cycle is no better, stage by stage, and so is the flow.
        """
        room, divisor, hops = flow.largest_cost(nodes), 1, min(max(total, 1), HOPS)
        steep = _stacked(cycle, 1, 1)
        if steep.of_unit(unit) <= room:
            return replace(steep, steep=True)
        while True:
            weights = _stacked(unit, hops, divisor)
            # what fits in no way is refused by the solver
            if weights.of_unit(unit) <= room or (hops == 1 and not weights.price):
                return weights
            hops, divisor = (hops // 2, 1) if hops > 1 else (1, divisor * 2)

    def of_unit(self, unit: Spans) -> int:
        """Most that a unit costs."""
        behind = unit.price // self.divisor * self.price + unit.minutes * self.minutes + unit.rank * self.rank
        return unit.segments * self.segment + unit.changes * self.change + behind

    def loose(self, slack: Slack) -> Loose:
        """How much less each stage could be in another flow, those before it being equal."""
        if self.steep:
            return Loose()
        behind = self.price * slack.price
        minutes = behind // self.minutes
        behind += self.minutes * slack.minutes
        rank = behind // self.rank if self.rank else 0
        behind += self.rank * slack.rank
        return Loose(behind // self.change if self.change else 0, rank, minutes)


def _stacked(spans: Spans, hops: int, divisor: int) -> Weights:
    """Weights by which each stage counts more than so many times what all that come after it span."""
    price = spans.price // divisor
    minutes = hops * price + 1
    behind = spans.minutes * minutes + price
    rank = hops * behind + 1 if spans.rank else 0
    behind += spans.rank * rank
    change = hops * behind + 1 if spans.changes else 0
    behind += spans.changes * change
    segment = hops * behind + 1 if spans.segments else 0
    return Weights(segment, change, rank, minutes, 1 if price else 0, divisor)


@dataclass(frozen=True)
class Loose:
    """How much less changes, provider order and minutes could be in another flow."""

    changes: int = 0
    rank: int = 0
    minutes: int = 0

    def plus(self, other: Loose) -> Loose:
        """The sum of both."""
        return Loose(self.changes + other.changes, self.rank + other.rank, self.minutes + other.minutes)
