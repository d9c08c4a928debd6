"""What another allotment of shared money could serve at most (model (17))."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching.serve.budgets import Purses
from matching.serve.components import Part
from matching.serve.levels import Usual


@dataclass(frozen=True)
class Money:
    """Shared money, what each offer may give of it as allotted, and what it could give by its own capacity."""

    purses: Purses
    allotted: Longs
    most: Longs


@dataclass(frozen=True)
class _Holder:
    """An offer that a purse pays: level of its label, price, and a unit's worth in parts at the most and at the least."""

    level: int
    cost: int
    high: int
    low: int
    allotted: int
    most: int


class MoreMoney:
    """Most that other allotments of shared money could add, by the cut that proves levels.

    On the cut, units are at most those that its offers give: each purse spends on the worthiest of them first, and what
    they may give now counts at the least it is worth.
    """

    def __init__(self, labelled: list[tuple[Part, Ints]], money: Money, usual: Usual) -> None:
        held: dict[int, list[tuple[int, int, _Holder]]] = defaultdict(list)
        for part, label in labelled:
            usual_of = part.usual_of // part.weight_of
            cheap, dear = int(usual_of.min()), int(usual_of.max())
            pays = money.purses.of_offer[part.component.offers]
            purse = np.where(pays[:, 0] == NONE, pays[:, 1], pays[:, 0])
            rows = np.flatnonzero((purse != NONE) & (label[: len(purse)] != NONE))
            for row, offer, level in zip(
                rows.tolist(), part.component.offers[rows].tolist(), part.level_of[label[rows]].tolist(), strict=True
            ):
                cost = int(money.purses.unit_cost[offer])
                worth = usual.parts // cheap, usual.parts // dear
                holder = _Holder(level, cost, *worth, int(money.allotted[offer]), int(money.most[offer]))
                held[int(purse[row])].append((cost * cheap, offer, holder))
        self._held = [
            (int(money.purses.money[purse]), [holder for _, _, holder in sorted(rows, key=lambda row: row[:2])])
            for purse, rows in held.items()
        ]

    def up_to(self, last: int) -> int:
        """Most that the levels up to `last` could gain, in parts."""
        total = 0
        for money, holders in self._held:
            gain, left = 0, money
            for each in holders:
                if each.level > last:
                    continue
                units = min(each.most, left // each.cost)
                left -= units * each.cost
                gain += units * each.high - each.allotted * each.low
                if units < each.most:
                    gain -= -left * each.high // each.cost  # part of a unit, rounded up
                    left = 0
            total += max(gain, 0)
        return total
