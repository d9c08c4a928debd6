"""A map of a gap table: outlines of cities and counties, points for towns and villages, shaded by one measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from api.service.gap_rows import GapRow
from api.service.village_map import STEPS
from graph.within import RegionTree
from loaders.guangdong.shapes import shapes

_WIDTH, _TALLEST, MARGIN = 800.0, 700.0, 12.0
_PATHS = 4096
"""Outlines kept as drawn, a kilobyte or two each: drawing those of all counties anew took more than half of a page."""


@dataclass(frozen=True)
class Mark:
    """One region on the map: an outline as an SVG path, or a point; `step` is its shade, None where nothing counts."""

    code: str
    name: str
    path: str
    x: float
    y: float
    step: int | None
    part: int
    whole: int


@dataclass(frozen=True)
class Map:
    """A map with its size in its own units; `around` is the outline of the scope, `estimated` says that points are.

    A place of degrees (lon, lat) stands at ((lon - west) × squeeze × scale, (north - lat) × scale), both beyond the margin.
    """

    width: float
    height: float
    west: float
    north: float
    scale: float
    squeeze: float
    around: str
    marks: tuple[Mark, ...]
    estimated: bool


def map_of(tree: RegionTree, scope: str, rows: Sequence[GapRow], measure: str) -> Map | None:
    """The rows of a table on a map; None where no place of any is known."""
    known = shapes()
    rows = [row for row in rows if not row.itself]  # what is placed at a wider region has no place of its own on it
    outlines = {row.region: known[row.region] for row in rows if row.region in known}
    points = {
        row.region: (float(region.lon), float(region.lat))
        for row in rows
        if row.region not in outlines and (region := tree.region(row.region)).lon is not None and region.lat is not None
    }
    ground = next((each.code for each in tree.line(scope) if each.code in known), None) if points else None
    if not outlines and not points:
        return None
    own = [known[scope]] if scope in known else []
    sight = _Sight.of([*own, *outlines.values(), *_multipoint(points.values())])
    marks = []
    for row in rows:
        code, (part, whole) = row.region, row.shares[measure]
        if code in outlines:
            x, y, path = 0.0, 0.0, _path(sight, code)
        elif code in points:
            (x, y), path = sight.place(*points[code]), ""
        else:
            continue
        step = step_of(part, whole)
        if step is None and not path:
            continue  # a point that nothing counts at tells nothing
        marks.append(Mark(code, row.name, path, x, y, step, part, whole))
    around = _path(sight, ground) if ground is not None else ""
    return Map(
        sight.width,
        sight.height,
        sight.west,
        sight.north,
        sight.scale,
        sight.squeeze,
        around,
        tuple(marks),
        bool(points),
    )


def step_of(part: int, whole: int) -> int | None:
    """The shade of a share: 0 for none, the last for all; None where nothing counts or is told."""
    if whole <= 0:
        return None
    return sum(part > 0 and part / whole >= low for low in STEPS)


@dataclass(frozen=True)
class _Sight:
    """From degrees to the units of the map, east to the right and north up."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    @staticmethod
    def of(seen: Iterable[BaseGeometry]) -> _Sight:
        west, south, east, north = shapely.total_bounds(list(seen))
        squeeze = math.cos(math.radians((south + north) / 2))
        across, up = max((east - west) * squeeze, 0.01), max(north - south, 0.01)
        scale = min((_WIDTH - 2 * MARGIN) / across, (_TALLEST - 2 * MARGIN) / up)
        return _Sight(west, north, scale, squeeze, across * scale + 2 * MARGIN, up * scale + 2 * MARGIN)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)


@lru_cache(_PATHS)
def _path(sight: _Sight, code: str) -> str:
    """The outline of a region as the `d` of an SVG path."""
    outline = shapes()[code]
    rings = []
    for part in getattr(outline, "geoms", [outline]):
        places = (sight.place(lon, lat) for lon, lat in part.exterior.coords[:-1])
        rings.append("M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "Z")
    return "".join(rings)


def _multipoint(points: Iterable[tuple[float, float]]) -> list[BaseGeometry]:
    found = list(points)
    return [shapely.MultiPoint(found)] if found else []
