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

from graph.folders import told_plainly, whole_folder
from graph.load_record import Load
from graph.local import locks

_RECORD = "load.json"
_NAMED = "-named"


@dataclass(frozen=True)
class Entry:
    """All that a load by statements needs: its record, its rows with secrets sealed, and what it replaces."""

    load: Load
    tables: dict[str, pa.Table]
    present: Mapping[str, tuple[str, ...]]
    """The columns that each file had."""
    named: Mapping[str, pa.Table] = field(default_factory=dict)
    """Of each replaced table every key that its file names, rows at fault included; others in the region are closed."""
    region: str = ""


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
            "present": entry.present,
            "replace": list(entry.named),
            "region": entry.region,
        }
        (growing / _RECORD).write_text(json.dumps(record), encoding="utf-8")


def read(home: Path, load: str) -> Entry:
    """A load as it was kept."""
    folder = folder_of(home, load)
    record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    began = datetime.fromisoformat(record["load"]["started_at"])
    return Entry(
        Load(**record["load"] | {"started_at": began}),
        {name: pq.read_table(folder / f"{name}.parquet") for name in record["present"]},
        {name: tuple(columns) for name, columns in record["present"].items()},
        {name: pq.read_table(folder / f"{name}{_NAMED}.parquet") for name in record["replace"]},
        record["region"],
    )


def kept(home: Path) -> list[str]:
    """The loads on disk, oldest first."""
    return sorted(path.parent.name for path in (home / "loads").glob(f"*/{_RECORD}"))


def drop(home: Path, load: str) -> None:
    """Forget a load."""
    shutil.rmtree(folder_of(home, load), ignore_errors=True)


@contextmanager
def turn(home: Path) -> Iterator[bool]:
    """Hold this home's turn to load; false when another process has it. The kernel ends it with its holder."""
    with told_plainly(home):
        (home / "loads").mkdir(parents=True, exist_ok=True)
    with locks.hold(home / "loads" / "lock", 0.0) as mine:
        yield mine
