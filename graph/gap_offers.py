"""What offers that reach a region could give and do not: capacity, used and unused, by kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from graph.connect import Graph
from graph.encode import flag, key_index, month
from graph.gap_tree import GapTree
from graph.queries import query
from graph.snapshot import NONE, Bools, Longs
from graph.spent import held_by_closed

_OFFERS = 500
_READERS = 2


def capacity_table(graph: Graph, tree: GapTree, revision: int, on: date) -> pa.Table:
    """By region and kind: the offers that hold on a day and reach into the region, and what they give, wherever it goes.

    Columns region, kind, offers, unlimited, capacity, used, unused (units; unlimited offers have neither capacity nor
    anything unused). What was delivered to needs that are closed is used up where it does not come back each period; an
    offer reaches where its fund pays. An offer for a wide area stands in each of its regions, so that rows do not add up.
    """
    found = graph.columns(query("gap_offers"), scope=tree.scope, on=on)
    kinds = sorted(set(found["kind"]))
    capacity = np.array(found["capacity"], np.int64)
    used = _used(graph, found["offer"], revision) - _given_back(graph, found, revision, on)
    limited = capacity != NONE
    figures = {
        "offers": np.ones(len(capacity), np.int64),
        "unlimited": ~limited,
        "capacity": np.where(limited, capacity, 0),
        "used": used,
        "unused": np.where(limited, np.maximum(capacity - used, 0), 0),
    }
    offer, row = reach(tree, found["areas"], np.array(found["whole"], bool))
    kind = np.searchsorted(kinds, found["kind"])[offer] if kinds else offer
    cell, at = np.unique(row * len(kinds) + kind, return_inverse=True)
    return pa.table(
        {
            "region": tree.regions.key.take(pa.array(cell // max(len(kinds), 1))),
            "kind": pa.array(kinds, pa.string()).take(pa.array(cell % max(len(kinds), 1))),
        }
        | {name: np.bincount(at, each[offer], len(cell)).astype(np.int64) for name, each in figures.items()}
    )


def reach(tree: GapTree, areas: list[list[str]], whole: Bools) -> tuple[Longs, Longs]:
    """Pairs of an offer and the region of a row that it reaches, each once; `whole` offers reach every row."""
    regions, rows = tree.regions, tree.rows
    owner = np.repeat(np.arange(len(areas)), [len(each) for each in areas])
    area = key_index(pa.array([code for each in areas for code in each], pa.string()), regions.key)
    there = (area != NONE) & ~whole[owner]
    owner, area = owner[there], area[there]
    every = np.flatnonzero(whole)
    below = np.isin(tree.row[area], rows)
    pairs = [
        np.repeat(every, len(rows)) * len(regions.key) + np.tile(rows, len(every)),
        owner[below] * len(regions.key) + tree.row[area[below]],
    ]
    for level in range(tree.level):
        # an area above the rows reaches every row inside it
        above = np.unique(regions.ancestor[rows, level])
        ordered = rows[np.argsort(regions.ancestor[rows, level], kind="stable")]
        ends = np.append(np.searchsorted(regions.ancestor[ordered, level], above), len(ordered))
        mine = (regions.level[area] == level) & np.isin(area, above)
        place = np.searchsorted(above, area[mine])
        length = ends[place + 1] - ends[place]
        at = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + np.repeat(ends[place], length)
        pairs.append(np.repeat(owner[mine], length) * len(regions.key) + ordered[at])
    return np.divmod(np.unique(np.concatenate(pairs)), len(regions.key))


def _used(graph: Graph, offers: list[str], revision: int) -> Longs:
    """Units assigned of each offer."""

    def read(start: int) -> dict[str, list[int]]:
        return graph.columns(query("offer_use"), offers=offers[start : start + _OFFERS], revision=revision)

    used, keys = np.zeros(len(offers), np.int64), pa.array(offers, pa.string())
    with ThreadPoolExecutor(_READERS) as pool:
        for part in pool.map(read, range(0, len(offers), _OFFERS)):
            used[key_index(pa.array(part["offer"], pa.string()), keys)] = part["used"]
    return used


def _given_back(graph: Graph, found: dict[str, list[Any]], revision: int, on: date) -> Longs:
    """Units of each offer that needs closed by now hold and that it can give again on a day (model (2))."""
    held, offers = held_by_closed(graph, revision), pa.array(found["offer"], pa.string())
    offer = key_index(held["offer"], offers)
    there = offer != NONE
    held, offer = held.filter(pa.array(there)), offer[there]
    then = month(held["period"])
    now = (on.year - 1970) * 12 + on.month - 1
    gone = ~np.array(found["recurring"], bool)[offer] | (then == now) | (then == NONE)
    units = np.where(flag(held["delivered"]) & gone, 0, held["units"].to_numpy())
    return np.bincount(offer, units, len(offers)).astype(np.int64)
