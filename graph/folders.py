"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from graph.errors import DiskFull, NoRights

_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{32}")
"""Names of folders that are being written, or are there for a while alone."""


@contextmanager
def whole_folder(folder: Path, setting: str = "ZHONGFU_HOME") -> Iterator[Path]:
    """A temporary folder that takes the name `folder` when the block ends well, and is gone otherwise.

    A `folder` that is already there and not empty wins: its name stands for its content. `setting` names the way to
    another place. Raises DiskFull and NoRights.
    """
    with told_plainly(folder.parent, setting):
        folder.parent.mkdir(parents=True, exist_ok=True)
        growing, lock = _begun(folder)
        try:
            yield growing
            flush_folder(growing)
            _take_name(growing, folder)
            flush_file(folder.parent)
        finally:
            shutil.rmtree(growing, ignore_errors=True)
            os.close(lock)


@contextmanager
def passing_folder(store: Path, name: str) -> Iterator[Path]:
    """A folder in a store of our own that nobody else reads, gone when the block ends or, after a kill, at the next sweep."""
    passing, lock = _begun(store / name, 0o700)
    try:
        yield passing
    finally:
        shutil.rmtree(passing, ignore_errors=True)
        os.close(lock)


def sweep_unfinished(store: Path) -> None:
    """Take away what processes that were killed left in a folder of our own; living ones keep theirs."""
    for growing in store.glob(".*"):
        if _UNFINISHED.fullmatch(growing.name) and growing.is_dir():
            with suppress(PermissionError):  # another user's, who sweeps it
                lock = _locked(growing, fcntl.LOCK_NB)
                if lock is not None:
                    shutil.rmtree(growing, ignore_errors=True)
                    os.close(lock)


def _begun(folder: Path, mode: int = 0o777) -> tuple[Path, int]:
    """A new temporary folder beside `folder`, and the lock on it by which others see that its writer lives."""
    while True:
        growing = folder.parent / f".{folder.name}.{uuid4().hex}"
        growing.mkdir(mode)
        lock = _locked(growing)
        if lock is not None:
            return growing, lock


def _locked(growing: Path, how: int = 0) -> int | None:
    """The lock on a folder, let go when it is closed or its process dies; None where it is another's, or the folder gone."""
    try:
        lock = os.open(growing, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | how)
        if growing.is_dir():  # else swept between its making and its lock, or whole by now
            return lock
    except BlockingIOError:
        pass
    os.close(lock)
    return None


@contextmanager
def whole_file(path: Path, setting: str) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when the block ends well, and is gone otherwise.

    `setting` names the way to another place. Raises DiskFull and NoRights.
    """
    with told_plainly(path.parent, setting):
        growing = path.parent / f".{uuid4().hex}.{path.name}"
        try:
            yield growing
            flush_file(growing)
            growing.rename(path)
        finally:
            growing.unlink(missing_ok=True)


@contextmanager
def told_plainly(where: Path, setting: str = "ZHONGFU_HOME") -> Iterator[None]:
    """A full disk and missing rights as faults that a person can act on; `setting` names the way to another folder."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(where=where, setting=setting) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise NoRights(where=where, setting=setting) from error
        raise


def flush_folder(folder: Path) -> None:
    """Put everything within the folder onto the disk, so that its name never stands for half of it."""
    for inside in folder.rglob("*"):
        flush_file(inside)
    flush_file(folder)


def flush_file(path: Path) -> None:
    """Put a file's content, or a folder's list of names, onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_name(growing: Path, folder: Path) -> None:
    try:
        growing.rename(folder)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
