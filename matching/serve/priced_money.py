"""Shared money allotted by prices: what flows would buy if each unit had to be worth its money (model (44)).

A unit of level ℓ is worth 2^−ℓ over its usual quantity, and pays the price of the purses that its offer draws on. Prices
rise where the flow spends more than there is and fall where it leaves money; those with the least bound of all decide
what is bought. What is bought beyond a purse is given back, the worst levels and there the dearest first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.snapshot import NONE, Ints, Longs
from matching import flow
from matching.serve.budgets import Purses, allot
from matching.serve.components import Part
from matching.serve.hand_out import hand_to_needs
from matching.serve.tree_flow import TreeFlow, groups_of, inner_arcs

Floats = npt.NDArray[np.float64]
STEEPEST = 24
"""Most halvings of the worth from the first level to the last: those of more levels share them evenly."""
FASTEST = 50.0
"""Most by which a price rises or falls from one round to the next."""


@dataclass(frozen=True)
class _Bought:
    """What a flow at some prices buys of offers of the snapshot, by level of the run, and what all of it is worth."""

    offer: Ints
    level: Ints
    worth: Floats
    units: Longs
    value: float


def priced_allotment(parts: list[Part], purses: Purses, most: Longs, rounds: int) -> Longs:
    """Units that each offer of the snapshot may give so that no purse is overdrawn, after so many rounds of prices.

    `most` is what an offer could give by its own capacity. Raises FlowError.
    """
    worth = _worth_of_levels(parts)
    price = _first_prices(parts, purses, worth)
    best, least = _together([]), np.inf
    for at in range(rounds):
        bought = _together([_buy(part, purses, most, worth, price) for part in parts])
        bound = bought.value + float(price @ purses.money)
        if bound < least:
            best, least = bought, bound
        spent = purses.spent(_by_offer(bought, most) * purses.unit_cost)
        change = np.clip((spent + 1) / (purses.money + 1), 1 / FASTEST, FASTEST)
        for _ in range(min(at, 2)):
            change = np.sqrt(change)
        price = price * change
    return allot(purses, most, _by_offer(_affordable(purses, best), most))


def _together(bought: list[_Bought]) -> _Bought:
    """What the flows of several components buy."""
    ints, longs = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return _Bought(
        np.concatenate([ints, *(each.offer for each in bought)]),
        np.concatenate([ints, *(each.level for each in bought)]),
        np.concatenate([np.zeros(0), *(each.worth for each in bought)]),
        np.concatenate([longs, *(each.units for each in bought)]),
        sum(each.value for each in bought),
    )


def _by_offer(bought: _Bought, most: Longs) -> Longs:
    total = np.zeros(len(most), np.int64)
    np.add.at(total, bought.offer, bought.units)
    return total


def _worth_of_levels(parts: list[Part]) -> Floats:
    """What one usual quantity of each level of the run is worth: halved from each level that is asked for to the next."""
    levels = max((int(part.level_of.max(initial=0)) for part in parts), default=0) + 1
    asked = np.zeros(levels, bool)
    for part in parts:
        asked[part.level_of[part.component.level]] = True
    turn = np.maximum(np.cumsum(asked) - 1, 0)
    last = int(turn.max(initial=0))
    halvings = turn if last <= STEEPEST else turn * STEEPEST // last
    return np.asarray(np.ldexp(1.0, -halvings), np.float64)


def _first_prices(parts: list[Part], purses: Purses, worth: Floats) -> Floats:
    """Prices in yuan at which the level three quarters down can just pay for the middle one of the offers that each purse pays."""
    middle = float(worth[len(worth) * 3 // 4])
    rates: list[list[float]] = [[] for _ in purses.money]
    for part in parts:
        offers = part.component.offers
        usual = float((part.usual_of // part.weight_of).min(initial=1))
        for column in purses.of_offer[offers].T:
            for row in np.flatnonzero(column != NONE).tolist():
                rates[column[row]].append(middle / (float(purses.unit_cost[offers[row]]) * usual))
    return np.array([sorted(each)[len(each) // 2] if each else 0.0 for each in rates])


def _buy(part: Part, purses: Purses, most: Longs, worth: Floats, price: Floats) -> _Bought:
    """The flow of a component that is worth most at some prices."""
    component, network = part.component, part.network
    arcs = inner_arcs(network, component.suppliers)
    groups = groups_of(component, network, np.arange(len(component.needs)), legs=False)
    capacity = np.minimum(component.by_offers(most), int(groups.units.sum()))
    total = int(groups.units.sum())
    gain = worth[part.level_of[groups.level]] / part.usual_of[groups.level]
    offers = component.offers
    charge = np.zeros(component.suppliers)
    for column in purses.of_offer[offers].T:
        held = np.flatnonzero(column != NONE)
        charge[held] += price[column[held]] * purses.unit_cost[offers[held]] / component.each[held]
    source, sink = arcs.size, arcs.size + 1
    # one step of the solver's whole numbers; what costs more than the best is worth is never bought
    top = float(gain.max(initial=0))
    step = top / (flow.largest_cost(arcs.size + 2) // 4) if top else 1.0
    suppliers = arcs.first_offer + np.arange(component.suppliers)
    ends = (
        np.concatenate([np.full(len(groups.node), source), arcs.tail, suppliers, [source]]),
        np.concatenate([groups.node, arcs.head, np.full(component.suppliers, sink), [sink]]),
    )
    cost = np.concatenate(
        [-np.rint(gain / step), np.zeros(len(arcs.tail)), np.rint(np.minimum(charge, 2 * top) / step), [0.0]]
    ).astype(np.int64)
    room = np.concatenate([groups.units, np.full(len(arcs.tail), total), capacity, [total]])
    supplies = np.zeros(arcs.size + 2, np.int64)
    supplies[source], supplies[sink] = total, -total
    flows = flow.cheapest(flow.Arcs(*ends, room, cost), supplies)
    entering, inner, used, _ = np.split(flows, np.cumsum([len(groups.node), len(arcs.tail), component.suppliers]))
    tree = TreeFlow(groups, entering, inner, used)
    pieces = hand_to_needs(component, network, arcs, np.zeros(len(component.needs), bool), tree)
    mine = np.flatnonzero(pieces.offer < len(offers))
    need, by = pieces.need[mine], pieces.offer[mine]
    units = pieces.units[mine] // component.each[by]
    level, usual = part.level_of[component.level[need]], part.usual_of[component.level[need]]
    value = float((gain * entering).sum() - (charge * used).sum())
    return _Bought(offers[by], level, 1 / (usual * np.maximum(purses.unit_cost[offers[by]], 1)), units, value)


def _affordable(purses: Purses, bought: _Bought) -> _Bought:
    """What is bought without the worst, and of one level the dearest, that its purses cannot pay."""
    order = np.lexsort((bought.offer, -bought.worth, bought.level))
    offer, units = bought.offer[order], bought.units[order].copy()
    for purse, money in enumerate(purses.money.tolist()):
        mine = np.flatnonzero((purses.of_offer[offer] == purse).any(axis=1))
        price = purses.unit_cost[offer[mine]]
        cost = units[mine] * price
        left = np.maximum(money - (np.cumsum(cost) - cost), 0) // np.maximum(price, 1)
        units[mine] = np.minimum(units[mine], left)
    return _Bought(offer, bought.level[order], bought.worth[order], units, bought.value)
