"""Seconds, processor time and memory of one piece of work, with everything it starts."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil

GIB = 2**30
Pids = Callable[[], Iterable[int]]


@dataclass
class Measured:
    """Wall seconds, processor seconds, and the peak of resident memory summed over all processes counted."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_gib: float = 0.0
    _begun: float = field(default_factory=time.perf_counter)
    _cpu_begun: float = field(default_factory=lambda: _cpu_seconds())

    def split(self) -> Measured:
        """What was measured so far; measuring begins anew."""
        self.end()
        done = Measured(self.seconds, self.cpu_seconds, self.peak_gib)
        self.peak_gib, self._begun, self._cpu_begun = 0.0, time.perf_counter(), _cpu_seconds()
        return done

    def end(self) -> None:
        """Set the seconds."""
        self.seconds = time.perf_counter() - self._begun
        self.cpu_seconds = _cpu_seconds() - self._cpu_begun

    def figures(self, prefix: str = "") -> dict[str, float]:
        """The three as named figures."""
        return {
            f"{prefix}seconds": self.seconds,
            f"{prefix}cpu_seconds": self.cpu_seconds,
            f"{prefix}gib": self.peak_gib,
        }


@contextmanager
def measured(beside: Pids = tuple) -> Iterator[Measured]:
    """Measure the block; `beside` gives processes that are not children, such as the local Neo4j.

    Processor time is that of this process and of its children that have ended. Memory is sampled twenty times a second;
    pages shared by two processes count twice, so the figure is an upper bound.
    """
    found, ended = Measured(), threading.Event()
    sampler = threading.Thread(target=_sample, args=(found, ended, beside), daemon=True)
    sampler.start()
    try:
        yield found
    finally:
        found.end()
        ended.set()
        sampler.join()


def repeated(work: Callable[[], object], runs: int = 3) -> Measured:
    """The medians of a few runs, for what takes less than a few seconds; memory is not measured."""
    taken = []
    for _ in range(runs):
        run = Measured()
        work()
        run.end()
        taken.append(run)
    return Measured(median(run.seconds for run in taken), median(run.cpu_seconds for run in taken))


def _cpu_seconds() -> float:
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def _sample(found: Measured, ended: threading.Event, beside: Pids) -> None:
    own = psutil.Process()
    while True:
        found.peak_gib = max(found.peak_gib, _resident(own, beside()) / GIB)
        if ended.wait(0.05):
            return


def _resident(own: psutil.Process, beside: Iterable[int]) -> int:
    counted = {process.pid: process for process in [own, *own.children(recursive=True)]}
    total = 0
    for pid in {*counted, *beside}:
        try:
            total += (counted.get(pid) or psutil.Process(pid)).memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
