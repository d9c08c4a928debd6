"""Whatever a row refers to exists and is of the level needed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS, TABLES, Column
from loaders.contract.codes import parted
from loaders.contract.distinct import Distinct, distinct, one_array, true
from loaders.contract.divisions import not_twelve_digits, padded
from loaders.contract.finding import Finding
from loaders.contract.world import World
from loaders.issues import Rows

_LEVEL_NUMBER = {level.code: at for at, level in enumerate(LEVELS)}
_LEVEL_ZH = {level.code: level.zh for level in LEVELS}


def references(world: World) -> Iterator[Finding]:
    """Every reference to a row that is nowhere, or to a place of another level."""
    for name, part in world.parts.items():
        for column in TABLES[name].columns:
            if column.name not in part.present or len(column.refers) != 1 or column.refers[0] in world.unread:
                continue
            cells = part.rows[column.name]
            if column.type == "ref":
                yield from _target(world, name, column, one_array(cells), np.arange(len(cells)))
            elif column.type == "refs":
                yield from _listed(world, name, column, distinct(cells))


def orphans(world: World, table: str, column: str, target: str, keys: pa.Array, at: Rows) -> Iterator[Finding]:
    """Findings for keys (of the rows `at`) that are not in the target table."""
    gone = world.missing(keys, target)
    if not gone.any():
        return
    if target not in world.parts and not world.existing.count(target) and target != "service_kinds":
        yield Finding(
            "table_missing", table, column, np.zeros(0, np.int64), target, target, hints_zh=_in_chinese(target)
        )
        return
    mask = pa.array(gone)
    yield from _nowhere(table, column, target, keys.filter(mask), at[gone], world)


def off_level(
    world: World, table: str, column: str, wanted: tuple[str, ...], keys: pa.Array, at: Rows
) -> Iterator[Finding]:
    """Findings for places (of the rows `at`) whose level is not among those wanted."""
    index = world.place_index(keys)
    level = np.where(index >= 0, np.append(world.place_levels, -1)[index], -1)
    off = (level >= 0) & ~np.isin(level, [_LEVEL_NUMBER[each] for each in wanted])
    if off.any():
        hint, hint_zh = " / ".join(wanted), "或".join(_LEVEL_ZH[each] for each in wanted)
        yield Finding("reference_level", table, column, at[off], keys.filter(pa.array(off)), hint, hints_zh=hint_zh)


def _target(world: World, name: str, column: Column, keys: pa.Array, at: Rows) -> Iterator[Finding]:
    target = column.refers[0]
    if target == "service_kinds":
        known = world.merged("service_kinds", "name_zh")
        gone = true(keys.is_valid()) & ~true(pc.is_in(keys, value_set=known.rows["kind"].combine_chunks()))
        if gone.any():
            yield from _nowhere(name, column.name, target, keys.filter(pa.array(gone)), at[gone], world)
        return
    yield from orphans(world, name, column.name, target, keys, at)
    if column.levels:
        yield from off_level(world, name, column.name, column.levels, keys, at)


def _listed(world: World, name: str, column: Column, cells: Distinct) -> Iterator[Finding]:
    """Lists are taken apart once per distinct list, and a row is named once per item at fault."""
    index = np.arange(len(cells.values)) if cells.index is None else cells.index
    order = np.argsort(index, kind="stable")
    ordered = index[order]
    items: list[str] = []
    owners: list[int] = []
    # rows that were left out may leave their lists behind in the dictionary
    for at in np.unique(ordered[ordered >= 0]).tolist():
        parts = (cells.values[at].as_py() or "").split(";")
        items += parts
        owners += [at] * len(parts)
    texts = pa.array([item or None for item in items], pa.string())
    for finding in _target(world, name, column, texts, np.array(owners, np.int64)):
        if isinstance(finding.values, str):
            yield finding
            continue
        starts = np.searchsorted(ordered, finding.at, "left")
        many = np.searchsorted(ordered, finding.at, "right") - starts
        each = np.repeat(np.arange(len(many)), many)
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        picked = pa.array(each)
        hints = finding.hints if isinstance(finding.hints, str) else finding.hints.take(picked)
        rows = order[starts[each] + within]
        yield replace(finding, at=rows, values=finding.values.take(picked), hints=hints)


def _nowhere(name: str, column: str, target: str, keys: pa.Array, at: Rows, world: World) -> Iterator[Finding]:
    """The words that fit: lists that commas part, codes too short, kinds with a likely one, rows that are not there."""
    if TABLES[name].column(column).type == "refs":
        repaired = pa.array([parted(key) for key in keys.to_pylist()], pa.string())
        commas = true(repaired.is_valid())
        if commas.any():
            mask = pa.array(commas)
            yield Finding("list_parted", name, column, at[commas], keys.filter(mask), repaired.filter(mask))
            keys, at = keys.filter(pa.array(~commas)), at[~commas]
        if not len(keys):
            return
    if target == "service_kinds":
        yield Finding("kind_unknown", name, column, at, keys, _likely_kinds(keys, world))
        return
    if target != "regions":
        yield _orphan(name, column, target, keys, at)
        return
    short = not_twelve_digits(keys)
    if short.any():
        codes = keys.filter(pa.array(short))
        yield Finding("region_code_malformed", name, column, at[short], codes, padded(codes))
    if not short.all():
        yield _orphan(name, column, target, keys.filter(pa.array(~short)), at[~short])


def _orphan(name: str, column: str, target: str, keys: pa.Array, at: Rows) -> Finding:
    return Finding("reference_orphan", name, column, at, keys, target, hints_zh=_in_chinese(target))


def _in_chinese(table: str) -> str:
    return f"表“{TABLES[table].zh}”（{table}）"


def _likely_kinds(keys: pa.Array, world: World) -> pa.Array:
    known = world.merged("service_kinds", "name_zh").rows
    names = dict(zip(known["kind"].to_pylist(), known["kind"].to_pylist(), strict=True))
    names |= dict(zip(known["name_zh"].to_pylist(), known["kind"].to_pylist(), strict=True))
    names.pop(None, None)
    coded = keys.dictionary_encode()
    near = [difflib.get_close_matches(text, names, n=1, cutoff=0.6) for text in coded.dictionary.to_pylist()]
    likely = pa.array([names[found[0]] if found else "" for found in near], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices, likely)
