"""What coverage and help lack, region by region, with causes as the published plans tell them."""

from __future__ import annotations

from dataclasses import dataclass

from api.plan_files import PlanDamaged, PlanMissing, kept_tables
from api.service.calls import day_of, region_of
from api.service.opening import Progress, opened, silent
from api.service.plans import snapshot_of
from api.settings import Settings
from graph.errors import ZhongfuError
from graph.gap_causes import Explained
from graph.gaps import Gaps, gaps
from graph.plans import StoredPlan
from graph.published import current
from graph.snapshot_files import SnapshotDamaged, SnapshotMissing


@dataclass(frozen=True)
class Found:
    """What is lacking, and why the causes that some published plans tell are not among it."""

    gaps: Gaps
    untold: tuple[ZhongfuError, ...]


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
    """
    day = day_of(on)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        progress("causes", 0.1)
        told = [_explained(settings, plan) for plan in current(graph).plans]
        progress("gaps", 0.3)
        explained = tuple(each for each in told if isinstance(each, Explained))
        untold = tuple(each for each in told if isinstance(each, ZhongfuError))
        return Found(gaps(graph, day, scope, level, explained), untold)


def _explained(settings: Settings, plan: StoredPlan) -> Explained | ZhongfuError:
    """What a published plan tells, or why it tells nothing."""
    try:
        unmet, uncovered = kept_tables(plan.id, settings.plans, "unmet", "uncovered")
        return Explained(plan.scope, snapshot_of(settings, plan), unmet, uncovered)
    except (PlanMissing, PlanDamaged, SnapshotMissing, SnapshotDamaged) as fault:
        return fault
