"""Locks name what exists, keep only pairs that can be kept, and do not contradict one another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LOCK_SUBJECTS, PROVIDER_TYPES, TABLES
from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.references import off_level, orphans
from loaders.contract.world import World

_ZH = {code.code: code.zh for code in (*LOCK_SUBJECTS, *PROVIDER_TYPES)}
_WITH = " → "
_KEPT = ("household → caseworker", "need → offer", "need → volunteer", "village → caseworker")
_ONE_PROVIDER = {"need", "household"}
"""Subjects that one provider alone serves, so that two kept ones contradict each other."""
_COLUMNS = ("subject_type", "subject", "provider_type", "provider", "mode", "until")


def locks(world: World) -> Iterator[Finding]:
    """References by their type, combinations that cannot be kept, locks against each other."""
    if "locks" in world.parts:
        yield from _references(world)
        yield from _combinations(world)
        yield from _contradictions(world)


def _references(world: World) -> Iterator[Finding]:
    for column, codes in (("subject", LOCK_SUBJECTS), ("provider", PROVIDER_TYPES)):
        types, keys = world.column("locks", f"{column}_type"), world.column("locks", column)
        for code, target in zip(codes, TABLES["locks"].column(column).refers, strict=True):
            at = np.flatnonzero(true(pc.equal(types, code.code)))
            if not len(at) or target in world.unread:
                continue
            chosen = keys.take(pa.array(at))
            yield from orphans(world, "locks", column, target, chosen, at)
            if target == "regions":
                yield from off_level(world, "locks", column, ("village",), chosen, at)


def _combinations(world: World) -> Iterator[Finding]:
    keep = true(pc.equal(world.column("locks", "mode"), "keep"))
    subjects, providers = (world.column("locks", name) for name in ("subject_type", "provider_type"))
    pairs = pc.binary_join_element_wise(subjects, providers, _WITH)
    possible = true(pc.is_in(pairs, value_set=pa.array(_KEPT)))
    wrong = np.flatnonzero(keep & true(pairs.is_valid()) & ~possible)
    if len(wrong):
        at = pa.array(wrong)
        hints = pairs.take(at)
        in_chinese = [_WITH.join(_ZH[code] for code in pair.split(_WITH)) for pair in hints.to_pylist()]
        hints_zh = pa.array(in_chinese, pa.string())
        yield Finding("lock_combination", "locks", "provider_type", wrong, providers.take(at), hints, hints_zh=hints_zh)


def _contradictions(world: World) -> Iterator[Finding]:
    merged = world.merged("locks", *_COLUMNS)
    holding = pc.greater_equal(merged.rows["until"].fill_null(world.today.replace(year=9999)), world.today)
    modes: dict[tuple[str, ...], tuple[str, int]] = {}
    kept: dict[tuple[str, ...], tuple[tuple[str, ...], int]] = {}
    # those that the graph has come first, so that the file's are the ones to repair
    for at in sorted(np.flatnonzero(true(holding.combine_chunks())).tolist(), key=lambda at: (at < merged.given, at)):
        row = {name: merged.rows[name][at].as_py() for name in _COLUMNS}
        pair = tuple(row[name] for name in _COLUMNS[:4])
        if None in pair or row["mode"] is None:
            continue
        mode, other = modes.setdefault(pair, (row["mode"], at))
        if row["mode"] == "keep" and pair[0] in _ONE_PROVIDER:
            provider, first = kept.setdefault(pair[:2], (pair[2:], at))
            if provider != pair[2:]:
                mode, other = "", first
        if mode != row["mode"] and at < merged.given:
            yield _contradiction(world, at, row["mode"], other, merged.rows["lock"][other].as_py())


def _contradiction(world: World, at: int, mode: str, other: int, lock: str) -> Finding:
    given = other < world.parts["locks"].rows.num_rows
    where = f"{lock} ({world.parts['locks'].file_rows[other]})" if given else lock
    return Finding("lock_contradiction", "locks", "mode", np.array([at], np.int64), pa.array([mode]), where)
