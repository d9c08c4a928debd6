"""The service as processes of its own over a small county, and a client for each role."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import COUNTY, DAY, Command

PASSWORD = "several plain words"


@dataclass(frozen=True)
class Service:
    """A service that runs: its address, its home, and the plan that was made there."""

    address: str
    zhongfu: Command
    plan: str

    @contextmanager
    def client(self, name: str | None = None) -> Iterator[httpx.Client]:
        """A client, signed in by a session when an account is named; changes carry the session's mark."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            if name is not None:
                entered = client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
                assert entered.status_code == 201, entered.text
                client.headers["X-CSRF-Token"] = entered.json()["csrf"]
            yield client

    def draft(self, **asked: str) -> str:
        """A plan of the county's coordinator that waits to be decided, of its own where day or period are."""
        with self.client("mei") as client:
            run = client.post("/api/v1/runs", json=asked).json()["run"]
            for _ in range(600):
                told = client.get(f"/api/v1/runs/{run}").json()
                if told["state"] not in {"queued", "running"}:
                    break
                time.sleep(0.2)
        assert told["state"] == "done", told
        return str(told["plan"])


ACCOUNTS = {
    "root": ["--role", "admin"],
    "all": ["--role", "coordinator"],
    "mei": ["--role", "coordinator", "--region", COUNTY],
    "lan": ["--role", "planner"],
    "far": ["--role", "coordinator", "--region", f"{COUNTY}100"],
}
"""Accounts of the tests; `far` works in one town of the county."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[Service]:
    """Two server processes on a loaded county with a draft, and an account for each role."""
    zhongfu = Command(tmp_path_factory.mktemp("service"))
    zhongfu("graph", "start", "--size", "small")
    zhongfu("load", sample)
    plan = zhongfu("match", "--region", COUNTY, "--on", DAY, "--format", "json").json["plan"]
    for name, given in ACCOUNTS.items():
        zhongfu("user", "add", name, *given, ZHONGFU_USER_PASSWORD=PASSWORD)
    organization = next(iter((sample / "organizations.csv").read_text("utf-8").splitlines()[1:])).split(",")[0]
    zhongfu("user", "add", "kind", "--role", "provider", "--organization", organization, ZHONGFU_USER_PASSWORD=PASSWORD)
    with running(zhongfu) as address:
        yield Service(address, zhongfu, plan)
    zhongfu("graph", "stop")


class running:  # noqa: N801 reads as what it is
    """`zhongfu serve` of a home while the block lasts; gives its address."""

    def __init__(self, zhongfu: Command, processes: int = 2) -> None:
        self.zhongfu, self.processes = zhongfu, processes

    def __enter__(self) -> str:
        port = free_port()
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--processes", str(self.processes)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHONGFU_GRAPH")}
        self.process = subprocess.Popen(command, env=kept | {"ZHONGFU_HOME": str(self.zhongfu.home)})
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            assert self.process.poll() is None, "the service ended"
            try:
                if httpx.get(f"{address}/readyz", timeout=30).status_code == 200:
                    return address
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the service did not come up")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(90)  # answers get ten seconds to end, then the worker twenty


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
