"""Needs as counts by town: what a provider may see, small numbers withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import overload

from graph.model import URGENCIES
from graph.offers import Counted
from graph.snapshot import Bools, Longs
from graph.within import RegionTree

FEW = 5
"""Counts below this are not told to those without the right to the cases: they would point at households."""

STEP = 5
"""Counts of what somebody cut out at will are rounded to multiples of this for those without that right."""

_FIGURES = ("needs", "unmet", "units")
_URGENCY = {code.code: at for at, code in enumerate(URGENCIES)}


@overload
def withheld(count: int) -> bool: ...
@overload
def withheld(count: Longs, rows: Longs | int = 1) -> Bools: ...
def withheld(count: int | Longs, rows: Longs | int = 1) -> bool | Bools:
    """Whether a count is withheld, or the sum of `rows` of which each holds one: the rest is not few; nothing points at nobody."""
    return (count > 0) & (count < FEW + rows - 1)


def rounded(count: int) -> int:
    """The nearest multiple: one household more or less mostly shows as nothing, and at times as a step of five."""
    return (count + STEP // 2) // STEP * STEP


@dataclass(frozen=True)
class TownCount:
    """Needs of one urgency in one town (or wider place), how many are unmet, and the units that count."""

    town: str
    name: str
    urgency: str
    needs: int
    unmet: int
    units: int
    whole: bool
    """Whether all of the town is counted; differences between parts of one would give small numbers away."""


def by_town(counted: Iterable[Counted], tree: RegionTree, areas: Container[str]) -> list[TownCount]:
    """Counts of places of some areas as counts of their towns over all kinds, in order of the towns' codes and the urgencies."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for each in counted:
        town = town_of(each.place, tree)
        for figure in _FIGURES:
            sums[town, each.urgency, figure] += getattr(each, figure)
    groups = sorted({key[:2] for key in sums}, key=lambda group: (group[0], _URGENCY[group[1]]))
    return [
        TownCount(
            town,
            tree.region(town).name,
            urgency,
            needs=sums[town, urgency, "needs"],
            unmet=sums[town, urgency, "unmet"],
            units=sums[town, urgency, "units"],
            whole=any(above.code in areas for above in tree.line(town)),
        )
        for town, urgency in groups
    ]


def town_of(place: str, tree: RegionTree) -> str:
    """The town that a place is or lies in; the place itself where it is wider."""
    region = tree.region(place)
    return region.parent if region.level == "village" and region.parent else place
