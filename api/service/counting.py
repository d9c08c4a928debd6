"""Needs as counts by town: what a provider may see, small numbers withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import URGENCIES
from graph.offers import Counted
from graph.within import RegionTree

FEW = 5
"""Counts below this are not told to those without the right to the cases: they would point at households."""

_FIGURES = ("needs", "unmet", "units")
_URGENCY = {code.code: at for at, code in enumerate(URGENCIES)}


@dataclass(frozen=True)
class TownCount:
    """Needs of one kind and urgency in one town (or wider place), how many are unmet, and the units that counts."""

    town: str
    name: str
    kind: str
    urgency: str
    needs: int
    unmet: int
    units: int

    @property
    def few(self) -> bool:
        """Whether the needs are so few that their number is withheld."""
        return self.needs < FEW


def by_town(counted: Iterable[Counted], tree: RegionTree) -> list[TownCount]:
    """Counts of places as counts of their towns, in order of the towns' codes, the kinds and the urgencies."""
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for each in counted:
        town = town_of(each.place, tree)
        for figure in _FIGURES:
            sums[town, each.kind, each.urgency, figure] += getattr(each, figure)
    groups = sorted({key[:3] for key in sums}, key=lambda group: (group[0], group[1], _URGENCY[group[2]]))
    return [
        TownCount(
            town, tree.region(town).name, kind, urgency, *(sums[town, kind, urgency, figure] for figure in _FIGURES)
        )
        for town, kind, urgency in groups
    ]


def town_of(place: str, tree: RegionTree) -> str:
    """The town that a place is or lies in; the place itself where it is wider."""
    region = tree.region(place)
    return region.parent if region.level == "village" and region.parent else place
