"""A process that heads a group of its own, so that it and all that it starts end together."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess
from typing import Any


def begin(function: Callable[..., None], *arguments: Any) -> SpawnProcess:
    """Call a function of a module in a process that may start others, and ends with this one however this one ends."""
    process = get_context("spawn").Process(target=_headed, args=(function, arguments))
    process.start()
    return process


def end(process: SpawnProcess) -> None:
    """End the process and all that it started."""
    if process.pid is not None:
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:  # it has not come so far as to have a group, or nobody of it is left
            process.terminate()
    process.join()


def _headed(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    function(*arguments)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os.killpg(0, signal.SIGKILL)
