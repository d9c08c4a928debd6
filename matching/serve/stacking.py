"""Stages stacked in one cost, and what the stack proves of each of them (model (19))."""

from __future__ import annotations

from dataclasses import dataclass

from matching import flow

HOPS = 1024
"""Most weight of a stage over the next, in what a unit may cost of all that come after it."""


@dataclass(frozen=True)
class Spans:
    """Most that a unit can cost more than another: full segments, changes, rank, minutes, price."""

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

    Prices are divided where they would not fit in the span that the solver takes.
    """

    segment: int
    change: int
    rank: int
    minutes: int
    price: int
    divisor: int

    @staticmethod
    def of(spans: Spans, total: int, nodes: int) -> Weights:
        """The weights for so many units on a network of so many nodes."""
        hops, divisor, room = min(max(total, 1), HOPS), 1, flow.largest_cost(nodes)
        while True:
            price = spans.price // divisor
            minutes = hops * price + 1
            top = spans.minutes * minutes + price
            rank = hops * top + 1 if spans.rank else 0
            top += spans.rank * rank
            change = hops * top + 1 if spans.changes else 0
            top += spans.changes * change
            segment = hops * top + 1 if spans.segments else 0
            top += spans.segments * segment
            # what fits in no way is refused by the solver
            if top <= room or (hops == 1 and not price):
                return Weights(segment, change, rank, minutes, 1 if price else 0, divisor)
            hops, divisor = (hops // 2, 1) if hops > 1 else (1, divisor * 2)

    def loose(self, slack: Slack) -> Loose:
        """How much less each stage could be in another flow, those before it being equal."""
        behind = self.price * slack.price
        minutes = behind // self.minutes
        behind += self.minutes * slack.minutes
        rank = behind // self.rank if self.rank else 0
        behind += self.rank * slack.rank
        return Loose(behind // self.change if self.change else 0, rank, minutes)


@dataclass(frozen=True)
class Loose:
    """How much less changes, provider order and minutes could be in another flow."""

    changes: int = 0
    rank: int = 0
    minutes: int = 0

    def plus(self, other: Loose) -> Loose:
        """The sum of both."""
        return Loose(self.changes + other.changes, self.rank + other.rank, self.minutes + other.minutes)
