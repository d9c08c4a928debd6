"""Parts and wholes, place by place, of what a map or a table of regions shows: towns, villages, households, needs, red needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.gap_figures import Figures
from graph.gap_tree import GapTree
from graph.snapshot import NONE, TOWN, VILLAGE, Ints, Longs

Share = tuple[Longs, Longs]
"""Part and whole, one row for each region."""


@dataclass(frozen=True)
class Shares:
    """Shares of every place by itself, from the finest figures; real towns and villages alone."""

    figures: Figures

    @cached_property
    def of(self) -> dict[str, Share]:
        """Each measure by its name."""
        needs, homes = self.figures.needs, self.figures.households
        red = pc.equal(needs["urgency"].cast(pa.string()), "red").to_numpy()
        at, covered = (self.figures.places[name].to_numpy() for name in ("cell", "covered"))
        level, real = self.figures.regions.level[at], self.figures.regions.real[at]
        return {
            "towns": self._places(at, covered, real & (level == TOWN)),
            "villages": self._places(at, covered, real & (level == VILLAGE)),
            "households": (self._sum(homes, "cared_for"), self._sum(homes, "needing")),
            "needs": (self._sum(needs, "met"), self._sum(needs, "needs")),
            "red": (self._sum(needs, "met", red), self._sum(needs, "needs", red)),
        }

    def of_kind(self, kind: str) -> Share:
        """Needs of one service kind met; narrower kinds are not among them."""
        needs = self.figures.needs
        mine = pc.equal(needs["kind"], pa.scalar(kind, pa.string())).to_numpy()
        return self._sum(needs, "met", mine), self._sum(needs, "needs", mine)

    def rows(self, tree: GapTree) -> Ints:
        """The rows of a report, and in order with them the wider regions where needs or households are placed themselves."""
        row = tree.row_of(self.figures.regions)
        people = (self.of["needs"][1] > 0) | (self.of["households"][1] > 0)
        found: Ints = np.union1d(tree.rows, row[people & (row != NONE)]).astype(np.int32)
        return found

    def by_row(self, tree: GapTree, rows: Ints, kind: str | None = None) -> dict[str, Share]:
        """Each measure added up for these rows of a report, in their order; `kind` is that of one service kind."""
        row = tree.row_of(self.figures.regions)
        mine = row != NONE
        size = len(tree.regions.key)

        def total(each: Longs) -> Longs:
            return np.bincount(row[mine], each[mine], size).astype(np.int64)[rows]

        shares = self.of | ({} if kind is None else {"kind": self.of_kind(kind)})
        return {name: (total(part), total(whole)) for name, (part, whole) in shares.items()}

    def _places(self, at: Ints, covered: Ints, counts: Ints) -> Share:
        size = len(self.figures.regions.key)
        part, whole = (np.bincount(at, each, size).astype(np.int64) for each in (covered * counts, counts))
        return part, whole

    def _sum(self, table: pa.Table, name: str, counts: Ints | None = None) -> Longs:
        values = table[name].to_numpy() if counts is None else table[name].to_numpy() * counts
        sums: Longs = np.bincount(table["cell"].to_numpy(), values, len(self.figures.regions.key)).astype(np.int64)
        return sums
