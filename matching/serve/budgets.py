"""Money that several offers share: kept by allotting it to offers before the flow, never less than greedy spends (model (17)).

With what greedy spends allotted to each offer, greedy's plan is one of those that the flow chooses from, so that the flow
serves lexicographically no less; what greedy leaves of a budget is allotted in proportion to what its offers could still
give. The cut of the flow's own proof, with each budget spent on its cheapest units, bounds what any other allotment could
serve.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from graph.snapshot import NONE, Bools, Floats, Ints, Longs
from matching.problem import Problem
from matching.ranges import Index
from matching.serve.supply import UNLIMITED, Supply


@dataclass(frozen=True)
class Purses:
    """Money that several offers share and could overdraw, in yuan.

    `of_offer` has shape (offers of the snapshot, 2): the purse of the organisation and that of the fund, NONE for none.
    """

    money: Longs
    of_offer: Ints
    unit_cost: Longs

    def spent(self, cost: Longs) -> Longs:
        """What offers that spend so much take of each purse."""
        total = np.zeros(len(self.money), np.int64)
        for column in self.of_offer.T:
            held = np.flatnonzero(column != NONE)
            np.add.at(total, column[held], cost[held])
        return total


@dataclass(frozen=True)
class Payers:
    """The purse that pays each offer of a component, NONE for none, and what each purse holds in yuan.

    Where the organisation and the fund both could be overdrawn, it is the organisation's.
    """

    of_offer: Ints
    money: Longs

    @staticmethod
    def none(offers: int) -> Payers:
        """Nobody pays for so many offers."""
        return Payers(np.full(offers, NONE, np.int32), np.zeros(0, np.int64))

    def and_none(self, more: int) -> Payers:
        """The same with so many suppliers behind whom nobody pays."""
        return Payers(np.concatenate([self.of_offer, np.full(more, NONE, np.int32)]), self.money)


def payers_of(purses: Purses, offers: Ints) -> Payers:
    """The payers of some offers of the snapshot; purses are numbered anew."""
    own, fund = purses.of_offer[offers].T
    purse = np.where(own == NONE, fund, own)
    held, number = np.unique(purse[purse != NONE], return_inverse=True)
    of_offer = np.full(len(offers), NONE, np.int32)
    of_offer[purse != NONE] = number
    return Payers(of_offer, purses.money[held])


def purses_of(problem: Problem, supply: Supply, most: Longs) -> Purses:
    """The purses that offers giving at most `most` units could overdraw together; one offer alone is no purse."""
    every = _every_purse(problem, supply, most > 0)
    users = np.zeros(len(every.money), np.int64)
    for column in every.of_offer.T:
        np.add.at(users, column[column != NONE], 1)
    binding = (every.money < UNLIMITED) & (_could_spend(every, most) > every.money) & (users > 1)
    number = np.where(binding, np.cumsum(binding) - 1, NONE)
    shared = np.where(every.of_offer == NONE, NONE, number[every.of_offer]).astype(np.int32)
    return Purses(every.money[binding], shared, every.unit_cost)


def room_of(problem: Problem, supply: Supply) -> Longs:
    """Units that each offer of the snapshot could have more without any budget or fund being overdrawn by what could be given.

    An offer without a limit, and one that money holds back already, has no room: more capacity would change nothing.
    """
    payable = supply.payable(problem)
    most = np.minimum(payable, supply.units.sum())
    every = _every_purse(problem, supply, most > 0)
    rest = np.where(every.money < UNLIMITED, every.money - _could_spend(every, most), np.inf)
    room = np.full(len(payable), float(UNLIMITED))
    for column in every.of_offer.T:
        held = np.flatnonzero(column != NONE)
        room[held] = np.minimum(room[held], np.floor(rest[column[held]] / every.unit_cost[held]))
    held_back = (supply.capacity >= UNLIMITED) | (payable < supply.capacity)
    return np.where(held_back, 0, np.clip(room, 0, UNLIMITED)).astype(np.int64)


def _every_purse(problem: Problem, supply: Supply, giving: Bools) -> Purses:
    """Each budget and fund with the offers that take money from it, where they are giving anything."""
    offers = problem.snapshot.offers
    funds = np.where(offers.fund == NONE, NONE, len(supply.budget) + offers.fund)
    paid = (offers.unit_cost > 0) & giving
    of_offer = np.where(paid[:, None], np.stack([offers.organization, funds], axis=1), NONE)
    return Purses(np.concatenate([supply.budget, supply.fund]), of_offer.astype(np.int32), offers.unit_cost)


def _could_spend(purses: Purses, most: Longs) -> Floats:
    """What offers that give all they can take of each purse; as floating numbers, since it may pass 64 bits."""
    could = np.zeros(len(purses.money))
    for column in purses.of_offer.T:
        held = np.flatnonzero(column != NONE)
        np.add.at(could, column[held], most[held].astype(float) * purses.unit_cost[held])
    return could


def allot(purses: Purses, most: Longs, spent: Longs) -> Longs:
    """Units that each offer may give so that no purse is overdrawn, whatever the flow: at least the `spent` units.

    `most` is what an offer could give by its own capacity; all by offers of the snapshot.
    """
    allotted = most.copy()
    held = np.flatnonzero((purses.of_offer != NONE).any(axis=1))
    allotted[held] = spent[held]
    cost = np.maximum(purses.unit_cost, 1)
    for _ in range(3):
        rest = purses.money - purses.spent(allotted * cost)
        wanted = np.zeros(len(most), float)
        wanted[held] = (most[held] - allotted[held]).astype(float) * cost[held]
        share = np.full(len(most), np.inf)
        for column in purses.of_offer.T:
            mine = held[column[held] != NONE]
            asked = np.bincount(column[mine], weights=wanted[mine], minlength=len(rest))
            part = np.divide(rest, asked, out=np.zeros(len(rest)), where=asked > 0)
            share[mine] = np.minimum(share[mine], np.minimum(part[column[mine]], 1))
        more = np.floor(share[held] * wanted[held] / cost[held] * (1 - 1e-12)).astype(np.int64)
        allotted[held] += np.minimum(more, most[held] - allotted[held])
    return _spend_rest(purses, cost, most, allotted, held)


def _spend_rest(purses: Purses, cost: Longs, most: Longs, allotted: Longs, held: Index) -> Longs:
    """Give what rounding left to the offers in order."""
    rest = (purses.money - purses.spent(allotted * cost)).tolist()
    for offer in held.tolist():
        own = [purse for purse in purses.of_offer[offer].tolist() if purse != NONE]
        more = min(int(most[offer] - allotted[offer]), *(rest[purse] // int(cost[offer]) for purse in own))
        if more > 0:
            allotted[offer] += more
            for purse in own:
                rest[purse] -= more * int(cost[offer])
    return allotted


def tied(purses: Purses, offers: list[Ints]) -> list[list[int]]:
    """Positions of lists of offers that a purse ties to one another, and those tied to none alone."""
    graph: nx.Graph[str] = nx.Graph()
    for at, mine in enumerate(offers):
        graph.add_node(f"part {at}")
        for purse in np.unique(purses.of_offer[mine]).tolist():
            if purse != NONE:
                graph.add_edge(f"part {at}", f"purse {purse}")
    groups = [
        sorted(int(name[5:]) for name in group if name.startswith("part")) for group in nx.connected_components(graph)
    ]
    return sorted(groups)
