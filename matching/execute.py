"""Where jobs run: in this process, in local processes beside it, or on an executor of the caller; the same results."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Callable[..., T], tuple[Any, ...]]
"""A function of a module and its arguments, which are arrays: nothing is inherited from the process that asks."""


def run(jobs: Sequence[Job[T]], processes: int, executor: Executor | None = None) -> Iterator[T]:
    """Results of jobs in their order.

    With several processes this one takes part: it runs whatever no other has begun. They are spawned, not forked, since
    the caller may hold threads (Arrow's, a Java machine's) that a fork would break. An executor of the caller's takes
    all jobs instead.
    """
    if executor is not None:
        yield from executor.map(_call, jobs)
    elif processes <= 1 or len(jobs) <= 1:
        yield from (_call(job) for job in jobs)
    else:
        with ProcessPoolExecutor(processes - 1, mp_context=multiprocessing.get_context("spawn")) as pool:
            running = [pool.submit(_call, job) for job in jobs]
            own = {at: _call(jobs[at]) for at, future in enumerate(running) if future.cancel()}
            yield from (own[at] if at in own else future.result() for at, future in enumerate(running))


def _call(job: Job[T]) -> T:
    function, arguments = job
    return function(*arguments)
