"""The table of gaps that a person looks at: a region a row with the share of each measure, sorted and searched by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.service.calls import day_of, region_code
from api.service.counted import counted
from api.service.filters import require_kind
from api.service.telling import Hides
from api.settings import Settings
from graph.encode import key_index
from graph.gap_shares import Share
from graph.gap_tree import GapTree, tree_of
from graph.model import LEVELS, ServiceKind
from graph.snapshot import NONE, VILLAGE, Bools, Ints, Regions

MEASURES = ("towns", "villages", "households", "needs", "red", "kind")
"""What each row shows: places covered, households with a worker, needs met, red ones and those of one kind where they are told."""
WITHHELD = -1
"""Part and whole of a share that is not told, because a number of it, or what is left of a sum, would point at households."""


@dataclass(frozen=True)
class GapRow:
    """One region with part and whole of each measure; `within` names what it is part of below the report's scope.

    A region wider than the rows stands for what is placed at it `itself`, and in nothing inside it.
    """

    region: str
    name: str
    level: str
    within: str
    itself: bool
    shares: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class GapRows:
    """The rows of a report, all of them, and how they can be taken."""

    scope: str
    level: str
    levels: tuple[str, ...]
    """Levels that the scope has inside it."""
    kind: ServiceKind | None
    """The service kind of the measure `kind`."""
    revision: int
    as_of: datetime | None
    tree: GapTree
    places: Ints
    """Regions of the tree that have a row."""
    shares: dict[str, Share]
    order: Ints
    """Places in `places` and `shares` of the rows that were asked for, in their order."""

    def __len__(self) -> int:
        return len(self.order)

    def rows(self, start: int = 0, most: int | None = None) -> list[GapRow]:
        """Some of the rows that were asked for."""
        return [self._row(at) for at in self.order[start : None if most is None else start + most].tolist()]

    def every(self) -> list[GapRow]:
        """All rows, in order of code, whatever was asked for."""
        return [self._row(at) for at in range(len(self.places))]

    @cached_property
    def _inside(self) -> frozenset[int]:
        """Rows that are all of their region."""
        return frozenset(self.tree.rows.tolist())

    def _row(self, at: int) -> GapRow:
        regions, place = self.tree.regions, int(self.places[at])
        above, up = [], int(regions.parent[place])
        while up != NONE and regions.parent[up] != NONE:
            above.append(regions.name[up].as_py())
            up = int(regions.parent[up])
        return GapRow(
            region=regions.key[place].as_py(),
            name=regions.name[place].as_py(),
            level=LEVELS[regions.level[place]].code,
            within=" ".join(reversed(above)),
            itself=place not in self._inside,
            shares={name: (int(part[at]), int(whole[at])) for name, (part, whole) in self.shares.items()},
        )


def gap_rows(
    settings: Settings,
    *,
    cases: bool,
    region: str | None = None,
    level: str | None = None,
    kind: str | None = None,
    find: str = "",
    sort: str = "region",
    descending: bool = False,
) -> GapRows:
    """The rows of a region by a level whose name holds `find`, in order of code or of a measure's share.

    Red needs of single villages, and needs of one kind there or where they are few, are only for those who may see the
    `cases`: they would point at households.

    Raises
    ------
    RegionUnknown, LevelNotInside, FilterUnknown
        There is no such region, nothing of that level inside it, or no such service kind.
    LoadUnderWay, AlwaysChanging, StillCounting
        The graph is not one whole, or too many wait for its figures.
    """
    one = require_kind(settings, kind)
    kept, as_of = counted(settings, day_of(None))
    figures = kept.figures
    tree = tree_of(figures.regions, figures.scope if region is None else region_code(region), level)
    places = kept.shares.rows(tree)
    every = kept.shares.by_row(tree, places, kind)
    told = {name: share for name, share in every.items() if is_told(name, tree.level, cases)}
    if kind is not None and "kind" in told and not cases:
        told["kind"] = _told(
            told["kind"], kind, tree.regions.key.take(pa.array(places)), kept.telling.kinds[tree.level]
        )
    there = np.unique(tree.regions.level).tolist()
    levels = tuple(LEVELS[each].code for each in there[1:] or there)
    order = _ordered(told.get(sort), len(places), descending=descending)
    return GapRows(
        tree.scope,
        LEVELS[tree.level].code,
        levels,
        one,
        kept.state.revision,
        as_of,
        tree,
        places,
        told,
        order[_named(tree.regions, places, find.strip())[order]],
    )


def is_told(measure: str, level: int, cases: bool) -> bool:
    """Whether a measure of regions of a level is told, to those who may see the `cases` there or not; villages have no towns."""
    return level != VILLAGE or (measure != "towns" and (cases or measure not in {"red", "kind"}))


def _told(share: Share, kind: str, regions: pa.Array, hides: Hides) -> Share:
    """The share of needs of one kind in these regions without those that would point at households.

    Where the needs of a region are so few that no kind of them may be named, each kind is withheld.
    """
    asked = hides.numbers(pa.table({"region": regions, "kind": pa.repeat(kind, len(regions))}), ("kind",))
    nameless = np.unique(hides.number[hides.alone] // len(hides.values[0]))
    few = hides.among(asked, hides.hides) | np.isin(key_index(regions, hides.regions.key), nameless)
    part, whole = share
    return np.where(few, WITHHELD, part), np.where(few, WITHHELD, whole)


def _ordered(share: Share | None, rows: int, *, descending: bool) -> Ints:
    """Rows in order of a share, of what is lacking where it is the same, without one of their place; blank and withheld ones last."""
    if share is None:
        found: Ints = np.arange(rows, dtype=np.int32)
        return found[::-1] if descending else found
    part, whole = share
    ratio = np.divide(part, whole, out=np.zeros(rows), where=whole > 0)
    sign = -1 if descending else 1
    return np.lexsort((-sign * (whole - part), sign * ratio, whole <= 0)).astype(np.int32)


def _named(regions: Regions, places: Ints, find: str) -> Bools:
    """Which of these regions have a name that holds the text, or a code that begins so."""
    rows = pa.array(places)
    names = pc.match_substring(regions.name.take(rows), find, ignore_case=True)
    found: Bools = pc.or_(names, pc.starts_with(regions.key.take(rows), find)).to_numpy(zero_copy_only=False)
    return found
