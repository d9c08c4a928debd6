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

from graph.local import archive, java, locks, sizing
from graph.local.home import Home, Running
from graph.local.sizing import Size
from graph.queries import query

_TICK = 0.25
_CLOSING = 10.0
_NOTED = 60.0  # seconds of classes for the archive
_LOCK_PATIENCE = 5.0  # a command that looks whether the lock is held holds it for a moment itself


def main(root: str, version: str, size: str, port: str, idle_seconds: str) -> int:
    """Host the server until it is told to stop or nobody needs it."""
    home = Home(Path(root))
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    held = locks.take(home.server_lock, _LOCK_PATIENCE)
    if held is None:
        sys.stderr.write("StoreLockException: the server's lock is held\n")
        return 1
    chosen, number = sizing.SIZES[size], int(port) or free_port()
    java.start(version, chosen.heap)
    _set_first_password(home)
    service = _build(home, chosen, number)
    _set_password(home, service.database("system"))
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
    # by then the questions of a whole run have been planned, and their classes are worth keeping too
    noting = threading.Timer(_NOTED, archive.make_later, (version,))
    noting.daemon = True
    noting.start()
    _wait(home, service, running.idle_seconds, told_to_stop)
    home.state.unlink(missing_ok=True)
    noting.cancel()
    archive.make_later(version)
    threading.Thread(target=_end_on_full_disk, args=(home,), daemon=True).start()
    service.shutdown()
    held.close()
    return 0


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_first_password(home: Home) -> None:
    """Put the password in place before Bolt opens for the first time."""
    if not (home.store / "data" / "databases" / "system").exists():
        java.command("org.neo4j.commandline.admin.security.SetInitialPasswordCommand", home.store, [home.password()])


def _set_password(home: Home, system: Any) -> None:
    """Let the file rule: it may have been lost or replaced since the last start."""
    transaction = system.beginTx()
    try:
        transaction.execute(query("set_password"), {"password": home.password()}).close()
        transaction.commit()
    except jpype.JException as error:
        if "cannot be the same" not in str(error):
            raise
    finally:
        transaction.close()


def _build(home: Home, size: Size, port: int) -> Any:
    """Neo4j itself, with Bolt on the loopback and nothing else open."""
    settings = {
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.memory.pagecache.size": f"{size.page_cache}m",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        # Old transaction logs serve backups and clusters, which the local graph has not.
        "db.tx_log.rotation.retention_policy": "256M size",
        # Else closing Bolt takes ten seconds.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
    }
    conf = java.configuration(home.store)
    conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="ascii")
    builder = java.type_named("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(java.path(home.store))
    return builder.loadPropertiesFromFile(java.path(conf)).build()


def _wait(home: Home, service: Any, idle_seconds: float | None, told_to_stop: threading.Event) -> None:
    """Return when told to stop, when the database gave up, or when for the idle time nobody came or was connected."""
    system, database = service.database("system"), service.database("neo4j")
    busy = time.time()
    while not told_to_stop.wait(_TICK):
        if not database.isAvailable(0):
            # A full disk or the like: it serves nobody until it is opened anew, which the next command does.
            return
        if idle_seconds is None or time.time() - max(busy, _leased(home)) < idle_seconds:
            continue
        if _connections(system):
            busy = time.time()
            continue
        # A command that has just found the server had the turn: it left a fresh lease, or finds the server gone.
        with locks.hold(home.turn_lock, 0.0) as mine:
            if mine and time.time() - _leased(home) >= idle_seconds:
                home.state.unlink(missing_ok=True)
                return


def _end_on_full_disk(home: Home) -> None:
    """End the process when a full disk keeps it from closing: Neo4j tries for ever, and can recover at the next start."""
    while True:
        time.sleep(_CLOSING)
        if home.disk_full():
            os._exit(1)


def _leased(home: Home) -> float:
    return home.lease.stat().st_mtime if home.lease.exists() else 0.0


def _connections(system: Any) -> int:
    """How many clients are connected over Bolt."""
    transaction = system.beginTx()
    try:
        return int(transaction.execute(query("count_connections")).next()["n"])
    finally:
        transaction.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
