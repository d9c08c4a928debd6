"""Processes of our own, and what their last words mean."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from graph.errors import DiskFull, FolderInUse, GraphError, NoJava, NoRights, OutOfMemory, PortTaken
from graph.local.home import Home

_SIGNS: tuple[tuple[type[GraphError], tuple[str, ...]], ...] = (
    (DiskFull, ("No space left on device", "Disk quota exceeded")),
    (
        OutOfMemory,
        ("OutOfMemoryError", "Could not reserve enough space", "insufficient memory", "Cannot allocate memory"),
    ),
    (FolderInUse, ("FileLockException", "StoreLockException", "Unable to obtain lock")),
    (PortTaken, ("Address already in use", "PortBindException")),
    (NoRights, ("AccessDeniedException", "Permission denied", "Read-only file system")),
    (NoJava, ("graph.errors.NoJava",)),
)


def spawn(module: str, arguments: Sequence[str], home: Home, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Run a module of ours in a session of its own, which neither the terminal's Ctrl-C nor our own end reaches."""
    package_root = str(Path(__file__).parents[2])
    search_path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd=home.graph,
        env={**os.environ, "PYTHONPATH": search_path},
    )


def fault(said: str, home: Home, port: int = 0) -> GraphError | None:
    """The fault behind what a process of Neo4j said before it ended, where it can be told."""
    facts: dict[type[GraphError], dict[str, object]] = {
        DiskFull: {"where": home.graph, "setting": "ZHONGFU_HOME"},
        OutOfMemory: {"where": home.graph, "detail": last_cause(said)},
        FolderInUse: {"home": home.root, "detail": last_cause(said)},
        PortTaken: {"port": port},
        NoRights: {"where": home.graph, "setting": "ZHONGFU_HOME"},
        NoJava: {"detail": last_cause(said)},
    }
    return next((kind(**facts[kind]) for kind, signs in _SIGNS if any(sign in said for sign in signs)), None)


def last_cause(said: str) -> str:
    """The line that tells most: the innermost cause of a Java trace, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by:")]
    return (causes or lines or ["it ended without a word"])[-1]
