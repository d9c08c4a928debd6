"""Greedy's walk over needs: in blocks, those of ample offers at once and the others one by one (model (20)).

An offer is ample in a block if it can give, and its purses can pay, what all needs ask whose first choice it is: these
take it, in whatever order. The others walk one after the other over what is left then. Where one of them finds less than
it asks and others have taken at once, more may have been there in its turn: the offer is not ample, and the block is
walked anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from graph.snapshot import NONE, Bools, Ints, Longs
from matching.ranges import Index, expand, offsets


@dataclass(frozen=True)
class Choices:
    """Lists of offers, the first choice first: that of each node, behind it that where `then` leads, and the parent's.

    `up` leads to the parent.
    """

    start: Longs
    offer: Ints
    up: Ints
    then: Ints


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


@dataclass(frozen=True)
class Suppliers:
    """What suppliers can give, in units of flow, and who pays.

    `cost` is the price of `each` units of an offer; `purse` has shape (suppliers, 2): the purses that pay, NONE for none.
    Where `whole` is set, a need takes all it asks or nothing: there are the volunteers.
    """

    capacity: Longs
    each: Longs
    cost: Longs
    purse: Ints
    whole: Bools


class _Left:
    """What is left of offers and purses while needs walk one by one, and what they take."""

    def __init__(
        self, units: list[int], money: list[int], price: list[tuple[int, int]], purses: list[tuple[int, ...]]
    ) -> None:
        self.units, self.money = units, money
        self._price, self._purses = price, purses
        self.taken: tuple[list[int], list[int], list[int]] = ([], [], [])

    def payable(self, offer: int) -> tuple[int, int]:
        """Units that an offer can give and its purses can pay, and the purse that leaves fewer than it has, NONE for none."""
        most, scarce = self.units[offer], NONE
        cost, each = self._price[offer]
        for purse in self._purses[offer]:
            payable = self.money[purse] // cost * each
            if payable < most:
                most, scarce = payable, purse
        return most, scarce

    def take(self, need: int, offer: int, units: int) -> None:
        """Hand units of an offer to a need."""
        self.units[offer] -= units
        cost, each = self._price[offer]
        for purse in self._purses[offer]:
            self.money[purse] -= units // each * cost
        needs, offers, given = self.taken
        needs.append(need)
        offers.append(offer)
        given.append(units)


class Walk:
    """What is left of offers and purses, and what was taken so far."""

    def __init__(self, choices: Choices, suppliers: Suppliers, money: Longs) -> None:
        self._offer, self._up, self._then = choices.offer, choices.up, choices.then
        self._next, self._end = choices.start[:-1].copy(), choices.start[1:]
        self._units, self._money = suppliers.capacity, money
        self._cost, self._purse, self._each = suppliers.cost, suppliers.purse, suppliers.each
        self._price = list(zip(suppliers.cost.tolist(), suppliers.each.tolist(), strict=True))
        self._purses = [tuple(each for each in row if each != NONE) for row in suppliers.purse.tolist()]
        self._alone, self._whole = suppliers.whole, suppliers.whole.tolist()
        self._open: dict[int, list[int]] = {}
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
        ample = ~self._alone  # the hours of one volunteer are soon gone
        while True:
            at_once, given, paid = self._at_once(first, block.units, ample)
            left = _Left((self._units - given).tolist(), (self._money - paid).tolist(), self._price, self._purses)
            short = self._one_by_one(block.take(np.flatnonzero(~at_once)), left, given, paid)
            if not len(short):
                break
            ample[short] = False
        self._units, self._money = np.array(left.units, np.int64), np.array(left.money, np.int64)
        self._units[self._alone & (self._units < self._each)] = 0  # too little for any need
        self._open.clear()
        need, offer, units = left.taken
        self._taken.append((block.need[at_once], first[at_once], block.units[at_once]))
        self._taken.append((np.array(need, np.int32), np.array(offer, np.int32), np.array(units, np.int64)))

    def _first_choices(self, node: Ints) -> Ints:
        """The first offer with something left that each node leads to, NONE where there is none."""
        found = np.full(len(node), NONE, np.int32)
        at, rows, behind = node, np.arange(len(node)), self._up[node]
        while len(rows):
            choice = self._next[at]
            over = choice == self._end[at]
            offer = self._offer[np.where(over, 0, choice)] if len(self._offer) else at
            used_up = ~over & (self._units[offer] == 0)
            there = ~over & ~used_up
            found[rows[there]] = offer[there]
            # what is used up stays so: whoever comes next starts behind it
            self._next[at[used_up]] = choice[used_up] + 1
            then = np.where(over, self._then[at], NONE)
            above = over & (then == NONE)
            at = np.where(above, behind, np.where(over, then, at))
            behind = np.where(above & (at != NONE), self._up[at], behind)
            going = np.flatnonzero(~there & (at != NONE))
            at, rows, behind = at[going], rows[going], behind[going]
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
                price += np.bincount(
                    column[held], weights=asked[held] / self._each[held] * self._cost[held], minlength=purses
                )
            poor = np.append(price > self._money, False)[self._purse].any(axis=1)
            lacking = (asked > 0) & ((asked > self._units) | poor)
            if not lacking.any():
                return rows, asked.astype(np.int64), price.astype(np.int64)
            ample &= ~lacking

    def _one_by_one(self, block: Block, left: _Left, given: Longs, paid: Longs) -> Index:
        """Walk needs one after the other; gives the offers that gave at once where less is left than asked.

        Where there are any, the walk is to be made anew; the rest of it tells the others that will be met.
        """
        short: set[int] = set()
        poor: set[int] = set()
        self._look_up(block.node)
        units, alone, purses, choices = left.units, self._whole, self._purses, self._choices
        needs = zip(block.need.tolist(), block.units.tolist(), block.whole.tolist(), strict=True)
        lists = zip(*(each.tolist() for each in self._lists(block.node)), strict=True)
        for (need, asked, whole), leads in zip(needs, lists, strict=True):
            wanted = asked
            for offer in chain.from_iterable(map(choices, leads)):
                room, scarce = left.payable(offer) if purses[offer] else (units[offer], NONE)
                if room < wanted:
                    if given[offer] if scarce == NONE else paid[scarce]:
                        (short if scarce == NONE else poor).add(offer if scarce == NONE else scarce)
                    if not room:
                        units[offer] = 0
                        continue
                if (whole or alone[offer]) and (room < wanted or wanted < asked):
                    continue
                left.take(need, offer, min(room, wanted))
                wanted -= min(room, wanted)
                if not wanted:
                    break
        paid_from = np.flatnonzero(np.isin(self._purse, list(poor)).any(axis=1)) if poor else np.zeros(0, np.int64)
        return np.concatenate([np.array(sorted(short), np.int64), paid_from])

    def _lists(self, node: Ints) -> list[Ints]:
        """The lists that nodes lead to, one after the other; NONE where there are no more."""
        found: list[Ints] = []
        while not found or (node != NONE).any():
            found += [node, np.where(node == NONE, NONE, self._then[node])]
            node = np.where(node == NONE, NONE, self._up[node])
        return found

    def _look_up(self, number: Ints) -> None:
        """Find the choices of lists together, which most needs have one of for themselves."""
        fresh = np.array([each for each in np.unique(number).tolist() if each not in self._open], np.int64)
        owner, at = expand(self._next[fresh], self._end[fresh])
        some = self._units[self._offer[at]] > 0
        offers, ends = self._offer[at[some]].tolist(), offsets(owner[some], len(fresh)).tolist()
        for each, (low, high) in zip(fresh.tolist(), pairwise(ends), strict=True):
            self._open[each] = offers[low:high]

    def _choices(self, number: int) -> list[int]:
        """Offers of a list that had something left when the block began."""
        if number == NONE:
            return []
        found = self._open.get(number)
        if found is None:
            offers = self._offer[self._next[number] : self._end[number]]
            found = self._open[number] = offers[self._units[offers] > 0].tolist()
        return found
