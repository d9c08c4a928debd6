"""Columns of ranges and groups: the few array steps that every formulation needs."""

from __future__ import annotations

from operator import mul
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


def dot(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> int:
    """Σ one · other of whole numbers from 0 on, in full where it passes 64 bits."""
    if int(one.max(initial=0)) * int(other.max(initial=0)) * len(one) < 2**63:
        return int(np.dot(one.astype(np.int64), other.astype(np.int64)))
    return sum(map(mul, one.tolist(), other.tolist()))


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


def order_of(code: npt.NDArray[Any]) -> Longs:
    """The order that sorts whole numbers from 0 on, equal ones as they stand."""
    rows = len(code)
    bits = rows.bit_length()
    if int(code.max(initial=0)) >= 1 << (62 - bits):
        return np.argsort(code, kind="stable")
    # with its row in the low bits each number is one of its own, which sorts five times faster than rows do
    packed = (code.astype(np.int64) << bits) | np.arange(rows)
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def distinct(*columns: npt.NDArray[Any]) -> tuple[Longs, Longs]:
    """Distinct rows of columns of whole numbers: the first of each, in sorted order, and for each row its number."""
    code, spans = np.zeros(len(columns[0]), np.int64), 1
    for given in columns:
        column = given
        low = int(column.min(initial=0)) if column.dtype != np.uint64 else 0
        span = int(column.max(initial=0)) - low + 1
        if span * spans >= 2**62:
            values, place = np.unique(column, return_inverse=True)
            column, low, span = place, 0, len(values)
            number = _numbered(code, spans)[1]
            code, spans = number, int(number.max(initial=0)) + 1
        code = code * span + (column.astype(np.int64) - low)
        spans *= span
    return _numbered(code, spans)


def _numbered(code: Longs, span: int) -> tuple[Longs, Longs]:
    """The first row of each code, codes from 0 on below `span`, and for each row the number of its code."""
    rows = len(code)
    if span <= max(4 * rows, 1 << 16):
        seen = np.zeros(span, bool)
        seen[code] = True
        number = (np.cumsum(seen) - 1)[code]
        first = np.zeros(int(seen.sum()), np.int64)
        first[number[::-1]] = np.arange(rows - 1, -1, -1)  # the last one written is the first of its code
        return first, number
    order = order_of(code)
    ordered = code[order]
    new = np.ones(rows, bool)
    new[1:] = ordered[1:] != ordered[:-1]
    number = np.empty(rows, np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number
