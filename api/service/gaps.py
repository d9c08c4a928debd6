"""What coverage and help lack, region by region, with causes as the published plans tell them."""

from __future__ import annotations

from collections.abc import Iterator

from api.plan_files import PlanMissing, told_of
from api.service.calls import day_of, region_of
from api.service.opening import Progress, opened, silent
from api.service.plans import snapshot_of
from api.settings import Settings
from graph.connect import Graph
from graph.gap_causes import Explained
from graph.gaps import Gaps, gaps
from graph.published import current
from graph.snapshot_files import SnapshotMissing


def find_gaps(
    settings: Settings,
    *,
    region: str | None = None,
    level: str | None = None,
    on: str | None = None,
    progress: Progress = silent,
) -> Gaps:
    """What is lacking in a region by its regions of a level, as published now.

    Raises
    ------
    BadDate, RegionUnknown, LevelNotInside
        The call cannot be followed.
    """
    day = day_of(on)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        progress("causes", 0.1)
        explained = tuple(_explained(settings, graph))
        progress("gaps", 0.3)
        return gaps(graph, day, scope, level, explained)


def _explained(settings: Settings, graph: Graph) -> Iterator[Explained]:
    """What the published plans tell whose files are on this machine, the newest first."""
    for plan in current(graph).plans:
        try:
            snapshot, tables = snapshot_of(settings, plan), told_of(plan.id, settings.plans).tables
        except (PlanMissing, SnapshotMissing):
            continue
        yield Explained(plan.scope, snapshot, tables["unmet"], tables["uncovered"])
