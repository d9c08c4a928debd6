"""The service over the sample of a region: loaded, matched and published, with processes of its own and accounts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bench.homes import home
from bench.measure import GIB
from bench.samples import DAY, ROOT, sample

PASSWORD = "words of a benchmark"  # noqa: S105 of accounts that last as long as the scenario
ACCOUNTS = {"planner": "planner", "coordinator": "coordinator"}
"""Accounts with their roles, for everywhere."""
_PATIENCE = 600.0
"""Seconds within which the service is up and its gaps are counted."""


@dataclass(frozen=True)
class Service:
    """A service that runs, and the process that its own are children of."""

    address: str
    process: subprocess.Popen[bytes]

    def client(self, name: str) -> httpx.Client:
        """A client that has signed in by a session."""
        client = httpx.Client(base_url=self.address, timeout=_PATIENCE)
        entered = client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
        entered.raise_for_status()
        client.headers["X-CSRF-Token"] = entered.json()["csrf"]
        return client

    def gib(self) -> float:
        """Resident memory of the processes that answer."""
        children = psutil.Process(self.process.pid).children()
        answering = [each for each in children if "worker" not in each.cmdline()]
        return float(sum(each.memory_info().rss for each in answering)) / GIB


@contextmanager
def service(region: str, processes: int = 2) -> Iterator[Service]:
    """The service over a region with a plan published, in a home that is gone when the block ends."""
    with home() as folder:
        _zhongfu(folder, "load", str(sample(region)))
        made = _zhongfu(folder, "match", "--region", region, "--on", str(DAY), "--format", "json")
        _zhongfu(folder, "publish", json.loads(made)["plan"])
        for name, role in ACCOUNTS.items():
            _zhongfu(folder, "user", "add", name, "--role", role)
        with over(folder, processes) as running:
            yield running


@contextmanager
def over(folder: Path, processes: int) -> Iterator[Service]:
    """The service over a home that is there, once every process has counted the gaps."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--processes", str(processes)]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(folder), stdout=subprocess.DEVNULL) as process:
        running = Service(f"http://127.0.0.1:{port}", process)
        try:
            _await(running, processes)
            yield running
        finally:
            process.terminate()


def _await(running: Service, processes: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"{running.address}/readyz", timeout=30).status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.2)
    fast = 0
    while fast < 8 * processes and time.monotonic() < until:  # each connection comes to one process or the other
        with closing(running.client("planner")) as client:
            begun = time.monotonic()
            done = client.get("/api/v1/gaps").status_code == 200 and time.monotonic() - begun < 1
        fast = fast + 1 if done else 0


def _zhongfu(folder: Path, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=_environment(folder), stdout=subprocess.PIPE, check=True).stdout


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"ZHONGFU_HOME": str(folder), "ZHONGFU_LANG": "en", "ZHONGFU_USER_PASSWORD": PASSWORD}
