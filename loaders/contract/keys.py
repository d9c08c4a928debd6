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

_WAY = " → "


def keys_twice(world: World) -> Iterator[Finding]:
    """Every row whose key an earlier row has; the earlier one stays."""
    for name, keys in world.keys.items():
        again, first = repeated(keys)
        if not len(again):
            continue
        column = TABLES[name].key or ""
        values, earlier = keys.take(pa.array(again)), world.file_rows(name, first)
        if name == "regions":
            parents = plain(world.parts[name].rows["parent"])
            own = parents.take(pa.array(again))
            other = true(pc.not_equal(own, parents.take(pa.array(first))))
            mask = pa.array(other)
            if other.any():
                yield Finding(
                    "region_two_parents", name, "parent", again[other], own.filter(mask), earlier.filter(mask)
                )
            again, mask = again[~other], pc.invert(mask)
            values, earlier = values.filter(mask), earlier.filter(mask)
        if len(again):
            yield Finding("key_twice", name, column, again, values, earlier)


def pairs_twice(world: World) -> Iterator[Finding]:
    """Every road that an earlier row has in the same direction, or in the other with other minutes; and ways to itself."""
    if "travel" not in world.parts:
        return
    yield from _ways_to_itself(world)
    start, end, minutes = (plain(world.parts["travel"].rows[name]) for name in ("from", "to", "minutes"))
    again, first = repeated(pc.binary_join_element_wise(start, end, _WAY))
    turned = pc.less(end, start).fill_null(False)
    low, high = pc.if_else(turned, end, start), pc.if_else(turned, start, end)
    either, other = repeated(pc.binary_join_element_wise(low, high, _WAY))
    differs = true(pc.not_equal(minutes.take(pa.array(either)), minutes.take(pa.array(other))))
    differs &= ~np.isin(either, again)
    again, first = np.append(again, either[differs]), np.append(first, other[differs])
    if len(again):
        at = pa.array(again)
        pairs = pc.binary_join_element_wise(start.take(at), end.take(at), _WAY)
        yield Finding("pair_twice", "travel", "to", again, pairs, world.file_rows("travel", first))


def _ways_to_itself(world: World) -> Iterator[Finding]:
    """Every row from a place to itself that takes time."""
    start, end, minutes = (plain(world.parts["travel"].rows[name]) for name in ("from", "to", "minutes"))
    wrong = np.flatnonzero(true(pc.and_(pc.equal(start, end), pc.not_equal(minutes, 0))))
    if len(wrong):
        yield Finding("way_to_itself", "travel", "minutes", wrong, minutes.take(pa.array(wrong)).cast(pa.string()))


def repeated(keys: pa.Array) -> tuple[Rows, Rows]:
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
