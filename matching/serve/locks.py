"""Locks that keep a need with one provider (model (26))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import CASEWORKER, NONE, OFFER, ON_NEED, TOWN, VOLUNTEER, Longs
from matching.locks import LockError
from matching.problem import Problem
from matching.serve.acceptance import People, rules_of
from matching.serve.eligibility import kinds_served, narrower_or_same
from matching.serve.exclusions import exclusions_of
from matching.serve.supply import Promises, Supply, cost_of, standing_supply
from matching.travel import Roads, serving_area

WHY = {
    "no_need": ("only a need can be kept with an offer or a volunteer", "只有需求可锁定由供给或志愿者提供"),
    "two_providers": (
        "another lock or an answer gives the need to another provider",
        "另一锁定或答复已将该需求交给其他提供方",
    ),
    "forbidden": ("another lock or an answer forbids that pair", "另一锁定或答复禁止这一配对"),
    "kind": ("the provider does not do what is needed", "提供方不提供该服务项目"),
    "place": ("the provider does not serve the place of the need", "提供方不服务该需求所在地"),
    "dates": ("the offer or its fund does not hold on the run's date", "供给或其资金在匹配日期无效"),
    "paused": ("the offer is paused", "该供给已暂停"),
    "person": ("the offer accepts nobody whom the need is for", "该供给不接受该需求的对象"),
    "fund": ("the offer's fund does not pay for this place or kind", "供给所用资金不支付该地或该项目"),
    "capacity": ("what is left of the capacity is not enough", "剩余容量不足"),
    "budget": ("what is left of the budget or of the fund is not enough", "剩余预算或资金不足"),
    "too_far": ("the way is longer than the volunteer's minutes_limit", "路程超过该志愿者的 minutes_limit"),
    "hours": ("what is left of the volunteer's hours is not enough", "志愿者剩余时间不足"),
}
"""Why a lock cannot be held, in English and Chinese."""


def check_locks(problem: Problem) -> None:
    """See that every lock `keep` on a counting need can be held, before anything is solved. Raises LockError."""
    if len(_due(problem)):
        hold_locks(problem, Roads(problem.snapshot), standing_supply(problem), exclusions_of(problem).pairs())


def hold_locks(problem: Problem, roads: Roads, supply: Supply, forbidden: Promises) -> Supply:
    """What is left when every lock `keep` on a counting need is held. Raises LockError naming one that cannot be."""
    locks, needs = problem.snapshot.locks, problem.snapshot.needs
    rows = _due(problem)
    if not len(rows):
        return supply
    people = People(problem)
    pairs = set(
        zip(forbidden.need.tolist(), forbidden.provider_type.tolist(), forbidden.provider.tolist(), strict=True)
    )
    given: dict[int, dict[tuple[int, int], int]] = {}
    for need, kind, provider, units in zip(*(getattr(supply.fixed, each).tolist() for each in _COLUMNS), strict=True):
        given.setdefault(need, {})[kind, provider] = units
    counting = set(problem.counting.tolist())
    for row in rows.tolist():
        if locks.subject_type[row] != ON_NEED:
            raise _impossible(problem, row, "no_need")
        need, provider = int(locks.subject[row]), (int(locks.provider_type[row]), int(locks.provider[row]))
        if need not in counting:
            continue
        others = given.setdefault(need, {})
        if set(others) - {provider}:
            raise _impossible(problem, row, "two_providers")
        rest = int(needs.quantity[need]) - others.get(provider, 0)
        if rest <= 0:
            continue
        if (need, *provider) in pairs:
            raise _impossible(problem, row, "forbidden")
        cells = (np.array([value], np.int32) for value in (need, *provider))
        one = Promises(next(cells), next(cells), next(cells), np.array([rest]))
        why = (
            _offer_hindrance(problem, people, supply, one)
            if provider[0] == OFFER
            else _volunteer_hindrance(problem, roads, supply, one)
        )
        if why:
            raise _impossible(problem, row, why)
        supply = supply.holding(problem, one)
        others[provider] = rest + others.get(provider, 0)
    return supply


def _due(problem: Problem) -> Longs:
    """The locks `keep` of the day that give a need to an offer or a volunteer."""
    locks = problem.snapshot.locks
    return np.flatnonzero(locks.keep & (locks.until >= problem.on) & (locks.provider_type != CASEWORKER))


_COLUMNS = ("need", "provider_type", "provider", "quantity")


def _offer_hindrance(problem: Problem, people: People, supply: Supply, pair: Promises) -> str:
    """Why an offer may not serve a need, as a key of WHY; empty if it may."""
    snapshot, on = problem.snapshot, problem.on
    offers, funds, needs = snapshot.offers, snapshot.funds, snapshot.needs
    need, offer = int(pair.need[0]), int(pair.provider[0])
    fund, place = int(offers.fund[offer]), pair.need[:1] * 0 + needs.place[need]
    cost = int(cost_of(pair.quantity, offers.unit_cost[pair.provider])[0])
    checks = {
        "paused": bool(offers.paused[offer]),
        "dates": not offers.valid_from[offer] <= on <= offers.valid_to[offer]
        or (fund != NONE and not funds.valid_from[fund] <= on <= funds.valid_to[fund]),
        "kind": not narrower_or_same(snapshot.kinds)[offers.kind[offer], needs.kind[need]],
        "place": bool(serving_area(snapshot, pair.provider, place)[0] == NONE),
        "fund": fund != NONE
        and not (
            kinds_served(problem)[offer, needs.kind[need]]
            and snapshot.regions.inside(place, funds.region[fund : fund + 1])[0]
        ),
        "person": not people.passed(pair.need, rules_of(offers, pair.provider)[0]).any(),
        "capacity": supply.capacity[offer] < pair.quantity[0],
        "budget": cost > 0
        and (cost > supply.budget[offers.organization[offer]] or (fund != NONE and cost > supply.fund[fund])),
    }
    return next((why for why, hinders in checks.items() if hinders), "")


def _volunteer_hindrance(problem: Problem, roads: Roads, supply: Supply, pair: Promises) -> str:
    """Why a volunteer may not serve a need, as a key of WHY; empty if they may."""
    snapshot = problem.snapshot
    volunteers, needs = snapshot.volunteers, snapshot.needs
    need, volunteer = int(pair.need[0]), int(pair.provider[0])
    place = needs.place[need : need + 1]
    way = int(roads.minutes(volunteers.village[volunteer : volunteer + 1], place)[0])
    limit = int(volunteers.minutes_limit[volunteer])
    work = int(pair.quantity[0]) * int(snapshot.kinds.minutes[needs.kind[need]])
    checks = {
        "kind": not narrower_or_same(snapshot.kinds)[volunteers.skills[volunteer], needs.kind[need]].any(),
        "place": bool(snapshot.regions.level[place[0]] < TOWN),
        "too_far": limit != NONE and (way == NONE or way > limit),
        "hours": work > supply.minutes[volunteer],
    }
    return next((why for why, hinders in checks.items() if hinders), "")


def _impossible(problem: Problem, row: int, why: str) -> LockError:
    snapshot, locks = problem.snapshot, problem.snapshot.locks
    subjects = (snapshot.needs.key, snapshot.regions.key, snapshot.households.key)[locks.subject_type[row]]
    providers = snapshot.volunteers.key if locks.provider_type[row] == VOLUNTEER else snapshot.offers.key
    en, zh = WHY[why]
    return LockError(
        lock=locks.key[row].as_py(),
        subject=subjects[int(locks.subject[row])].as_py(),
        provider=providers[int(locks.provider[row])].as_py(),
        reason=why,
        why=en,
        why_zh=zh,
    )
