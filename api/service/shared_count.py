"""A count of gaps in the home: one process of a service counts for all of them, and a service that starts anew need not.

A file stands for one database in one state, one day and one version of this code; whatever else is found there is passed over.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import graph as graph_package
from graph.connect import Graph
from graph.folders import whole_file
from graph.state import State, database_id

_FOLDER = "counts"
_KEPT = 3
"""Files that are kept: today's, and those of a few other days."""


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """Be the one process that counts in this home."""
    folder = home / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def name_of(graph: Graph, state: State, on: date) -> str:
    """Name of the count of a database in a state for a day."""
    said = repr((database_id(graph), state, on.isoformat(), _code()))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def kept_count(home: Path, name: str) -> Any:
    """The count of this name; None where none is kept, or not whole."""
    try:
        # only this user writes in the folder, and the name holds the digest of the code that wrote
        return pickle.loads((home / _FOLDER / name).read_bytes())  # noqa: S301
    except Exception:  # noqa: BLE001 whatever a damaged file says, it is counted anew
        return None


def keep_count(home: Path, name: str, count: object) -> None:
    """Keep a count by its name, and let the oldest go. Raises DiskFull and NoRights."""
    folder = home / _FOLDER
    with whole_file(folder / name, "ZHONGFU_HOME") as growing:
        growing.touch(0o600)
        growing.write_bytes(pickle.dumps(count, pickle.HIGHEST_PROTOCOL))
    files = sorted((each for each in folder.iterdir() if each.name != "lock"), key=lambda each: -each.stat().st_mtime)
    for oldest in files[_KEPT:]:
        oldest.unlink(missing_ok=True)


@cache
def _code() -> str:
    """Digest of the code that a count's classes and figures come from."""
    found = hashlib.sha256()
    for folder in (Path(__file__).parent, Path(graph_package.__path__[0])):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".cypher"}:
                found.update(path.read_bytes())
    return found.hexdigest()
