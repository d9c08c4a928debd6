"""The jars of a release, kept once in the user's cache for all homes, each held against its sum."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from graph.local import locks, release
from graph.local.home import cache_folder, told, write_private
from graph.local.release import Jar

_PATIENCE = 1800.0  # seconds given to another process that fetches


def classpath(version: str) -> list[str]:
    """The paths of all jars of a release, fetched where missing, fetched again where changed.

    Sums are taken once; afterwards a jar's size and time must be those noted then.

    Raises
    ------
    NoNetwork, WrongSum, DiskFull, NoRights
        The jars could not be had; those already held against their sums are kept.
    """
    folder = cache_folder() / "neo4j"
    jars = release.jars(version)
    if _changed(folder, version, jars):
        with told(folder, "XDG_CACHE_HOME"):
            folder.mkdir(parents=True, exist_ok=True)
            with locks.hold(folder / "lock", _PATIENCE):
                _complete(folder, version, jars)
    return [str(folder / jar.path) for jar in jars]


def sha256(path: Path) -> str:
    """The sum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(folder: Path, version: str, jars: Sequence[Jar]) -> None:
    """Fetch what is missing or wrong, then note size and time of every jar."""
    missing = [jar for jar in _changed(folder, version, jars) if not _right(folder, jar)]
    if missing:
        from graph.local.fetch import fetch  # noqa: PLC0415  needed once in a machine's life, and slow to import

        fetch(missing, folder, version)
    stamps = {jar.path: _stamp(folder, jar) for jar in jars}
    write_private(folder / f"{version}.json", json.dumps(stamps))


def _changed(folder: Path, version: str, jars: Sequence[Jar]) -> list[Jar]:
    """The jars that are not as they were when their sums were right."""
    try:
        stamps = json.loads((folder / f"{version}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return list(jars)
    return [jar for jar in jars if stamps.get(jar.path) != _stamp(folder, jar)]


def _right(folder: Path, jar: Jar) -> bool:
    path = folder / jar.path
    return path.exists() and sha256(path) == jar.sha256


def _stamp(folder: Path, jar: Jar) -> list[str | int] | None:
    try:
        stat = (folder / jar.path).stat()
    except OSError:
        return None
    return [jar.sha256, stat.st_size, stat.st_mtime_ns]
