"""The regions of a report about gaps: its rows, and the row in which each place counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from graph.connect import Graph
from graph.encode import degrees, key_index
from graph.errors import CallError, GraphError
from graph.model import LEVELS
from graph.queries import query
from graph.snapshot import COUNTY, NONE, TOWN, Ints, Regions

_LEVEL = {code.code: at for at, code in enumerate(LEVELS)}


class RegionUnknown(CallError):
    """No region has this code."""

    code = "region_unknown"
    exit_code = 1  # the call may be right and the files that were loaded lack it
    en = "There is no region {region} in the graph."
    zh = "图库中没有行政区划 {region}。"
    repair_en = (
        "Give the code of a loaded region, of twelve digits or its first six; `zhongfu gaps` alone begins at the top."
    )
    repair_zh = "请使用已导入的行政区划代码（12 位或前 6 位）；只写 `zhongfu gaps` 则从最高一级开始。"


class NothingLoaded(GraphError):
    """The graph has no regions, so that there is nothing to match, count or show."""

    code = "nothing_loaded"
    en = "The graph holds no regions yet."
    zh = "图库中还没有行政区划。"
    repair_en = "Load a folder of tables first (`zhongfu load FOLDER`), or send the files in a browser (Files)."
    repair_zh = "请先导入数据表（`zhongfu load 文件夹`），或在浏览器中上传（数据文件）。"


class LevelNotInside(CallError):
    """The region has nothing of this level."""

    code = "level_not_inside"
    en = "{region} has no regions of level {level} inside it."
    zh = "{region} 之内没有“{level}”这一层级的区划。"
    repair_en = "Levels there: {levels}."
    repair_zh = "可用的层级：{levels}。"


@dataclass(frozen=True)
class GapTree:
    """A scope with everything inside it, and the level of the report's rows."""

    scope: str
    regions: Regions
    level: int

    @cached_property
    def row(self) -> Ints:
        """The region in whose row each place counts: its own of the level, else the lowest that it lies in above.

        So a city without counties has its own row among counties, an emergency that is placed at a city counts in the
        city's row, and every column adds up to the scope.
        """
        return rows_at(self.regions, self.level)

    @cached_property
    def rows(self) -> Ints:
        """The regions of the level, and the cities that take the part of a county where they have none."""
        level = self.regions.level
        rows: Ints = np.unique(self.row[(level == self.level) | (level >= max(self.level, TOWN))])
        return rows

    @property
    def cell(self) -> Ints:
        """The region for which the graph is asked to count each place: the row, or its counties where it is wider."""
        return rows_at(self.regions, max(self.level, COUNTY))

    def row_of(self, regions: Regions) -> Ints:
        """The row in which each of these regions counts, NONE for those outside the scope."""
        if regions is self.regions:
            return self.row
        found = key_index(regions.key, self.regions.key)
        row: Ints = np.where(found == NONE, NONE, self.row[found])
        return row


def rows_at(regions: Regions, level: int) -> Ints:
    """For each place the index of its region of a level, else of the lowest one above that it lies in."""
    found = regions.ancestor[:, level].copy()
    for above in range(level - 1, -1, -1):
        found = np.where(found == NONE, regions.ancestor[:, above], found)
    return found


def gap_tree(graph: Graph, region: str | None, level: str | None) -> GapTree:
    """The regions of a report; by default the whole graph, and the next level down that has regions.

    Raises
    ------
    RegionUnknown, LevelNotInside
        There is no such region, or nothing of that level inside it.
    """
    codes = [row["code"] for row in graph.read(query("root_region"))] if region is None else [region]
    if not codes:
        raise NothingLoaded
    scope = codes[0].ljust(12, "0")
    found = graph.columns(query("gap_regions"), scope=scope)
    if not found["code"]:
        raise RegionUnknown(region=region or "")
    return tree_of(_regions(found), scope, level)


def tree_of(regions: Regions, scope: str, level: str | None) -> GapTree:
    """The report of a scope within these regions; by default by the next level down. Raises RegionUnknown and LevelNotInside."""
    found = key_index(pa.array([scope]), regions.key)[0]
    if found == NONE:
        raise RegionUnknown(region=scope)
    top = int(regions.level[found])
    mine = np.flatnonzero(regions.ancestor[:, top] == found).astype(np.int32)
    within = regions if len(mine) == len(regions.key) else _some(regions, mine)
    there = sorted({int(each) for each in np.unique(within.level)})
    inside = [each for each in there if each > top] or [top]
    wanted = inside[0] if level is None else _LEVEL.get(level, NONE)
    if wanted not in there:
        raise LevelNotInside(region=scope, level=level, levels=", ".join(LEVELS[each].code for each in there))
    return GapTree(scope, within, wanted)


def scopes_meeting(graph: Graph, region: str, scopes: Iterable[str]) -> set[str]:
    """Those of the scopes that share a place with the region of this code of twelve digits."""
    return {row["scope"] for row in graph.read(query("scopes_meeting"), region=region, scopes=sorted(set(scopes)))}


def _regions(found: dict[str, list[Any]]) -> Regions:
    keys = pa.array(found["code"], pa.string())
    return Regions(
        key=keys,
        name=pa.array(found["name"], pa.string()),
        level=np.array([_LEVEL[each] for each in found["level"]], np.int8),
        parent=key_index(pa.array(found["parent"], pa.string()), keys),
        lon=degrees(pa.array(found["lon"], pa.float64())),
        lat=degrees(pa.array(found["lat"], pa.float64())),
        population=np.zeros(len(keys), np.int64),
    )


def _some(regions: Regions, rows: Ints) -> Regions:
    """The regions of these rows alone, in their order; one whose parent is not among them has none."""
    moved = np.full(len(regions.key) + 1, NONE, np.int32)  # the last for those without a parent
    moved[rows] = np.arange(len(rows))
    return Regions(
        key=regions.key.take(pa.array(rows)),
        name=regions.name.take(pa.array(rows)),
        level=regions.level[rows],
        parent=moved[regions.parent[rows]],
        lon=regions.lon[rows],
        lat=regions.lat[rows],
        population=regions.population[rows],
    )
