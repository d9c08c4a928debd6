"""Many readers at once on a province's data: how long they wait, and what memory the service takes, with and without a run."""

from __future__ import annotations

import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from bench.samples import PROVINCE, SEED
from bench.scenario import Figures, Scenario, Target, at_most, exactly
from bench.service import Service, service

_A_SECOND, _SECONDS = 50, 120
_READERS = 64
_WARM_SECONDS = 10
_PROGRAMS = (
    "/api/v1/me",
    "/api/v1/regions/441400000000",
    "/api/v1/regions?parent=440000000000",
    "/api/v1/service-kinds",
    "/api/v1/plans",
    "/api/v1/runs",
    "/api/v1/publications",
    "/api/v1/gaps?region=441424000000",
    "/api/v1/gaps?region=440000000000&level=province",
)
_PEOPLE = (
    "/gaps?measure=needs&sort=needs",
    "/gaps?region=441400000000&measure=red",
    "/gaps?region=441424000000&level=village&sort=households",
    "/gaps?level=county&find=%E6%A2%85",
    "/",
)
"""What pages ask for when they swap a part of themselves: the same addresses."""


@dataclass
class Waited:
    """Seconds that requests took from the moment they were due, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def figures(self, prefix: str) -> Figures:
        """Milliseconds at the middle and near the end."""
        at = np.percentile(self.seconds, (50, 95, 99)) * 1000
        names = (f"{prefix}p50_ms", f"{prefix}p95_ms", f"{prefix}p99_ms")
        return dict(zip(names, at.tolist(), strict=True)) | {f"{prefix}failed": self.failed}


def reads() -> Figures:
    """Both halves: without a run, then with one that goes on."""
    with service(PROVINCE) as running:
        return quiet_and_busy(running, PROVINCE)


def quiet_and_busy(running: Service, region: str) -> Figures:
    """Readers alone, then beside a run of the region."""
    asked(running, _WARM_SECONDS)
    before = running.gib()
    alone = asked(running, _SECONDS)
    after = running.gib()
    with closing(running.client("coordinator")) as client:
        run = client.post("/api/v1/runs", json={"region": region}).json()["run"]
        beside = asked(running, _SECONDS)
        still = client.get(f"/api/v1/runs/{run}").json()["state"] == "running"
        client.post(f"/api/v1/runs/{run}/cancel")
    return {
        **alone.figures(""),
        **beside.figures("with_run_"),
        "run_still_going": still,
        "server_gib": after,
        "server_growth_percent": 100 * (after / before - 1),
    }


def asked(running: Service, seconds: float) -> Waited:
    """Requests due at even moments, each waiting counted from then: a slow answer holds back no other."""
    found, lock, chance = Waited(), threading.Lock(), random.Random(SEED)  # noqa: S311 the same requests each time
    addresses = [
        chance.choice(_PROGRAMS if chance.random() < 0.8 else _PEOPLE) for _ in range(int(_A_SECOND * seconds))
    ]
    begun = time.monotonic()

    def ask(at: int) -> None:
        due = begun + at / _A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        with lock:
            client = next(clients)
        good = client.get(addresses[at]).status_code == 200
        with lock:
            found.seconds.append(time.monotonic() - due)
            found.failed += not good

    held = [running.client("planner") for _ in range(4)]
    clients = itertools.cycle(held)
    with ThreadPoolExecutor(_READERS) as pool:
        list(pool.map(ask, range(len(addresses))))
    for client in held:
        client.close()
    return found


_TARGETS: tuple[Target, ...] = (
    at_most("p95_ms", 200),
    exactly("failed", 0),
    at_most("with_run_p95_ms", 1000),
    exactly("with_run_failed", 0),
    at_most("server_growth_percent", 5),
)
SCENARIOS = (
    Scenario(
        "reads",
        "province",
        "50 requests a second for two minutes, 80% of programs and 20% of pages, without and with a run going",
        reads,
        _TARGETS,
    ),
)
