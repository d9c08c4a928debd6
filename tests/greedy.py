"""The rules read one by one, in plain Python: who may do what, and a greedy run that keeps to them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import asin, cos, isnan, radians, sin, sqrt

import numpy as np

from graph.snapshot import CASEWORKER, CITY, COUNTY, NONE, OFFER, SPENDERS, TOWN, VILLAGE, VOLUNTEER, Snapshot
from matching.policy import MatchPolicy


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
            one = not snapshot.kinds.divisible[snapshot.needs.kind[need]]
            for kind, provider in providers:
                whole = one or kind == VOLUNTEER
                if whole and any(pair[0] == need for pair in self.assigned):
                    break
                if (need, kind, provider) not in self.assigned and self.eligible(need, kind, provider):
                    wanted, room = max(0, self.left(need)), self.room(need, kind, provider)
                    self.assign((need, kind, provider), wanted if room >= wanted else 0 if whole else room)

    def may_cover(self, worker: int, place: int) -> bool:
        snapshot, workers = self.snapshot, self.snapshot.caseworkers
        full = workers.villages_limit[worker] != NONE and self.villages[worker] >= workers.villages_limit[worker]
        return self.may_go(worker, place) and not (full and snapshot.regions.level[place] == VILLAGE)

    def may_go(self, worker: int, place: int) -> bool:
        workers = self.snapshot.caseworkers
        town, limit = int(workers.town[worker]), int(workers.minutes_limit[worker])
        way = self.way(town, place)
        if limit != NONE and (way is None or way > limit):
            return False
        if self.forbidden(1, place, worker):
            return False
        return self.policy.cover_across != "county" or self.slot(town) == self.slot(place)

    def forbidden(self, subject_type: int, subject: int, worker: int) -> bool:
        locks = self.snapshot.locks
        return any(
            not locks.keep[lock]
            and locks.until[lock] >= self.on
            and (locks.subject_type[lock], locks.subject[lock]) == (subject_type, subject)
            and (locks.provider_type[lock], locks.provider[lock]) == (CASEWORKER, worker)
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

    def hears(self, home: int) -> bool | None:
        """Whether the worker of a household speaks its dialect; None where it asks for none, or its worker does not count."""
        dialect, worker = int(self.snapshot.households.dialect[home]), self.charge[home]
        if dialect == NONE or self.snapshot.caseworkers.type[worker]:
            return None
        return dialect in self.snapshot.caseworkers.dialects[worker].tolist()

    def do_cover(self, place: int, worker: int) -> None:
        if (place, worker) not in self.cover:
            self.cover.add((place, worker))
            self.villages[worker] += int(self.snapshot.regions.level[place] == VILLAGE)

    def do_charge(self, home: int, worker: int) -> None:
        if home in self.charge:
            self.load[self.charge[home]] -= int(self.snapshot.households.weight[home])
        self.charge[home] = worker
        self.load[worker] += int(self.snapshot.households.weight[home])
