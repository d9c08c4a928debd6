"""Canonical tables to a snapshot: integer coding, and the one place where blank cells get their meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph import snapshot as shape
from graph.model import (
    ALERTS,
    ASSIGNMENT_STATUSES,
    LOCK_SUBJECTS,
    PROVIDER_TYPES,
    TABLES,
    URGENCIES,
    WEIGHT_BY_ALERT,
    Code,
)
from graph.snapshot import FOREVER, LONG_AGO, NONE, TOWN, Ragged, Snapshot
from graph.tables import empty_table, shipped_service_kinds

T = TypeVar("T")
_DAYS_TO = {"start": LONG_AGO, "end": FOREVER}


def assemble(tables: Mapping[str, pa.Table], revision: int = 0) -> Snapshot:
    """Snapshot of canonical tables that passed the check; absent tables are empty, service kinds the shipped list.

    Beside the tables of files in, `exclusions` (need, provider_type, provider, since, reason), `assigned` (need,
    provider_type, provider, quantity, status), `covers` (place, caseworker) and `responsible` (household,
    caseworker) carry what the graph knows more; rows about needs that are closed are left out. The result does not
    depend on the order of rows. `revision` is the published revision that the tables were read at.
    """
    given = {name: tables[name] if name in tables else empty_table(name) for name in TABLES}
    if "service_kinds" not in tables:
        given["service_kinds"] = shipped_service_kinds()
    needs_table = given["needs"]
    given["needs"] = needs_table.filter(pc.not_equal(pc.fill_null(_plain(needs_table["status"]), "open"), "closed"))
    rows = {name: _by_key(table, TABLES[name].key) for name, table in given.items()}
    keys = {name: _keys(table[TABLES[name].key]) for name, table in rows.items() if TABLES[name].key}
    regions = _regions(rows["regions"], keys)
    kinds = _kinds(rows["service_kinds"], keys)
    households = _households(rows["households"], keys)
    organizations = _organizations(rows["organizations"], keys)
    locks, exclusions = _locks(rows["locks"], keys), _exclusions(tables.get("exclusions"), keys)
    return Snapshot(
        regions=regions,
        travel=_travel(rows["travel"], keys["regions"]),
        kinds=kinds,
        households=households,
        persons=_persons(rows["persons"], keys),
        needs=_needs(rows["needs"], keys, households),
        organizations=organizations,
        funds=_funds(rows["funds"], keys),
        offers=_offers(rows["offers"], keys, organizations, regions),
        volunteers=_volunteers(rows["volunteers"], keys),
        caseworkers=_caseworkers(rows["caseworkers"], keys),
        locks=locks,
        exclusions=exclusions,
        published=_published(tables, keys, revision),
    )


def code_index(column: pa.ChunkedArray, codes: tuple[Code, ...], blank: int = NONE) -> shape.Bytes:
    """Positions of coded values in their list; `blank` where the cell is null."""
    found = pc.index_in(_plain(column), value_set=pa.array([code.code for code in codes], pa.string()))
    return _numpy(pc.fill_null(found, blank), np.int8)


def key_index(column: Any, keys: shape.Keys) -> shape.Ints:
    """Positions of references in sorted keys; NONE where the cell is null or the key is not there."""
    return _numpy(pc.fill_null(pc.index_in(_plain(column), value_set=keys), NONE), np.int32)


def sorted_order(keys: shape.Keys) -> npt.NDArray[np.int64] | None:
    """Order of keys by their bytes; None when they already stand in it."""
    if len(keys) < 2 or pc.all(pc.less(keys[:-1], keys[1:])).as_py():
        return None
    return np.asarray(pc.sort_indices(keys), np.int64)


def _by_key(table: pa.Table, key: str | None) -> pa.Table:
    if key is None:
        return table
    order = sorted_order(_keys(table[key]))
    return table if order is None else table.take(pa.array(order))


def _plain(column: Any) -> Any:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def _keys(column: Any) -> shape.Keys:
    plain = _plain(column)
    joined = plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain
    filled = pc.fill_null(joined, "")
    return pa.concat_arrays([filled]) if filled.offset else filled


def _numpy(column: Any, kind: type[np.generic]) -> npt.NDArray[Any]:
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.ascontiguousarray(joined.to_numpy(zero_copy_only=False), kind)


def _number(column: Any, blank: int = NONE, kind: type[np.generic] = np.int64) -> npt.NDArray[Any]:
    return _numpy(pc.fill_null(column, blank), kind)


def _flag(column: Any) -> shape.Bools:
    return _numpy(pc.fill_null(column, False), np.bool_)


def _degrees(column: Any) -> shape.Floats:
    return _numpy(pc.fill_null(column, float("nan")), np.float64)


def _day(column: Any, blank: str) -> shape.Ints:
    return _number(pc.cast(column, pa.int32()), _DAYS_TO[blank], np.int32)


def _per_list(column: Any, parse: Callable[[list[str]], T]) -> tuple[list[T], npt.NDArray[np.int64]]:
    """Parse each distinct list once; returns the parsed lists (the blank one last) and each row's position."""
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = joined if pa.types.is_dictionary(joined.type) else joined.dictionary_encode()
    parsed = [parse(text.split(";") if text else []) for text in coded.dictionary.to_pylist()]
    rows = _numpy(pc.fill_null(coded.indices, len(parsed)), np.int64)
    return [*parsed, parse([])], rows


def _bits(column: Any, codes: tuple[Code, ...]) -> shape.Bits:
    position = {code.code: at for at, code in enumerate(codes)}
    parsed, rows = _per_list(column, lambda names: sum({1 << position[name] for name in names}))
    return np.array(parsed, np.uint16)[rows]


def _ragged(column: Any, keys: shape.Keys) -> Ragged:
    """Lists of references as sorted distinct indices."""
    lists, rows = _per_list(
        column,
        lambda names: np.unique(key_index(pa.array(names, pa.string()), keys)) if names else np.zeros(0, np.int32),
    )
    lengths = np.array([len(each) for each in lists], np.int64)
    starts = np.cumsum(lengths) - lengths
    flat = np.concatenate(lists).astype(np.int32)
    taken = lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    at = np.arange(offsets[-1]) - np.repeat(offsets[:-1], taken) + np.repeat(starts[rows], taken)
    return Ragged(offsets, flat[at])


def _regions(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Regions:
    return shape.Regions(
        key=keys["regions"],
        name=_keys(table["name"]),
        level=code_index(table["level"], TABLES["regions"].column("level").codes),
        parent=key_index(table["parent"], keys["regions"]),
        lon=_degrees(table["lon"]),
        lat=_degrees(table["lat"]),
        population=_number(table["population"]),
    )


def _travel(table: pa.Table, places: shape.Keys) -> shape.Travel | None:
    if not table.num_rows:
        return None
    origin, destination = key_index(table["from"], places), key_index(table["to"], places)
    minutes = _number(table["minutes"], kind=np.int32)
    given = np.concatenate([origin, destination]).astype(np.int64) * len(places) + np.concatenate([destination, origin])
    # the stable sort keeps a pair's own row before its mirror, so that a row for each way holds each way
    order = np.argsort(given, kind="stable")
    first = order[np.concatenate([[True], np.diff(given[order]) != 0])]
    return shape.Travel(
        (given[first] // len(places)).astype(np.int32),
        (given[first] % len(places)).astype(np.int32),
        np.concatenate([minutes, minutes])[first],
    )


def _kinds(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Kinds:
    return shape.Kinds(
        key=keys["service_kinds"],
        name_zh=_keys(table["name_zh"]),
        name_en=_keys(table["name_en"]),
        kind_class=code_index(table["class"], TABLES["service_kinds"].column("class").codes),
        unit=_keys(table["unit"]),
        minutes=_number(table["minutes_per_unit"], 0, np.int32),
        divisible=_flag(table["divisible"]),
        recurring=_flag(table["recurring"]),
        broader=_ragged(table["broader"], keys["service_kinds"]),
    )


def _households(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Households:
    alert = code_index(table["alert"], ALERTS, blank=len(ALERTS) - 1)
    by_alert = np.array([WEIGHT_BY_ALERT[code.code] for code in ALERTS], np.int32)
    weight = _number(table["weight"], kind=np.int32)
    return shape.Households(
        key=keys["households"],
        village=key_index(table["village"], keys["regions"]),
        alert=alert,
        weight=np.where(weight == NONE, by_alert[alert], weight),
    )


def _persons(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Persons:
    columns = TABLES["persons"]
    return shape.Persons(
        key=keys["persons"],
        household=key_index(table["household"], keys["households"]),
        categories=_bits(table["categories"], columns.column("categories").codes),
        traits=_bits(table["traits"], columns.column("traits").codes),
        birth_year=_number(table["birth_year"], 0, np.int16),
        institution=code_index(table["living"], columns.column("living").codes, blank=0) == 1,
    )


def _needs(table: pa.Table, keys: Mapping[str, shape.Keys], households: shape.Households) -> shape.Needs:
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
        quantity=_number(table["quantity"]),
        urgency=np.where(urgency == NONE, inherited, urgency).astype(np.int8),
        opened_on=_day(table["opened_on"], "start"),
        due_on=_day(table["due_on"], "end"),
        incident_place=incident,
        paused=code_index(table["status"], TABLES["needs"].column("status").codes, blank=0) == 1,
        place=np.where(incident == NONE, home, incident).astype(np.int32),
    )


def _organizations(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Organizations:
    return shape.Organizations(
        key=keys["organizations"],
        name=_keys(table["name"]),
        type=code_index(table["type"], TABLES["organizations"].column("type").codes),
        region=key_index(table["region"], keys["regions"]),
        budget=_number(table["budget"]),
    )


def _funds(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Funds:
    return shape.Funds(
        key=keys["funds"],
        name=_keys(table["name"]),
        region=key_index(table["region"], keys["regions"]),
        amount=_number(table["amount"]),
        kinds=_ragged(table["kinds"], keys["service_kinds"]),
        valid_from=_day(table["valid_from"], "start"),
        valid_to=_day(table["valid_to"], "end"),
    )


def _offers(
    table: pa.Table,
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
    paused = table["paused"] if "paused" in table.column_names else pa.nulls(len(place), pa.bool_())
    return shape.Offers(
        key=keys["offers"],
        organization=organization,
        kind=key_index(table["kind"], keys["service_kinds"]),
        capacity=_number(table["capacity"]),
        unit_cost=_number(table["unit_cost"], 0),
        fund=key_index(table["fund"], keys["funds"]),
        place=place,
        serves=_ragged(table["serves"], keys["regions"]),
        categories=_bits(table["categories"], columns.column("categories").codes),
        traits=_bits(table["traits"], columns.column("traits").codes),
        min_age=_number(table["min_age"], kind=np.int16),
        max_age=_number(table["max_age"], kind=np.int16),
        valid_from=_day(table["valid_from"], "start"),
        valid_to=_day(table["valid_to"], "end"),
        paused=_flag(paused),
    )


def _volunteers(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Volunteers:
    return shape.Volunteers(
        key=keys["volunteers"],
        village=key_index(table["village"], keys["regions"]),
        skills=_ragged(table["skills"], keys["service_kinds"]),
        hours=_number(table["hours"], kind=np.int32),
        minutes_limit=_number(table["minutes_limit"], kind=np.int32),
    )


def _caseworkers(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Caseworkers:
    return shape.Caseworkers(
        key=keys["caseworkers"],
        town=key_index(table["town"], keys["regions"]),
        type=code_index(table["type"], TABLES["caseworkers"].column("type").codes, blank=0),
        capacity=_number(table["capacity"]),
        minutes_limit=_number(table["minutes_limit"], kind=np.int32),
        villages_limit=_number(table["villages_limit"], kind=np.int32),
    )


def _locks(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Locks:
    subject_type = code_index(table["subject_type"], LOCK_SUBJECTS)
    provider_type = code_index(table["provider_type"], PROVIDER_TYPES)
    subjects = [key_index(table["subject"], keys[name]) for name in ("needs", "regions", "households")]
    subject = np.choose(subject_type, subjects) if len(subject_type) else subjects[0]
    there = subject != NONE  # a lock on a need that is closed holds nothing any more
    return shape.Locks(
        key=keys["locks"].filter(pa.array(there)),
        subject_type=subject_type[there],
        subject=subject[there].astype(np.int32),
        provider_type=provider_type[there],
        provider=_providers(table["provider"], provider_type, keys)[there],
        keep=(code_index(table["mode"], TABLES["locks"].column("mode").codes) == 0)[there],
        until=_day(table["until"], "end")[there],
        reason=_keys(table["reason"]).filter(pa.array(there)),
    )


def _providers(column: Any, provider_type: shape.Bytes, keys: Mapping[str, shape.Keys]) -> shape.Ints:
    tables = [key_index(column, keys[name]) for name in ("offers", "volunteers", "caseworkers")]
    return np.choose(provider_type, tables).astype(np.int32) if len(provider_type) else tables[0]


def _exclusions(table: pa.Table | None, keys: Mapping[str, shape.Keys]) -> shape.Exclusions:
    if table is None:
        ints = np.zeros(0, np.int32)
        return shape.Exclusions(ints, np.zeros(0, np.int8), ints, ints, pa.array([], pa.string()))
    provider_type = code_index(table["provider_type"], PROVIDER_TYPES)
    need, provider = key_index(table["need"], keys["needs"]), _providers(table["provider"], provider_type, keys)
    rows = np.flatnonzero((need != NONE) & (provider != NONE))
    rows = rows[np.lexsort((provider[rows], provider_type[rows], need[rows]))]
    return shape.Exclusions(
        need[rows],
        provider_type[rows],
        provider[rows],
        _day(table["since"], "start")[rows],
        _keys(table["reason"]).take(pa.array(rows)),
    )


def _published(tables: Mapping[str, pa.Table], keys: Mapping[str, shape.Keys], revision: int) -> shape.Published:
    empty = shape.nothing_published()
    ints = empty.need
    need = provider = place = place_caseworker = household = household_caseworker = ints
    provider_type, quantity, status = empty.provider_type, empty.quantity, empty.status
    if "assigned" in tables:
        table = tables["assigned"]
        provider_type = code_index(table["provider_type"], PROVIDER_TYPES)
        need, provider = key_index(table["need"], keys["needs"]), _providers(table["provider"], provider_type, keys)
        rows = np.flatnonzero((need != NONE) & (provider != NONE))
        rows = rows[np.lexsort((provider[rows], provider_type[rows], need[rows]))]
        need, provider_type, provider = need[rows], provider_type[rows], provider[rows]
        quantity = _number(table["quantity"])[rows]
        status = code_index(table["status"], ASSIGNMENT_STATUSES, blank=0)[rows]
    if "covers" in tables:
        place, place_caseworker = _pairs(tables["covers"], "place", keys["regions"], keys["caseworkers"])
    if "responsible" in tables:
        household, household_caseworker = _pairs(
            tables["responsible"], "household", keys["households"], keys["caseworkers"]
        )
    return shape.Published(
        revision,
        need,
        provider_type,
        provider,
        quantity,
        status,
        place,
        place_caseworker,
        household,
        household_caseworker,
    )


def _pairs(table: pa.Table, subject: str, subjects: shape.Keys, workers: shape.Keys) -> tuple[shape.Ints, shape.Ints]:
    of, by = key_index(table[subject], subjects), key_index(table["caseworker"], workers)
    rows = np.flatnonzero((of != NONE) & (by != NONE))
    rows = rows[np.lexsort((by[rows], of[rows]))]
    return of[rows], by[rows]
