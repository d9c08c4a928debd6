"""Start, find and stop the local server of a home."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.errors import FolderInUse, NewerDatabase, PortTaken, StartFailed, StopFailed, WrongPassword
from graph.local import jars, locks, process, release, sizing
from graph.local.home import USER, Home, Running, told

IDLE_SECONDS = 600.0
"""How long a server stays without a connection."""

_PAUSE = 0.05
_TURN_PATIENCE = 300.0
_PATIENCE = 300.0  # to come up or go down; a large store is recovered or flushed meanwhile
_TRIES = 3

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
        A release of Neo4j; by default the one that last opened the store, and the long-term support release for a new store.
    size
        `small`, `medium`, `large`, or `auto` by the size of the store.
    port
        A port of the loopback; by default a free one.
    idle_seconds
        How long it stays without a connection; None for ever.

    Raises
    ------
    NoNetwork, WrongSum
        The jars of Neo4j cannot be had.
    FolderInUse, NewerDatabase, PortTaken, NoRights, DiskFull, OutOfMemory, NoJava, StartFailed
        It cannot run.
    """
    place = Home(home.expanduser().absolute())
    place.make()
    with turn(place):
        running = find(place)
    if running:
        return running
    chosen = choose_release(place, version)
    jars.classpath(chosen)
    with turn(place):
        return find(place) or launch(place, chosen, size, port or 0, idle_seconds)


def stop(home: Path) -> bool:
    """Stop the server of this home cleanly; false when none ran.

    Raises
    ------
    StopFailed
        It did not end in five minutes.
    """
    place = Home(home.expanduser().absolute())
    if not place.graph.exists():
        return False
    with turn(place):
        return halt(place)


def status(home: Path) -> Running | None:
    """The server of this home, provided that it answers."""
    place = Home(home.expanduser().absolute())
    running = place.running()
    return running if running and _answers(place, running) else None


@contextmanager
def turn(home: Home) -> Iterator[None]:
    """Be the one command that starts, stops or fills this home."""
    with told(home.graph, "ZHONGFU_HOME"), locks.hold(home.turn_lock, _TURN_PATIENCE) as mine:
        if not mine:
            raise FolderInUse(
                home=home.root, detail="another command has been starting or stopping it for five minutes"
            )
        yield


def driver(home: Home, running: Running) -> Driver:
    """A driver for the server of this home."""
    return GraphDatabase.driver(
        running.address,
        auth=(USER, home.password()),
        connection_timeout=5,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )


def halt(home: Home) -> bool:
    """Stop the server while this command has the turn; false when none ran."""
    running = home.running()
    if running is None:
        return False
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(running.pid, signal.SIGTERM)
    with locks.hold(home.server_lock, _PATIENCE) as ended:
        if not ended:
            raise StopFailed(home=home.root, pid=running.pid, seconds=int(_PATIENCE), log=home.log)
    return True


def sweep(home: Home) -> None:
    """Take away what a bulk import left that was cut off."""
    if home.importing.exists():
        for part in ("databases", "transactions"):
            shutil.rmtree(home.store / "data" / part / "neo4j", ignore_errors=True)
        home.importing.unlink()


def find(home: Home) -> Running | None:
    """The server that runs here, its lease renewed; waits for one on its way up or down, and for an import's end."""
    end = time.monotonic() + _PATIENCE
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
        with driver(home, running) as neo4j:
            neo4j.verify_connectivity()
    except AuthError as error:
        raise WrongPassword(address=running.address, user=USER) from error
    except (DriverError, Neo4jError):
        return False
    return True


def choose_release(home: Home, asked: str | None) -> str:
    """The release to run: never one older than the store's last."""
    last = home.last_release()
    chosen = asked or last or release.DEFAULT
    release.jars(chosen)
    if last and release.order(chosen) < release.order(last):
        raise NewerDatabase(where=home.store, found=f"Neo4j {last}", known=f"Neo4j {chosen}")
    return chosen


def launch(home: Home, version: str, size: str, port: int, idle_seconds: float | None) -> Running:
    """Start the host process, while this command has the turn, and wait until it answers."""
    sweep(home)
    measure = sizing.choose(size, home.store_bytes()).name
    arguments = [str(home.root), version, measure, str(port), str(idle_seconds or 0.0)]
    for tries_left in reversed(range(_TRIES)):
        home.state.unlink(missing_ok=True)
        with home.log.open("wb") as log:
            host = process.spawn("graph.local.host", arguments, home, log)
        _started[:] = [earlier for earlier in _started if earlier.poll() is None] + [host]
        running = _await(home, host)
        if running is not None:
            home.lease.touch()
            home.release.write_text(version, encoding="ascii")
            return running
        said = home.log.read_text(encoding="utf-8", errors="replace")
        fault = process.fault(said, home, port)
        # Between finding a free port and opening it another program may have taken it.
        if not (isinstance(fault, PortTaken) and port == 0 and tries_left):
            raise fault or StartFailed(home=home.root, detail=process.last_cause(said), log=home.log)
    raise AssertionError


def _await(home: Home, host: subprocess.Popen[bytes]) -> Running | None:
    """The server once it answers; None when it ended instead or took too long."""
    end = time.monotonic() + _PATIENCE
    while host.poll() is None and time.monotonic() < end:
        running = home.running()
        if running is not None and _answers(home, running):
            return running
        time.sleep(_PAUSE)
    host.terminate()
    return None
