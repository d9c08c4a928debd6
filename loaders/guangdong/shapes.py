"""The outlines of Guangdong's counties and cities, simplified for a map, from the committed file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

FILE = Path(__file__).with_name("shapes.json.gz")
SIMPLIFIED_DEGREES = 0.005
"""How far a simplified border lies from the true one at most, some 500 m; neighbours keep their common border."""
_DIGITS = 3


@cache
def shapes() -> dict[str, BaseGeometry]:
    """The outline of each county and city by its code of twelve digits; lon and lat, WGS84 as far as the source is."""
    rings = json.loads(gzip.decompress(FILE.read_bytes()))
    counties = {code: MultiPolygon([(ring, []) for ring in parts]) for code, parts in rings.items()}
    by_city: dict[str, list[BaseGeometry]] = {}
    for code, outline in counties.items():
        by_city.setdefault(code[:4].ljust(12, "0"), []).append(outline)
    cities = {code: shapely.union_all(parts) for code, parts in by_city.items()}
    return {code: outline.buffer(0) for code, outline in counties.items()} | cities


def write_shapes(outlines: dict[str, BaseGeometry], path: Path = FILE) -> None:
    """Write the outlines by their six-digit codes, simplified; the bytes depend on the outlines alone."""
    codes = sorted(outlines)
    simple = shapely.coverage_simplify([outlines[code] for code in codes], SIMPLIFIED_DEGREES)
    rings = {
        code.ljust(12, "0"): [_rounded(part.exterior.coords) for part in getattr(outline, "geoms", [outline])]
        for code, outline in zip(codes, simple, strict=True)
    }
    text = json.dumps(rings, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _rounded(points: Iterable[tuple[float, ...]]) -> list[list[float]]:
    return [[round(lon, _DIGITS), round(lat, _DIGITS)] for lon, lat, *_ in points]
