"""How many needs are open, by town, kind and urgency, from the figures that are kept of the whole graph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from api.service.calls import day_of
from api.service.counted import counted
from api.service.places import tree
from api.service.telling import Hides
from api.settings import Settings
from graph.errors import CallError
from graph.gap_causes import NEEDS
from graph.gaps import needs_from
from graph.snapshot import TOWN
from graph.within import RegionTree


class RegionTooWide(CallError):
    """A wide region without a kind."""

    code = "region_too_wide"
    en = "The counts of every kind by town are told for a county or less, not for {region}."
    zh = "按镇街统计全部服务项目仅限一个县区及以下，不能用于{region_zh}。"
    repair_en = "Name a county, a town or a kind."
    repair_zh = "请指定县区、镇街，或一个服务项目。"


@dataclass(frozen=True)
class OpenNeeds:
    """Rows region, kind, urgency, needs, needs_unmet, null where they are withheld; and the moment of which they are, if not now."""

    rows: list[dict[str, Any]]
    as_of: datetime | None


def open_needs(settings: Settings, region: str | None, kind: str | None, *, cases: bool) -> OpenNeeds:
    """The needs that count today within a region, of one kind or of all; None is everywhere.

    To those who may not see the `cases` none is told that would point at households.

    Raises
    ------
    RegionUnknown, LevelNotInside, RegionTooWide
        The call cannot be followed: there are towns in a town or more alone, and all kinds together are for a county or less.
    LoadUnderWay, AlwaysChanging, StillCounting
        The graph is not one whole, or too many wait for its figures.
    """
    regions = tree(settings)
    if kind is None and _wide(regions, region):
        name = regions.region(region).name if region else None
        raise RegionTooWide(region=name or "everything", region_zh=name or "全部区域")
    kept, as_of = counted(settings, day_of(None))
    found = needs_from(kept.figures, region, "town")
    if kind is not None:
        found = found.filter(pc.equal(found["kind"], kind))
    found = found.select([*NEEDS, "needs", "needs_unmet"])
    return OpenNeeds((found if cases else _told(found, kept.telling.needs[TOWN])).to_pylist(), as_of)


def _told(table: pa.Table, hides: Hides) -> pa.Table:
    """The rows of towns that may be named, with the figures that may be told."""
    numbers = hides.numbers(table, NEEDS[1:])
    for name, withheld in (("needs", hides.wholes), ("needs_unmet", hides.hides)):
        column = pa.array(table[name].to_numpy(), mask=hides.among(numbers, withheld))
        table = table.set_column(table.column_names.index(name), name, column)
    return table.filter(pa.array(~hides.among(numbers, hides.alone)))


def _wide(regions: RegionTree, region: str | None) -> bool:
    """Whether a region has counties inside it, or cities."""
    inside = regions.roots if region is None else regions.children[regions.region(region).code]
    return any(regions.regions[code].level in {"province", "city", "county"} for code in inside)
