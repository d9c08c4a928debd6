"""What offers could give if a run decided anew: units of each, and money that several share (model (2), (10))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, OFFER, Bools, Ints, Longs
from matching.verify.case import Case
from matching.verify.limits import cost_of, offer_sums

_NO_LIMIT = 2**50


@dataclass(frozen=True)
class Room:
    """Units that each offer could give, whatever others do, and the purse that several share, NONE for none.

    `money` is what each purse holds, in yuan, `price` what a unit of each offer costs.
    """

    units: Longs
    purse: Ints
    money: Longs
    price: Longs

    def most(self, offers: Ints, label: Ints, labels: int, weight: Longs) -> Longs:
        """Most that the offers of each label up to `labels` could add to those of the labels before it.

        A unit of each offer counts its weight. What shares a purse buys the most for its money first.
        """
        found = np.zeros(labels, np.int64)
        mine = (label < labels) & (self.purse[offers] == NONE)
        np.add.at(found, label[mine], (self.units * weight)[offers[mine]])
        shared = np.flatnonzero((label < labels) & (self.purse[offers] != NONE))
        purse = self.purse[offers[shared]]
        for one in np.unique(purse).tolist():
            rows = shared[purse == one]
            before = 0
            for level in np.unique(label[rows]).tolist():
                total = self._bought(offers[rows[label[rows] <= level]], int(self.money[one]), weight)
                found[level] += total - before
                before = total
        return found

    def _bought(self, offers: Ints, money: int, weight: Longs) -> int:
        """Most that some offers give for so much money; where weights differ, part of the last unit counts too."""
        order = np.argsort(self.price[offers] / weight[offers], kind="stable")
        units, each, heavy = (column[offers[order]] for column in (self.units, self.price, weight))
        spent = np.cumsum(units * each)
        paid = np.searchsorted(spent, money, "right")
        total = int((units * heavy)[:paid].sum())
        if paid < len(units):
            rest = int(money - (spent[paid - 1] if paid else 0))
            even = bool((heavy == heavy[paid]).all())
            total += (
                rest // int(each[paid]) * int(heavy[paid]) if even else -(-rest * int(heavy[paid]) // int(each[paid]))
            )
        return total


def room_of(case: Case, held: Bools, asked: int) -> Room:
    """What is left for a run to decide beside what stands, and the rows of the plan that are `held`.

    `asked` are the units that all needs ask for: an offer that could give more gives no more than that.
    """
    offers, organizations, funds = case.snapshot.offers, case.snapshot.organizations, case.snapshot.funds
    stands, _ = offer_sums(case, np.ones(len(offers.key), np.int64))
    rows = np.flatnonzero(held & (case.rows.provider_type == OFFER))
    decided = case.rows.quantity[rows] - np.minimum(case.promised[rows], case.rows.quantity[rows])
    stands += case.sum_by(case.rows.provider[rows], decided, len(stands))
    price, spent = offers.unit_cost, cost_of(stands, offers.unit_cost)
    left = _left(offers.capacity, case.spent("offers") + stands)
    named = np.flatnonzero(offers.fund != NONE)
    money = np.concatenate(
        [
            _left(
                organizations.budget,
                case.spent("organizations") + case.sum_by(offers.organization, spent, len(organizations.key)),
            ),
            _left(
                funds.amount,
                case.spent("funds") + case.sum_by(offers.fund[named], spent[named], len(funds.key)),
            ),
        ]
    )
    pays = np.stack([offers.organization, np.where(offers.fund == NONE, NONE, len(organizations.key) + offers.fund)])
    # a blank budget pays whatever it costs
    pays = np.where((price > 0) & (money[pays] < _NO_LIMIT), pays, NONE)
    units = np.minimum(left, asked)
    for purse in pays:
        paid = np.flatnonzero(purse != NONE)
        units[paid] = np.minimum(units[paid], money[purse[paid]] // price[paid])
    short = np.zeros(len(money), bool)
    for purse in pays:
        paid = np.flatnonzero((purse != NONE) & (units > 0))
        could = np.bincount(purse[paid], weights=units[paid] * price[paid].astype(float), minlength=len(money))
        short |= could > money
    own = np.where((pays[0] != NONE) & short[pays[0]], pays[0], pays[1])
    purse = np.where((own != NONE) & short[own], own, NONE)
    return Room(units, purse.astype(np.int32), money, price)


def _left(limit: Longs, taken: Longs) -> Longs:
    return np.where(limit == NONE, _NO_LIMIT, np.maximum(limit - taken, 0))
