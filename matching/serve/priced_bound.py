"""What plans could serve at most up to a level within shared money, by prices of the money (model (47))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Ints, Longs
from matching import flow
from matching.ranges import distinct
from matching.serve.budgets import Purses
from matching.serve.components import Part
from matching.serve.eligibility import AT_VILLAGE
from matching.serve.levels import Usual
from matching.serve.priced_money import FASTEST, Floats
from matching.serve.tree_flow import groups_of, inner_arcs

STEPS = 4096
"""Steps in which the worth of a unit and its price are counted."""


def priced_bound(parts: list[Part], purses: Purses, most: Longs, last: int, rounds: int, usual: Usual) -> int:
    """Most that the levels up to `last` could get of components together, in parts, as `rounds` of prices prove.

    `most` is what each offer of the snapshot could give by its own capacity. Raises FlowError.
    """
    flows = [_PricedFlow.of(part, purses, most, last, usual) for part in parts]
    price, least = _first_prices(flows, len(purses.money)), np.inf
    for at in range(rounds):
        worth, spent = 0, np.zeros(len(price))
        for each in flows:
            value, cost = each.solved(price)
            worth, spent = worth + value, spent + cost
        # what all money is worth at its price, a little more for the sake of rounding
        least = min(least, worth + int(np.ceil(float(price @ purses.money) * (1 + 1e-9))))
        change = np.clip((spent + 1) / (purses.money + 1), 1 / FASTEST, FASTEST)
        price = price * change ** (1 / (1 + at))
    return int(least)


@dataclass(frozen=True)
class _PricedFlow:
    """A component's network for the levels up to one, its villages gathered in their towns, which only lets more be served.

    Arcs come from the source, of groups with a `gain` a unit, then between nodes, then from suppliers to the sink;
    `charged` are rows of supplier, purse and the yuan that a unit of flow takes of it.
    """

    tail: Ints
    head: Ints
    room: Longs
    gain: Longs
    suppliers: int
    nodes: int
    step: int
    supplier: Ints
    purse: Ints
    yuan: Floats
    purses: int

    @staticmethod
    def of(part: Part, purses: Purses, most: Longs, last: int, usual: Usual) -> _PricedFlow:
        """The network of a component."""
        component, network = part.component, part.network
        arcs = inner_arcs(network, component.suppliers)
        some = np.flatnonzero(part.level_of[component.level] <= last)
        groups = groups_of(component, network, some, legs=False)
        gathered = np.arange(arcs.size, dtype=np.int32)
        villages = np.flatnonzero((network.at == AT_VILLAGE) & (network.up != NONE))
        gathered[villages] = network.up[villages]
        tail, head = gathered[arcs.tail], gathered[arcs.head]
        one = distinct(tail, head)[0]
        one = one[tail[one] != head[one]]
        first, number = distinct(gathered[groups.node], part.usual_of[groups.level])
        units = np.zeros(len(first), np.int64)
        np.add.at(units, number, groups.units)
        total, source, sink = int(units.sum()), arcs.size, arcs.size + 1
        suppliers = arcs.first_offer + np.arange(component.suppliers)
        pays = purses.of_offer[component.offers]
        supplier, column = np.nonzero(pays != NONE)
        gain = usual.parts // part.usual_of[groups.level[first]]
        return _PricedFlow(
            np.concatenate([np.full(len(first), source), tail[one], suppliers, [source]]).astype(np.int32),
            np.concatenate([gathered[groups.node[first]], head[one], np.full(len(suppliers), sink), [sink]]).astype(
                np.int32
            ),
            np.concatenate([units, np.full(len(one), total), np.minimum(component.by_offers(most), total), [total]]),
            gain,
            component.suppliers,
            arcs.size + 2,
            max(1, int(gain.max(initial=1)) // STEPS),
            supplier.astype(np.int32),
            pays[supplier, column],
            purses.unit_cost[component.offers[supplier]] / component.each[supplier],
            len(purses.money),
        )

    def solved(self, price: Floats) -> tuple[int, Floats]:
        """What the flow that is worth most at some prices is worth, in parts, and what it spends of each purse."""
        charge = np.bincount(self.supplier, price[self.purse] * self.yuan, self.suppliers)
        # gains are rounded up and charges down, so that no flow is worth more than is said
        gain = -(-self.gain // self.step)
        dear = 2 * int(gain.max(initial=1))
        charge = np.floor(np.minimum(charge * (1 - 1e-9) / self.step, dear)).astype(np.int64)
        between = len(self.tail) - len(gain) - self.suppliers - 1
        cost = np.concatenate([-gain, np.zeros(between, np.int64), charge, [0]])
        supplies = np.zeros(self.nodes, np.int64)
        supplies[-2], supplies[-1] = self.room[-1], -self.room[-1]
        flows = flow.cheapest(flow.Arcs(self.tail, self.head, self.room, cost), supplies)
        used = flows[len(gain) + between : -1]
        spent = np.bincount(self.purse, used[self.supplier] * self.yuan, self.purses).astype(np.float64)
        return -int((flows * cost).sum()) * self.step, spent

    def rates(self) -> Floats:
        """At most so much a purse's yuan is worth with each of its offers, in parts."""
        return float(self.gain.max(initial=0)) / self.yuan


def _first_prices(flows: list[_PricedFlow], purses: int) -> Floats:
    """Prices at which the middle one of the offers that each purse pays is just worth its money."""
    purse = np.concatenate([np.zeros(0, np.int32), *(each.purse for each in flows)])
    rate = np.concatenate([np.zeros(0), *(each.rates() for each in flows)])
    return np.array([float(np.median(rate[purse == each])) if (purse == each).any() else 0.0 for each in range(purses)])
