"""One peer in a process of its own, killed at its limit."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

from bench.measure import GIB, measured
from bench.peers import PEERS
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
        figures = {f"{self.name}_{figure}": value for figure, value in self.cost.items()}
        if self.optimum is not None or "killed_at_seconds" in self.cost:
            taken = self.cost.get("seconds", self.cost.get("killed_at_seconds", 0))
            figures[f"times_faster_than_{self.name}"] = taken / seconds
            figures[f"times_faster_than_{self.name}_by_cpu"] = self.cost["cpu_seconds"] / cpu_seconds
        return figures


def race(name: str, components: Sequence[Pairs], limit: float) -> Raced:
    """Let a peer solve the components one by one; if it does not finish, figures say when it was `killed` or `failed`."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_solve, args=(its, name))
    process.start()
    its.close()
    ours.send(components)
    ours.recv()  # everything is imported and read
    begun = time.perf_counter()
    try:
        if not ours.poll(limit):
            return Raced(name, {"killed_at_seconds": limit, "cpu_seconds": _spent(process.pid)})
        cost, optimum = ours.recv()
        return Raced(name, cost, optimum)
    except EOFError:
        return Raced(name, {"failed_after_seconds": time.perf_counter() - begun})
    finally:
        os.killpg(process.pid or 0, signal.SIGKILL)  # programs that it started too
        process.join()


def _solve(pipe: Connection, name: str) -> None:
    os.setsid()
    components: Sequence[Pairs] = pipe.recv()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pipe.send("begun")
    with measured() as cost:
        taken = [PEERS[name](pairs) for pairs in components]
    pipe.send((cost.figures(), together(zip(components, taken, strict=True))))


def _spent(pid: int | None) -> float:
    """Processor seconds of a process and of those that it started, so far."""
    own = psutil.Process(pid)
    times = [process.cpu_times() for process in [own, *own.children(recursive=True)]]
    return float(sum(each.user + each.system for each in times))
