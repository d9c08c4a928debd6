"""Fetching jars, eight at a time, from Maven Central or from where ZHONGFU_JARS says.

ZHONGFU_JARS is the address of a mirror, or a folder that holds the jars: laid out as a Maven repository, or all in one.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import requests
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from graph.errors import NoNetwork, WrongSum
from graph.local.jars import sha256
from graph.local.release import Jar

_THREADS = 8
_PAUSES = (0.5, 2.0)  # seconds before a second and a third try
_TIMEOUT = 30

Source = Callable[[Jar, Path], Path]
"""Brings one jar into a folder and says where it lies there."""


def fetch(jars: Sequence[Jar], folder: Path, version: str) -> None:
    """Bring these jars of a release into the folder; each appears there whole and right, or not at all.

    Raises
    ------
    NoNetwork, WrongSum
        The first fault ends it; what came before stays.
    """
    for left_over in folder.glob(".fetch-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    origin = os.environ.get("ZHONGFU_JARS", "")
    source = _folder(Path(origin).expanduser()) if origin and "://" not in origin else _repository(origin)
    staging = Path(tempfile.mkdtemp(prefix=".fetch-", dir=folder))
    fetched: list[Jar] = []

    def one(jar: Jar) -> None:
        draft = source(jar, staging)
        found = sha256(draft)
        if found != jar.sha256:
            raise WrongSum(jar=jar.name, source=origin or "Maven Central", found=found, expected=jar.sha256)
        (folder / jar.path).parent.mkdir(parents=True, exist_ok=True)
        draft.replace(folder / jar.path)
        fetched.append(jar)

    try:
        with _bar(version, len(jars)) as show, ThreadPoolExecutor(_THREADS) as pool:
            tasks = [pool.submit(one, jar) for jar in jars]
            for task in tasks:
                task.add_done_callback(lambda _: show(len(fetched)))
            done, waiting = wait(tasks, return_when=FIRST_EXCEPTION)
            for task in waiting:
                task.cancel()
            for task in done:
                task.result()
    except (requests.RequestException, RuntimeError, FileNotFoundError) as error:
        raise NoNetwork(
            version=version,
            source=origin or "Maven Central",
            missing=len(jars) - len(fetched),
            detail=_innermost(error),
            cache=folder,
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _folder(origin: Path) -> Source:
    def get(jar: Jar, staging: Path) -> Path:
        laid_out = origin / jar.path
        return Path(shutil.copyfile(laid_out if laid_out.exists() else origin / jar.name, staging / jar.name))

    return get


def _repository(address: str) -> Source:
    remote = {"mirror": address.rstrip("/")} if address else None

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


def _innermost(error: BaseException) -> str:
    """The innermost cause in one line: the outer ones repeat addresses and the names of classes."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextmanager
def _bar(version: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that is told how many jars are there."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"Neo4j {version}, fetched once / 首次获取", total=total)
        yield lambda count: progress.update(task, completed=count)
