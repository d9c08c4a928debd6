"""Good plans by the simplest means: row by row, in plain Python, straight from the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from math import asin, cos, isnan, radians, sin, sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model import LEVELS, ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import CASEWORKER, CITY, COUNTY, NONE, OFFER, SPENDERS, TOWN, VILLAGE, VOLUNTEER, Snapshot
from matching.certificate import Band, Certificate, Stage, Verdict
from matching.plan import (
    Assignments,
    Coverage,
    Plan,
    Prices,
    Responsibilities,
    Uncovered,
    Unmet,
    Unused,
)
from matching.plan_id import plan_id
from matching.policy import DEFAULT_POLICY, MatchPolicy, policy_digest

ON = date(2026, 11, 10)


class Greedy:
    """The rules, read one by one; slow, and independent of the program."""

    def __init__(self, snapshot: Snapshot, scope: int, on: date, policy: MatchPolicy, period: str = "2026-11") -> None:
        self.snapshot, self.scope, self.policy, self.period = snapshot, scope, policy, period
        self.today, self.on = on, on.toordinal() - date(1970, 1, 1).toordinal()
        self.assigned: dict[tuple[int, int, int], int] = {}
        self.cover: set[tuple[int, int]] = set()
        self.charge: dict[int, int] = {}
        self.units, self.spent, self.paid, self.work = Counter(), Counter(), Counter(), Counter()
        self.villages, self.load = Counter(), Counter()
        state = snapshot.published
        for row, need in enumerate(state.need.tolist()):
            pair = (need, int(state.provider_type[row]), int(state.provider[row]))
            if not self.within(int(snapshot.needs.place[need]), scope):
                self.take(pair, int(state.quantity[row]))
            elif state.status[row]:
                self.assign(pair, int(state.quantity[row]))
        used = (state.spender_table, state.spender, state.spent_in, state.spent)
        for table, row, month, spent in zip(*(column.tolist() for column in used), strict=True):
            self.use_up(SPENDERS[table], row, month, spent)
        for place, worker in zip(state.place.tolist(), state.place_caseworker.tolist(), strict=True):
            if not self.within(place, scope):
                self.villages[worker] += int(snapshot.regions.level[place] == VILLAGE)
        for home, worker in zip(state.household.tolist(), state.household_caseworker.tolist(), strict=True):
            if not self.within(int(snapshot.households.village[home]), scope):
                self.load[worker] += int(snapshot.households.weight[home])

    def use_up(self, table: str, row: int, month: int, spent: int) -> None:
        then = self.period if month == NONE else f"{1970 + month // 12}-{month % 12 + 1:02}"
        recurring = self.snapshot.kinds.recurring
        if table == "offers" and (then == self.period or not recurring[self.snapshot.offers.kind[row]]):
            self.units[row] += spent
        if table == "organizations" and then[:4] == self.period[:4]:
            self.spent[row] += spent
        if table == "funds":
            self.paid[row] += spent
        if table == "volunteers" and then == self.period:
            self.work[row] += spent

    # places and ways

    def within(self, place: int, area: int) -> bool:
        while place not in {area, NONE}:
            place = int(self.snapshot.regions.parent[place])
        return place == area

    def above(self, place: int, *levels: int) -> int:
        while place != NONE and self.snapshot.regions.level[place] not in levels:
            place = int(self.snapshot.regions.parent[place])
        return place

    def town(self, place: int) -> int:
        return self.above(place, TOWN) if self.snapshot.regions.level[place] >= TOWN else place

    def slot(self, place: int) -> int:
        if self.snapshot.regions.level[place] < COUNTY:
            return place
        county = self.above(place, COUNTY)
        return county if county != NONE else self.above(place, CITY)

    def seat(self, place: int) -> int:
        regions = self.snapshot.regions
        children = np.flatnonzero(regions.parent == place).tolist()
        return place if not isnan(regions.lon[place]) or not children else self.seat(children[0])

    def way(self, origin: int, destination: int) -> int | None:
        regions, travel = self.snapshot.regions, self.snapshot.travel
        if origin == destination:
            return 0
        if travel is not None:
            row = np.flatnonzero((travel.origin == origin) & (travel.destination == destination)).tolist()
            return int(travel.minutes[row[0]]) if row else None
        if isnan(regions.lon[origin]) or isnan(regions.lon[destination]):
            town = self.above(origin, TOWN)
            return 10 if town != NONE and town == self.above(destination, TOWN) else None
        a, b = radians(regions.lat[origin]), radians(regions.lat[destination])
        turn = radians(regions.lon[destination] - regions.lon[origin])
        half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(turn / 2) ** 2
        return round(1.4 * 2 * 6371.0088 * asin(sqrt(half)) / 30 * 60) + 5

    def leg(self, origin: int, destination: int) -> int:
        found = self.way(origin, destination)
        return 600 if found is None else found

    def minutes(self, need: int, kind: int, provider: int) -> int:
        place = int(self.snapshot.needs.place[need])
        if kind == VOLUNTEER:
            return self.leg(int(self.snapshot.volunteers.village[provider]), place)
        areas = [area for area in self.snapshot.offers.serves[provider].tolist() if self.within(place, area)]
        levels = self.snapshot.regions.level
        level = min((int(levels[area]) for area in areas), default=VILLAGE)
        base = int(self.snapshot.offers.place[provider])
        town = self.seat(self.town(place))
        # a town, or a place above it, stands at its own seat
        stands = place if self.snapshot.regions.level[place] == VILLAGE else self.seat(place)
        total = 0 if level == VILLAGE else self.leg(stands, town)
        if level == COUNTY and base != NONE:
            total += self.leg(town, self.seat(self.town(base)))
        if level < COUNTY:
            total += self.leg(town, self.seat(self.slot(place)))
            if base != NONE:
                total += self.leg(self.seat(self.slot(place)), self.seat(self.slot(base)))
        return total

    # who may serve whom

    def counts(self, need: int) -> bool:
        needs = self.snapshot.needs
        here = self.within(int(needs.place[need]), self.scope)
        return here and not needs.paused[need] and needs.opened_on[need] <= self.on

    def broader(self, kind: int) -> set[int]:
        found = {kind}
        for link in self.snapshot.kinds.broader[kind].tolist():
            found |= self.broader(link)
        return found

    def excluded(self, need: int, kind: int, provider: int) -> bool:
        snapshot = self.snapshot
        subjects = (need, int(snapshot.needs.place[need]), int(snapshot.needs.household[need]))
        locks, answers = snapshot.locks, snapshot.exclusions
        by_lock = any(
            not locks.keep[lock]
            and locks.until[lock] >= self.on
            and (locks.provider_type[lock], locks.provider[lock]) == (kind, provider)
            and locks.subject[lock] == subjects[locks.subject_type[lock]]
            for lock in range(len(locks.key))
        )
        pairs = zip(answers.need.tolist(), answers.provider_type.tolist(), answers.provider.tolist(), strict=True)
        return by_lock or (need, kind, provider) in set(pairs)

    def accepts(self, offer: int, need: int) -> bool:
        offers, needs, persons = self.snapshot.offers, self.snapshot.needs, self.snapshot.persons
        named = int(needs.person[need])
        members = [named] if named != NONE else np.flatnonzero(persons.household == needs.household[need]).tolist()
        open_to_all = not offers.categories[offer] and not offers.traits[offer]
        if open_to_all and offers.min_age[offer] == NONE and offers.max_age[offer] == NONE:
            return True
        for person in members:
            age = self.today.year - int(persons.birth_year[person]) if persons.birth_year[person] else None
            low, high = int(offers.min_age[offer]), int(offers.max_age[offer])
            if (
                (not offers.categories[offer] or offers.categories[offer] & persons.categories[person])
                and (not offers.traits[offer] or offers.traits[offer] & persons.traits[person])
                and (low == NONE or (age is not None and age >= low))
                and (high == NONE or (age is not None and age <= high))
            ):
                return True
        return False

    def eligible(self, need: int, kind: int, provider: int) -> bool:
        snapshot, wanted = self.snapshot, self.broader(int(self.snapshot.needs.kind[need]))
        place = int(snapshot.needs.place[need])
        if self.excluded(need, kind, provider):
            return False
        if kind == VOLUNTEER:
            limit = int(snapshot.volunteers.minutes_limit[provider])
            way = self.way(int(snapshot.volunteers.village[provider]), place)
            near = limit == NONE or (way is not None and way <= limit)
            return (
                near
                and snapshot.regions.level[place] >= TOWN
                and bool(wanted & {*snapshot.volunteers.skills[provider].tolist()})
            )
        offers, funds, fund = snapshot.offers, snapshot.funds, int(snapshot.offers.fund[provider])
        paying = fund == NONE or (
            self.within(place, int(funds.region[fund]))
            and (not len(funds.kinds[fund]) or bool(wanted & {*funds.kinds[fund].tolist()}))
            and funds.valid_from[fund] <= self.on <= funds.valid_to[fund]
        )
        return (
            paying
            and int(offers.kind[provider]) in wanted
            and any(self.within(place, area) for area in offers.serves[provider].tolist())
            and offers.valid_from[provider] <= self.on <= offers.valid_to[provider]
            and not offers.paused[provider]
            and self.accepts(provider, need)
        )

    def room(self, need: int, kind: int, provider: int) -> int:
        snapshot, most = self.snapshot, [10**12]
        if kind == VOLUNTEER:
            each = int(snapshot.kinds.minutes[snapshot.needs.kind[need]])
            left = int(snapshot.volunteers.hours[provider]) * 60 - self.work[provider]
            return left // each if each else 10**12
        offers, cost = snapshot.offers, int(snapshot.offers.unit_cost[provider])
        organization, fund = int(offers.organization[provider]), int(offers.fund[provider])
        if offers.capacity[provider] != NONE:
            most.append(int(offers.capacity[provider]) - self.units[provider])
        if cost and snapshot.organizations.budget[organization] != NONE:
            most.append((int(snapshot.organizations.budget[organization]) - self.spent[organization]) // cost)
        if cost and fund != NONE:
            most.append((int(snapshot.funds.amount[fund]) - self.paid[fund]) // cost)
        return max(0, min(most))

    # taking and giving

    def take(self, pair: tuple[int, int, int], quantity: int) -> None:
        need, kind, provider = pair
        snapshot = self.snapshot
        if kind == VOLUNTEER:
            self.work[provider] += quantity * int(snapshot.kinds.minutes[snapshot.needs.kind[need]])
            return
        cost = quantity * int(snapshot.offers.unit_cost[provider])
        self.units[provider] += quantity
        self.spent[int(snapshot.offers.organization[provider])] += cost
        if snapshot.offers.fund[provider] != NONE:
            self.paid[int(snapshot.offers.fund[provider])] += cost

    def assign(self, pair: tuple[int, int, int], quantity: int) -> None:
        if quantity:
            self.assigned[pair] = self.assigned.get(pair, 0) + quantity
            self.take(pair, quantity)

    def left(self, need: int) -> int:
        return int(self.snapshot.needs.quantity[need]) - sum(q for pair, q in self.assigned.items() if pair[0] == need)

    def serve(self) -> None:
        snapshot = self.snapshot
        needs = [need for need in range(len(snapshot.needs.key)) if self.counts(need)]
        providers = [
            *((OFFER, at) for at in range(len(snapshot.offers.key))),
            *((VOLUNTEER, at) for at in range(len(snapshot.volunteers.key))),
        ]
        locks = snapshot.locks
        for lock in range(len(locks.key)):
            if locks.keep[lock] and locks.subject_type[lock] == 0 and locks.until[lock] >= self.on:
                need = int(locks.subject[lock])
                if self.counts(need):
                    self.assign(
                        (need, int(locks.provider_type[lock]), int(locks.provider[lock])), max(0, self.left(need))
                    )
        for need in sorted(needs, key=lambda each: (snapshot.needs.urgency[each], each)):
            whole = not snapshot.kinds.divisible[snapshot.needs.kind[need]]
            for kind, provider in providers:
                if whole and any(pair[0] == need for pair in self.assigned):
                    break
                if (need, kind, provider) not in self.assigned and self.eligible(need, kind, provider):
                    wanted, room = max(0, self.left(need)), self.room(need, kind, provider)
                    self.assign((need, kind, provider), wanted if room >= wanted else 0 if whole else room)

    def may_cover(self, worker: int, place: int) -> bool:
        snapshot, workers = self.snapshot, self.snapshot.caseworkers
        town, limit = int(workers.town[worker]), int(workers.minutes_limit[worker])
        way = self.way(town, place)
        if limit != NONE and (way is None or way > limit):
            return False
        if self.forbidden(1, place, worker):
            return False
        if self.policy.cover_across == "county" and self.slot(town) != self.slot(place):
            return False
        full = workers.villages_limit[worker] != NONE and self.villages[worker] >= workers.villages_limit[worker]
        return not (full and snapshot.regions.level[place] == VILLAGE)

    def forbidden(self, subject_type: int, subject: int, worker: int) -> bool:
        locks = self.snapshot.locks
        return any(
            not locks.keep[lock]
            and locks.until[lock] >= self.on
            and (locks.subject_type[lock], locks.subject[lock], locks.provider[lock]) == (subject_type, subject, worker)
            for lock in range(len(locks.key))
        )

    def staff(self) -> None:
        snapshot, locks = self.snapshot, self.snapshot.locks
        counted = [worker for worker in range(len(snapshot.caseworkers.key)) if not snapshot.caseworkers.type[worker]]
        kept = [lock for lock in range(len(locks.key)) if locks.keep[lock] and locks.until[lock] >= self.on]
        for lock in kept:
            subject, worker = int(locks.subject[lock]), int(locks.provider[lock])
            if locks.subject_type[lock] == 1 and self.within(subject, self.scope):
                self.do_cover(subject, worker)
            if locks.subject_type[lock] == 2 and self.within(int(snapshot.households.village[subject]), self.scope):
                self.do_cover(int(snapshot.households.village[subject]), worker)
                self.do_charge(subject, worker)
        for place in range(len(snapshot.regions.key)):
            if self.within(place, self.scope) and snapshot.regions.level[place] >= TOWN:
                for worker in counted:
                    if not any(at == place for at, _ in self.cover) and self.may_cover(worker, place):
                        self.do_cover(place, worker)
        for home in range(len(snapshot.households.key)):
            village = int(snapshot.households.village[home])
            for worker in counted:
                weight = int(snapshot.households.weight[home])
                most = self.policy.overload_max * int(snapshot.caseworkers.capacity[worker])
                free = home not in self.charge and self.needs_worker(home) and (village, worker) in self.cover
                if free and self.load[worker] + weight <= most and not self.forbidden(2, home, worker):
                    self.do_charge(home, worker)

    def needs_worker(self, home: int) -> bool:
        persons = self.snapshot.persons
        at_home = bool(np.any((persons.household == home) & ~persons.institution))
        return at_home and self.within(int(self.snapshot.households.village[home]), self.scope)

    def do_cover(self, place: int, worker: int) -> None:
        if (place, worker) not in self.cover:
            self.cover.add((place, worker))
            self.villages[worker] += int(self.snapshot.regions.level[place] == VILLAGE)

    def do_charge(self, home: int, worker: int) -> None:
        if home in self.charge:
            self.load[self.charge[home]] -= int(self.snapshot.households.weight[home])
        self.charge[home] = worker
        self.load[worker] += int(self.snapshot.households.weight[home])


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
        unused=Unused(
            np.array([kind for kind, _, _ in left], np.int8),
            np.array([at for _, at, _ in left], np.int32),
            np.array([amount for _, _, amount in left], np.int64),
            texts(["no_need"] * len(left)),
        ),
        prices=Prices(
            *(
                np.array([each], kind)
                for each, kind in ((0, np.int32), (1, np.int64), (NONE, np.int32), (NONE, np.int64))
            )
        ),
        certificate=certificate_of(greedy, period, pairs, ways, cost),
    )
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
    for name, figure in (
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
        },
        baseline={"served": served_by(plain)},
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
