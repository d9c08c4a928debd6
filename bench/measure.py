"""Seconds and memory of one piece of work, with everything it starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

GIB = 2**30


@dataclass
class Measured:
    """Wall seconds, and the peak of resident memory summed over the process, its children and `beside`."""

    seconds: float = 0.0
    peak_gib: float = 0.0


@contextmanager
def measured(*beside: int) -> Iterator[Measured]:
    """Measure the block; `beside` are processes that are not children, such as the local Neo4j.

    Memory is sampled twenty times a second; pages shared by two processes count twice, so the figure is an upper bound.
    """
    found, ended = Measured(), threading.Event()
    sampler = threading.Thread(target=_sample, args=(found, ended, beside), daemon=True)
    started = time.perf_counter()
    sampler.start()
    try:
        yield found
    finally:
        found.seconds = time.perf_counter() - started
        ended.set()
        sampler.join()


def _sample(found: Measured, ended: threading.Event, beside: tuple[int, ...]) -> None:
    own = psutil.Process()
    while True:
        found.peak_gib = max(found.peak_gib, _resident(own, beside) / GIB)
        if ended.wait(0.05):
            return


def _resident(own: psutil.Process, beside: tuple[int, ...]) -> int:
    total = 0
    others = [psutil.Process(pid) for pid in beside if psutil.pid_exists(pid)]
    for process in [own, *own.children(recursive=True), *others]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
