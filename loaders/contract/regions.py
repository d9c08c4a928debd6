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
        yield Finding("region_root_twice", "regions", "parent", others, hints=places.rows["code"][root].as_py())


def _cycles(world: World, parent: Rows) -> Iterator[Finding]:
    codes, parents = world.places.rows["code"], world.places.rows["parent"]
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
        yield Finding("region_cycle", "regions", "parent", rows, _text(parents.take(pa.array(rows))), path)


def _levels(world: World, parent: Rows) -> Iterator[Finding]:
    level, places = world.place_levels, world.places
    over = np.where(parent >= 0, np.append(level, -1)[parent], -1)
    wrong = np.flatnonzero((over >= 0) & (level >= 0) & (over >= level))
    own = wrong[wrong < places.given]
    if len(own):
        yield _level(world, "parent", own, own, parent)
    # a place of the graph is at fault only through its parent in the file, whose level has sunk
    held = wrong[(wrong >= places.given) & (parent[wrong] < places.given)]
    if len(held):
        yield _level(world, "level", parent[held], held, parent)


def _level(world: World, column: str, rows: Rows, places: Rows, parent: Rows) -> Finding:
    """The column of these rows at fault, since these places are not below their parents."""
    level, codes = world.place_levels, world.places.rows["code"]
    english, chinese = [], []
    for place in places:
        above, below = (codes[int(at)].as_py() for at in (parent[place], place))
        higher, lower = LEVELS[level[parent[place]]], LEVELS[level[place]]
        english.append(f"{below} is a {lower.code}, its parent {above} a {higher.code}")
        chinese.append(f"{below} 为{lower.zh}，其上级 {above} 为{higher.zh}")
    values = _text(world.places.rows[column].take(pa.array(rows)))
    hints, hints_zh = (pa.array(said, pa.string()) for said in (english, chinese))
    return Finding("region_level", "regions", column, rows, values, hints, hints_zh=hints_zh)


def _text(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
