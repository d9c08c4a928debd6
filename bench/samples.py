"""Inputs of the scenarios: samples and snapshots of real regions, made once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from graph.folders import whole_folder
from graph.snapshot import Snapshot
from graph.snapshot_files import load_snapshot, save_snapshot

SEED, DAY = 20260, date(2026, 11, 2)
COUNTY, CITY, PROVINCE = "441424", "441400", "440000"
"""Wuhua, whose needs stand at the median of the counties; Meizhou; Guangdong."""

ROOT = Path(__file__).parent.parent
_FILES = ("loaders/sample", "loaders/guangdong", "graph/model.py", "graph/tables.py")
"""What the bytes of a sample depend on."""
_SNAPSHOT = (*_FILES, "graph/assemble.py", "graph/encode.py", "graph/snapshot.py", "graph/snapshot_files.py")
"""What the columns of a snapshot depend on."""
Form = Literal["csv", "parquet"]
T = TypeVar("T")


def sample(region: str, form: Form = "parquet") -> Path:
    """The folder of a region's sample."""
    return _kept(f"{region}-{SEED}-{form}", _FILES, lambda out: apart(write, out, region, form))


def snapshot_files(region: str) -> tuple[Path, str]:
    """Where the snapshot of a region's sample is kept, and its digest."""
    files = sample(region)
    store = _kept(f"{region}-{SEED}-snapshot", _SNAPSHOT, lambda out: apart(keep_snapshot, files, out))
    return store, (store / "digest").read_text("ascii")


def read_snapshot(region: str) -> Snapshot:
    """The snapshot of a region's sample, read from disk."""
    return load_snapshot(*snapshot_files(region))


def public_files() -> Path:
    """Where files of public instances are looked for, under their own names; nothing brings them there."""
    return _bench_folder() / "public"


def apart(work: Callable[..., T], *arguments: object) -> T:
    """Do some work in a process of its own, so that its memory is not counted with what is measured."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def write(out: Path, region: str, form: Form) -> None:
    """Write the sample of a region."""
    from loaders.sample import write_sample  # noqa: PLC0415  what makes the inputs is no part of what is measured

    write_sample(out, region, SEED, on=DAY, format=form)


def keep_snapshot(files: Path, store: Path) -> None:
    """Keep the snapshot of a folder of tables, and its digest beside it."""
    from loaders.snapshot import snapshot_of_folder  # noqa: PLC0415  as above

    made = snapshot_of_folder(files)
    save_snapshot(made, store)
    (store / "digest").write_text(made.digest, "ascii")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder beside the samples that is gone when the block ends."""
    folder = _bench_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _bench_folder() -> Path:
    from graph.local.home import cache_folder  # noqa: PLC0415  the driver of the graph comes with it

    return cache_folder() / "bench"


def _kept(name: str, made_by: Iterable[str], make: Callable[[Path], None]) -> Path:
    """The folder of this name made by this very code; older ones of the name are deleted."""
    folder = _bench_folder() / f"{name}-{_digest(made_by)}"
    if not folder.exists():
        for stale in folder.parent.glob(f"{name}-*"):
            shutil.rmtree(stale)
        sys.stderr.write(f"making {name}, kept in {folder}\n")
        with whole_folder(folder) as growing:
            make(growing)
    return folder


def _digest(made_by: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for name in made_by:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:12]
