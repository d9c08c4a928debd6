"""The jars of a release: fetched once into the user's cache, each held against its sum.

ZHONGFU_JARS names another source than Maven Central: the address of a mirror, or a folder that holds the jars
(laid out as a Maven repository, or all in one).
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import requests
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from graph.errors import NoNetwork, WrongSum
from graph.local import locks, release
from graph.local.home import cache_folder, told, write_private
from graph.local.release import Jar

_THREADS = 8
_PAUSES = (0.5, 2.0)  # seconds before a second and a third try
_TIMEOUT = 30
_PATIENCE = 1800.0  # seconds given to another process that fetches

Source = Callable[[Jar, Path], Path]


def classpath(version: str) -> list[str]:
    """The paths of all jars of a release, fetched where missing, re-fetched where changed.

    Raises
    ------
    NoNetwork, WrongSum, DiskFull, NoRights
        The jars could not be had; those already held against their sums are kept.
    """
    folder = cache_folder() / "neo4j"
    jars = release.jars(version)
    if not _missing(folder, version, jars):
        return [str(folder / jar.path) for jar in jars]
    with told(folder, "XDG_CACHE_HOME"):
        folder.mkdir(parents=True, exist_ok=True)
        with locks.hold(folder / "lock", _PATIENCE):
            _fetch(folder, version, jars)
    return [str(folder / jar.path) for jar in jars]


def _fetch(folder: Path, version: str, jars: Sequence[Jar]) -> None:
    """Fetch what is missing, in threads; the first fault ends it."""
    for left_over in folder.glob(".fetch-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    missing = [jar for jar in _missing(folder, version, jars) if not _right(folder, jar)]
    if missing:
        source, get = _source()
        staging = Path(tempfile.mkdtemp(prefix=".fetch-", dir=folder))
        try:
            with _bar(version, len(missing)) as advance, ThreadPoolExecutor(_THREADS) as pool:
                tasks = [pool.submit(_fetch_one, jar, get, staging, folder, advance, source) for jar in missing]
                done, waiting = wait(tasks, return_when=FIRST_EXCEPTION)
                for task in waiting:
                    task.cancel()
                for task in done:
                    task.result()
        except (requests.RequestException, RuntimeError, FileNotFoundError) as error:
            left = sum(not (folder / jar.path).exists() for jar in jars)
            raise NoNetwork(
                version=version, source=source, missing=left, total=len(jars), detail=_reason(error), cache=folder
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    stamps = {jar.path: [jar.sha256, *_stamp(folder / jar.path)] for jar in jars}
    write_private(folder / f"{version}.json", json.dumps(stamps))


def _fetch_one(jar: Jar, get: Source, staging: Path, folder: Path, advance: Callable[[], None], source: str) -> None:
    draft = get(jar, staging)
    found = _sha256(draft)
    if found != jar.sha256:
        raise WrongSum(jar=jar.name, source=source, found=found, expected=jar.sha256)
    target = folder / jar.path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(target)
    advance()


def _source() -> tuple[str, Source]:
    """Where jars come from, in words and as a function."""
    named = os.environ.get("ZHONGFU_JARS", "")
    if named and "://" not in named:
        return named, _from_folder(Path(named).expanduser())
    remote = {"mirror": named.rstrip("/")} if named else None
    return named or "Maven Central", _from_repository(remote)


def _from_folder(origin: Path) -> Source:
    def get(jar: Jar, staging: Path) -> Path:
        laid_out = origin / jar.path
        draft = staging / jar.path
        draft.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(laid_out if laid_out.exists() else origin / jar.name, draft)
        return draft

    return get


def _from_repository(remote: dict[str, str] | None) -> Source:
    def get(jar: Jar, staging: Path) -> Path:
        maven = MavenContext(repo_cache=staging, local_repos=[], remote_repos=remote, timeout=_TIMEOUT)
        artifact = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier)
        for pause in _PAUSES:
            try:
                return Path(artifact.resolve())
            except requests.RequestException:
                (staging / jar.path).unlink(missing_ok=True)
                time.sleep(pause)
        return Path(artifact.resolve())

    return get


def _missing(folder: Path, version: str, jars: Sequence[Jar]) -> list[Jar]:
    """The jars whose size or time differs from what was noted when their sums were right."""
    try:
        stamps = json.loads((folder / f"{version}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return list(jars)
    return [jar for jar in jars if stamps.get(jar.path) != [jar.sha256, *_stamp(folder / jar.path)]]


def _right(folder: Path, jar: Jar) -> bool:
    path = folder / jar.path
    return path.exists() and _sha256(path) == jar.sha256


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: Exception) -> str:
    """The innermost cause in one line: the outer ones repeat addresses and class names."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__


@contextlib.contextmanager
def _bar(version: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr that moves on by one jar at each call."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"Neo4j {version}, fetched once / 首次获取", total=total)
        turn = threading.Lock()

        def advance() -> None:
            with turn:
                progress.advance(task)

        yield advance
