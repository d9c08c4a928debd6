"""Good plans by the simplest means: row by row, in plain Python, straight from the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model import LEVELS, ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import CASEWORKER, NONE, OFFER, TOWN, VILLAGE, VOLUNTEER, Snapshot
from matching.certificate import Band, Certificate, Stage, Verdict
from matching.plan import (
    Assignments,
    Coverage,
    Plan,
    Prices,
    Responsibilities,
    Shortfall,
    StandIns,
    Uncovered,
    Unmet,
    Unused,
)
from matching.plan_id import plan_id
from matching.policy import DEFAULT_POLICY, MatchPolicy, policy_digest
from matching.verify.case import Case
from matching.verify.continuity import counts
from tests.greedy import Greedy
from tests.steady import needs_changed, told_rates, unfairness

ON = date(2026, 11, 10)


def texts(values: list[str]) -> Any:
    """Texts as a plan holds them."""
    return pa.array(values, pa.string()).dictionary_encode()


def good_plan(
    snapshot: Snapshot, scope: str, on: date = ON, policy: MatchPolicy = DEFAULT_POLICY, period: str = "2026-11"
) -> Plan:
    """A plan that keeps every rule, for a scope given by its key."""
    greedy = Greedy(snapshot, snapshot.regions.key.index(scope).as_py(), on, policy, period)
    greedy.serve()
    greedy.staff()
    return write_down(greedy, period)


def write_down(greedy: Greedy, period: str) -> Plan:
    """What a greedy run did, with its accounts and its certificate."""
    snapshot = greedy.snapshot
    pairs = sorted(greedy.assigned)
    quantity = np.array([greedy.assigned[pair] for pair in pairs], np.int64)
    cost = [
        greedy.assigned[need, kind, at] * int(snapshot.offers.unit_cost[at]) if kind == OFFER else 0
        for need, kind, at in pairs
    ]
    ways = [greedy.minutes(*pair) for pair in pairs]
    cover = sorted(greedy.cover)
    unmet = [(need, greedy.left(need)) for need in range(len(snapshot.needs.key)) if greedy.counts(need)]
    unmet = [(need, left) for need, left in unmet if left > 0]
    counted = {place for place, worker in cover if not snapshot.caseworkers.type[worker]}
    bare = [
        (LEVELS[int(snapshot.regions.level[place])].code, place)
        for place in range(len(snapshot.regions.key))
        if snapshot.regions.level[place] >= TOWN and greedy.within(place, greedy.scope) and place not in counted
    ]
    bare += [
        ("household", home)
        for home in range(len(snapshot.households.key))
        if greedy.needs_worker(home) and (home not in greedy.charge or snapshot.caseworkers.type[greedy.charge[home]])
    ]
    staff = [worker for worker, other in enumerate(snapshot.caseworkers.type) if not other]
    unreached = Counter(
        greedy.slot(place)
        for kind, place in bare
        if kind != "household" and not any(greedy.may_go(worker, place) for worker in staff)
    )
    left = [
        *((OFFER, at, int(c) - greedy.units[at]) for at, c in enumerate(snapshot.offers.capacity) if c != NONE),
        *((VOLUNTEER, at, (int(h) * 60 - greedy.work[at]) // 60) for at, h in enumerate(snapshot.volunteers.hours)),
        *((CASEWORKER, at, int(c) - greedy.load[at]) for at, c in enumerate(snapshot.caseworkers.capacity)),
    ]
    left = [each for each in left if each[2] > 0]
    plan = Plan(
        id="",
        scope=greedy.scope,
        period=period,
        on=greedy.on,
        base_revision=snapshot.published.revision,
        policy=greedy.policy,
        assignments=Assignments(
            np.array([pair[0] for pair in pairs], np.int32),
            np.array([pair[1] for pair in pairs], np.int8),
            np.array([pair[2] for pair in pairs], np.int32),
            quantity,
            np.array(ways, np.int32),
            np.array(cost, np.int64),
        ),
        coverage=Coverage(
            np.array([place for place, _ in cover], np.int32),
            np.array([worker for _, worker in cover], np.int32),
            np.array([greedy.leg(int(snapshot.caseworkers.town[w]), p) for p, w in cover], np.int32),
        ),
        stand_ins=StandIns.none(),
        responsibilities=Responsibilities(
            np.array(sorted(greedy.charge), np.int32),
            np.array([greedy.charge[home] for home in sorted(greedy.charge)], np.int32),
        ),
        unmet=Unmet(
            np.array([need for need, _ in unmet], np.int32),
            np.array([units for _, units in unmet], np.int64),
            texts(["capacity"] * len(unmet)),
            texts(['{"offers":1}'] * len(unmet)),
            texts([""] * len(unmet)),
        ),
        uncovered=Uncovered(
            texts([kind for kind, _ in bare]),
            np.array([at for _, at in bare], np.int32),
            texts(["none_near"] * len(bare)),
            texts([""] * len(bare)),
            texts([""] * len(bare)),
        ),
        shortfall=Shortfall(
            np.array(list(unreached), np.int32),
            np.ones(len(unreached), np.int64),
            np.full(len(unreached), NONE, np.int64),
            np.array(list(unreached.values()), np.int64),
            texts(["none_near"] * len(unreached)),
            texts(["{}"] * len(unreached)),
        ),
        unused=Unused(
            np.array([kind for kind, _, _ in left], np.int8),
            np.array([at for _, at, _ in left], np.int32),
            np.array([amount for _, _, amount in left], np.int64),
            texts(["no_need"] * len(left)),
        ),
        prices=Prices(
            *(
                np.array([each], kind)
                for each, kind in (
                    (OFFER, np.int8),
                    (0, np.int32),
                    (1, np.int64),
                    (NONE, np.int32),
                    (NONE, np.int64),
                )
            )
        ),
        certificate=certificate_of(greedy, period, pairs, ways, cost),
    )
    changes = counts(Case(snapshot, plan))
    plan = replace(plan, certificate=replace(plan.certificate, changes=changes))
    plan = replace(plan, id=plan_id(plan, snapshot))
    return replace(plan, certificate=plan.certificate.named(plan.id))


def certificate_of(
    greedy: Greedy, period: str, pairs: list[tuple[int, int, int]], ways: list[int], cost: list[int]
) -> Certificate:
    """Counts and values of a greedy run, row by row; bounds that are no better than they must be."""
    snapshot, policy = greedy.snapshot, greedy.policy
    plain = Greedy(snapshot, greedy.scope, greedy.today, policy, greedy.period)
    plain.serve()
    empty = {urgency.code: {"needs": 0, "units": 0} for urgency in URGENCIES}
    count_open = {code: dict(each) for code, each in empty.items()}
    counting = [need for need in range(len(snapshot.needs.key)) if greedy.counts(need)]
    usual = {}
    for kind in {int(snapshot.needs.kind[need]) for need in counting}:
        asked = sorted(int(snapshot.needs.quantity[need]) for need in counting if snapshot.needs.kind[need] == kind)
        usual[kind] = max(1, asked[(len(asked) - 1) // 2])
    value: dict[tuple[int, int], float] = {}
    for need in range(len(snapshot.needs.key)):
        urgency, asked = int(snapshot.needs.urgency[need]), int(snapshot.needs.quantity[need])
        given, code = asked - greedy.left(need), URGENCIES[urgency].code
        if need in counting:
            count_open[code]["needs"] += 1
            count_open[code]["units"] += asked
            level = urgency, band_of(int(snapshot.needs.opened_on[need]), greedy.today, policy)
            value[level] = value.get(level, 0.0) + given / usual[int(snapshot.needs.kind[need])]
    ranks = []
    for _, kind, at in pairs:
        organization = snapshot.organizations.type[snapshot.offers.organization[at]] if kind == OFFER else None
        name = "volunteer" if organization is None else ORGANIZATION_TYPES[int(organization)].code
        ranks.append(policy.provider_order[name])
    units = [greedy.assigned[pair] for pair in pairs]
    stages = worker_stages(greedy)
    for urgency, code in enumerate(empty):
        bands = [value.get((urgency, band), 0.0) for band in range(len(policy.waiting_months) + 1)]
        told = tuple(Band(band, each, each + 1) for band, each in enumerate(bands))
        stages.append(Stage(f"needs_{code}", sum(bands), sum(bands) + 1, False, 0.5, "greedy", "bounded", told))
    moved, published = needs_changed(greedy)
    steady = [("fairness", unfairness(greedy))] * policy.fairness + [("changes", moved)] * published
    for name, figure in (
        *steady,
        ("provider_order", sum(r * u for r, u in zip(ranks, units, strict=True))),
        ("travel", sum(w * u for w, u in zip(ways, units, strict=True))),
        ("cost", sum(cost)),
    ):
        stages.append(Stage(name, float(figure), float(figure), True, 0.25, "greedy", "optimal"))
    other = snapshot.caseworkers.type
    levels = [int(snapshot.regions.level[place]) for place in {place for place, by in greedy.cover if not other[by]}]
    return Certificate(
        plan="",
        scope=snapshot.regions.key[greedy.scope].as_py(),
        period=period,
        on=greedy.today.isoformat(),
        base_revision=snapshot.published.revision,
        snapshot=snapshot.digest,
        published=snapshot.published.digest,
        policy=policy_digest(policy),
        seed=policy.seed,
        versions={"zhongfu": "0.1.0"},
        stages=tuple(stages),
        open=count_open,
        served=served_by(greedy),
        covered={
            "villages": levels.count(VILLAGE),
            "towns": levels.count(TOWN),
            "households": sum(not other[by] for by in greedy.charge.values()),
            "dialect_asked": sum(greedy.hears(home) is not None for home in greedy.charge),
            "dialect_heard": sum(greedy.hears(home) is True for home in greedy.charge),
        },
        changes={},
        baseline={"served": served_by(plain)},
        rates=told_rates(greedy, usual),
        budgets=(),
        verdict=Verdict(passed=True),
    )


def served_by(greedy: Greedy) -> dict[str, dict[str, int]]:
    """Needs met whole and units handed over, by urgency."""
    needs, served = greedy.snapshot.needs, {urgency.code: {"needs": 0, "units": 0} for urgency in URGENCIES}
    for need in {pair[0] for pair in greedy.assigned}:
        counts = served[URGENCIES[int(needs.urgency[need])].code]
        counts["units"] += int(needs.quantity[need]) - greedy.left(need)
        counts["needs"] += int(greedy.left(need) <= 0)
    return served


def worker_stages(greedy: Greedy) -> list[Stage]:
    """The workers' stages, counted one by one."""
    snapshot, prices = greedy.snapshot, greedy.policy.operating
    levels, staff, weight = snapshot.regions.level, snapshot.caseworkers, snapshot.households.weight
    counted = {(place, worker) for place, worker in greedy.cover if not staff.type[worker] and levels[place] >= TOWN}
    counted = {(place, worker) for place, worker in counted if greedy.within(place, greedy.scope)}
    real = [bool(snapshot.regions.real[place]) for place in {place for place, _ in counted}]
    charge = {
        home: worker for home, worker in greedy.charge.items() if not staff.type[worker] and greedy.needs_worker(home)
    }
    alerts = [int(snapshot.households.alert[home]) for home in charge]
    state = snapshot.published
    old: dict[int, set[int]] = {}
    for place, worker in zip(state.place.tolist(), state.place_caseworker.tolist(), strict=True):
        if greedy.within(place, greedy.scope):
            old.setdefault(place, set()).add(worker)
    changed = [place for place in old if old[place] != {worker for at, worker in greedy.cover if at == place}]
    moved = [
        home
        for home, worker in zip(state.household.tolist(), state.household_caseworker.tolist(), strict=True)
        if greedy.needs_worker(home) and greedy.charge.get(home) != worker
    ]
    cost = 0.0
    for place, worker in greedy.cover:
        if not staff.type[worker] and levels[place] == VILLAGE:
            cost += prices.pair + prices.pair_minute * greedy.leg(int(staff.town[worker]), place)
    added: Counter[int] = Counter()
    for home, worker in greedy.charge.items():
        if not staff.type[worker]:
            added[worker] += int(weight[home])
            cost += int(weight[home]) * greedy.leg(int(staff.town[worker]), int(snapshot.households.village[home]))
            cost += prices.dialect * (greedy.hears(home) is False)
    charged = Counter(dict.fromkeys(added, 0))
    for home, worker in greedy.charge.items():
        charged[worker] += int(weight[home])
    for worker, more in added.items():
        before = greedy.load[worker] - charged[worker]
        for load, sign in ((before + more, 1), (before, -1)):
            capacity = int(staff.capacity[worker])
            busy, over = max(0.0, load - prices.busy_above * capacity), max(0, load - capacity)
            cost += sign * (prices.busy * busy + prices.overload * over)

    def stage(name: str, value: float, bands: list[int]) -> Stage:
        told = tuple(Band(at, each, each) for at, each in enumerate(bands))
        return Stage(name, value, value, True, 0.125, "greedy", "optimal", told)

    return [
        stage("cover", len(real), [sum(real), len(real) - sum(real)]),
        stage("responsible", len(alerts), [alerts.count(alert) for alert in range(6)]),
        stage("worker_changes", len(changed) + len(moved), []),
        stage("operating", cost, []),
    ]


def band_of(opened_on: int, today: date, policy: MatchPolicy) -> int:
    """The waiting band of a need, by counting months one by one."""
    for band, months in enumerate(policy.waiting_months):
        if opened_on < -(10**6):
            continue
        opened = date.fromordinal(date(1970, 1, 1).toordinal() + opened_on)
        year, month = divmod(opened.month - 1 + months, 12)
        for day in range(opened.day, 0, -1):
            try:
                reached = date(opened.year + year, month + 1, day)
            except ValueError:
                continue
            break
        if reached <= today:
            return band
    return len(policy.waiting_months)
