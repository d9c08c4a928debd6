"""Loads on disk while they are being written, so that one that is cut off can be finished without its files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.connect import Graph
from graph.errors import GraphError
from graph.folders import told_plainly, whole_folder
from graph.load_record import Load
from graph.local import locks

_RECORD = "load.json"
_NAMED = "-named"


@dataclass(frozen=True)
class Entry:
    """All that a load by statements needs: its record, its rows with secrets sealed, and what it replaces."""

    load: Load
    graph: str
    """Which graph it goes to, as `name_of` says."""
    tables: dict[str, pa.Table]
    present: Mapping[str, tuple[str, ...]]
    """The columns that each file had."""
    named: Mapping[str, pa.Table] = field(default_factory=dict)
    """Of each replaced table every key that its file names, rows at fault included; others in the region are closed."""
    region: str = ""


class NotFinished(GraphError):
    """A load that was cut off cannot be finished from what is kept of it."""

    code = "load_not_finished"
    en = "Load {load} was cut off and cannot be finished from {folder}: {detail}"
    zh = "导入 {load} 曾中断，且无法由 {folder} 完成：{detail}"
    repair_en = "Load the same files again: that takes its place. Or bring the folder back from a backup: any command finishes it then."
    repair_zh = "请重新导入同一批文件，由其接替；或从备份恢复该文件夹，之后任一命令即可完成。"


def name_of(graph: Graph | None) -> str:
    """A graph's name in the journal: the address of a server, or that it is the home's own, which may not be there yet."""
    return "local" if graph is None or graph.home is not None else graph.address


def folder_of(home: Path, load: str) -> Path:
    """Where the load is kept."""
    return home / "loads" / load


def keep(home: Path, entry: Entry) -> None:
    """Put a load on the disk, whole or not at all.

    Raises DiskFull and NoRights; nothing was written to the graph yet.
    """
    with whole_folder(folder_of(home, entry.load.load)) as growing:
        for name, rows in entry.tables.items():
            pq.write_table(rows, growing / f"{name}.parquet", compression="lz4")
        for name, keys in entry.named.items():
            pq.write_table(keys, growing / f"{name}{_NAMED}.parquet", compression="lz4")
        record = {
            "load": asdict(entry.load) | {"started_at": entry.load.started_at.isoformat()},
            "graph": entry.graph,
            "present": entry.present,
            "replace": list(entry.named),
            "region": entry.region,
        }
        (growing / _RECORD).write_text(json.dumps(record), encoding="utf-8")


def read(home: Path, load: str) -> Entry:
    """A load as it was kept.

    Raises
    ------
    NotFinished
        A file is missing or damaged.
    """
    folder = folder_of(home, load)
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        began = datetime.fromisoformat(record["load"]["started_at"])
        return Entry(
            Load(**record["load"] | {"started_at": began}),
            record["graph"],
            {name: pq.read_table(folder / f"{name}.parquet") for name in record["present"]},
            {name: tuple(columns) for name, columns in record["present"].items()},
            {name: pq.read_table(folder / f"{name}{_NAMED}.parquet") for name in record["replace"]},
            record["region"],
        )
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        raise NotFinished(load=load, folder=folder, detail=error) from error


def graph_of(home: Path, load: str) -> str | None:
    """Which graph a load goes to; None when its record does not tell any more."""
    try:
        record = json.loads((folder_of(home, load) / _RECORD).read_text(encoding="utf-8"))
        return str(record["graph"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def kept(home: Path) -> list[str]:
    """The loads on disk, oldest first."""
    return sorted(path.parent.name for path in (home / "loads").glob(f"*/{_RECORD}"))


def drop(home: Path, load: str) -> None:
    """Forget a load."""
    shutil.rmtree(folder_of(home, load), ignore_errors=True)


@contextmanager
def turn(home: Path, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold this home's turn to load; false when another process has it all the while. The kernel ends it with its holder."""
    with told_plainly(home):
        (home / "loads").mkdir(parents=True, exist_ok=True)
    with locks.hold(home / "loads" / "lock", wait_seconds) as mine:
        yield mine
