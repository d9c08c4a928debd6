"""Needs: each kind asked for by people it suits, with urgency, waiting time and, for emergencies, another place."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from graph.model import NEED_STATUSES, SERVICE_KINDS, URGENCIES
from graph.snapshot import COUNTY, TOWN, VILLAGE, Bools
from loaders.sample.catalogue import DEMANDS, KIND_NUMBER, Audience, frequencies
from loaders.sample.catalogue import EMERGENCIES as EMERGENCY_KINDS
from loaders.sample.columns import Integers, assembled, chosen, coded, dated, day_number, numbered, running, whole
from loaders.sample.households import EMERGENCIES, SOURCE_ODDS, SOURCES, Homes, stamped
from loaders.sample.persons import People
from loaders.sample.world import NEEDS_PER_HOUSEHOLD, World, stream

KEEPS_ALERT = 0.75
"""Share of needs as urgent as their household; the others are drawn afresh from the same mixture."""
URGENCY_ODDS = (0.02, 0.05, 0.12, 0.25, 0.56)
"""Red to green."""
WAITS = ((365, 900, 0.08), (183, 365, 0.14), (92, 183, 0.2), (31, 92, 0.3), (0, 31, 0.28))
"""Days since a need was opened: from, to, share."""


def need_table(world: World, homes: Homes, people: People, on: date) -> pa.Table:
    """The `needs` table, in the order of households."""
    rng = stream(world.seed, "needs")
    residents = len(homes.village) - homes.strangers
    total = max(1, round(residents * NEEDS_PER_HOUSEHOLD))
    household, person, kind = _wanted(rng, homes, people, max(0, total - homes.strangers), residents)
    quantity = _quantities(rng, kind)
    count = len(household)
    place = _emergencies(rng, world, homes, household, kind)
    urgency = _urgencies(rng, homes.alert[household])
    explicit = (rng.random(count) < 0.7) | (urgency != np.minimum(homes.alert[household], 4))
    opened = day_number(on) - _waits(rng, count)
    unknown = rng.random(count) < 0.02
    source = rng.choice(len(SOURCES), count, p=SOURCE_ODDS)
    return assembled(
        "needs",
        count,
        need=running("N", count),
        household=numbered("H", household),
        person=numbered("P", person),
        kind=chosen([kind.kind for kind in SERVICE_KINDS], kind),
        quantity=whole(quantity),
        urgency=coded(URGENCIES, np.where(explicit, urgency, -1)),
        opened_on=dated(opened, unknown),
        due_on=dated(opened + rng.integers(14, 400, count), rng.random(count) < 0.75),
        incident_place=chosen(world.regions.key, place),
        status=coded(NEED_STATUSES, rng.choice([-1, 0, 1, 2], count, p=[0.2, 0.76, 0.02, 0.02])),
        source=chosen(SOURCES, source),
        as_of=stamped(on, source),
    )


def suits(audience: Audience, people: People, residents: Bools) -> Bools:
    """Whether a person living here may be the one a need of this audience is for."""
    age = people.age
    match audience:
        case "elderly":
            fits = (age >= 60) | people.has("severely_disabled")
        case "frail":
            fits = people.has("care_dependent", "severely_disabled") | (age >= 75)
        case "pupil":
            fits = (age >= 6) & (age <= 20)
        case "disabled":
            fits = people.has("disabled")
        case "ill":
            fits = people.has("severely_ill", "care_dependent") | (age >= 70)
        case "worker":
            fits = (age >= 16) & (age < 60) & ~people.has("severely_disabled", "care_dependent")
        case "lonely":
            fits = people.has("living_alone", "left_behind", "orphan", "unattended_child") | (age >= 60)
        case _:  # the household, or anyone
            fits = residents
    return fits & residents


def _wanted(
    rng: np.random.Generator, homes: Homes, people: People, total: int, residents: int
) -> tuple[Integers, Integers, Integers]:
    """Household, person (-1 for the whole household) and kind of each need; strangers' needs at the end."""
    living_here = people.household < residents
    share = frequencies()
    counts = np.floor(np.cumsum([0.0, *(share[demand.kind] * total for demand in DEMANDS)]) + 0.5).astype(int)
    households, persons, kinds = [], [], []
    for demand, count in zip(DEMANDS, np.diff(counts).tolist(), strict=True):
        if demand.audience == "household":
            household = rng.choice(residents, count, replace=count > residents, shuffle=False).astype(np.int32)
            person = np.full(count, -1, np.int32)
        else:
            pool = np.flatnonzero(suits(demand.audience, people, living_here)).astype(np.int32)
            person = pool[rng.choice(len(pool), count, replace=count > len(pool), shuffle=False)]
            household = people.household[person]
            # One need in eight is recorded for the household without saying for whom.
            person = np.where(rng.random(count) < 0.125, -1, person).astype(np.int32)
        households.append(household)
        persons.append(person)
        kinds.append(np.full(count, KIND_NUMBER[demand.kind], np.int32))
    strangers = np.arange(residents, residents + homes.strangers, dtype=np.int32)
    emergencies = np.array([KIND_NUMBER[kind] for kind in EMERGENCY_KINDS], np.int32)
    households.append(strangers)
    persons.append(np.full(len(strangers), -1, np.int32))
    kinds.append(emergencies[rng.integers(0, len(emergencies), len(strangers))])
    household = np.concatenate(households)
    order = np.argsort(household, kind="stable")
    return household[order], np.concatenate(persons)[order], np.concatenate(kinds)[order]


def _quantities(rng: np.random.Generator, kind: Integers) -> Integers:
    quantity = np.ones(len(kind), np.int64)
    for demand in DEMANDS:
        rows = np.flatnonzero(kind == KIND_NUMBER[demand.kind])
        quantity[rows] = rng.choice(demand.quantities, len(rows), p=demand.odds)
    return quantity


def _urgencies(rng: np.random.Generator, alert: Integers) -> Integers:
    """Urgency of each need: mostly its household's alert (green where it has none)."""
    fresh = rng.choice(len(URGENCIES), len(alert), p=URGENCY_ODDS)
    return np.where(rng.random(len(alert)) < KEEPS_ALERT, np.minimum(alert, 4), fresh).astype(np.int32)


def _waits(rng: np.random.Generator, count: int) -> Integers:
    """Days since each need was opened."""
    band = rng.choice(len(WAITS), count, p=[share for _, _, share in WAITS])
    low, high = np.array([(start, end) for start, end, _ in WAITS]).T
    days: Integers = rng.integers(low[band], high[band])
    return days


def _emergencies(rng: np.random.Generator, world: World, homes: Homes, household: Integers, kind: Integers) -> Integers:
    """Where an emergency happened (an index of a region), -1 for all other needs.

    Every stranger's need is one; of the residents' needs of the kinds that emergencies ask for, as many as make the
    share whole. Most happen in villages of the sample, some are known to the town or county only.
    """
    stranger = homes.village[household] < 0
    asked = np.flatnonzero(~stranger & np.isin(kind, [KIND_NUMBER[name] for name in EMERGENCY_KINDS]))
    wanted = min(len(asked), max(0, round(len(household) * EMERGENCIES) - int(stranger.sum())))
    befallen = np.concatenate([rng.choice(asked, wanted, replace=False), np.flatnonzero(stranger)])
    villages = np.flatnonzero(world.inside & (world.regions.level == VILLAGE))
    where = villages[rng.integers(0, len(villages), len(befallen))]
    level = rng.choice([VILLAGE, TOWN, COUNTY], len(befallen), p=[0.8, 0.15, 0.05])
    above = world.regions.ancestor[where, level]
    place = np.full(len(household), -1, np.int32)
    place[befallen] = np.where(above >= 0, above, where)
    return place
