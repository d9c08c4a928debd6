"""A plan as tables with the keys of the files, and back: what is stored, exported and verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS, LOCK_SUBJECTS, PROVIDER_TYPES
from graph.snapshot import FOREVER, LONG_AGO, NONE, Keys, Snapshot, SnapshotKeys
from matching.certificate import Certificate
from matching.plan import Plan
from matching.plan_columns import EXCLUSIONS, TABLES, Column
from matching.policy import MatchPolicy

Named = Snapshot | SnapshotKeys
"""What calls rows by their keys."""


@dataclass(frozen=True)
class WrongCells:
    """Cells of a column that name nothing the snapshot holds, or are blank where they may not be; rows count from 1."""

    table: str
    column: str
    rows: npt.NDArray[np.int64]
    values: pa.Array


def plan_tables(plan: Plan, snapshot: Snapshot) -> dict[str, pa.Table]:
    """Tables of SCHEMAS for a plan made from this snapshot, rows in the plan's order."""
    keys = _Keys(snapshot)
    tables = {}
    for name, (_type, columns) in TABLES.items():
        part = getattr(plan, name)
        tables[name] = pa.table({column.name: keys.written(column, part).cast(column.arrow) for column in columns})
    return tables


def plan_of_tables(
    tables: Mapping[str, pa.Table], certificate: Certificate, policy: MatchPolicy, on: int, snapshot: Named
) -> tuple[Plan, list[WrongCells]]:
    """The plan that tables of SCHEMAS say, less its rows with wrong keys, which are told beside it.

    The certificate's scope is the key of a region of the snapshot; KeyError if it is not.
    """
    keys = _Keys(snapshot)
    scope = pc.index(keys.tables["place"], certificate.scope).as_py()
    if scope == NONE:
        raise KeyError(certificate.scope)
    parts: dict[str, Any] = {}
    wrong: list[WrongCells] = []
    for name, (part, columns) in TABLES.items():
        read, bad = keys.read(name, tables[name], columns)
        wrong += bad
        parts[name] = part(**{each.name: read[each.name] for each in fields(part)})
    plan = Plan(
        id=certificate.plan,
        scope=scope,
        period=certificate.period,
        on=on,
        base_revision=certificate.base_revision,
        policy=policy,
        certificate=certificate,
        **parts,
    )
    return plan, wrong


def exclusion_table(snapshot: Snapshot, on: int) -> pa.Table:
    """Pairs forbidden on this day, by locks and by answers, with reason and date; `lock` is blank for an answer."""
    locks, answers, keys = snapshot.locks, snapshot.exclusions, _Keys(snapshot)
    held = np.flatnonzero(~locks.keep & (locks.until >= on))
    subjects = [keys.tables["need"], keys.tables["place"], keys.tables["household"]]
    by_lock = {
        "subject_type": _names(locks.subject_type[held], [code.code for code in LOCK_SUBJECTS]),
        "subject": _chosen(locks.subject_type[held], locks.subject[held], subjects),
        "provider_type": _names(locks.provider_type[held], _PROVIDERS),
        "provider": _chosen(locks.provider_type[held], locks.provider[held], keys.providers),
        "lock": locks.key.take(pa.array(held)),
        "since": pa.nulls(len(held), pa.date32()),
        "until": _days(locks.until[held], FOREVER),
        "reason": _blank(locks.reason.take(pa.array(held))),
    }
    by_answer = {
        "subject_type": pa.array(["need"] * len(answers.need), pa.string()),
        "subject": keys.tables["need"].take(pa.array(answers.need)),
        "provider_type": _names(answers.provider_type, _PROVIDERS),
        "provider": _chosen(answers.provider_type, answers.provider, keys.providers),
        "lock": pa.nulls(len(answers.need), pa.string()),
        "since": _days(answers.since, LONG_AGO),
        "until": pa.nulls(len(answers.need), pa.date32()),
        "reason": _blank(answers.reason),
    }
    both = [pa.table(rows).cast(EXCLUSIONS) for rows in (by_lock, by_answer)]
    return pa.concat_tables(both).combine_chunks()


_PROVIDERS = [code.code for code in PROVIDER_TYPES]
_LEVELS = [code.code for code in LEVELS]


class _Keys:
    """The keys of a snapshot's tables by what a cell may hold, and the way from indices to them and back."""

    def __init__(self, snapshot: Named) -> None:
        self.tables: dict[str, Keys] = {
            "need": snapshot.needs.key,
            "place": snapshot.regions.key,
            "household": snapshot.households.key,
            "caseworker": snapshot.caseworkers.key,
            "offer": snapshot.offers.key,
        }
        self.providers = [snapshot.offers.key, snapshot.volunteers.key, snapshot.caseworkers.key]
        self.subjects = [snapshot.regions.key, snapshot.households.key]
        self.level = snapshot.regions.level

    def written(self, column: Column, part: Any) -> pa.Array:
        """The cells of a column of a part of the plan."""
        match column.holds:
            case "level":
                return _names(self.level[part.place], _LEVELS)
            case "provider_type":
                return _names(part.provider_type, _PROVIDERS)
            case "provider":
                return _chosen(part.provider_type, part.provider, self.providers)
            case "subject":
                return _chosen(_is_household(part.subject_type), part.subject, self.subjects)
            case str(kind) if kind in self.tables:
                return self.tables[kind].take(pa.array(getattr(part, column.name)))
            case _:
                values = getattr(part, column.name)
                return values if isinstance(values, pa.Array) else pa.array(values)

    def read(self, name: str, table: pa.Table, columns: tuple[Column, ...]) -> tuple[dict[str, Any], list[WrongCells]]:
        """The columns of a table as a part of the plan holds them, without the rows whose keys are wrong."""
        cells = {column.name: table[column.name].combine_chunks() for column in columns}
        found: dict[str, Any] = {}
        good = np.ones(table.num_rows, bool)
        wrong: list[WrongCells] = []
        for column in columns:
            found[column.name], right = self._values(column, cells, found)
            rows = np.flatnonzero(good & ~right)
            if len(rows):
                values = cells[column.name].take(pa.array(rows)).cast(pa.string())
                wrong.append(WrongCells(name, column.name, rows + 1, pc.fill_null(values, "")))
            good &= right
        if wrong:
            kept = pa.array(good)
            found = {
                each: values.filter(kept) if isinstance(values, pa.Array) else values[good]
                for each, values in found.items()
                if values is not None
            }
        return found, wrong

    def _values(
        self, column: Column, cells: Mapping[str, pa.Array], found: Mapping[str, Any]
    ) -> tuple[Any, npt.NDArray[np.bool_]]:
        """The cells of a column as indices, numbers or texts, and which of them are right."""
        given = cells[column.name]
        match column.holds:
            case "text":
                texts = pc.fill_null(given.cast(pa.string()), "").dictionary_encode()
                return texts, np.ones(len(given), bool)
            case "level":
                true = _names(self.level[found["place"]], _LEVELS)
                return None, pc.fill_null(pc.equal(given, true), False).to_numpy(zero_copy_only=False)
            case "provider_type":
                types = _index(given, pa.array(_PROVIDERS))
                return types.astype(np.int8), types != NONE
            case "provider":
                rows = _chosen_index(found["provider_type"], given, self.providers)
            case "subject":
                rows = _chosen_index(_is_household(found["subject_type"]), given, self.subjects)
            case str(kind):
                rows = _index(given, self.tables[kind])
            case number:
                right = ~np.asarray(given.is_null())
                return pc.fill_null(given, 0).to_numpy().astype(number), right
        return rows, rows != NONE


def _names(codes: npt.NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(codes))


def _days(days: npt.NDArray[np.int32], blank: int) -> pa.Array:
    return pa.array(days, mask=days == blank).cast(pa.date32())


def _index(cells: pa.Array, keys: Keys) -> npt.NDArray[np.int32]:
    found = pc.fill_null(pc.index_in(cells, value_set=keys), NONE)
    return np.asarray(found, np.int32)


def _is_household(subject_type: Any) -> npt.NDArray[np.int8]:
    is_one = pc.equal(subject_type.cast(pa.string()), "household")
    return np.asarray(is_one, np.int8)


def _chosen(types: npt.NDArray[np.int8], rows: npt.NDArray[np.int32], keys: Sequence[Keys]) -> pa.Array:
    """Keys of rows that stand in different tables: row i in the table `types[i]`."""
    starts = np.cumsum([0, *(len(each) for each in keys[:-1])])
    return pa.concat_arrays(keys).take(pa.array(starts[types] + rows))


def _chosen_index(types: npt.NDArray[np.int8], cells: pa.Array, keys: Sequence[Keys]) -> npt.NDArray[np.int32]:
    """Indices of keys that stand in different tables: cell i in the table `types[i]`, NONE where it is not there."""
    rows = np.full(len(types), NONE, np.int32)
    for each, table in enumerate(keys):
        mine = types == each
        if mine.any():
            rows[mine] = _index(cells.filter(pa.array(mine)), table)
    return rows


def _blank(texts: Keys) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
