"""Loading a folder of tables: checked whole first, then written; one that is cut off is finished by the next command."""

from __future__ import annotations

import hashlib
import io
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.bulk import FORM, write_files
from graph.closing import close_absent
from graph.connect import Graph, open_graph
from graph.constraints import prepare
from graph.errors import GraphError
from graph.existing import InGraph
from graph.load import Count, Written, write_tables
from graph.loads import Load, LoadUnderWay, Way, begin, end, find_load, finish_import, load_under_way
from graph.local import Home, bulk_import, default_home
from graph.queries import query
from graph.schema import ID_HASH
from graph.secrets import open_vault, seal_tables
from graph.tables import shipped_service_kinds
from loaders import journal
from loaders.contract import Checked, check, good_rows
from loaders.contract.checked import NOTHING
from loaders.journal import Entry

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""

IMPORT_ROWS = 20_000
"""Rows from which on the import tool is worth its own start: statements write some 15,000 rows a second once warm."""


class LoadBusy(GraphError):
    """Another process on this machine loads into the same home."""

    code = "load_busy"
    en = "Another command is loading into {home}."
    zh = "另一命令正在向 {home} 导入。"
    repair_en = "Wait for it to end, then try again."
    repair_zh = "请等待其结束后重试。"


@dataclass(frozen=True)
class Loaded:
    """What became of a folder: the check, and, unless nothing was to be written, the load."""

    checked: Checked
    load: str | None = None
    way: Way | None = None
    counts: tuple[Count, ...] = ()
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys of rows left alone, by table, since someone edited them in the program later than they were true."""


def load(
    folder: Path,
    actor: str,
    *,
    home: Path | None = None,
    address: str | None = None,
    check_only: bool = False,
    skip_errors: bool = False,
    replaced: Sequence[str] = (),
    region: str = "",
    progress: Progress | None = None,
) -> Loaded:
    """Check a folder whole and, unless there is an error, write it into the graph.

    The first load of an empty local graph goes through Neo4j's import tool, every other one through statements that
    write differences only. `skip_errors` writes the rows without fault; `replaced` names tables whose rows in `region`
    are closed when the folder does not name them.

    Raises
    ------
    LoadUnderWay
        Another process loads.
    GraphError
        The graph or the disk is at fault; the next command finishes what was begun, or there is nothing of it.
    """
    home = home or default_home()
    with journal.turn(home) as mine:
        if not mine:
            raise LoadBusy(home=home)
        graph = None if _untouched(home, address) else open_graph(address, home)
        try:
            if graph is not None:
                _finish(graph, home)
            existing = InGraph(graph) if graph else NOTHING
            checked = check(folder, existing, progress)
            if skip_errors:
                checked = good_rows(checked, existing)
            if check_only or checked.issues.blocked or not (checked.ok or skip_errors):
                return Loaded(checked)
            entry = _entry(checked, graph, home, actor, tuple(replaced), region)
            if entry.load.way == "import":
                written = _import(entry, graph, home, progress)
            else:
                graph = graph or open_graph(address, home)
                written = write(graph, home, entry, progress)
            return Loaded(checked, entry.load.load, entry.load.way, written.counts, written.kept)
        finally:
            if graph is not None:
                graph.close()


def finish(graph: Graph, home: Path | None = None) -> None:
    """Finish, or where nothing was written undo, what a load that was cut off left; every command begins with it.

    A load that another process is writing, here or elsewhere, is left to it; readers are told of it.
    """
    home = home or graph.home or default_home()
    with journal.turn(home) as mine:
        if mine:
            _finish(graph, home)


def write(graph: Graph, home: Path, entry: Entry, progress: Progress | None = None) -> Written:
    """Write a checked load by statements: kept on disk first, so that it can be finished whatever happens."""
    prepare(graph)
    cut_off = load_under_way(graph)
    if cut_off is not None and cut_off.source == entry.load.source:  # elsewhere, with the very same rows
        entry = replace(entry, load=cut_off)
    journal.keep(home, entry)
    try:
        begin(graph, entry.load)
    except LoadUnderWay:
        journal.drop(home, entry.load.load)
        raise
    written = _write_begun(graph, entry, progress)
    journal.drop(home, entry.load.load)
    return written


def _write_begun(graph: Graph, entry: Entry, progress: Progress | None) -> Written:
    whole = sum(len(rows) for rows in entry.tables.values()) or 1
    done = 0

    def told(table: str, rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(table, min(done / whole, 1.0))

    actor = entry.load.actor
    written = write_tables(graph, entry.tables, entry.present, actor, told)
    today = entry.load.started_at.date()
    closed = {name: close_absent(graph, name, entry.region, entry.tables[name], actor, today) for name in entry.replace}
    counts = tuple(replace(count, closed=closed.get(count.table, 0)) for count in written.counts)
    end(graph, entry.load.load, counts)
    return Written(counts, written.kept)


def _import(entry: Entry, graph: Graph | None, home: Path, progress: Progress | None) -> Written:
    """Fill the empty local graph by the import tool; it is whole once the constraints are made."""
    if graph is not None:
        graph.close()
    folder = journal.folder_of(home, "import")
    try:
        if progress is not None:
            progress("write input files", 0.0)
        files = write_files(entry.tables, folder, entry.load)
        bulk_import(home, files.nodes, files.relationships, form=FORM)
    finally:
        journal.drop(home, "import")
    counts = tuple(Count(name, new=len(rows)) for name, rows in entry.tables.items())
    if progress is not None:
        progress("make constraints", 0.8)
    with open_graph(home=home) as filled:
        finish_import(filled, entry.load.load, counts)
    return Written(counts, {})


def _finish(graph: Graph, home: Path) -> None:
    journal.drop(home, "import")
    for name in journal.kept(home):
        found = find_load(graph, name)
        if found is not None and found.state == "running":
            _write_begun(graph, journal.read(home, name), None)
        journal.drop(home, name)
    under_way = load_under_way(graph)
    if under_way is not None and under_way.way == "import":
        finish_import(graph, under_way.load)


def _entry(
    checked: Checked, graph: Graph | None, home: Path, actor: str, replaced: tuple[str, ...], region: str
) -> Entry:
    """All that is to be written, secrets sealed, with the record of the load and the way it will go."""
    tables, present = dict(checked.tables), dict(checked.present)
    if "service_kinds" not in tables and (graph is None or not InGraph(graph).count("service_kinds")):
        tables["service_kinds"] = shipped_service_kinds()
        present["service_kinds"] = tuple(tables["service_kinds"].column_names)
    source = _digest(tables, present, replaced, region)
    now = datetime.now(UTC).replace(microsecond=0)
    local = graph is None or graph.home is not None
    empty = local and (graph is None or not graph.read(query("any_node")))
    way: Way = "import" if empty and sum(map(len, tables.values())) >= IMPORT_ROWS else "statements"
    record = Load(f"{now:%Y%m%dT%H%M%SZ}-{source[:12]}", actor, source, socket.gethostname(), way, now)
    sealed = seal_tables(open_vault(home), tables)
    return Entry(record, sealed, {name: _sealed_names(columns) for name, columns in present.items()}, replaced, region)


def _sealed_names(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(ID_HASH if name == "id_number" else name for name in columns)


def _untouched(home: Path, address: str | None) -> bool:
    """Whether the graph is a local one that nobody ever opened: it need not be started to know that it is empty."""
    return not (address or os.environ.get("ZHONGFU_GRAPH")) and not Home(home).has_data()


def _digest(
    tables: Mapping[str, pa.Table], present: Mapping[str, Sequence[str]], replaced: Sequence[str], region: str
) -> str:
    """SHA-256 of what is to be loaded, before anything is sealed."""
    whole = hashlib.sha256(repr((sorted(present.items()), replaced, region)).encode())
    for name in sorted(tables):
        with pa.ipc.new_stream(_Sink(whole.update), tables[name].schema) as stream:
            stream.write_table(tables[name].unify_dictionaries())
    return whole.hexdigest()


class _Sink(io.RawIOBase):
    """A file that only passes on what is written."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._take(data)
        return len(data)
