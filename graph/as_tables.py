"""A snapshot back to canonical tables: the inverse of `graph.assemble`, with every blank that counts written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from graph.decode import choice, coded, coded_refs, codes, days, degrees, lists, months, numbers, refs, sets, texts
from graph.model import ASSIGNMENT_STATUSES, TABLES, codes_of
from graph.snapshot import FOREVER, LONG_AGO, NONE, SPENDERS, Ints, Keys, Snapshot, Travel
from graph.tables import STATE_SCHEMAS, arrow_type


def as_tables(snapshot: Snapshot) -> dict[str, pa.Table]:
    """Canonical tables from which `assemble` makes a snapshot of the same digest and the same published state.

    Beside the tables of files in (`travel` only where roads are known) come those of STATE_SCHEMAS, and offers have a
    column `paused`. What a snapshot does not hold (names, addresses, sources) is
    blank, and closed needs are not there.
    """
    columns = {
        "regions": _regions,
        "service_kinds": _kinds,
        "households": _households,
        "persons": _persons,
        "needs": _needs,
        "organizations": _organizations,
        "funds": _funds,
        "offers": _offers,
        "volunteers": _volunteers,
        "caseworkers": _caseworkers,
        "locks": _locks,
    }
    tables = {name: _canonical(name, make(snapshot)) for name, make in columns.items()}
    if snapshot.travel is not None:
        tables["travel"] = _canonical("travel", _travel(snapshot.travel, snapshot.regions.key))
    tables["offers"] = tables["offers"].append_column("paused", pa.array(snapshot.offers.paused))
    return tables | _state(snapshot)


def _canonical(name: str, given: Mapping[str, Any]) -> pa.Table:
    """The columns in the order and the types of the vocabulary, blank where none is given."""
    rows = len(next(iter(given.values())))
    columns = {}
    for column in TABLES[name].columns:
        kind, cells = arrow_type(column), given.get(column.name)
        if cells is None:
            columns[column.name] = pa.nulls(rows, kind)
        else:
            plain = cells if isinstance(cells, pa.Array) else pa.array(cells)
            columns[column.name] = plain.dictionary_encode() if _needs_coding(plain, kind) else plain.cast(kind)
    return pa.table(columns)


def _needs_coding(cells: pa.Array, kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) and not pa.types.is_dictionary(cells.type)


def _regions(snapshot: Snapshot) -> dict[str, Any]:
    regions = snapshot.regions
    return {
        "code": regions.key,
        "name": texts(regions.name),
        "level": coded(regions.level, "regions", "level"),
        "parent": refs(regions.parent, regions.key),
        "lon": degrees(regions.lon),
        "lat": degrees(regions.lat),
        "population": numbers(regions.population),
    }


def _travel(travel: Travel, places: Keys) -> dict[str, Any]:
    return {
        "from": refs(travel.origin, places),
        "to": refs(travel.destination, places),
        "minutes": travel.minutes,
    }


def _kinds(snapshot: Snapshot) -> dict[str, Any]:
    kinds = snapshot.kinds
    return {
        "kind": kinds.key,
        "name_zh": texts(kinds.name_zh),
        "name_en": texts(kinds.name_en),
        "class": coded(kinds.kind_class, "service_kinds", "class"),
        "unit": texts(kinds.unit),
        "minutes_per_unit": kinds.minutes,
        "divisible": kinds.divisible,
        "recurring": kinds.recurring,
        "broader": lists(kinds.broader, kinds.key),
    }


def _households(snapshot: Snapshot) -> dict[str, Any]:
    households = snapshot.households
    return {
        "household": households.key,
        "village": refs(households.village, snapshot.regions.key),
        "alert": coded(households.alert, "households", "alert"),
        "weight": households.weight,
        "dialect": refs(households.dialect, snapshot.dialects.key),
        "hukou": _cities(households.hukou_city),
    }


def _cities(digits: Ints) -> pa.Array:
    """Codes of six digits by their first four; blank where there are none."""
    found, at = np.unique(digits, return_inverse=True)
    named = pa.array([None if number == NONE else f"{number:04d}00" for number in found.tolist()], pa.string())
    return named.take(pa.array(at))


def _persons(snapshot: Snapshot) -> dict[str, Any]:
    persons = snapshot.persons
    return {
        "person": persons.key,
        "household": refs(persons.household, snapshot.households.key),
        "categories": sets(persons.categories, "persons", "categories"),
        "traits": sets(persons.traits, "persons", "traits"),
        "birth_year": numbers(persons.birth_year, blank=0),
        "living": coded(persons.institution.astype(np.int8), "persons", "living"),
    }


def _needs(snapshot: Snapshot) -> dict[str, Any]:
    needs = snapshot.needs
    return {
        "need": needs.key,
        "household": refs(needs.household, snapshot.households.key),
        "person": refs(needs.person, snapshot.persons.key),
        "kind": coded_refs(needs.kind, snapshot.kinds.key),
        "quantity": needs.quantity,
        "urgency": coded(needs.urgency, "needs", "urgency"),
        "opened_on": days(needs.opened_on, LONG_AGO),
        "due_on": days(needs.due_on, FOREVER),
        "incident_place": coded_refs(needs.incident_place, snapshot.regions.key),
        "status": coded(needs.paused.astype(np.int8), "needs", "status"),
    }


def _organizations(snapshot: Snapshot) -> dict[str, Any]:
    organizations = snapshot.organizations
    return {
        "organization": organizations.key,
        "name": texts(organizations.name),
        "type": coded(organizations.type, "organizations", "type"),
        "region": refs(organizations.region, snapshot.regions.key),
        "budget": numbers(organizations.budget),
    }


def _funds(snapshot: Snapshot) -> dict[str, Any]:
    funds = snapshot.funds
    return {
        "fund": funds.key,
        "name": texts(funds.name),
        "region": refs(funds.region, snapshot.regions.key),
        "amount": numbers(funds.amount),
        "kinds": lists(funds.kinds, snapshot.kinds.key),
        "valid_from": days(funds.valid_from, LONG_AGO),
        "valid_to": days(funds.valid_to, FOREVER),
    }


def _offers(snapshot: Snapshot) -> dict[str, Any]:
    offers = snapshot.offers
    return {
        "offer": offers.key,
        "organization": refs(offers.organization, snapshot.organizations.key),
        "kind": refs(offers.kind, snapshot.kinds.key),
        "capacity": numbers(offers.capacity),
        "unit_cost": offers.unit_cost,
        "fund": refs(offers.fund, snapshot.funds.key),
        "place": refs(offers.place, snapshot.regions.key),
        "serves": lists(offers.serves, snapshot.regions.key),
        "categories": sets(offers.categories, "offers", "categories"),
        "traits": sets(offers.traits, "offers", "traits"),
        "min_age": numbers(offers.min_age),
        "max_age": numbers(offers.max_age),
        "valid_from": days(offers.valid_from, LONG_AGO),
        "valid_to": days(offers.valid_to, FOREVER),
    }


def _volunteers(snapshot: Snapshot) -> dict[str, Any]:
    volunteers = snapshot.volunteers
    return {
        "volunteer": volunteers.key,
        "village": refs(volunteers.village, snapshot.regions.key),
        "skills": lists(volunteers.skills, snapshot.kinds.key),
        "hours": volunteers.hours,
        "minutes_limit": numbers(volunteers.minutes_limit),
    }


def _caseworkers(snapshot: Snapshot) -> dict[str, Any]:
    caseworkers = snapshot.caseworkers
    return {
        "caseworker": caseworkers.key,
        "town": refs(caseworkers.town, snapshot.regions.key),
        "type": coded(caseworkers.type, "caseworkers", "type"),
        "capacity": caseworkers.capacity,
        "dialects": lists(caseworkers.dialects, snapshot.dialects.key),
        "minutes_limit": numbers(caseworkers.minutes_limit),
        "villages_limit": numbers(caseworkers.villages_limit),
    }


def _locks(snapshot: Snapshot) -> dict[str, Any]:
    locks = snapshot.locks
    subjects = [snapshot.needs.key, snapshot.regions.key, snapshot.households.key]
    return {
        "lock": locks.key,
        "subject_type": coded(locks.subject_type, "locks", "subject_type"),
        "subject": choice(locks.subject_type, locks.subject, subjects),
        "provider_type": coded(locks.provider_type, "locks", "provider_type"),
        "provider": choice(locks.provider_type, locks.provider, _providers(snapshot)),
        "mode": coded((~locks.keep).astype(np.int8), "locks", "mode"),
        "until": days(locks.until, FOREVER),
        "reason": texts(locks.reason),
    }


def _state(snapshot: Snapshot) -> dict[str, pa.Table]:
    """What the graph knows beyond the files: answers' rules and the published state."""
    exclusions, published = snapshot.exclusions, snapshot.published
    workers, providers = snapshot.caseworkers.key, _providers(snapshot)
    types = codes_of(TABLES["locks"].column("provider_type"))
    cells: dict[str, list[Any]] = {
        "exclusions": [
            refs(exclusions.need, snapshot.needs.key),
            codes(exclusions.provider_type, types),
            choice(exclusions.provider_type, exclusions.provider, providers),
            days(exclusions.since, LONG_AGO),
            texts(exclusions.reason),
        ],
        "assigned": [
            refs(published.need, snapshot.needs.key),
            codes(published.provider_type, types),
            choice(published.provider_type, published.provider, providers),
            pa.array(published.quantity),
            codes(published.status, [code.code for code in ASSIGNMENT_STATUSES]),
        ],
        "covers": [refs(published.place, snapshot.regions.key), refs(published.place_caseworker, workers)],
        "responsible": [
            refs(published.household, snapshot.households.key),
            refs(published.household_caseworker, workers),
        ],
        "spent": [
            codes(published.spender_table, SPENDERS),
            choice(published.spender_table, published.spender, [getattr(snapshot, name).key for name in SPENDERS]),
            months(published.spent_in),
            pa.array(published.spent),
        ],
    }
    return {
        name: pa.table([cell.cast(field.type) for cell, field in zip(cells[name], schema, strict=True)], schema=schema)
        for name, schema in STATE_SCHEMAS.items()
    }


def _providers(snapshot: Snapshot) -> list[Keys]:
    """Keys of the providers in the order of the provider types."""
    return [snapshot.offers.key, snapshot.volunteers.key, snapshot.caseworkers.key]
