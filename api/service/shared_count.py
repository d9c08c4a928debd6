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

from api.clock import today
from graph.connect import Graph
from graph.folders import whole_file
from graph.state import State, database_id

_FOLDER = "counts"
_DAY = len("2026-11-02")
OTHER_DAYS = 2
"""Days beside today whose counts are kept."""


@contextmanager
def turn(home: Path, on: date) -> Iterator[None]:
    """Be the one process that counts for a day in this home; who counts for today waits for nobody who counts for another."""
    folder = home / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ("today.lock" if on == today() else "other.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def name_of(graph: Graph, state: State, on: date) -> str:
    """Name of the count of a database in a state for a day."""
    said = repr((database_id(graph), state, on.isoformat(), _code()))
    return f"{on.isoformat()}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def kept_count(home: Path, name: str) -> Any:
    """The count of this name; None where none is kept, or not whole, or where another user could have written it."""
    path = home / _FOLDER / name
    try:
        if not (_ours_alone(path.parent) and _ours_alone(path)):
            return None
        return pickle.loads(path.read_bytes())  # noqa: S301 nobody else writes there, and the name is that of our code
    except Exception:  # noqa: BLE001 whatever a damaged file says, it is counted anew
        return None


def _ours_alone(path: Path) -> bool:
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def keep_count(home: Path, name: str, count: object) -> None:
    """Keep a count by its name: the latest of its day, and of other days than today a few. Raises DiskFull and NoRights."""
    folder = home / _FOLDER
    with whole_file(folder / name, "ZHONGFU_HOME") as growing:
        growing.touch(0o600)
        growing.write_bytes(pickle.dumps(count, pickle.HIGHEST_PROTOCOL))
    files = sorted(folder.glob("[0-9]*"), key=lambda each: -each.stat().st_mtime)
    day, now = name[:_DAY], today().isoformat()
    others = [each for each in files if each.name[:_DAY] not in {day, now}]
    former = [each for each in files if each.name[:_DAY] == day and each.name != name]
    for oldest in (*former, *others[OTHER_DAYS - 1 :]):
        oldest.unlink(missing_ok=True)


@cache
def _code() -> str:
    """Digest of the code that a count's classes and figures come from."""
    found, root = hashlib.sha256(), Path(__file__).parents[2]
    for package in ("api", "graph", "loaders", "matching"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".cypher"}:
                found.update(path.read_bytes())
    return found.hexdigest()
