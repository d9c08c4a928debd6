"""No range ends before it starts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.world import World

RANGES = (
    ("needs", "opened_on", "due_on"),
    ("funds", "valid_from", "valid_to"),
    ("offers", "valid_from", "valid_to"),
    ("offers", "min_age", "max_age"),
)


def ranges(world: World) -> Iterator[Finding]:
    """Ends before their starts; a blank one leaves the range open."""
    for table, start, end in RANGES:
        if table not in world.parts:
            continue
        first, last = world.column(table, start), world.column(table, end)
        wrong = np.flatnonzero(true(pc.less(last, first)))
        if len(wrong):
            at = pa.array(wrong)
            values, hints = last.take(at).cast(pa.string()), first.take(at).cast(pa.string())
            yield Finding("range_reversed", table, end, wrong, values, hints)
