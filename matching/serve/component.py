"""A component as arrays: its needs, and its suppliers, who are offers and volunteers (model (11), (33))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Ints, Longs, Ragged
from matching.serve.fairness import Cells
from matching.serve.supply import UNLIMITED


@dataclass(frozen=True)
class Component:
    """Needs and suppliers of kinds that are tied; all columns but `needs`, `offers` and `members` are local to it.

    `level` orders the needs (0 first) and `turn` those of one level, `units` is what each still needs, `whole` those that
    cannot be divided and need more than one, `split` those that can be, but not where volunteers help. Suppliers are
    the `offers`, and behind them teams of volunteers with their `members`, who can fill `minutes` each;
    `from_anywhere` are the fewest minutes from each need to one without a travel limit. `capacity` of a
    supplier is what may still be handed out, `room` what an offer could have more before money holds it back; `rank` is its
    provider's. `old_need`, `old_offer` and `old_units` are the
    published pairs. Where volunteers help with kinds that take more or less time, units of flow are of `grain` minutes:
    `weight` of them are one unit of a need, and a unit of a supplier takes `each` at the least, of an offer just so many.
    In prices a unit of flow counts `share`. `cells` are those whose counties are made even, None where they are not.
    """

    needs: Ints
    level: Ints
    units: Longs
    weight: Longs
    whole: Bools
    split: Bools
    turn: Ints
    levels: int
    grain: int
    share: int
    offers: Ints
    members: Ragged
    minutes: Longs
    anywhere: Bools
    from_anywhere: Longs
    capacity: Longs
    room: Longs
    each: Longs
    rank: Longs
    unit_cost: Longs
    old_need: Ints
    old_offer: Ints
    old_units: Longs
    cells: Cells | None

    @property
    def suppliers(self) -> int:
        """Number of offers and teams."""
        return len(self.capacity)

    @property
    def even(self) -> bool:
        """Whether a unit of flow is one unit of every need."""
        return bool((self.weight == 1).all())

    @property
    def teams(self) -> int:
        """Number of teams."""
        return len(self.members.lengths)

    def by_offers(self, units: Longs) -> Longs:
        """What suppliers can give in units of flow, if the offers of the snapshot can give so many of their own."""
        found, each = self.capacity.copy(), self.each[: len(self.offers)]
        found[: len(self.offers)] = np.minimum(units[self.offers], UNLIMITED // each) * each
        return found

    def units_of_offers(self, supplier: Ints, flow: Longs, offers: int) -> Longs:
        """Own units of each of the snapshot's offers that suppliers hand out as so many units of flow."""
        total = np.zeros(offers, np.int64)
        mine = supplier < len(self.offers)
        np.add.at(total, self.offers[supplier[mine]], flow[mine] // self.each[supplier[mine]])
        return total

    def whole_units(self, need: Ints, flow: Longs) -> Longs:
        """Units of needs that so many units of flow are."""
        return flow // self.weight[need]
