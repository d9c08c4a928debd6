"""Where jobs run: in this process, or in local processes; the same results either way."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


class Inline(Executor):
    """An executor that runs each job at once in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a job; its exception is kept for the caller of `result`."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  The job's own exception belongs to its future.
            done.set_exception(error)
        return done


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """An executor of so many local processes; for one job this process itself.

    Processes are spawned, not forked: the caller may hold threads (Arrow's, a Java machine's) that a fork would break.
    """
    if jobs <= 1:
        yield Inline()
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool
