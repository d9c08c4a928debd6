"""What offers that reach a region could give and do not: capacity, used and unused, by kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from graph.connect import Graph
from graph.encode import flag, key_index, month
from graph.gap_tree import GapTree
from graph.queries import query
from graph.snapshot import NONE, Bools, Ints, Keys, Longs, Regions
from graph.spent import held_by_closed

_OFFERS = 500
_READERS = 2


@dataclass(frozen=True)
class Offers:
    """The offers that hold on a day and reach into a scope, with what they give, wherever it goes.

    Attributes
    ----------
    kinds, kind
        Service kinds in order, and each offer's among them.
    capacity, used
        Units; NONE is unlimited. What was delivered to needs that are closed is used up where it does not come back each
        period.
    whole
        Whether it reaches the whole scope.
    owner, area
        Pairs of an offer and a region of the scope that it serves, as much of it as its fund pays for.
    """

    kinds: list[str]
    kind: Ints
    capacity: Longs
    used: Longs
    whole: Bools
    owner: Longs
    area: Ints


def read_offers(graph: Graph, scope: str, regions: Regions, revision: int, on: date) -> Offers:
    """The offers of a scope with these regions inside it, used as a revision says."""
    found = graph.columns(query("gap_offers"), scope=scope, on=on)
    kinds, areas = sorted(set(found["kind"])), found["areas"]
    owner = np.repeat(np.arange(len(areas)), [len(each) for each in areas])
    area = key_index(pa.array([code for each in areas for code in each], pa.string()), regions.key)
    return Offers(
        kinds=kinds,
        kind=np.array([kinds.index(each) for each in found["kind"]], np.int32),
        capacity=np.array(found["capacity"], np.int64),
        used=_used(graph, found["offer"], revision) - _given_back(graph, found, revision, on),
        whole=np.array(found["whole"], bool),
        owner=owner[area != NONE],
        area=area[area != NONE],
    )


def capacity_table(tree: GapTree, regions: Regions, offers: Offers) -> pa.Table:
    """By region and kind: the offers that reach into the region, and what they give.

    Columns region, kind, offers, unlimited, capacity, used, unused (units; unlimited offers have neither capacity nor
    anything unused). An offer for a wide area stands in each of its regions, so that rows do not add up. `regions` are
    those of the offers' areas, of which the report's scope is one.
    """
    limited = offers.capacity != NONE
    figures = {
        "offers": np.ones(len(limited), np.int64),
        "unlimited": ~limited,
        "capacity": np.where(limited, offers.capacity, 0),
        "used": offers.used,
        "unused": np.where(limited, np.maximum(offers.capacity - offers.used, 0), 0),
    }
    offer, row = _reach(tree, regions, offers)
    kinds = len(offers.kinds)
    cell, at = np.unique(row * kinds + (offers.kind[offer] if kinds else offer), return_inverse=True)
    return pa.table(
        {
            "region": tree.regions.key.take(pa.array(cell // max(kinds, 1))),
            "kind": pa.array(offers.kinds, pa.string()).take(pa.array(cell % max(kinds, 1))),
        }
        | {name: np.bincount(at, each[offer], len(cell)).astype(np.int64) for name, each in figures.items()}
    )


def _reach(tree: GapTree, regions: Regions, offers: Offers) -> tuple[Longs, Longs]:
    """Pairs of an offer and the region of a row that it reaches, each once; who serves the whole scope reaches every row."""
    around = regions.ancestor[key_index(pa.array([tree.scope]), regions.key)[0]]
    whole = offers.whole.copy()
    whole[offers.owner[np.isin(offers.area, around[around != NONE])]] = True
    own = key_index(regions.key, tree.regions.key)[offers.area]
    there = (own != NONE) & ~whole[offers.owner]
    owner, area = offers.owner[there], own[there]
    within, rows, size = tree.regions, tree.rows, len(tree.regions.key)
    every = np.flatnonzero(whole)
    below = np.isin(tree.row[area], rows)
    pairs = [
        np.repeat(every, len(rows)) * size + np.tile(rows, len(every)),
        owner[below] * size + tree.row[area[below]],
    ]
    for level in range(tree.level):
        # an area above the rows reaches every row inside it
        above = np.unique(within.ancestor[rows, level])
        ordered = rows[np.argsort(within.ancestor[rows, level], kind="stable")]
        ends = np.append(np.searchsorted(within.ancestor[ordered, level], above), len(ordered))
        mine = (within.level[area] == level) & np.isin(area, above)
        place = np.searchsorted(above, area[mine])
        length = ends[place + 1] - ends[place]
        at = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + np.repeat(ends[place], length)
        pairs.append(np.repeat(owner[mine], length) * size + ordered[at])
    return np.divmod(np.unique(np.concatenate(pairs)), size)


def _used(graph: Graph, offers: list[str], revision: int) -> Longs:
    """Units assigned of each offer."""

    def read(start: int) -> dict[str, list[Any]]:
        return graph.columns(query("offer_use"), offers=offers[start : start + _OFFERS], revision=revision)

    used, keys = np.zeros(len(offers), np.int64), _texts(offers)
    with ThreadPoolExecutor(_READERS) as pool:
        for part in pool.map(read, range(0, len(offers), _OFFERS)):
            used[key_index(_texts(part["offer"]), keys)] = part["used"]
    return used


def _given_back(graph: Graph, found: dict[str, list[Any]], revision: int, on: date) -> Longs:
    """Units of each offer that needs closed by now hold and that it can give again on a day (model (2))."""
    held, offers = held_by_closed(graph, revision), _texts(found["offer"])
    offer = key_index(held["offer"], offers)
    there = offer != NONE
    held, offer = held.filter(pa.array(there)), offer[there]
    then = month(held["period"])
    now = (on.year - 1970) * 12 + on.month - 1
    gone = ~np.array(found["recurring"], bool)[offer] | (then == now) | (then == NONE)
    units = np.where(flag(held["delivered"]) & gone, 0, held["units"].to_numpy())
    return np.bincount(offer, units, len(offers)).astype(np.int64)


def _texts(values: list[str]) -> Keys:
    return pa.array(values, pa.string())
