"""Greedy's walk over needs: in blocks, those of ample offers at once and the others one by one (model (20)).

An offer is ample in a block if it can give, and its purses can pay, what all needs ask whose first choice it is: these
take it, in whatever order. The others walk one after the other over what is left then. Where one of them finds less than
it asks and others have taken at once, more may have been there in its turn: the offer is not ample, and the block is
walked anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import Index


@dataclass(frozen=True)
class Choices:
    """Offers of each node, the first choice first; the parent's follow where `up` leads."""

    start: Longs
    offer: Ints
    up: Ints


@dataclass(frozen=True)
class Block:
    """Needs in the order of their turns: the node of each, what it asks, and whether that is one whole."""

    need: Ints
    node: Ints
    units: Longs
    whole: Bools

    def take(self, rows: Index) -> Block:
        """The needs of these rows."""
        return Block(self.need[rows], self.node[rows], self.units[rows], self.whole[rows])


class _Left:
    """What is left of offers and purses while needs walk one by one, and what they take."""

    def __init__(self, units: list[int], money: list[int], cost: list[int], purses: list[tuple[int, ...]]) -> None:
        self.units, self.money = units, money
        self._cost, self._purses = cost, purses
        self.taken: tuple[list[int], list[int], list[int]] = ([], [], [])

    def room(self, offer: int) -> tuple[int, int]:
        """Units that an offer can give and its purses can pay, and the purse that leaves fewer than it has, NONE for none."""
        most, scarce = self.units[offer], NONE
        for purse in self._purses[offer]:
            payable = self.money[purse] // self._cost[offer]
            if payable < most:
                most, scarce = payable, purse
        return most, scarce

    def take(self, need: int, offer: int, units: int) -> None:
        """Hand units of an offer to a need."""
        self.units[offer] -= units
        for purse in self._purses[offer]:
            self.money[purse] -= units * self._cost[offer]
        for column, value in zip(self.taken, (need, offer, units), strict=True):
            column.append(value)


class Walk:
    """What is left of offers and purses, and what was taken so far.

    `purse` has shape (offers, 2): the purses that pay the `cost` of a unit, NONE for none.
    """

    def __init__(self, choices: Choices, capacity: Longs, cost: Longs, purse: Ints, money: Longs) -> None:
        self._offer, self._up = choices.offer, choices.up
        self._next, self._end = choices.start[:-1].copy(), choices.start[1:]
        self._units, self._money = capacity, money
        self._cost, self._purse = cost, purse
        self._costs = cost.tolist()
        self._purses = [tuple(each for each in row if each != NONE) for row in purse.tolist()]
        self._taken: list[tuple[Ints, Ints, Longs]] = []

    def taken(self) -> tuple[Ints, Ints, Longs]:
        """Needs with their offers and units; a need that is divided has several rows."""
        none = np.zeros(0, np.int32)
        columns = zip((none, none, none.astype(np.int64)), *self._taken, strict=True)
        need, offer, units = (np.concatenate(column) for column in columns)
        return need, offer, units

    def serve(self, block: Block) -> None:
        """Serve needs in their order; a whole need takes from one offer or nothing."""
        first = self._first_choices(block.node)
        asking = np.flatnonzero(first != NONE)
        block, first = block.take(asking), first[asking]
        ample = np.ones(len(self._units), bool)
        while True:
            at_once, given, paid = self._at_once(first, block.units, ample)
            left = _Left((self._units - given).tolist(), (self._money - paid).tolist(), self._costs, self._purses)
            short = self._one_by_one(block.take(np.flatnonzero(~at_once)), left, given, paid)
            if not len(short):
                break
            ample[short] = False
        self._units, self._money = np.array(left.units, np.int64), np.array(left.money, np.int64)
        need, offer, units = left.taken
        self._taken.append((block.need[at_once], first[at_once], block.units[at_once]))
        self._taken.append((np.array(need, np.int32), np.array(offer, np.int32), np.array(units, np.int64)))

    def _first_choices(self, node: Ints) -> Ints:
        """The first offer with something left that each node leads to, NONE where there is none."""
        found = np.full(len(node), NONE, np.int32)
        at, rows = node, np.arange(len(node))
        while len(rows):
            choice = self._next[at]
            over = choice == self._end[at]
            offer = self._offer[np.where(over, 0, choice)] if len(self._offer) else at
            used_up = ~over & (self._units[offer] == 0)
            there = ~over & ~used_up
            found[rows[there]] = offer[there]
            # what is used up stays so: whoever comes next starts behind it
            self._next[at[used_up]] = choice[used_up] + 1
            at = np.where(over, self._up[at], at)
            going = np.flatnonzero(~there & (at != NONE))
            at, rows = at[going], rows[going]
        return found

    def _at_once(self, first: Ints, units: Longs, ample: Bools) -> tuple[Bools, Longs, Longs]:
        """Needs whose first choice is ample, and what they take of each offer and purse; narrows `ample` down."""
        offers, purses = len(self._units), len(self._money)
        while True:
            rows = ample[first]
            # sums as floating numbers are whole ones as far as any limit goes
            asked = np.bincount(first[rows], weights=units[rows], minlength=offers)
            price = np.zeros(purses)
            for column in self._purse.T:
                held = np.flatnonzero((column != NONE) & (asked > 0))
                price += np.bincount(column[held], weights=asked[held] * self._cost[held], minlength=purses)
            poor = np.append(price > self._money, False)[self._purse].any(axis=1)
            lacking = (asked > 0) & ((asked > self._units) | poor)
            if not lacking.any():
                return rows, asked.astype(np.int64), price.astype(np.int64)
            ample &= ~lacking

    def _one_by_one(self, block: Block, left: _Left, given: Longs, paid: Longs) -> Index:
        """Walk needs one after the other; stops with the offers that gave at once where less is left than asked."""
        for need, node, asked, whole in zip(
            block.need.tolist(), block.node.tolist(), block.units.tolist(), block.whole.tolist(), strict=True
        ):
            at, wanted = node, asked
            while at != NONE:
                for offer in self._offer[self._next[at] : self._end[at]].tolist():
                    room, scarce = left.room(offer)
                    if room < wanted and (given[offer] if scarce == NONE else paid[scarce]):
                        return np.array([offer]) if scarce == NONE else self._paid_from(scarce)
                    if not room:
                        left.units[offer] = 0
                    elif room >= wanted or not whole:
                        left.take(need, offer, min(room, wanted))
                        wanted -= min(room, wanted)
                        if not wanted:
                            break
                at = int(self._up[at]) if wanted else NONE
        return np.zeros(0, np.int64)

    def _paid_from(self, purse: int) -> Index:
        """Offers that a purse pays."""
        return np.flatnonzero((self._purse == purse).any(axis=1))
