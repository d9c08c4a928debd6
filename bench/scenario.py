"""What a benchmark is: a scenario that makes its own input, figures, and the targets held against them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

Figures = dict[str, float]
"""Named figures of one run: seconds, GiB, ratios to peers, counts."""

_HOLDS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


@dataclass(frozen=True)
class Target:
    """A figure's promise: `figure sign value`; a moonshot is shown but never failed."""

    figure: str
    sign: str
    value: float
    moonshot: bool = False

    def held(self, figures: Figures) -> bool:
        """Whether the figure was measured and keeps the promise."""
        return self.figure in figures and bool(_HOLDS[self.sign](figures[self.figure], self.value))

    def __str__(self) -> str:
        return f"{self.figure} {self.sign} {self.value:g}" + (" (moonshot)" if self.moonshot else "")


@dataclass(frozen=True)
class Scenario:
    """One measured piece of work of a group (county, city or province)."""

    name: str
    group: str
    about: str
    run: Callable[[], Figures]
    targets: tuple[Target, ...] = ()


def at_most(figure: str, value: float) -> Target:
    """The figure must not exceed the value."""
    return Target(figure, "<=", value)


def at_least(figure: str, value: float) -> Target:
    """The figure must reach the value."""
    return Target(figure, ">=", value)


def exactly(figure: str, value: float) -> Target:
    """The figure must be the value."""
    return Target(figure, "==", value)


def moonshot(figure: str, sign: str, value: float) -> Target:
    """Where the figure wants to go."""
    return Target(figure, sign, value, moonshot=True)
