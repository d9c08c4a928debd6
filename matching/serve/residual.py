"""What more could be had: a search of the residual network, which proves levels optimal and prices offers (model (15))."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from graph.snapshot import Ints, Longs
from matching.ranges import expand, offsets
from matching.serve.tree_flow import InnerArcs, TreeFlow

UNREACHED = int(np.iinfo(np.int32).max)
"""Label of what no unserved unit reaches: worse than every level."""


def labels(arcs: InnerArcs, tree: TreeFlow) -> Ints:
    """Best level of an unserved unit that reaches each node, bundle and offer over residual arcs, in O(arcs)."""
    # arcs of the tree have room without end; where units pass, they may be called back
    back = tree.inner > 0
    tail = np.concatenate([arcs.tail, arcs.head[back]])
    head = np.concatenate([arcs.head, arcs.tail[back]])
    groups = tree.groups
    unserved = np.flatnonzero(tree.entering < groups.units)
    by_level = unserved[np.argsort(groups.level[unserved], kind="stable")]
    levels, first = np.unique(groups.level[by_level], return_index=True)
    entered = (groups.node[by_level[low:high]] for low, high in pairwise([*first.tolist(), len(by_level)]))
    return reached(tail, head, arcs.size, zip(levels.tolist(), entered, strict=True))


def reached(tail: Ints, head: Ints, nodes: int, begun: Iterable[tuple[int, Ints]]) -> Ints:
    """The first number with which a way over arcs leads to each node, if ways begin at nodes by number, lowest first."""
    head = head[np.argsort(tail, kind="stable")]
    start = offsets(tail, nodes)
    found = np.full(nodes, UNREACHED, np.int32)
    for number, entered in begun:
        frontier = np.unique(entered[found[entered] == UNREACHED])
        while len(frontier):
            found[frontier] = number
            ahead = head[expand(start[frontier], start[frontier + 1])[1]]
            frontier = np.unique(ahead[found[ahead] == UNREACHED])
    return found


def is_optimal(arcs: InnerArcs, tree: TreeFlow, found: Ints, capacity: Longs) -> bool:
    """Whether no unserved unit reaches free capacity or a served unit of a worse level.

    That is the whole condition: served sets form a matroid, and a better one would give such a way.
    """
    free = (tree.used < capacity) & (found[arcs.first_offer :] != UNREACHED)
    worse = (tree.entering > 0) & (tree.groups.level > found[tree.groups.node])
    return not free.any() and not worse.any()
