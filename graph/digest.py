"""Digests of columns and tables, independent of how they were built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def digest_of(value: Any) -> bytes:
    """SHA-256 of a column, a list column or a whole table, independent of how it was built."""
    if value is None:
        return b"none"
    if isinstance(value, np.ndarray):
        return _sum_of(value.dtype.str.encode(), np.ascontiguousarray(value).data)
    if isinstance(value, pa.Array):
        return _sum_of(np.asarray(pc.binary_length(value), np.int32).data, _text_bytes(value))
    return digest_of_parts((part.name, digest_of(getattr(value, part.name))) for part in fields(value))


def digest_of_parts(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """SHA-256 of what has parts, by their names and digests in order; one part at a time need be in memory."""
    whole = hashlib.sha256()
    for name, digest in parts:
        whole.update(name.encode() + digest)
    return whole.digest()


def _sum_of(*parts: bytes | memoryview) -> bytes:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return whole.digest()


def _text_bytes(keys: Any) -> bytes | memoryview:
    offsets = np.frombuffer(keys.buffers()[1], np.int32, len(keys) + 1, 4 * keys.offset)
    data = keys.buffers()[2]
    return b"" if data is None else memoryview(data)[offsets[0] : offsets[-1]]
