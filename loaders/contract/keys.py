"""No key and no pair of places stands twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import TABLES
from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.world import World, plain
from loaders.issues import Rows


def keys_twice(world: World) -> Iterator[Finding]:
    """Every row whose key an earlier row has; the earlier one stays."""
    for name, keys in world.keys.items():
        again, first = _repeated(keys)
        if not len(again):
            continue
        column = TABLES[name].key or ""
        values, earlier = keys.take(pa.array(again)), world.file_rows(name, first)
        if name == "regions":
            parents = plain(world.parts[name].rows["parent"])
            other = true(pc.not_equal(parents.take(pa.array(again)), parents.take(pa.array(first))))
            mask = pa.array(other)
            if other.any():
                yield Finding(
                    "region_two_parents", name, "parent", again[other], values.filter(mask), earlier.filter(mask)
                )
            again, mask = again[~other], pc.invert(mask)
            values, earlier = values.filter(mask), earlier.filter(mask)
        if len(again):
            yield Finding("key_twice", name, column, again, values, earlier)


def pairs_twice(world: World) -> Iterator[Finding]:
    """Every road between two places that an earlier row has in the same direction."""
    if "travel" not in world.parts:
        return
    rows = world.parts["travel"].rows
    pairs = pc.binary_join_element_wise(plain(rows["from"]), plain(rows["to"]), " → ")
    again, first = _repeated(pairs)
    if len(again):
        yield Finding(
            "pair_twice", "travel", "to", again, pairs.take(pa.array(again)), world.file_rows("travel", first)
        )


def _repeated(keys: pa.Array) -> tuple[Rows, Rows]:
    """Positions of keys that stood before, and where each stood first; blank keys are no keys."""
    none = np.zeros(0, np.int64)
    if len(keys) < 2 or pc.all(pc.less(keys[:-1], keys[1:])).as_py():
        return none, none  # in order, as most files are
    if len(keys.unique()) == len(keys):
        return none, none
    codes = np.asarray(keys.dictionary_encode().indices.fill_null(-1), np.int64)
    places = np.arange(len(codes))
    first = np.full(codes.max() + 2, -1, np.int64)
    first[codes[::-1]] = places[::-1]
    again = np.flatnonzero((codes >= 0) & (first[codes] != places))
    return again, first[codes[again]]
