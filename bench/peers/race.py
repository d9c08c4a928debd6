"""One peer in a process of its own, killed at its limit of processor time."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

from bench.measure import GIB, measured
from bench.peers import peer
from bench.peers.pairs import Optimum, Pairs, together
from bench.scenario import Figures

MEMORY = 12 * GIB
"""Address space that a peer may use, so that it ends by itself before the machine does."""


@dataclass(frozen=True)
class Raced:
    """What a peer cost and reached: without `optimum` it did not finish, and would have cost more than that."""

    name: str
    cost: Figures
    optimum: Optimum | None = None

    def beside(self, seconds: float, cpu_seconds: float) -> Figures:
        """Its cost by its name, and how many times what ours took; of one that did not finish, at least so many."""
        return {f"{self.name}_{figure}": value for figure, value in self.cost.items()} | {
            f"times_faster_than_{self.name}": self.cost["seconds"] / seconds,
            f"times_faster_than_{self.name}_by_cpu": self.cost["cpu_seconds"] / cpu_seconds,
        }


def race(name: str, components: Sequence[Pairs], limit: float) -> Raced:
    """Let a peer solve the components one by one; figures tell the limit if it was `killed_at` it, or that it `failed`.

    `limit` is of processor seconds, those of programs that it starts among them, so that a busy machine kills nobody.
    """
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_solve, args=(its, name, limit))
    process.start()
    its.close()
    ours.send(components)
    ours.recv()  # everything is imported and read
    begun, before = time.perf_counter(), _spent(process.pid)
    spent = 0.0
    try:
        while not ours.poll(min(0.5, limit)):
            spent = _spent(process.pid) - before
            if spent >= limit:
                return Raced(name, {"killed_at": limit, "seconds": time.perf_counter() - begun, "cpu_seconds": spent})
        return Raced(name, *ours.recv())
    except EOFError:
        return Raced(name, {"failed": 1, "seconds": time.perf_counter() - begun, "cpu_seconds": spent})
    finally:
        os.killpg(process.pid or 0, signal.SIGKILL)  # programs that it started too
        process.join()


def _solve(pipe: Connection, name: str, limit: float) -> None:
    os.setsid()
    components: Sequence[Pairs] = pipe.recv()
    solve = peer(name)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    last = int(limit) + 60
    resource.setrlimit(resource.RLIMIT_CPU, (last, last))  # should nobody be left to kill it
    pipe.send("begun")
    with measured() as cost:
        taken = [solve(pairs) for pairs in components]
    pipe.send((cost.figures(), together(zip(components, taken, strict=True))))


def _spent(pid: int | None) -> float:
    """Processor seconds of a process and of those that it started, so far."""
    own, spent = psutil.Process(pid), 0.0
    for process in [own, *own.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile, and counts with its parent
            spent += sum(process.cpu_times()[:4])
    return spent
