"""A plan by the regions inside its scope: needs met by urgency, what is left by reason, places and households."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from api.settings import Settings
from graph.folders import whole_file
from graph.within import RegionTree
from matching.by_town import FIGURES


@dataclass(frozen=True)
class InRegion:
    """What a plan does in one region: counts by figure and code, as `matching.by_town` names them."""

    region: str
    name: str
    level: str
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, figure: str, code: str | None = None) -> int:
        """The count of a figure and code; of all its codes when none is named."""
        return sum(count for (name, each), count in self.counts.items() if name == figure and code in {None, each})


def keep_figures(plan: str, figures: pa.Table, plans: Path) -> None:
    """Keep a plan's figures beside its folder."""
    with whole_file(_file(plan, plans), setting="ZHONGFU_HOME") as growing:
        pq.write_table(figures, growing)


def by_region(settings: Settings, tree: RegionTree, plan: str, within: str) -> list[InRegion] | None:
    """A plan by the regions right inside one, and of what lies in none of them the region itself; None where nothing is kept.

    Figures are kept by town: of a village there are those of a plan of that village alone, which all are its own.
    """
    figures = _kept(plan, settings.plans)
    if figures is None:
        return None
    sums: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    alone = tree.region(within).level == "village"
    towns = figures["town"].unique().to_pylist()
    region = {town: within if alone else _region_of(tree, town, within) for town in towns}
    for row in figures.to_pylist():
        if (inside := region[row["town"]]) is not None:
            sums[inside][row["figure"], row["code"]] += row["count"]
    return [InRegion(code, tree.region(code).name, tree.region(code).level, sums[code]) for code in sorted(sums)]


def whole_scope(settings: Settings, tree: RegionTree, plan: str, scope: str) -> InRegion | None:
    """All that a plan does in its scope; None where nothing is kept."""
    figures = _kept(plan, settings.plans)
    if figures is None:
        return None
    sums: Counter[tuple[str, str]] = Counter()
    for row in figures.to_pylist():
        sums[row["figure"], row["code"]] += row["count"]
    return InRegion(scope, tree.region(scope).name, tree.region(scope).level, sums)


def _kept(plan: str, plans: Path) -> pa.Table | None:
    path = _file(plan, plans)
    return pq.read_table(path, schema=FIGURES) if path.is_file() else None


def _region_of(tree: RegionTree, town: str, within: str) -> str | None:
    """The region right inside one in which a town lies, itself for what lies in none; None for what lies elsewhere."""
    line = [each.code for each in tree.line(town)] if town in tree.regions else []
    return line[max(line.index(within) - 1, 0)] if within in line else None


def _file(plan: str, plans: Path) -> Path:
    return plans / f"{plan}.figures.parquet"
