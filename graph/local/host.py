"""The process that hosts the local Neo4j: `python -m graph.local.host HOME VERSION SIZE PORT IDLE_SECONDS`.

It holds the server's lock while it lives, announces itself once Bolt answers, and ends on SIGTERM or when idle.
"""

import os
import signal
import socket
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jpype

from graph.local import jars, java, locks, sizing
from graph.local.home import Home, Running
from graph.local.sizing import Size

_TICK = 0.5
_LOCK_PATIENCE = 5.0  # a command that looks whether the lock is held holds it for a moment itself


def main(root: str, version: str, size: str, port: str, idle_seconds: str) -> int:
    """Host the server until it is told to stop or nobody needs it."""
    home = Home(Path(root))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    held = locks.take(home.server_lock, _LOCK_PATIENCE)
    if held is None:
        sys.stderr.write("StoreLockException: the server's lock is held\n")
        return 1
    chosen = sizing.SIZES[size]
    java.start(jars.classpath(version), chosen.heap)
    number = int(port) or free_port()
    password = home.password()
    _set_first_password(home, password)
    service = _build(home, chosen, number)
    running = Running(
        address=f"bolt://127.0.0.1:{number}",
        port=number,
        pid=os.getpid(),
        version=version,
        size=size,
        idle_seconds=float(idle_seconds) or None,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    home.announce(running)
    _wait(home, service, running, stop)
    home.state.unlink(missing_ok=True)
    service.shutdown()
    held.close()
    return 0


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_first_password(home: Home, password: str) -> None:
    """Put the password in place before Bolt opens for the first time."""
    if (home.store / "data" / "databases" / "system").exists():
        return
    command = jpype.JClass("org.neo4j.commandline.admin.security.SetInitialPasswordCommand")(context(home))
    jpype.JClass("picocli.CommandLine")(command).execute([password])


def context(home: Home) -> Any:
    """The surroundings Neo4j's own commands want: its home and its configuration."""
    path = jpype.JClass("java.nio.file.Path").of
    conf = home.store / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "neo4j.conf").touch()
    return jpype.JClass("org.neo4j.cli.ExecutionContext")(path(str(home.store)), path(str(conf)))


def _build(home: Home, size: Size, port: int) -> Any:
    """Neo4j itself, with Bolt on the loopback and nothing else open."""
    settings = jpype.JClass("org.neo4j.configuration.GraphDatabaseSettings")
    bolt = jpype.JClass("org.neo4j.configuration.connectors.BoltConnector")
    here = jpype.JClass("org.neo4j.configuration.helpers.SocketAddress")("127.0.0.1", port)
    yes = jpype.java.lang.Boolean.TRUE
    path = jpype.JClass("java.nio.file.Path").of(str(home.store))
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(path)
    for setting, value in (
        (bolt.enabled, yes),
        (bolt.listen_address, here),
        (bolt.advertised_address, here),
        (settings.auth_enabled, yes),
        (settings.pagecache_memory, jpype.java.lang.Long(size.page_cache << 20)),
    ):
        builder = builder.setConfig(setting, value)
    return builder.build()


def _wait(home: Home, service: Any, running: Running, stop: threading.Event) -> None:
    """Return when told to stop, or when for the idle time no command came and none is connected."""
    system = service.database("system")
    busy = time.time()
    while not stop.wait(_TICK):
        if running.idle_seconds is None:
            continue
        busy = max(busy, _leased(home))
        if time.time() - busy < running.idle_seconds:
            continue
        if _connections(system):
            busy = time.time()
            continue
        # A command that has just found the server holds the turn: it leaves a fresh lease, or finds the server gone.
        with locks.hold(home.turn_lock, 0.0) as mine:
            if mine and time.time() - _leased(home) >= running.idle_seconds:
                home.state.unlink(missing_ok=True)
                return


def _leased(home: Home) -> float:
    return home.lease.stat().st_mtime if home.lease.exists() else 0.0


def _connections(system: Any) -> int:
    """How many clients are connected over Bolt."""
    transaction = system.beginTx()
    try:
        return int(
            transaction.execute("CALL dbms.listConnections() YIELD connector RETURN count(*) AS n").next().get("n")
        )
    finally:
        transaction.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
