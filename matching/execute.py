"""Where jobs run: in this process and in local ones beside it, or on an executor of the caller's; the same results."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Callable[..., T], tuple[Any, ...]]
"""A function of a module and its arguments, which are arrays: nothing is inherited from the process that asks."""


@contextmanager
def workers(processes: int, executor: Executor | None, module: str) -> Iterator[Workers]:
    """So many processes, this one among them, while the block lasts; an executor of the caller's takes their place.

    They are begun at once, with the module of their jobs: while this process is small, and to be ready when asked. They
    are spawned, not forked, since the caller may hold threads (Arrow's, a Java machine's) that a fork would break.
    """
    if executor is not None or processes <= 1:
        yield Workers(0, executor)
        return
    context = _Spawning()
    with ProcessPoolExecutor(processes - 1, mp_context=context, initializer=_deaf) as pool:
        for _ in range(processes - 1):
            pool.submit(import_module, module)
        yield Workers(processes - 1, pool, context.begun)


class _Spawning(SpawnContext):
    """Processes that are spawned, each remembered: a pool does not tell its own, and others may be begun meanwhile."""

    def __init__(self) -> None:
        self.begun: list[BaseProcess] = []

    def Process(self, *args: Any, **named: Any) -> SpawnProcess:  # type: ignore[override] # noqa: N802  the name of the context
        """Begin none yet, but remember it."""
        process = SpawnProcess(*args, **named)
        self.begun.append(process)
        return process


def _deaf() -> None:
    """Let whoever begun this process alone hear that it is to stop: a terminal tells all of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass
class Workers:
    """Local processes beside this one, those `begun` for the pool, or an executor that takes all jobs, or neither."""

    beside: int
    pool: Executor | None
    begun: Sequence[BaseProcess] = ()

    def run(self, jobs: Sequence[Job[T]], told: Callable[[float], None]) -> list[T | None]:
        """Results of jobs in their order; each is begun when somebody is free. `told` hears the share that is done.

        Where the caller is interrupted (Ctrl-C), those that are done by then; the others are None, and what is at work
        on them is ended. What is lost with a process that is killed, or an executor that breaks, is done here.
        """
        if self.pool is not None and not self.beside:
            try:
                return _by(self.pool, jobs, told)
            except BrokenExecutor:
                self.pool = None
        queue = _Queue(jobs, self.pool)
        results: dict[int, T] = {}
        try:
            for _ in range(self.beside):
                queue.send()
            while (at := queue.next()) is not None:
                results[at] = _call(jobs[at])
                told((at + 1) / len(jobs))
            for at in range(len(jobs)):
                if at not in results:
                    results[at] = self._result(queue.sent[at], jobs[at])
        except KeyboardInterrupt:
            queue.close()
            results |= {at: future.result() for at, future in queue.sent.items() if _is_done(future)}
            self._end()
        return [results.get(at) for at in range(len(jobs))]

    def _result(self, sent: Future[T], job: Job[T]) -> T:
        """The result of a job that was sent, done here where its process is no more."""
        try:
            return sent.result()
        except BrokenExecutor:
            self.beside, self.pool = 0, None
            return _call(job)

    def _end(self) -> None:
        """End the processes beside this one, so that what comes later is done here."""
        for process in self.begun:
            process.terminate()
        self.beside, self.pool = 0, None


def _by(pool: Executor, jobs: Sequence[Job[T]], told: Callable[[float], None]) -> list[T | None]:
    """Results of jobs that an executor does all of; the first fault, or an interruption, ends those that are not begun."""
    sent = [pool.submit(_call, job) for job in jobs]
    try:
        for number, done in enumerate(as_completed(sent), 1):
            done.result()
            told(number / len(jobs))
    except KeyboardInterrupt:
        pass
    finally:
        for future in sent:
            future.cancel()
    return [future.result() if _is_done(future) else None for future in sent]


def _is_done(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


class _Queue:
    """Jobs that nobody has begun; a process beside this one is sent another when it is done with one."""

    def __init__(self, jobs: Sequence[Job[Any]], pool: Executor | None) -> None:
        self._jobs, self._pool, self._lock = jobs, pool, Lock()
        self._waiting = deque(range(len(jobs)))
        self.sent: dict[int, Future[Any]] = {}

    def next(self) -> int | None:
        """The next job, to be done by who asks; None when all are begun."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        """Begin no job any more."""
        with self._lock:
            self._waiting.clear()

    def send(self, _done: Future[Any] | None = None) -> None:
        """Send the next job to the pool."""
        with self._lock:
            if not self._waiting or self._pool is None:
                return
            at = self._waiting[0]
            try:
                sent = self.sent[at] = self._pool.submit(_call, self._jobs[at])
            except BrokenExecutor:
                self._pool = None  # who asks does the rest
                return
            self._waiting.popleft()
        sent.add_done_callback(self.send)


def _call(job: Job[T]) -> T:
    function, arguments = job
    return function(*arguments)
