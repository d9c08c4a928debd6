"""Whatever is killed under load, every write that was acknowledged is there, every run is made or reported, and the service heals."""

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Self

import httpx
import pytest

from graph import local
from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_runs import processes

OFFER = {"kind": "bathing", "capacity": "1", "serves": f"{COUNTY}000000"}
SECONDS = 6.0
"""Of load before and after the kill."""


@dataclass
class Load:
    """Clients that write and read until told to stop; what was acknowledged, and answers that no client may get."""

    service: Service
    offers: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.threads = [
            threading.Thread(target=self.write),
            threading.Thread(target=self.write),
            threading.Thread(target=self.read),
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def until_written(self) -> None:
        """Wait until something is acknowledged, however slow the machine is."""
        for _ in range(600):
            if self.offers:
                return
            time.sleep(0.1)

    def write(self) -> None:
        with self.service.client("kind") as client:
            while not self.over.is_set():
                answer = self.sent(client, "POST", "/api/v1/offers", OFFER)
                if answer is not None and answer.status_code == 201:
                    self.offers.append(answer.json()["offer"])

    def read(self) -> None:
        with self.service.client("mei") as client:
            while not self.over.is_set():
                for path in ("/", "/api/v1/plans", "/api/v1/gaps", "/offers?organization=none"):
                    self.sent(client, "GET", path)

    def sent(self, client: httpx.Client, method: str, path: str, body: object = None) -> httpx.Response | None:
        """The answer; None where the line broke. A fault of the service itself may be 503 with its remedy, and no other."""
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError:
            time.sleep(0.2)
            return None
        if answer.status_code >= 500 and not (answer.status_code == 503 and answer.headers.get("retry-after")):
            self.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code == 503:
            time.sleep(0.2)
        return answer


def server(service: Service) -> int:
    """A process that answers, not the one that keeps them."""
    found = [each for each in processes(service, "serve") if each.parent() is not None]
    keeper = min(found, key=lambda each: each.create_time())
    beside = ("worker", "resource_tracker")
    return next(child.pid for child in keeper.children() if not any(name in str(child.cmdline()) for name in beside))


def worker(service: Service) -> int:
    return processes(service, "worker")[0].pid


def neo4j(service: Service) -> int:
    running = local.status(service.zhongfu.home)
    assert running is not None
    return running.pid


@pytest.mark.parametrize("victim", [server, worker, neo4j], ids=["server", "worker", "neo4j"])
def test_nothing_acknowledged_is_lost_when_it_is_killed_under_load(service: Service, victim: object) -> None:
    assert callable(victim)
    with service.client("mei") as client, Load(service) as load:
        asked = client.post("/api/v1/runs", json={"on": "2026-11-25"})
        assert asked.status_code == 202
        load.until_written()
        time.sleep(SECONDS)
        os.kill(victim(service), signal.SIGKILL)
        time.sleep(SECONDS)
    assert load.wrong == []
    assert load.offers
    for _ in range(300):
        try:
            if httpx.get(f"{service.address}/readyz", timeout=30).status_code == 200:
                break
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    with service.client("kind") as kind, service.client("mei") as mei:
        held = {key for key in load.offers if kind.get(f"/api/v1/offers/{key}").status_code == 200}
        assert held == set(load.offers)
        for _ in range(600):
            run = mei.get(f"/api/v1/runs/{asked.json()['run']}").json()
            if run["state"] not in {"queued", "running"}:
                break
            time.sleep(0.3)
        assert run["state"] == "done" or run["fault"]["repair"], run
        for key in load.offers:
            assert kind.delete(f"/api/v1/offers/{key}", headers={"If-Match": '"1"'}).status_code == 204
