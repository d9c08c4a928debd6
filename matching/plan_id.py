"""A plan's id: the digest of everything it says but the seconds it took (model (28))."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.certificate import Certificate
from matching.plan import Plan
from matching.plan_tables import Named
from matching.policy import policy_toml

ID_LENGTH = 16
"""Hexadecimal digits of an id: 64 bits, far more than the plans anybody will make."""


def plan_id(plan: Plan, snapshot: Named) -> str:
    """Id of a plan made from this snapshot; the same for the same plan, whatever its `id` and its seconds say.

    The columns are indices, which the snapshot's digest ties to keys.
    """
    whole = hashlib.sha256()
    for text in (
        snapshot.digest,
        snapshot.regions.key[plan.scope].as_py(),
        plan.period,
        str(plan.on),
        str(plan.base_revision),
        policy_toml(plan.policy),
        json.dumps(timeless(plan.certificate), sort_keys=True, ensure_ascii=False),
    ):
        whole.update(hashlib.sha256(text.encode()).digest())
    for part in fields(plan):
        if part.name in TABLES:
            for column in _columns(getattr(plan, part.name)):
                whole.update(column)
    return whole.hexdigest()[:ID_LENGTH]


TABLES = (
    "assignments",
    "coverage",
    "stand_ins",
    "responsibilities",
    "unmet",
    "uncovered",
    "shortfall",
    "unused",
    "prices",
)
"""Parts of a plan that are columns, in the order in which the digest takes them."""


def table_digests(plan: Plan) -> dict[str, tuple[bytes, ...]]:
    """Digests of the columns of each table of a plan."""
    return {name: tuple(_columns(getattr(plan, name))) for name in TABLES}


def timeless(certificate: Certificate) -> dict[str, Any]:
    """What a certificate says, as JSON values, but the plan's id and the seconds it took."""
    told = certificate.as_json()
    stages = [{name: each for name, each in stage.items() if name != "seconds"} for stage in told["stages"]]
    return {name: each for name, each in told.items() if name != "plan"} | {"stages": stages}


def _columns(table: Any) -> Iterator[bytes]:
    return (_column(getattr(table, column.name)) for column in fields(table))


def _column(column: Any) -> bytes:
    if isinstance(column, np.ndarray):
        flat = np.ascontiguousarray(column)
        return hashlib.sha256(flat.dtype.str.encode() + flat.tobytes()).digest()
    # the same texts give the same digest, whatever order their dictionary has; a blank text is none
    texts = pc.fill_null(pc.cast(column, pa.string()), "")
    lengths = np.asarray(pc.binary_length(texts), np.int32)
    whole = hashlib.sha256(lengths.tobytes())
    starts = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, 4 * texts.offset)
    if len(texts) and starts[0] < starts[-1]:
        whole.update(memoryview(texts.buffers()[2])[starts[0] : starts[-1]])
    return whole.digest()
