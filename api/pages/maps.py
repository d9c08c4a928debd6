"""A map of a gap table: outlines of cities and counties, points for towns and villages, shaded by one measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from graph.within import RegionTree
from loaders.guangdong.shapes import shapes

MEASURES = {
    "villages": ("villages_covered", "villages"),
    "households": ("households_cared_for", "households"),
    "needs": ("needs_met", "needs"),
}
"""Measures by name: the part and the whole, as columns of the summary."""
STEPS = (0.0, 0.5, 0.8, 0.95, 1.0)
"""Lower ends of the shades above nothing: none, under half, under 80%, under 95%, under all, all."""

_WIDTH, _TALLEST, _MARGIN = 800.0, 700.0, 12.0


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
    """A map with its size in its own units; `around` is the outline of the scope, `estimated` says that points are."""

    width: float
    height: float
    around: str
    marks: tuple[Mark, ...]
    estimated: bool


def map_of(tree: RegionTree, scope: str, rows: Sequence[Mapping[str, Any]], measure: str) -> Map | None:
    """The rows of a summary on a map; None where no place of any is known."""
    known = shapes()
    outlines = {row["region"]: known[row["region"]] for row in rows if row["region"] in known}
    points = {
        row["region"]: (float(region.lon), float(region.lat))
        for row in rows
        if row["region"] not in outlines
        and (region := tree.region(row["region"])).lon is not None
        and region.lat is not None
    }
    ground = next((known[each.code] for each in tree.line(scope) if each.code in known), None) if points else None
    if not outlines and not points:
        return None
    sight = _Sight.of([*outlines.values(), *_multipoint(points.values())] or [])
    part, whole = MEASURES[measure]
    marks = []
    for row in rows:
        code = row["region"]
        if code in outlines:
            x, y, path = 0.0, 0.0, sight.path(outlines[code])
        elif code in points:
            (x, y), path = sight.place(*points[code]), ""
        else:
            continue
        step = step_of(row[part], row[whole])
        if step is None and not path:
            continue  # a point that nothing counts at tells nothing
        marks.append(Mark(code, row["name"], path, x, y, step, row[part], row[whole]))
    around = sight.path(ground) if ground is not None else ""
    return Map(sight.width, sight.height, around, tuple(marks), bool(points))


def step_of(part: int, whole: int) -> int | None:
    """The shade of a share: 0 for none, the last for all."""
    if not whole:
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
        scale = min((_WIDTH - 2 * _MARGIN) / across, (_TALLEST - 2 * _MARGIN) / up)
        return _Sight(west, north, scale, squeeze, across * scale + 2 * _MARGIN, up * scale + 2 * _MARGIN)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = _MARGIN + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(_MARGIN + (self.north - lat) * self.scale, 1)

    def path(self, outline: BaseGeometry) -> str:
        """An outline as the `d` of an SVG path."""
        rings = []
        for part in getattr(outline, "geoms", [outline]):
            places = (self.place(lon, lat) for lon, lat in part.exterior.coords[:-1])
            rings.append("M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "Z")
        return "".join(rings)


def _multipoint(points: Iterable[tuple[float, float]]) -> list[BaseGeometry]:
    found = list(points)
    return [shapely.MultiPoint(found)] if found else []
