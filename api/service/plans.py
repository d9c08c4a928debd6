"""Showing, deciding, exporting and publishing plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.plan_files import export as export_files
from api.plan_files import kept_plan
from api.service.opening import Progress, opened, silent
from api.settings import Settings
from graph.extract import extract
from graph.listed import ALL, BEGINNING, Position
from graph.plans import (
    WAITING,
    StoredPlan,
    approve_plan,
    certificate_of,
    count_plans,
    list_plans,
    plan_named,
    reject_plan,
)
from graph.publish import Published, publish
from graph.published import Revision, revisions
from graph.snapshot import Snapshot
from graph.snapshot_files import load_keys, load_snapshot
from graph.ties import ties_of
from loaders.write.folder import Format
from matching.plan import Plan
from matching.stale import breaches_now


def all_plans(settings: Settings, progress: Progress = silent) -> list[StoredPlan]:
    """Every plan, the newest first."""
    with opened(settings, progress) as graph:
        return list_plans(graph)


def plans_within(
    settings: Settings, region: str | None, start: Position = BEGINNING, limit: int = ALL
) -> list[StoredPlan]:
    """Plans whose scope is a region or lies inside it, the newest first, behind a position; None for everywhere."""
    with opened(settings) as graph:
        return list_plans(graph, region, start, limit)


def plans_waiting(settings: Settings, region: str | None, most: int) -> tuple[list[StoredPlan], int, int]:
    """The newest plans within a region that wait for a decision, how many wait, and how many plans there are at all."""
    with opened(settings) as graph:
        plans, waiting = count_plans(graph, region)
        return list_plans(graph, region, limit=most, states=WAITING), waiting, plans


def revisions_within(settings: Settings, region: str | None, start: Position, limit: int) -> list[Revision]:
    """Revisions of plans whose scope is a region or lies inside it, the newest first, behind a position; None for everywhere."""
    with opened(settings) as graph:
        return revisions(graph, region, start, limit)


def stored_plan(settings: Settings, name: str) -> StoredPlan:
    """A plan by its id, or the beginning of it. Raises PlanUnknown and PlanAmbiguous."""
    with opened(settings) as graph:
        return plan_named(graph, name)


def shown_plan(settings: Settings, name: str, progress: Progress = silent) -> tuple[StoredPlan, dict[str, Any]]:
    """A plan by its id, or the beginning of it, with its certificate."""
    with opened(settings, progress) as graph:
        stored = plan_named(graph, name)
        return stored, certificate_of(graph, stored.id)


def snapshot_of(settings: Settings, stored: StoredPlan) -> Snapshot:
    """The snapshot that a plan was made from. Raises SnapshotMissing and SnapshotDamaged."""
    return load_snapshot(settings.snapshots, stored.snapshot, stored.base_revision, stored.published)


def plan_and_snapshot(settings: Settings, name: str, progress: Progress = silent) -> tuple[StoredPlan, Plan, Snapshot]:
    """A kept plan with the snapshot that it was made from. Raises PlanMissing, PlanDamaged and SnapshotMissing."""
    with opened(settings, progress) as graph:
        stored = plan_named(graph, name)
    progress("read", 0.1)
    snapshot = snapshot_of(settings, stored)
    return stored, kept_plan(stored.id, snapshot, settings.plans)[1], snapshot


def export_plan(
    settings: Settings,
    name: str,
    folder: Path,
    form: Format,
    *,
    with_input: bool = False,
    progress: Progress = silent,
) -> list[Path]:
    """Write a kept plan, and on request the snapshot it was made from, into a folder; gives the files."""
    _, plan, snapshot = plan_and_snapshot(settings, name, progress)
    progress("write", 0.5)
    export_files(plan, snapshot, folder, form, with_input=with_input)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def approve(settings: Settings, name: str, progress: Progress = silent) -> StoredPlan:
    """Let a draft be published, as this actor. Raises PlanUnknown, PlanAmbiguous and PlanDecided."""
    with opened(settings, progress) as graph:
        return approve_plan(graph, name, settings.actor)


def reject(settings: Settings, name: str, reason: str | None, progress: Progress = silent) -> StoredPlan:
    """Put a plan aside before it is published, as this actor. Raises PlanUnknown, PlanAmbiguous and PlanDecided."""
    with opened(settings, progress) as graph:
        return reject_plan(graph, name, settings.actor, reason)


def publish_plan(settings: Settings, name: str, progress: Progress = silent) -> Published:
    """Make a kept plan what holds within its scope; refused as a stale draft when it would break a rule by now.

    Raises
    ------
    StaleDraft, PlanNotApproved, PlanDecided, PublicationUnderWay
        It may not take effect; what was published stays.
    PlanMissing, PlanDamaged, SnapshotMissing, SnapshotDamaged
        Its files are not here, or are not those of its id.
    """
    with opened(settings, progress) as graph:
        stored = plan_named(graph, name)
        if stored.state == "published":  # it holds, whatever became of its files
            return publish(graph, stored.id, {}, settings.actor, tuple)
        progress("read", 0.02)
        told = kept_plan(stored.id, load_keys(settings.snapshots, stored.snapshot), settings.plans)[0]
        ties = ties_of(*(told.tables[table] for table in ("assignments", "coverage", "responsibilities")))

        def breaches() -> Sequence[Mapping[str, Any]]:
            progress("recheck", 0.1)
            return breaches_now(told, extract(graph))

        return publish(graph, stored.id, ties, settings.actor, breaches, _shares(progress))


def _shares(progress: Progress) -> Callable[[str, int, int], None]:
    return lambda step, done, whole: progress(step, 0.2 + 0.8 * done / max(1, whole))
