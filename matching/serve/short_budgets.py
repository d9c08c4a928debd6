"""Budgets that run short, and what more money would be worth: the next unit that it could pay for (model (43))."""

from __future__ import annotations

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, Bools, Ints, Keys, Longs
from matching.budget import Budget
from matching.problem import Problem
from matching.serve.levels import bands
from matching.serve.outcome import Outcome
from matching.serve.supply import UNLIMITED, Supply


def short_budgets(
    problem: Problem, outcomes: list[Outcome], standing: Supply, left: Supply, *, free: bool
) -> tuple[Budget, ...]:
    """Organisations, then funds, by key, with the most urgent level that more money would let in, and the least for it.

    Counted are offers that could give one more, are wanted for it, and lack money of this budget alone. `standing` is
    what the run found, `left` what the plan leaves; where it is not `free` to change what is published, nothing is proven.
    """
    snapshot = problem.snapshot
    offers, offer, level, exact = snapshot.offers, *_wanted(outcomes, left)
    cost, fund = offers.unit_cost[offer], offers.fund[offer]
    funds = np.append(left.fund, UNLIMITED)  # the last is for offers without a fund
    own, paid = (
        (money < UNLIMITED) & (cost > money) for money in (left.budget[offers.organization[offer]], funds[fund])
    )
    months = [*problem.policy.waiting_months, 0]
    found = []
    for kind, keys, lacks, payer, had, rest in (
        (
            "organization",
            snapshot.organizations.key,
            own & ~paid,
            offers.organization[offer],
            standing.budget,
            left.budget,
        ),
        ("fund", snapshot.funds.key, paid & ~own, fund, standing.fund, left.fund),
    ):
        rows = np.flatnonzero(lacks)
        for row in rows[_first_of_each(payer[rows], level[rows], cost[rows], offer[rows])].tolist():
            by, at = int(payer[row]), int(offer[row])
            urgency, band = divmod(int(level[row]), bands(problem))
            found.append(
                Budget(
                    type=kind,
                    key=_text(keys, by),
                    had=int(had[by]),
                    spent=int(had[by] - rest[by]),
                    left=int(rest[by]),
                    yuan=int(cost[row] - rest[by]),
                    offer=_text(offers.key, at),
                    kind=_text(snapshot.kinds.key, int(offers.kind[at])),
                    urgency=URGENCIES[urgency].code,
                    waiting_months=months[band],
                    exact=free and bool(exact[row]),
                )
            )
    return tuple(found)


def _wanted(outcomes: list[Outcome], left: Supply) -> tuple[Ints, Ints, Bools]:
    """Offers with units left of which one more would let a need in, the level of that, and whether it is proven."""
    rows: list[tuple[Ints, Ints, Bools]] = [(*(np.zeros(0, np.int32),) * 2, np.zeros(0, bool))]
    for outcome in outcomes:
        part, offers = outcome.part, outcome.part.component.offers
        label = outcome.solution.label[: len(offers)]
        some = np.flatnonzero((label != NONE) & (left.capacity[offers] > 0))
        rows.append((offers[some], part.level_of[label[some]], np.full(len(some), outcome.exact)))
    offer, level, exact = (np.concatenate(each) for each in zip(*rows, strict=True))
    return offer.astype(np.int32), level.astype(np.int32), exact


def _first_of_each(payer: Ints, level: Ints, cost: Longs, offer: Ints) -> Longs:
    """For each payer, in order, the row of the best level and the least cost, and among equals the first offer."""
    order = np.lexsort((offer, cost, level, payer))
    return order[np.unique(payer[order], return_index=True)[1]]


def _text(keys: Keys, at: int) -> str:
    return str(keys[at].as_py())
