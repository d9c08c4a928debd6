"""Writing a checked load by the way it goes, and finishing one that was cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from graph.bulk import InputFiles, write_files
from graph.closing import close_absent
from graph.connect import Graph, Refusal, open_graph
from graph.constraints import prepare
from graph.folders import told_plainly
from graph.load_record import CodeJustTaken, Load, LoadUnderWay, begin, end, find_load, finish_import, load_under_way
from graph.local import bulk_import, default_home, size_of, stop
from graph.secrets import open_vault, seal_graph, vault_of
from graph.stored import stored_rows
from graph.write import Count, Written, write_tables
from loaders import journal
from loaders.journal import Entry, NotFinished

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""


def finish(graph: Graph, home: Path | None = None) -> None:
    """Finish, or where nothing was written undo, what a load that was cut off left; every command begins with it.

    A load that another process is writing, here or elsewhere, is left to it; readers are told of it.
    """
    home = home or graph.home or default_home()
    with journal.turn(home) as mine:
        if mine:
            finish_in_turn(graph, home)


def write_rows(graph: Graph, home: Path, entry: Entry, progress: Progress | None = None) -> Written:
    """Write a checked load by statements: kept on disk first, so that it can be finished whatever happens."""
    prepare(graph)
    cut_off = load_under_way(graph)
    if cut_off is not None and cut_off.source == entry.load.source:  # elsewhere, with the very same rows
        entry = replace(entry, load=cut_off)
        journal.drop(home, cut_off.load)  # what is kept of it here may be damaged
    seal_graph(graph, vault_of(graph, home))
    journal.keep(home, entry)
    try:
        begin(graph, entry.load, _codes(graph, entry))
    except (LoadUnderWay, CodeJustTaken):
        journal.drop(home, entry.load.load)
        raise
    written = _write_begun(graph, home, entry, progress)
    journal.drop(home, entry.load.load)
    return written


def _codes(graph: Graph, entry: Entry) -> dict[str, str | None]:
    """The credit codes that the organisations of a load will have: those of the file, else those that they have."""
    if "organizations" not in entry.tables:
        return {}
    rows = entry.tables["organizations"]
    if "credit_code" not in entry.present["organizations"]:
        rows = stored_rows(graph, "organizations", rows["organization"].combine_chunks(), ["credit_code"])
    return dict(zip(rows["organization"].to_pylist(), rows["credit_code"].to_pylist(), strict=True))


def _write_begun(graph: Graph, home: Path, entry: Entry, progress: Progress | None) -> Written:
    whole = sum(len(rows) for rows in entry.tables.values()) or 1
    done = 0

    def told(table: str, rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(table, min(done / whole, 1.0))

    actor = entry.load.actor
    today = entry.load.started_at.date()
    try:
        written = write_tables(graph, entry.tables, entry.present, actor, told)
        closed = {
            name: close_absent(graph, name, entry.region, keys, actor, today) for name, keys in entry.named.items()
        }
    except Refusal as error:
        load = entry.load.load
        raise NotFinished(load=load, folder=journal.folder_of(home, load), detail=error) from error
    counts = tuple(replace(count, closed=closed.get(count.table, 0)) for count in written.counts)
    end(graph, entry.load.load, counts)
    return Written(counts, written.kept)


def input_files(entry: Entry, home: Path, progress: Progress | None) -> tuple[InputFiles, tuple[Count, ...]]:
    """The tables as input files of the import tool, and how many rows there are; the tables are let go of.

    Raises DiskFull and NoRights.
    """
    if progress is not None:
        progress("write input files", 0.0)
    counts = tuple(Count(name, new=len(rows)) for name, rows in entry.tables.items())
    try:
        with told_plainly(home):
            files = write_files(
                entry.tables, journal.folder_of(home, "import"), entry.load, open_vault(home).fingerprint()
            )
    except BaseException:
        journal.drop(home, "import")
        raise
    entry.tables.clear()
    pa.default_memory_pool().release_unused()
    return files, counts


def import_files(
    record: Load,
    written: tuple[InputFiles, tuple[Count, ...]],
    graph: Graph | None,
    home: Path,
    progress: Progress | None,
) -> Written:
    """Fill the empty local graph by the import tool; it is whole once the constraints are made."""
    files, counts = written
    if graph is not None:
        graph.close()
    try:
        bulk_import(home, files.nodes, files.relationships, broken_lines=files.broken_lines)
    finally:
        journal.drop(home, "import")
    if progress is not None:
        progress("make constraints", 0.8)
    size = size_of(home, most="medium")  # constraints need no more, and the memory is bounded
    with open_graph(home=home, size=size) as filled:
        finish_import(filled, record.load, counts)
    if size != size_of(home):
        stop(home)  # the next command starts one that suits
    return Written(counts, {})


def finish_in_turn(graph: Graph, home: Path) -> None:
    """Finish or undo what was cut off; the caller has the turn to load.

    Raises
    ------
    NotFinished
        What is kept of a load is damaged, or the graph refuses it.
    """
    journal.drop(home, "import")
    for name in journal.kept(home):
        found = find_load(graph, name)
        if found is not None and found.state == "running":
            _write_begun(graph, home, journal.read(home, name), None)
        elif journal.graph_of(home, name) != journal.name_of(graph):
            continue  # another graph's, which a command on that one finishes
        journal.drop(home, name)
    under_way = load_under_way(graph)
    if under_way is not None and under_way.way == "import":
        finish_import(graph, under_way.load)
