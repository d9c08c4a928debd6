"""What coverage and help lack, region by region, with causes as the published plans tell them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from api.service.calls import day_of, region_code, region_of
from api.service.counted import counted
from api.service.explained import UNTOLD, explained
from api.service.opening import Progress, opened, silent
from api.service.places import tree
from api.service.telling import Telling
from api.settings import Settings
from graph.connect import Graph
from graph.errors import CallError, ZhongfuError
from graph.gap_causes import Explained
from graph.gap_tree import scopes_meeting
from graph.gaps import Gaps, gaps
from graph.model import LEVELS
from graph.plans import StoredPlan
from graph.published import current

_DEPTH = {level.code: at for at, level in enumerate(LEVELS)}
_LEVEL_ZH = {level.code: level.zh for level in LEVELS}
_MOST_LEVELS = 2


class GapsTooFine(CallError):
    """Rows by kind and urgency of so many regions that nobody reads them in one answer."""

    code = "gaps_too_fine"
    en = "Gaps of {region} by {level} are too many rows for one answer."
    zh = "{region} 按“{level_zh}”列出的缺口行数过多，无法一次返回。"
    repair_en = "Ask for a region at most two levels above the rows, one after the other; the map has every village."
    repair_zh = "请逐个查询比所列层级高一级或两级的区划；地图接口包含所有村居。"


@dataclass(frozen=True)
class Found:
    """What is lacking, and why the causes that some published plans tell are not among it."""

    gaps: Gaps
    untold: tuple[ZhongfuError, ...]
    as_of: datetime | None = None
    """The moment of which it is, where data changed since and is still to be counted."""


@dataclass(frozen=True)
class KeptFound(Found):
    """The same of figures that are kept, and what of them points at no household."""

    telling: Telling = field(kw_only=True)


def find_gaps(
    settings: Settings,
    *,
    region: str | None = None,
    level: str | None = None,
    on: str | None = None,
    progress: Progress = silent,
) -> Found:
    """What is lacking in a region by its regions of a level, as published now.

    Figures are those of the graph; causes are those that the published plans tell whose files are on this machine.

    Raises
    ------
    BadDate, RegionUnknown, LevelNotInside
        The call cannot be followed.
    LoadUnderWay, AlwaysChanging
        The graph is not one whole.
    """
    day = day_of(on)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        plans = _meeting(graph, scope)
        progress("gaps", 0.1)
        untold: list[ZhongfuError] = []
        found = gaps(graph, day, scope, level, _explained(settings, plans, untold, progress))
        return Found(found, tuple(untold))


def kept_gaps(
    settings: Settings, *, region: str | None = None, level: str | None = None, on: str | None = None
) -> KeptFound:
    """The same from figures that are counted once and kept, for a service that is asked again and again.

    Raises
    ------
    BadDate, RegionUnknown, LevelNotInside
        The call cannot be followed.
    LoadUnderWay, AlwaysChanging, StillCounting
        The graph is not one whole, or too many wait for its figures.
    """
    kept, as_of = counted(settings, day_of(on))
    scope = None if region is None else region_code(region)
    found = kept.report(scope, level)
    regions = tree(settings)
    untold = (fault for of, fault in kept.untold if regions.within(of, found.scope) or regions.within(found.scope, of))
    return KeptFound(found, tuple(untold), as_of, telling=kept.telling)


def require_few_rows(settings: Settings, region: str | None, level: str | None) -> None:
    """Refuse rows more than two levels below their region. Raises GapsTooFine and RegionUnknown."""
    regions = tree(settings)
    scope = regions.region(region_code(region) if region else regions.root)
    if level in _DEPTH and _DEPTH[level] - _DEPTH[scope.level] > _MOST_LEVELS:
        raise GapsTooFine(region=scope.name, level=level, level_zh=_LEVEL_ZH[level])


def causes_of(found: Gaps) -> dict[str, list[tuple[str, int]]]:
    """For needs, places, households and workers how many are lacking by reason, the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for name in ("needs", "places", "households", "workers"):
        counts[name] = Counter()
        for causes in getattr(found, name)["causes"].drop_null().to_pylist():
            counts[name].update(json.loads(causes))
    return {name: of.most_common() for name, of in counts.items()}


def _meeting(graph: Graph, scope: str | None) -> tuple[StoredPlan, ...]:
    """The published plans that say something of a region, the newest first."""
    plans = current(graph).plans
    if scope is None:
        return plans
    meeting = scopes_meeting(graph, scope, (plan.scope for plan in plans))
    return tuple(plan for plan in plans if plan.scope in meeting)


def _explained(
    settings: Settings, plans: Iterable[StoredPlan], untold: list[ZhongfuError], progress: Progress
) -> Iterator[Explained]:
    """What each published plan tells, read when it is asked for; why one tells nothing is put into `untold`."""
    progress("causes", 0.7)
    for plan in plans:
        try:
            told = [explained(settings, plan)]
        except UNTOLD as fault:
            untold.append(fault)
            continue
        yield told.pop()  # nothing of it is held here while the next is read
