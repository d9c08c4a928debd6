"""Locks between processes: the kernel lets go of them when their holder dies, however it dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PAUSE = 0.05


def take(path: Path, wait_seconds: float = 0.0) -> IO[str] | None:
    """The open file that holds the lock, or None when another process held it all the while."""
    end = time.monotonic() + wait_seconds
    file = path.open("a")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                file.close()
                return None
            time.sleep(_PAUSE)
        else:
            return file


@contextmanager
def hold(path: Path, wait_seconds: float) -> Iterator[bool]:
    """Hold the lock for the block; false when it could not be had in time."""
    file = take(path, wait_seconds)
    try:
        yield file is not None
    finally:
        if file is not None:
            file.close()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now."""
    if not path.exists():
        return False
    file = take(path)
    if file is None:
        return True
    file.close()
    return False
