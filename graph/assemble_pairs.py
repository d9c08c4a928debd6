"""What ties subjects to providers in a snapshot: locks, exclusions and the published state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from graph import snapshot as shape
from graph.encode import Rows, code_index, day, key_index, key_texts, month, number
from graph.model import ASSIGNMENT_STATUSES, LOCK_SUBJECTS, PROVIDER_TYPES, TABLES
from graph.snapshot import NONE, SPENDERS
from graph.tables import STATE_SCHEMAS


def locks_of(table: Rows, keys: Mapping[str, shape.Keys]) -> shape.Locks:
    """Locks of the `locks` table; one on a need that is closed holds nothing any more and is left out."""
    subject_type = code_index(table["subject_type"], LOCK_SUBJECTS)
    provider_type = code_index(table["provider_type"], PROVIDER_TYPES)
    subjects = [key_index(table["subject"], keys[name]) for name in ("needs", "regions", "households")]
    subject = np.choose(subject_type, subjects) if len(subject_type) else subjects[0]
    there = subject != NONE
    return shape.Locks(
        key=keys["locks"].filter(pa.array(there)),
        subject_type=subject_type[there],
        subject=subject[there].astype(np.int32),
        provider_type=provider_type[there],
        provider=_providers(table["provider"], provider_type, keys)[there],
        keep=(code_index(table["mode"], TABLES["locks"].column("mode").codes) == 0)[there],
        until=day(table["until"], "end")[there],
        reason=key_texts(table["reason"]).filter(pa.array(there)),
    )


def _providers(column: Any, provider_type: shape.Bytes, keys: Mapping[str, shape.Keys]) -> shape.Ints:
    tables = [key_index(column, keys[name]) for name in ("offers", "volunteers", "caseworkers")]
    return np.choose(provider_type, tables).astype(np.int32) if len(provider_type) else tables[0]


def exclusions_of(table: pa.Table | None, keys: Mapping[str, shape.Keys]) -> shape.Exclusions:
    """Exclusions by answers, in order of need and provider; none without a table."""
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
        day(table["since"], "start")[rows],
        key_texts(table["reason"]).take(pa.array(rows)),
    )


def published_of(tables: Mapping[str, pa.Table], keys: Mapping[str, shape.Keys], revision: int) -> shape.Published:
    """Published state of the tables `assigned`, `covers`, `responsible` and `spent`, as read at this revision."""
    given = {name: tables[name] if name in tables else schema.empty_table() for name, schema in STATE_SCHEMAS.items()}
    covered = _pairs(given["covers"], "place", keys["regions"], keys["caseworkers"])
    cared_for = _pairs(given["responsible"], "household", keys["households"], keys["caseworkers"])
    return shape.Published(
        revision,
        **_assigned(given["assigned"], keys),
        place=covered[0],
        place_caseworker=covered[1],
        household=cared_for[0],
        household_caseworker=cared_for[1],
        **_spent(given["spent"], keys),
    )


def _assigned(table: pa.Table, keys: Mapping[str, shape.Keys]) -> dict[str, Any]:
    provider_type = code_index(table["provider_type"], PROVIDER_TYPES)
    columns: dict[str, shape.Ints | shape.Longs | shape.Bytes] = {
        "need": key_index(table["need"], keys["needs"]),
        "provider_type": provider_type,
        "provider": _providers(table["provider"], provider_type, keys),
        "quantity": number(table["quantity"]),
        "status": code_index(table["status"], ASSIGNMENT_STATUSES, blank=0),
    }
    rows = np.flatnonzero((columns["need"] != NONE) & (columns["provider"] != NONE))
    # a pair may stand twice, as a fact and as what is proposed beyond it
    rows = rows[np.lexsort([column[rows] for column in reversed(columns.values())])]
    return {name: column[rows] for name, column in columns.items()}


def _pairs(table: pa.Table, subject: str, subjects: shape.Keys, workers: shape.Keys) -> tuple[shape.Ints, shape.Ints]:
    of, by = key_index(table[subject], subjects), key_index(table["caseworker"], workers)
    rows = np.flatnonzero((of != NONE) & (by != NONE))
    rows = rows[np.lexsort((by[rows], of[rows]))]
    return of[rows], by[rows]


def _spent(table: pa.Table, keys: Mapping[str, shape.Keys]) -> dict[str, Any]:
    """What closed needs used up, a row for each spender and month; spenders that are not there any more are left out."""
    spender_table = key_index(table["table"], pa.array(SPENDERS))
    spender = np.full(len(spender_table), NONE, np.int32)
    for at, name in enumerate(SPENDERS):
        mine = spender_table == at
        spender[mine] = key_index(table["key"].filter(pa.array(mine)), keys[name])
    there = spender != NONE
    rows = np.stack([column[there] for column in (spender_table, spender, month(table["period"]))])
    (tables, spenders, months), of = np.unique(rows, axis=1, return_inverse=True)
    spent = np.zeros(len(spenders), np.int64)
    np.add.at(spent, of.reshape(-1), number(table["amount"], 0)[there])
    return {"spender_table": tables.astype(np.int8), "spender": spenders, "spent_in": months, "spent": spent}
