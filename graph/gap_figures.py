"""What the graph says of needs, households, places and offers within a scope, cell by cell: what reports about gaps add up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from graph.connect import Graph
from graph.encode import key_index
from graph.gap_offers import Offers, read_offers
from graph.gap_tree import GapTree
from graph.queries import query
from graph.snapshot import Regions

READERS = 2
_PLACES = 250
"""Places in one question: some 15,000 households in the countryside."""
_COUNTED, _OTHER = 2, 1
"""Who covers a place, as the statements say it."""


@dataclass(frozen=True)
class Figures:
    """Figures of a scope on a day; `cell` is the index among `regions` of the place or wider region that a row counts.

    Attributes
    ----------
    needs
        cell, kind, urgency, needs, met, units, met_units.
    households
        cell, alert, needing, cared_for, helped.
    places
        cell (the place itself), stationed, covered, helped (each 0 or 1).
    """

    scope: str
    regions: Regions
    needs: pa.Table
    households: pa.Table
    places: pa.Table
    offers: Offers


_NEEDS = ("needs", "units", "met", "met_units")
_HOUSEHOLDS = ("needing", "cared_for", "helped")


def read_figures(graph: Graph, tree: GapTree, revision: int, on: date, *, finest: bool = False) -> Figures:
    """What the graph holds of a report: for its rows or their counties, or for every place by itself.

    The finest figures are those of every report within the scope; wider cells are read faster.
    """
    keys = tree.regions.key.to_pylist()
    cell = list(range(len(keys))) if finest else tree.cell.tolist()
    places = [list(each) for each in zip(keys, cell, strict=True)]
    ask = partial(_asked, graph, places, revision=revision)
    found = ask("gap_places", ("code",), ("covered", "stationed"))
    covered, stationed = found["covered"].to_numpy(), found["stationed"].to_numpy()
    return Figures(
        scope=tree.scope,
        regions=tree.regions,
        needs=ask("gap_needs", ("kind", "urgency"), _NEEDS, on=on),
        households=ask("gap_households", ("alert",), _HOUSEHOLDS),
        places=pa.table(
            {
                "cell": key_index(found["code"], tree.regions.key),
                "stationed": (stationed > 0).astype(np.int32),
                "covered": (covered == _COUNTED).astype(np.int32),
                "helped": (covered == _OTHER).astype(np.int32),
            }
        ),
        offers=read_offers(graph, tree.scope, tree.regions, revision, on),
    )


def _asked(
    graph: Graph, places: list[list[Any]], name: str, texts: tuple[str, ...], numbers: tuple[str, ...], **given: Any
) -> pa.Table:
    """What a statement answers about places: its cell, columns of texts in dictionaries, and numbers."""

    def read(start: int) -> pa.Table:
        found = graph.columns(query(name), places=places[start : start + _PLACES], **given)
        coded = {text: pa.array(found[text], pa.string()).dictionary_encode() for text in texts}
        return pa.table(
            {"cell": pa.array(found["cell"], pa.int32())}
            | coded
            | {number: pa.array(found[number], pa.int32()) for number in numbers}
        )

    with ThreadPoolExecutor(READERS) as pool:
        parts = list(pool.map(read, range(0, max(1, len(places)), _PLACES)))
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()
