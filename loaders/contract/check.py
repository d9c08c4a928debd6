"""The check: every file read, every cell judged, every rule between rows held, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.model import TABLES
from loaders.contract.cells import parse_table
from loaders.contract.checked import NOTHING, Checked, CheckedTable, Existing
from loaders.contract.columns import columns_missing
from loaders.contract.credit_codes import credit_codes_twice
from loaders.contract.distinct import Bools
from loaders.contract.finding import Finding
from loaders.contract.giving_less import offers_giving_less
from loaders.contract.households import members, villages
from loaders.contract.keys import keys_twice, pairs_twice
from loaders.contract.kinds import kind_links
from loaders.contract.locks import locks
from loaders.contract.offers import offers_twice, opened_again
from loaders.contract.ranges import ranges
from loaders.contract.references import references
from loaders.contract.regions import region_tree
from loaders.contract.told import rows_at_fault, unsaid, without_moot
from loaders.contract.world import World
from loaders.faults import FAULTS
from loaders.issues import Found, Issues, joined
from loaders.read.folder import find_tables, read_file
from loaders.read.raw import RawTable

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""

Rule = Callable[[World], Iterator[Finding]]
"""What rows must keep beside one another."""

RULES: tuple[Rule, ...] = (
    keys_twice,
    pairs_twice,
    references,
    region_tree,
    kind_links,
    members,
    villages,
    ranges,
    locks,
    credit_codes_twice,
    opened_again,
    offers_twice,
    offers_giving_less,
)
_OF_SINGLE_COLUMNS: tuple[Rule, ...] = (keys_twice, pairs_twice, references)
"""The rules that hold in a table of which a column could not be read."""
_READING = 0.7
"""Share of the time that reading takes."""


def check(
    source: Path | Iterable[RawTable],
    existing: Existing = NOTHING,
    progress: Progress | None = None,
    rights: tuple[Rule, ...] = (),
    bound_to: str | None = None,
) -> Checked:
    """Canonical tables and issues of a folder, or of raw tables; rows may refer to what `existing` holds.

    `rights` are the rules of what whoever loads the rows may write, `bound_to` the region within which they see others'.
    """
    parts: dict[str, CheckedTable] = {}
    partly: dict[str, CheckedTable] = {}
    found: list[Found] = []
    unread: set[str] = set()
    for raw in _reading(source, found, progress):
        part, wrong = _table(raw, existing)
        found += wrong
        if part is None:
            unread.add(raw.name)
        else:
            (partly if raw.unread else parts)[raw.name] = part
        del raw
        pa.default_memory_pool().release_unused()  # a large file's text is not needed beside the next one's
    ordered = {name: parts[name] for name in TABLES if name in parts}
    world = World(ordered, existing, frozenset(unread) | partly.keys(), bound_to)
    ordered, wrong = _between_rows(world, progress, (*RULES, *rights))
    found += unsaid(wrong, found)
    if partly:
        _parts, wrong = _between_rows(World(parts | partly, existing, frozenset(unread)), rules=_OF_SINGLE_COLUMNS)
        found += unsaid(wrong, found)
    if progress:
        progress("checked", 1.0)
    return Checked(ordered, Issues(tuple(found)))


def good_rows(checked: Checked, existing: Existing = NOTHING) -> Checked:
    """The check without rows at fault, and without rows that depend on them; both are in the issues.

    Faults of whole files stay: `issues.blocked` tells that nothing may be written.
    """
    gone = {name: part.bad for name, part in checked.parts.items()}
    later: list[Found] = []
    while True:
        # each round starts from the first tables, so that no more than two copies are ever held
        parts = {name: _without(part, gone[name]) for name, part in checked.parts.items()}
        parts, wrong = _between_rows(World(parts, existing))
        wrong = [each for each in wrong if each.severity == "error"]  # doubts were told of all rows
        later += [each if FAULTS[each.code].whole else replace(each, code="depends_on_left_out") for each in wrong]
        if not any(part.bad.any() for part in parts.values()):
            return Checked(parts, joined([checked.issues, Issues(tuple(later))]))
        gone = {name: _also(gone[name], part.bad) for name, part in parts.items()}
        del parts


def _reading(source: Path | Iterable[RawTable], found: list[Found], progress: Progress | None) -> Iterator[RawTable]:
    if not isinstance(source, Path):
        yield from source
        return
    files, wrong = find_tables(source)
    found += wrong
    whole = sum(path.stat().st_size for path in files.values()) or 1
    done = 0
    for name, path in files.items():
        if progress:
            progress(name, _READING * done / whole)
        yield read_file(name, path)
        done += path.stat().st_size


def _table(raw: RawTable, existing: Existing) -> tuple[CheckedTable | None, list[Found]]:
    """One table with its cells judged; None when it cannot be used at all."""
    found = list(raw.found)
    if not raw.readable:
        return None, found
    rows, findings = parse_table(raw)
    found += columns_missing(raw, rows, existing)
    key = TABLES[raw.name].key
    file_rows = np.arange(2, rows.num_rows + 2) if raw.rows is None else raw.rows
    part = CheckedTable(raw.file, rows, tuple(raw.cells.column_names), file_rows, np.zeros(rows.num_rows, np.bool_))
    part = replace(part, bad=rows_at_fault(raw.found, file_rows))
    found += unsaid([_located(part, finding) for finding in findings], raw.found)
    usable = key is None or key in set(raw.cells.column_names) - raw.unread
    return _marked(part, findings) if usable else None, found


def _between_rows(
    world: World, progress: Progress | None = None, rules: tuple[Rule, ...] = RULES
) -> tuple[dict[str, CheckedTable], list[Found]]:
    parts = world.parts
    findings: dict[str, list[Finding]] = {name: [] for name in parts}
    for step, rule in enumerate(rules):
        if progress:
            progress(rule.__name__, _READING + (1 - _READING) * step / len(rules))
        for finding in rule(world):
            findings[finding.table].append(finding)
    marked = {name: _marked(part, findings[name]) for name, part in parts.items()}
    found = [_located(parts[name], finding) for name, each in findings.items() for finding in each]
    return marked, without_moot(found, {part.file: part.file_rows[part.bad] for part in marked.values()})


def _located(part: CheckedTable, finding: Finding) -> Found:
    """A finding by its rows in the file."""
    rows = None if FAULTS[finding.code].whole else part.file_rows[finding.at]
    told = (finding.values, finding.hints, finding.count, finding.hints_zh)
    return Found(finding.code, part.file, finding.table, finding.column, rows, *told)


def _marked(part: CheckedTable, findings: Iterable[Finding]) -> CheckedTable:
    bad = part.bad.copy()
    for finding in findings:
        if FAULTS[finding.code].severity == "error":
            bad[finding.at] = True
    return replace(part, bad=bad)


def _without(part: CheckedTable, gone: Bools) -> CheckedTable:
    if not gone.any():
        return part
    rows = part.rows.filter(pa.array(~gone))
    return replace(part, rows=rows, file_rows=part.file_rows[~gone], bad=np.zeros(rows.num_rows, np.bool_))


def _also(gone: Bools, bad: Bools) -> Bools:
    """The rows gone before, and of those left the bad ones."""
    all_gone = gone.copy()
    all_gone[np.flatnonzero(~gone)[bad]] = True
    return all_gone
