"""Loading a folder of tables: checked whole first, then written; one that is cut off is finished by the next command."""

from __future__ import annotations

import hashlib
import io
import os
import shlex
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.bulk import write_files
from graph.closing import require_replaceable
from graph.connect import Graph, open_graph
from graph.errors import CallError, GraphError
from graph.existing import InGraph
from graph.folders import whole_folder
from graph.gap_tree import RegionUnknown
from graph.load_record import Load, Way, load_under_way
from graph.local import Home, default_home, import_arguments
from graph.model import TABLES
from graph.queries import query
from graph.schema import ID_HASH, key_of
from graph.secrets import open_vault, seal_tables, vault_of
from graph.tables import shipped_service_kinds
from graph.write import Count
from loaders import journal
from loaders.contract import Checked, check, good_rows
from loaders.contract.check import Rule
from loaders.contract.checked import NOTHING, Existing
from loaders.issues import Issues
from loaders.journal import Entry, NotFinished
from loaders.writing import Progress, finish_in_turn, import_files, input_files, write_rows

IMPORT_ROWS = 20_000
"""Rows from which on the import tool is worth its own start: statements write some 15,000 rows a second once warm."""


WAIT_SECONDS = 5.0
"""How long another command may have the turn to load: most give it back at once."""


class NothingInstead(CallError):
    """A table to be replaced is not in the folder."""

    code = "load_nothing_instead"
    en = "Table {table} is to be replaced, but the folder has no file of it."
    zh = "要替换表 {table}，但文件夹中没有该表的文件。"
    repair_en = "Add the file (with its header alone, to close every row of the region), or leave the table out."
    repair_zh = "请补上该文件（只含表头则关闭该区域的所有行），或不要指定该表。"


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
    rights: tuple[Rule, ...] = (),
    bound_to: str | None = None,
    agreed: Callable[[Issues], None] | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Check a folder whole and, unless there is an error, write it into the graph.

    The first load of an empty local graph goes through Neo4j's import tool, every other one through statements that
    write differences only. `skip_errors` writes the rows without fault; `replaced` names tables whose rows in `region`
    are closed when the folder does not name them; `rights` are the rules of what the actor may write, `bound_to` the
    region within which the actor sees what others have. `agreed` is told what was found before anything is written, and
    raises where that is not what the actor agreed to.

    Raises
    ------
    LoadBusy, LoadUnderWay
        Another process loads.
    CodeJustTaken
        Another organisation got a credit code of the files while they were checked.
    NotFinished
        A load of other files was cut off, and what is kept of it cannot be written.
    GraphError
        The graph or the disk is at fault; the next command finishes what was begun, or there is nothing of it.
    """
    home = home or default_home()
    require_replaceable(replaced)
    with journal.turn(home, WAIT_SECONDS) as mine:
        if not mine:
            raise LoadBusy(home=home)
        graph = None if _untouched(home, address) else open_graph(address, home)
        try:
            stuck = None if graph is None else _not_finished(graph, home)
            existing = InGraph(graph) if graph else NOTHING
            checked = check(folder, existing, progress, rights, bound_to)
            named = _named(checked, replaced)
            if skip_errors:
                checked = good_rows(checked, existing)
            if check_only or checked.issues.blocked or not (checked.ok or skip_errors):
                return Loaded(checked)
            if agreed is not None:
                agreed(checked.issues)
            _require_replacement(checked, existing, replaced, _padded(region))
            tables, present = dict(checked.tables), dict(checked.present)
            checked = _without_rows(checked)
            if progress is not None:
                progress("seal secrets", 0.0)
            entry = _entry(tables, present, graph, home, actor, (named, _padded(region)))
            if stuck is not None and not _takes_over(graph, entry.load):
                raise stuck
            if entry.load.way == "import":
                written = import_files(entry.load, input_files(entry, home, progress), graph, home, progress)
            else:
                graph = graph or open_graph(address, home)
                written = write_rows(graph, home, entry, progress)
            return Loaded(checked, entry.load.load, entry.load.way, written.counts, written.kept)
        finally:
            if graph is not None:
                graph.close()


def _not_finished(graph: Graph, home: Path) -> NotFinished | None:
    """Finish what was cut off; the fault when that cannot be done, since loading the same files may still mend it."""
    try:
        finish_in_turn(graph, home)
    except NotFinished as fault:
        return fault
    return None


def _takes_over(graph: Graph | None, load: Load) -> bool:
    """Whether the load that was cut off is of the very same files."""
    cut_off = None if graph is None else load_under_way(graph)
    return cut_off is not None and cut_off.source == load.source


def prepare_import(
    folder: Path, out: Path, actor: str, *, home: Path | None = None, progress: Progress | None = None
) -> tuple[Loaded, str]:
    """Check a folder and write input files of the import tool to `out`, whole or not at all, for a server that holds nothing.

    Returns with the check the line that the server's keeper runs there while it is stopped, empty after an error.
    The first command that opens the server afterwards makes the constraints. Raises DiskFull and NoRights.
    """
    home = home or default_home()
    checked = check(folder, NOTHING, progress)
    if not checked.ok:
        return Loaded(checked), ""
    entry = _entry(dict(checked.tables), dict(checked.present), None, home, actor, ({}, ""))
    record = replace(entry.load, way="import")
    out = out.absolute()
    with whole_folder(out, setting="OUT") as growing:
        files = write_files(entry.tables, growing, record, open_vault(home).fingerprint())
    nodes, relationships = (
        [replace(each, files=tuple(out / path.name for path in each.files)) for each in sort]
        for sort in (files.nodes, files.relationships)
    )
    arguments = import_arguments(nodes, relationships, broken_lines=files.broken_lines)
    counts = tuple(Count(name, new=len(rows)) for name, rows in entry.tables.items())
    line = shlex.join(["neo4j-admin", "database", "import", "full", *arguments])
    return Loaded(checked, record.load, record.way, counts), line


def _entry(
    tables: dict[str, pa.Table],
    present: dict[str, tuple[str, ...]],
    graph: Graph | None,
    home: Path,
    actor: str,
    replaced: tuple[Mapping[str, pa.Table], str],
) -> Entry:
    """All that is to be written, secrets sealed in place, with the record of the load and the way it will go."""
    source = _digest(tables, present, replaced)  # without the shipped list, which another's first attempt may have left
    if "service_kinds" not in tables and (graph is None or not graph.read(query("any_load_done"))):
        tables["service_kinds"] = shipped_service_kinds()
        present["service_kinds"] = tuple(tables["service_kinds"].column_names)
    now = datetime.now(UTC).replace(microsecond=0)
    local = graph is None or graph.home is not None
    empty = local and (graph is None or not graph.read(query("any_node")))
    way: Way = "import" if empty and sum(map(len, tables.values())) >= IMPORT_ROWS else "statements"
    record = Load(f"{now:%Y%m%dT%H%M%SZ}-{source[:12]}", actor, source, socket.gethostname(), way, now)
    seal_tables(vault_of(graph, home), tables)
    sealed = {name: _sealed_names(columns) for name, columns in present.items()}
    return Entry(record, journal.name_of(graph), tables, sealed, *replaced)


def _without_rows(checked: Checked) -> Checked:
    """What a check said, without the rows, so that their memory is free before they are written."""
    parts = {name: replace(part, rows=part.rows.schema.empty_table()) for name, part in checked.parts.items()}
    return replace(checked, parts=parts)


def _named(checked: Checked, replaced: Sequence[str]) -> dict[str, pa.Table]:
    """Every key that the files of the replaced tables name: a row at fault is not written, but it is not absent."""
    keys = {name: ["from", "to"] if TABLES[name].key is None else [key_of(name)] for name in replaced}
    return {name: checked.tables[name].select(columns) for name, columns in keys.items() if name in checked.parts}


def _require_replacement(checked: Checked, existing: Existing, replaced: Sequence[str], region: str) -> None:
    """Refuse to replace a table that the folder lacks, or in a region that nobody knows."""
    for table in replaced:
        if table not in checked.parts:
            raise NothingInstead(table=table)
    if replaced:
        held = existing.rows("regions", ["code"], "code", pa.array([region]))
        if not len(held) and region not in checked.tables.get("regions", held)["code"].to_pylist():
            raise RegionUnknown(region=region)


def _padded(region: str) -> str:
    """The code of a region, of which six digits do."""
    return region.ljust(12, "0") if region.isdigit() and len(region) == 6 else region


def _sealed_names(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(ID_HASH if name == "id_number" else name for name in columns)


def _untouched(home: Path, address: str | None) -> bool:
    """Whether the graph is a local one that nobody ever opened: it need not be started to know that it is empty."""
    return not (address or os.environ.get("ZHONGFU_GRAPH")) and not Home(home).has_data()


def _digest(
    tables: Mapping[str, pa.Table],
    present: Mapping[str, Sequence[str]],
    replaced: tuple[Mapping[str, pa.Table], str],
) -> str:
    """SHA-256 of what is to be loaded, before anything is sealed."""
    named, region = replaced
    whole = hashlib.sha256(repr((sorted(present.items()), sorted(named), region)).encode())
    for each in (tables, named):
        for name in sorted(each):
            with pa.ipc.new_stream(_Sink(whole.update), each[name].schema) as stream:
                stream.write_table(each[name].unify_dictionaries())
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
