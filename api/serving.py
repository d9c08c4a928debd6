"""Processes that go on until a signal stops them: those that answer, and the worker beside them."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.log import keep_log
from api.service.opening import kept_open
from api.settings import Settings
from api.worker import work
from graph.errors import PortTaken

_AGAIN_SECONDS = 2.0
"""Seconds after which a worker that ended is started anew."""
_ENDING_SECONDS = 20.0
_LOOK_SECONDS = 0.1
_ANSWER_SECONDS = 1.0
"""Seconds in which whoever listens takes a connection."""


def serve_until_stopped(host: str, port: int, processes: int, opened: Callable[[str], None]) -> None:
    """Answer on this address with so many processes, and keep a worker; each makes its own app from the environment.

    `opened` is called once with the address for browsers, as soon as it is answered there. Raises PortTaken.
    """
    config = uvicorn.Config(
        "api.app:create_app",
        factory=True,
        workers=processes,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
        # one that checks a long file may hold its interpreter for a while; it is no reason to kill what others wait for
        timeout_worker_healthcheck=120,
    )
    with _bound(host, port) as sock, _worker(), told_once_open(sock, opened):
        if processes == 1:
            uvicorn.Server(config).run([sock])
        else:
            Multiprocess(config, sockets=[sock]).run()


def _bound(host: str, port: int) -> socket.socket:
    """The socket that the processes share. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, so that asyncio knows it for TCP and sends each part of an answer at once: else forty milliseconds are lost.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port) from error
        raise
    sock.set_inheritable(True)
    return sock


@contextmanager
def told_once_open(sock: socket.socket, tell: Callable[[str], None]) -> Iterator[None]:
    """Tell the address of a socket once somebody answers there, while the block lasts."""
    over = threading.Event()
    host, port = _near(sock)

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            if _answers(host, port):
                with suppress(BrokenPipeError):  # nobody reads what is told; they are answered all the same
                    tell(f"http://{f'[{host}]' if ':' in host else host}:{port}")
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _near(sock: socket.socket) -> tuple[str, int]:
    """Where a socket is reached from this machine: the loopback where it listens at every address."""
    host, port = sock.getsockname()[:2]
    if ip_address(host).is_unspecified:
        host = "::1" if sock.family == socket.AF_INET6 else "127.0.0.1"
    return host, port


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def work_until_stopped(settings: Settings, *, server: int | None = None) -> None:
    """Make runs until SIGTERM or SIGINT, or until the process `server` that started it is gone."""
    keep_log()
    over = threading.Event()
    if server is not None:
        threading.Thread(target=_stop_with, args=(server, over), daemon=True).start()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: over.set())
    with kept_open(settings):
        work(settings, over)


def _stop_with(server: int, over: threading.Event) -> None:
    while os.getppid() == server:
        time.sleep(0.5)
    over.set()


@contextmanager
def _worker() -> Iterator[None]:
    """A worker beside the block, started anew whenever it ends."""
    over = threading.Event()

    def keep() -> None:
        while not over.is_set():
            with subprocess.Popen([sys.executable, "-m", "api.cli", "worker", "--server", str(os.getpid())]) as process:
                while process.poll() is None and not over.wait(0.2):
                    pass
                if over.is_set():
                    process.terminate()
                    _ended(process)
            over.wait(_AGAIN_SECONDS)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
