"""What a plan changes of what is published for needs: freely, or because it cannot stand (model (35))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import ACCEPTED, NONE, OFFER, TOWN, VOLUNTEER, Bools, Ints, Longs
from matching.plan import Assignments
from matching.problem import Problem
from matching.ranges import Index, distinct
from matching.serve.acceptance import People, rules_of
from matching.serve.eligibility import kinds_served, narrower_or_same, valid_offers
from matching.serve.levels import levels, opened_on
from matching.serve.supply import UNLIMITED, Promises, Supply, cost_of, published
from matching.travel import Roads, serving_area


@dataclass(frozen=True)
class Standing:
    """Counting needs with something published, in order, and all their published `pairs`; `may` stand as they are.

    Those `lost` no plan could leave as they are, whatever others have.
    """

    need: Ints
    pairs: Promises
    may: Bools
    lost: Ints


@dataclass(frozen=True)
class Changed:
    """Needs, in order, that have other providers or quantities than published: `free` ones could have kept them."""

    free: Ints
    forced: Ints

    @property
    def all(self) -> Ints:
        """Those changed at all, in order."""
        return np.union1d(self.free, self.forced)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each, as the certificate tells them."""
        return {"free": len(self.free), "forced": len(self.forced)}


def changed(standing: Standing, assignments: Assignments) -> Changed:
    """What assignments change of what is published, given what of it may stand."""
    old, rows = standing.pairs, np.flatnonzero(np.isin(assignments.need, standing.need))
    need = np.concatenate([old.need, assignments.need[rows]])
    pair, number = distinct(
        need,
        np.concatenate([old.provider_type, assignments.provider_type[rows]]),
        np.concatenate([old.provider, assignments.provider[rows]]),
    )
    more = np.zeros(len(pair), np.int64)
    np.add.at(more, number, np.concatenate([-old.quantity, assignments.quantity[rows]]))
    differ = np.isin(standing.need, need[pair[more != 0]])
    return Changed(standing.need[differ & standing.may], standing.need[differ & ~standing.may])


def standing_of(problem: Problem, roads: Roads, supply: Supply, forbidden: Promises) -> Standing:
    """What is published for counting needs, and which of them may keep it beside facts and locks.

    `supply` is what these leave, `forbidden` are the pairs kept apart. Each pair must be one that may still be served, in
    a share that may be; where a provider, its money or its hours have become too small for all, those of better levels
    stand first, within a level those with an earlier `due_on`, `opened_on`, key.
    """
    state = problem.snapshot.published
    counts = np.zeros(len(problem.snapshot.needs.key), bool)
    counts[problem.counting] = True
    mine = counts[state.need]
    need = np.unique(state.need[mine])
    open_pairs = published(problem, mine & (state.status < ACCEPTED))
    barred = np.unique(open_pairs.need[~_may_serve(problem, roads, open_pairs, forbidden)])
    by_facts = published(problem, mine & (state.status >= ACCEPTED))
    by_locks = np.zeros(len(counts), np.int64)
    np.add.at(by_locks, supply.fixed.need, supply.fixed.quantity)
    np.subtract.at(by_locks, by_facts.need, by_facts.quantity)
    alone, unlocked = ~np.isin(need, barred) & _in_shares(problem, supply, open_pairs)[need], by_locks[need] == 0
    may = alone & unlocked
    may &= ~np.isin(need, _squeezed_out(problem, supply, open_pairs, need[may]))
    return Standing(need, published(problem, mine), may, need[~alone & unlocked])


def _may_serve(problem: Problem, roads: Roads, pairs: Promises, forbidden: Promises) -> Bools:
    """Whether each provider may serve its need (model (3), (4), (5), (33))."""
    found = np.zeros(len(pairs.need), bool)
    by_offer, by_volunteer = (np.flatnonzero(pairs.provider_type == each) for each in (OFFER, VOLUNTEER))
    found[by_offer] = _offers_may(problem, pairs.need[by_offer], pairs.provider[by_offer])
    found[by_volunteer] = _volunteers_may(problem, roads, pairs.need[by_volunteer], pairs.provider[by_volunteer])
    _, number = distinct(
        *(
            np.concatenate([getattr(forbidden, name), getattr(pairs, name)])
            for name in ("need", "provider_type", "provider")
        )
    )
    apart = np.isin(number[len(forbidden.need) :], number[: len(forbidden.need)])
    return found & ~apart


def _offers_may(problem: Problem, need: Ints, offer: Ints) -> Bools:
    snapshot = problem.snapshot
    place, fund = snapshot.needs.place[need], snapshot.offers.fund[offer]
    may = valid_offers(problem)[offer] & kinds_served(problem)[offer, snapshot.needs.kind[need]]
    may &= serving_area(snapshot, offer, place) != NONE
    paid = np.flatnonzero(fund != NONE)
    may[paid] &= snapshot.regions.inside(place[paid], snapshot.funds.region[fund[paid]])
    rules, rule = rules_of(snapshot.offers, offer)
    passed = People(problem).passed(need, rules)
    accepted = passed[np.arange(len(need)), rule // 64] >> (rule % 64).astype(np.uint64) & np.uint64(1)
    return np.asarray(may & (accepted != 0))


def _volunteers_may(problem: Problem, roads: Roads, need: Ints, volunteer: Ints) -> Bools:
    snapshot, volunteers = problem.snapshot, problem.snapshot.volunteers
    place, limit = snapshot.needs.place[need], volunteers.minutes_limit[volunteer]
    able = np.zeros((len(volunteers.key), len(snapshot.kinds.key)), bool)
    np.logical_or.at(able, volunteers.skills.owners, narrower_or_same(snapshot.kinds)[volunteers.skills.values])
    way = roads.minutes(volunteers.village[volunteer], place)
    near = (limit == NONE) | ((way != NONE) & (way <= limit))
    return np.asarray(able[volunteer, snapshot.needs.kind[need]] & near & (snapshot.regions.level[place] >= TOWN))


def _in_shares(problem: Problem, supply: Supply, pairs: Promises) -> Bools:
    """For each need of the snapshot, whether pairs give it no more than it still asks for, and whole where it must be."""
    needs = problem.snapshot.needs
    total, many = np.zeros(len(needs.key), np.int64), np.zeros(len(needs.key), np.int64)
    np.add.at(total, pairs.need, pairs.quantity)
    np.add.at(many, pairs.need, 1)
    whole = ~problem.snapshot.kinds.divisible[needs.kind]
    whole[pairs.need[pairs.provider_type == VOLUNTEER]] = True
    asked = np.where(whole, needs.quantity, supply.units)
    fits = np.where(whole, (total == asked) & (supply.units == asked) & (many == 1), total <= asked)
    return np.asarray(fits | (many == 0))


def _squeezed_out(problem: Problem, supply: Supply, pairs: Promises, some: Ints) -> Ints:
    """Which of some needs find no room for their pairs, one after the other, where these together are too many."""
    pair, limit, amount, left = _drawn(problem, supply, pairs, np.isin(pairs.need, some))
    total = np.zeros(len(left), np.int64)
    np.add.at(total, limit, amount)
    tight = (left[limit] < UNLIMITED) & (total[limit] > left[limit])
    need, limit, amount = pairs.need[pair[tight]], limit[tight], amount[tight]
    if not len(need):
        return np.zeros(0, np.int32)
    table = problem.snapshot.needs
    order = np.lexsort((need, opened_on(problem, need), table.due_on[need], levels(problem, need)))
    rest: dict[int, int] = {at: int(left[at]) for at in np.unique(limit).tolist()}
    wanted: dict[int, dict[int, int]] = {}
    for one, of, units in zip(need[order].tolist(), limit[order].tolist(), amount[order].tolist(), strict=True):
        draws = wanted.setdefault(one, {})
        draws[of] = draws.get(of, 0) + units
    out = []
    for one, draws in wanted.items():
        if any(rest[of] < units for of, units in draws.items()):
            out.append(one)
            continue
        for of, units in draws.items():
            rest[of] -= units
    return np.array(sorted(out), np.int32)


def _drawn(problem: Problem, supply: Supply, pairs: Promises, some: Bools) -> tuple[Index, Longs, Longs, Longs]:
    """What some pairs draw: the pair, the number of the limit and the amount; and what is left of each limit.

    Limits are those of offers, then organisations, funds and volunteers.
    """
    snapshot = problem.snapshot
    limits = (supply.capacity, supply.budget, supply.fund, supply.minutes)
    first = np.cumsum([0, *(len(each) for each in limits)])
    by_offer, by_volunteer = (np.flatnonzero(some & (pairs.provider_type == each)) for each in (OFFER, VOLUNTEER))
    offer, volunteer = pairs.provider[by_offer], pairs.provider[by_volunteer]
    cost = cost_of(pairs.quantity[by_offer], snapshot.offers.unit_cost[offer])
    fund = snapshot.offers.fund[offer]
    priced = np.flatnonzero(cost > 0)
    paid = np.flatnonzero((cost > 0) & (fund != NONE))
    minutes = snapshot.kinds.minutes[snapshot.needs.kind[pairs.need[by_volunteer]]]
    pair = np.concatenate([by_offer, by_offer[priced], by_offer[paid], by_volunteer])
    limit = np.concatenate(
        [
            offer,
            first[1] + snapshot.offers.organization[offer[priced]],
            first[2] + fund[paid],
            first[3] + volunteer,
        ]
    )
    amount = np.concatenate(
        [pairs.quantity[by_offer], cost[priced], cost[paid], pairs.quantity[by_volunteer] * minutes]
    )
    return pair, limit.astype(np.int64), amount.astype(np.int64), np.concatenate(limits)
