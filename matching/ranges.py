"""Columns of ranges and groups: the few array steps that every formulation needs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import Longs

Index = npt.NDArray[np.integer[Any]]
"""Numbers of rows, of whatever width."""
Words = npt.NDArray[np.uint64]
"""Bit sets as rows of 64-bit words, shape (sets, words)."""


def expand(start: npt.NDArray[Any], end: npt.NDArray[Any]) -> tuple[Longs, Longs]:
    """All members of the ranges start[i] … end[i] − 1: the range each belongs to, and its value."""
    length = (end - start).astype(np.int64)
    owner = np.repeat(np.arange(len(length), dtype=np.int64), length)
    shift = np.asarray(start, np.int64) - (np.cumsum(length) - length)
    return owner, np.arange(len(owner), dtype=np.int64) + np.repeat(shift, length)


def offsets(group: npt.NDArray[Any], groups: int) -> Longs:
    """Where each group starts, and the end, when rows are sorted by group."""
    return np.concatenate([[0], np.cumsum(np.bincount(group, minlength=groups))]).astype(np.int64)


def pack(flags: npt.NDArray[np.bool_]) -> Words:
    """Rows of flags as bit sets."""
    words = max(1, -(-flags.shape[1] // 64))
    bits = np.zeros((len(flags), words * 8), np.uint8)
    packed = np.packbits(flags, axis=1, bitorder="little")
    bits[:, : packed.shape[1]] = packed
    return bits.view(np.uint64)


def unpack(words: Words, count: int) -> npt.NDArray[np.bool_]:
    """Bit sets as rows of `count` flags."""
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, count=count, bitorder="little").view(bool)


def distinct(*columns: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], Longs]:
    """Distinct rows of columns of whole numbers: a row of each, in sorted order, and for each row its number."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        low = int(column.min(initial=0)) if column.dtype != np.uint64 else 0
        span = int(column.max(initial=0)) - low + 1
        if span * (int(code.max(initial=0)) + 1) < 2**62:
            code = code * span + (column.astype(np.int64) - low)
            continue
        _, code = np.unique(code, return_inverse=True)
        values, place = np.unique(column, return_inverse=True)
        code = code * len(values) + place
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    return first, number
