"""Every village of a region as a point of a map, shaded by a measure: columns so compact that a province fits on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np
import pyarrow as pa

from api.service.calls import day_of, region_code
from api.service.counted import Counted, counted
from api.service.filters import require_kind
from api.service.gap_rows import is_told
from api.settings import Settings
from graph.gap_tree import tree_of
from graph.snapshot import NONE, TOWN, VILLAGE, Ints, Longs

STEPS = (0.0, 0.5, 0.8, 0.95, 1.0)
"""Lower ends of the shades above nothing: none, under half, under 80%, under 95%, under all, all."""
_ACROSS = 4000
"""Places that are told apart along the wider side of a map."""


@dataclass(frozen=True)
class VillageMap:
    """Villages in order of code; `lon` and `lat` are differences from the one before, in units of degrees from the corner.

    `shades` has a sign for each: a step, or a dash where nothing counts or is told.
    """

    revision: int
    as_of: datetime | None
    west: float
    south: float
    unit: float
    lon: list[int]
    lat: list[int]
    shades: str


@dataclass(frozen=True)
class VillageNames:
    """Names of the same villages in the same order, and the towns they lie in, with how many follow one another in each."""

    names: list[str]
    towns: list[str]
    counts: list[int]


def village_map(
    settings: Settings, region: str | None, measure: str, kind: str | None = None, *, cases: bool
) -> VillageMap:
    """The villages of a region, by default of everything, whose places are known, by a measure or by the needs of one kind.

    Shades of red needs and of one kind are for those who may see the `cases`. Raises RegionUnknown and FilterUnknown.
    """
    if require_kind(settings, kind) is not None:
        measure = "kind"
    kept, as_of = counted(settings, day_of(None))
    regions, at = kept.figures.regions, _villages(kept, region)
    lon, lat = regions.lon[at], regions.lat[at]
    west, south = (float(each.min()) if len(at) else 0.0 for each in (lon, lat))
    unit = max(float(np.ptp(lon)), float(np.ptp(lat)), 0.01) / _ACROSS if len(at) else 1.0
    share = kept.shares.of[measure] if kind is None else kept.shares.of_kind(kind)
    part, whole = (each[at] * is_told(measure, VILLAGE, cases) for each in share)
    return VillageMap(
        kept.state.revision,
        as_of,
        west,
        south,
        unit,
        _differences((lon - west) / unit),
        _differences((lat - south) / unit),
        "".join(np.array([*"-012345"])[shades(part, whole) + 1].tolist()),
    )


def village_names(settings: Settings, region: str | None) -> VillageNames:
    """What the villages of the map are called. Raises RegionUnknown."""
    kept, _ = counted(settings, day_of(None))
    regions, at = kept.figures.regions, _villages(kept, region)
    runs = [(town, len(list(run))) for town, run in groupby(regions.ancestor[at, TOWN].tolist())]
    towns = ["" if town == NONE else regions.name[town].as_py() for town, _ in runs]
    return VillageNames(regions.name.take(pa.array(at)).to_pylist(), towns, [many for _, many in runs])


def shades(part: Longs, whole: Longs) -> Ints:
    """The shade of each share: 0 for none, the last for all, NONE where nothing counts."""
    ratio = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    above = np.sum(ratio[:, None] >= np.array(STEPS)[None, :], axis=1)
    return np.where(whole > 0, np.where(part > 0, above, 0), NONE).astype(np.int32)


def _villages(kept: Counted, region: str | None) -> Ints:
    """Villages of a region with a known place, as rows among the regions of the figures."""
    figures = kept.figures
    tree = tree_of(figures.regions, figures.scope if region is None else region_code(region), None)
    mine = (tree.row_of(figures.regions) != NONE) & (figures.regions.level == VILLAGE)
    found: Ints = np.flatnonzero(mine & ~np.isnan(figures.regions.lon)).astype(np.int32)
    return found


def _differences(values: np.ndarray) -> list[int]:
    found: list[int] = np.diff(np.round(values).astype(np.int64), prepend=0).tolist()
    return found
