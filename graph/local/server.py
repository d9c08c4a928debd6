"""Start, find and stop the local server of a home."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import (
    DiskFull,
    FolderInUse,
    GraphError,
    NewerDatabase,
    NoRights,
    OutOfMemory,
    PortTaken,
    StartFailed,
    StopFailed,
)
from graph.local import jars, locks, release, sizing
from graph.local.home import USER, Home, Running, told

_PAUSE = 0.05
_TURN_PATIENCE = 300.0
_START_PATIENCE = 180.0
_STOP_PATIENCE = 180.0
IDLE_SECONDS = 600.0

# Servers outlive the command; kept here so that one that ends while the command still runs is reaped.
_started: list[subprocess.Popen[bytes]] = []


def start(
    home: Path,
    *,
    version: str | None = None,
    size: str = "auto",
    port: int | None = None,
    idle_seconds: float | None = IDLE_SECONDS,
) -> Running:
    """The server of this home: the one that runs, else a new one in a process of its own.

    Parameters
    ----------
    version
        A release of Neo4j; by default the one the store was written by, and the long-term support release for a new store.
    size
        `small`, `medium`, `large`, or `auto` by the size of the store.
    port
        A port of the loopback; by default a free one.
    idle_seconds
        How long it stays without a connection; None for ever.
    """
    place = Home(home)
    place.make()
    with locks.hold(place.turn_lock, _TURN_PATIENCE) as mine:
        if not mine:
            raise FolderInUse(home=home, detail="another command has been starting or stopping it for five minutes")
        found = _find(place)
        if found is not None:
            return found
        chosen = _version(place, version)
        jars.classpath(chosen)
        measure = sizing.choose(size, place.store_bytes()).name
        running = _launch(place, chosen, measure, port or 0, idle_seconds)
        place.release.write_text(chosen, encoding="ascii")
        place.lease.touch()
        return running


def stop(home: Path) -> bool:
    """Stop the server of this home cleanly; false when none ran.

    Raises
    ------
    StopFailed
        It did not end in three minutes.
    """
    place = Home(home)
    if not place.graph.exists():
        return False
    with told(place.graph, "ZHONGFU_HOME"), locks.hold(place.turn_lock, _TURN_PATIENCE):
        running = place.running()
        if running is None:
            return False
        os.kill(running.pid, signal.SIGTERM)
        with locks.hold(place.server_lock, _STOP_PATIENCE) as ended:
            if not ended:
                raise StopFailed(home=home, pid=running.pid, seconds=int(_STOP_PATIENCE), log=place.log)
    return True


def status(home: Path) -> Running | None:
    """The server of this home, provided that it answers."""
    place = Home(home)
    running = place.running() if place.graph.exists() else None
    return running if running and _answers(place, running) else None


def _find(home: Home) -> Running | None:
    """The server that runs here, its lease renewed; waits for one that is on its way up or down."""
    end = time.monotonic() + _STOP_PATIENCE
    while locks.is_held(home.server_lock):
        running = home.running()
        if running is not None and _answers(home, running):
            home.lease.touch()
            return running
        if time.monotonic() > end:
            raise FolderInUse(home=home.root, detail="its server's process lives but does not answer")
        time.sleep(_PAUSE)
    return None


def _answers(home: Home, running: Running) -> bool:
    """Whether Bolt lets us in with this home's password."""
    try:
        with neo4j.GraphDatabase.driver(running.address, auth=(USER, home.password()), connection_timeout=5) as driver:
            driver.verify_connectivity()
    except (DriverError, Neo4jError):
        return False
    return True


def _version(home: Home, asked: str | None) -> str:
    """The release to run: never one older than the store's last."""
    last = home.release.read_text(encoding="ascii").strip() if home.release.exists() else None
    chosen = asked or last or release.DEFAULT
    if last and release.order(chosen) < release.order(last):
        raise NewerDatabase(where=home.store, found=f"Neo4j {last}", known=f"Neo4j {chosen}")
    release.jars(chosen)
    return chosen


def _launch(home: Home, version: str, size: str, port: int, idle_seconds: float | None) -> Running:
    """Start the host in a session of its own, so that it outlives this command and its terminal's Ctrl-C."""
    home.state.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "graph.local.host",
        str(home.root),
        version,
        size,
        str(port),
        str(idle_seconds or 0.0),
    ]
    package_root = str(Path(__file__).parents[2])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")])),
    }
    with told(home.graph, "ZHONGFU_HOME"), home.log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=home.graph,
            env=environment,
        )
    _started[:] = [earlier for earlier in _started if earlier.poll() is None] + [process]
    end = time.monotonic() + _START_PATIENCE
    while process.poll() is None:
        running = home.running()
        if running is not None and _answers(home, running):
            return running
        if time.monotonic() > end:
            process.terminate()
            break
        time.sleep(_PAUSE)
    raise fault(home, port, home.log.read_text(encoding="utf-8", errors="replace"))


_SIGNS: tuple[tuple[type[GraphError], tuple[str, ...]], ...] = (
    (DiskFull, ("No space left on device", "Disk quota exceeded")),
    (
        OutOfMemory,
        ("OutOfMemoryError", "Could not reserve enough space", "insufficient memory", "Cannot allocate memory"),
    ),
    (FolderInUse, ("FileLockException", "StoreLockException", "Unable to obtain lock", "LockException")),
    (PortTaken, ("Address already in use", "BindException", "PortBindException")),
    (NoRights, ("AccessDeniedException", "Permission denied", "Read-only file system")),
)


def fault(home: Home, port: int, said: str) -> GraphError:
    """The fault behind what a Neo4j process said before it ended."""
    line = _last_cause(said)
    facts: dict[type[GraphError], dict[str, object]] = {
        DiskFull: {"where": home.graph, "setting": "ZHONGFU_HOME"},
        OutOfMemory: {"where": home.graph, "detail": line},
        FolderInUse: {"home": home.root, "detail": line},
        PortTaken: {"port": port},
        NoRights: {"where": home.graph, "setting": "ZHONGFU_HOME"},
    }
    for kind, signs in _SIGNS:
        if any(sign in said for sign in signs):
            return kind(**facts[kind])
    return StartFailed(home=home.root, detail=line, log=home.log)


def _last_cause(said: str) -> str:
    """The line that tells most: the last cause of a Java trace, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by:") or "Exception" in line.split(":")[0]]
    return (causes or lines or ["it ended without a word"])[-1]
