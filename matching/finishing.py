"""What is nearly done is finished: an interruption (Ctrl-C) once the flows are found would lose them for seconds of work."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


@contextmanager
def finishing() -> Iterator[Callable[[], None]]:
    """What is given, once called, lets one interruption pass until the block ends; the next one holds.

    Nothing is changed where somebody else listens to interruptions, nor beside the main thread, which alone hears them.
    """
    before = signal.getsignal(signal.SIGINT)
    ours = before is signal.default_int_handler and current_thread() is main_thread()

    def pass_over(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)

    def hold() -> None:
        if ours:
            signal.signal(signal.SIGINT, pass_over)

    try:
        yield hold
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
