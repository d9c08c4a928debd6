"""What ties subjects to providers in a snapshot: locks, exclusions and the published state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from graph import snapshot as shape
from graph.encode import code_index, day, key_index, key_texts, number
from graph.model import ASSIGNMENT_STATUSES, LOCK_SUBJECTS, PROVIDER_TYPES, TABLES
from graph.snapshot import NONE


def locks_of(table: pa.Table, keys: Mapping[str, shape.Keys]) -> shape.Locks:
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
    """Published state of the tables `assigned`, `covers` and `responsible`, as read at this revision."""
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
        quantity = number(table["quantity"])[rows]
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
