"""Canonical tables to a snapshot: integer coding, and the one place where blank cells get their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph import snapshot as shape
from graph.assemble_pairs import exclusions_of, locks_of, published_of
from graph.encode import (
    Rows,
    bits,
    by_key,
    code_index,
    day,
    degrees,
    flag,
    key_index,
    key_texts,
    leading_digits,
    number,
    plain,
    ragged,
    text_values,
)
from graph.model import (
    ALERTS,
    TABLES,
    URGENCIES,
    WEIGHT_BY_ALERT,
)
from graph.snapshot import NONE, TOWN, Snapshot
from graph.tables import empty_table, shipped_service_kinds


def assemble(tables: Mapping[str, pa.Table], revision: int = 0) -> Snapshot:
    """Snapshot of canonical tables that passed the check; absent tables are empty, service kinds the shipped list.

    Beside the tables of files in, those of STATE_SCHEMAS carry what the graph knows more; rows about needs that are
    closed are left out. The result does not depend on the order of rows. `revision` is the published revision that the
    tables were read at.
    """
    given = {name: tables[name] if name in tables else empty_table(name) for name in TABLES}
    if "service_kinds" not in tables:
        given["service_kinds"] = shipped_service_kinds()
    some = {"needs": _not_closed(given["needs"]["status"])}
    rows = {name: by_key(table, TABLES[name].key, some.get(name)) for name, table in given.items()}
    keys = {name: key_texts(table[key]) for name, table in rows.items() if (key := TABLES[name].key)}
    regions = _regions(rows["regions"], keys)
    kinds = _kinds(rows["service_kinds"], keys)
    dialects = shape.Dialects(text_values(rows["households"]["dialect"], rows["caseworkers"]["dialects"]))
    households = _households(rows["households"], keys, dialects)
    organizations = _organizations(rows["organizations"], keys)
    locks, exclusions = locks_of(rows["locks"], keys), exclusions_of(tables.get("exclusions"), keys)
    return Snapshot(
        regions=regions,
        travel=_travel(rows["travel"], keys["regions"]),
        kinds=kinds,
        dialects=dialects,
        households=households,
        persons=_persons(rows["persons"], keys),
        needs=_needs(rows["needs"], keys, households),
        organizations=organizations,
        funds=_funds(rows["funds"], keys),
        offers=_offers(rows["offers"], keys, organizations, regions),
        volunteers=_volunteers(rows["volunteers"], keys),
        caseworkers=_caseworkers(rows["caseworkers"], keys, dialects),
        locks=locks,
        exclusions=exclusions,
        published=published_of(tables, keys, revision),
    )


def _not_closed(status: Any) -> pa.Array | None:
    """Positions of the needs that are not closed; None where all are."""
    there = pc.not_equal(pc.fill_null(plain(status), "open"), "closed")
    return None if pc.all(there).as_py() else pc.indices_nonzero(there)


def _regions(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Regions:
    return shape.Regions(
        key=keys["regions"],
        name=key_texts(table["name"]),
        level=code_index(table["level"], TABLES["regions"].column("level").codes),
        parent=key_index(table["parent"], keys["regions"]),
        lon=degrees(table["lon"]),
        lat=degrees(table["lat"]),
        population=number(table["population"]),
    )


def _travel(table: Rows, places: shape.Keys) -> shape.Travel | None:
    if not len(table):
        return None
    origin, destination = key_index(table["from"], places), key_index(table["to"], places)
    minutes = number(table["minutes"], kind=np.int32)
    given = np.concatenate([origin, destination]).astype(np.int64) * len(places) + np.concatenate([destination, origin])
    # the stable sort keeps a pair's own row before its mirror, so that a row for each way holds each way
    order = np.argsort(given, kind="stable")
    first = order[np.concatenate([[True], np.diff(given[order]) != 0])]
    return shape.Travel(
        (given[first] // len(places)).astype(np.int32),
        (given[first] % len(places)).astype(np.int32),
        np.concatenate([minutes, minutes])[first],
    )


def _kinds(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Kinds:
    return shape.Kinds(
        key=keys["service_kinds"],
        name_zh=key_texts(table["name_zh"]),
        name_en=key_texts(table["name_en"]),
        kind_class=code_index(table["class"], TABLES["service_kinds"].column("class").codes),
        unit=key_texts(table["unit"]),
        minutes=number(table["minutes_per_unit"], 0, np.int32),
        divisible=flag(table["divisible"]),
        recurring=flag(table["recurring"]),
        broader=ragged(table["broader"], keys["service_kinds"]),
    )


def _households(table: Rows, keys: Mapping[str, shape.Keys], dialects: shape.Dialects) -> shape.Households:
    alert = code_index(table["alert"], ALERTS, blank=len(ALERTS) - 1)
    by_alert = np.array([WEIGHT_BY_ALERT[code.code] for code in ALERTS], np.int32)
    weight = number(table["weight"], kind=np.int32)
    return shape.Households(
        key=keys["households"],
        village=key_index(table["village"], keys["regions"]),
        alert=alert,
        weight=np.where(weight == NONE, by_alert[alert], weight),
        dialect=key_index(table["dialect"], dialects.key),
        hukou_city=leading_digits(table["hukou"], 4),
    )


def _persons(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Persons:
    columns = TABLES["persons"]
    return shape.Persons(
        key=keys["persons"],
        household=key_index(table["household"], keys["households"]),
        categories=bits(table["categories"], columns.column("categories").codes),
        traits=bits(table["traits"], columns.column("traits").codes),
        birth_year=number(table["birth_year"], 0, np.int16),
        institution=code_index(table["living"], columns.column("living").codes, blank=0) == 1,
    )


def _needs(table: Rows, keys: Mapping[str, shape.Keys], households: shape.Households) -> shape.Needs:
    household = key_index(table["household"], keys["households"])
    urgency = code_index(table["urgency"], URGENCIES)
    inherited = np.minimum(households.alert[household], len(URGENCIES) - 1) if len(household) else urgency
    incident = key_index(table["incident_place"], keys["regions"])
    home = households.village[household] if len(household) else household
    return shape.Needs(
        key=keys["needs"],
        household=household,
        person=key_index(table["person"], keys["persons"]),
        kind=key_index(table["kind"], keys["service_kinds"]),
        quantity=number(table["quantity"]),
        urgency=np.where(urgency == NONE, inherited, urgency).astype(np.int8),
        opened_on=day(table["opened_on"], "start"),
        due_on=day(table["due_on"], "end"),
        incident_place=incident,
        paused=code_index(table["status"], TABLES["needs"].column("status").codes, blank=0) == 1,
        place=np.where(incident == NONE, home, incident).astype(np.int32),
    )


def _organizations(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Organizations:
    return shape.Organizations(
        key=keys["organizations"],
        name=key_texts(table["name"]),
        type=code_index(table["type"], TABLES["organizations"].column("type").codes),
        region=key_index(table["region"], keys["regions"]),
        budget=number(table["budget"]),
    )


def _funds(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Funds:
    return shape.Funds(
        key=keys["funds"],
        name=key_texts(table["name"]),
        region=key_index(table["region"], keys["regions"]),
        amount=number(table["amount"]),
        kinds=ragged(table["kinds"], keys["service_kinds"]),
        valid_from=day(table["valid_from"], "start"),
        valid_to=day(table["valid_to"], "end"),
    )


def _offers(
    table: Rows,
    keys: Mapping[str, shape.Keys],
    organizations: shape.Organizations,
    regions: shape.Regions,
) -> shape.Offers:
    columns = TABLES["offers"]
    organization = key_index(table["organization"], keys["organizations"])
    place = key_index(table["place"], keys["regions"])
    if len(organization):
        seat = organizations.region[organization]
        small = (seat != NONE) & (regions.level[seat] >= TOWN)
        place = np.where((place == NONE) & small, seat, place).astype(np.int32)
    paused = table["paused"] if "paused" in table else pa.nulls(len(place), pa.bool_())
    return shape.Offers(
        key=keys["offers"],
        organization=organization,
        kind=key_index(table["kind"], keys["service_kinds"]),
        capacity=number(table["capacity"]),
        unit_cost=number(table["unit_cost"], 0),
        fund=key_index(table["fund"], keys["funds"]),
        place=place,
        serves=ragged(table["serves"], keys["regions"]),
        categories=bits(table["categories"], columns.column("categories").codes),
        traits=bits(table["traits"], columns.column("traits").codes),
        min_age=number(table["min_age"], kind=np.int16),
        max_age=number(table["max_age"], kind=np.int16),
        valid_from=day(table["valid_from"], "start"),
        valid_to=day(table["valid_to"], "end"),
        paused=flag(paused),
    )


def _volunteers(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Volunteers:
    return shape.Volunteers(
        key=keys["volunteers"],
        village=key_index(table["village"], keys["regions"]),
        skills=ragged(table["skills"], keys["service_kinds"]),
        hours=number(table["hours"], kind=np.int32),
        minutes_limit=number(table["minutes_limit"], kind=np.int32),
    )


def _caseworkers(table: Rows, keys: Mapping[str, shape.Keys], dialects: shape.Dialects) -> shape.Caseworkers:
    return shape.Caseworkers(
        key=keys["caseworkers"],
        town=key_index(table["town"], keys["regions"]),
        type=code_index(table["type"], TABLES["caseworkers"].column("type").codes, blank=0),
        capacity=number(table["capacity"]),
        dialects=ragged(table["dialects"], dialects.key),
        minutes_limit=number(table["minutes_limit"], kind=np.int32),
        villages_limit=number(table["villages_limit"], kind=np.int32),
    )
