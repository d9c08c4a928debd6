"""The regions are one tree whose levels descend."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS
from loaders.contract.finding import Finding
from loaders.contract.world import World
from loaders.issues import Rows


def region_tree(world: World) -> Iterator[Finding]:
    """One root, no cycle, every parent of a higher level than its children."""
    if "regions" not in world.parts:
        return
    places = world.places
    parent = world.place_index(places.rows["parent"].combine_chunks())
    yield from _roots(world)
    yield from _cycles(world, parent)
    yield from _levels(world, parent)


def _roots(world: World) -> Iterator[Finding]:
    places = world.places
    roots = np.flatnonzero(np.asarray(pc.and_(places.rows["parent"].is_null(), places.rows["code"].is_valid())))
    if not len(roots):
        if places.count:
            yield Finding("region_root_missing", "regions", "parent", np.zeros(0, np.int64))
        return
    # the root that the graph has already is the root; among the file's own the highest counts, then the first
    held = roots[roots >= places.given]
    level = np.where(world.place_levels[roots] < 0, len(LEVELS), world.place_levels[roots])
    root = held[0] if len(held) else roots[np.argmin(level)]
    others = roots[(roots != root) & (roots < places.given)]
    if len(others):
        codes = places.rows["code"]
        yield Finding(
            "region_root_twice", "regions", "parent", others, _text(codes.take(pa.array(others))), codes[root].as_py()
        )


def _cycles(world: World, parent: Rows) -> Iterator[Finding]:
    codes = world.places.rows["code"]
    above = np.append(parent, -1)
    for _ in range(int(np.ceil(np.log2(len(parent) + 2)))):
        above = above[above]
    caught = np.flatnonzero(above[:-1] >= 0)
    if not len(caught):
        return
    for cycle in nx.simple_cycles(nx.DiGraph([(int(at), int(parent[at])) for at in caught])):
        names = codes.take(pa.array(cycle)).to_pylist()
        path = " → ".join([*names[:8], *(["…"] if len(names) > 8 else []), names[0]])
        rows = np.array(sorted(at for at in cycle if at < world.places.given), np.int64)
        yield Finding("region_cycle", "regions", "parent", rows, _text(codes.take(pa.array(rows))), path)


def _levels(world: World, parent: Rows) -> Iterator[Finding]:
    level, places = world.place_levels, world.places
    over = np.where(parent >= 0, np.append(level, -1)[parent], -1)
    wrong = np.flatnonzero((over >= 0) & (level >= 0) & (over >= level))
    # a place of the graph is at fault only through its parent in the file
    rows = np.where(wrong < places.given, wrong, parent[wrong])
    keep = rows < places.given
    if keep.any():
        names = [level.code for level in LEVELS]
        pairs = zip(level[wrong[keep]], over[wrong[keep]], strict=True)
        hints = pa.array([f"{names[own]} < {names[higher]}" for own, higher in pairs], pa.string())
        parents = _text(places.rows["code"].take(pa.array(parent[wrong[keep]])))
        yield Finding("region_level", "regions", "parent", rows[keep], parents, hints)


def _text(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
