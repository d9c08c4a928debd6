"""Making, keeping, showing, exporting and publishing plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.plan_files import export as export_files
from api.plan_files import kept_plan, store_plan
from api.service.calls import day_of, days, period_of, policy_of_file, region_of
from api.service.opening import Progress, opened, silent
from api.settings import Settings
from graph.assemble import assemble
from graph.extract import extract, read_tables
from graph.plans import (
    Draft,
    StoredPlan,
    approve_plan,
    certificate_of,
    list_plans,
    plan_named,
    reject_plan,
    save_plan,
)
from graph.publish import Published, publish
from graph.snapshot import NONE, Snapshot
from graph.snapshot_files import load_keys, load_snapshot, save_snapshot
from graph.ties import ties_of
from loaders.write.folder import Format
from matching.match import match
from matching.plan import Plan
from matching.problem import Problem
from matching.stale import breaches_now


@dataclass(frozen=True)
class Made:
    """A plan just made: itself, the snapshot it stands on, and how the graph keeps it."""

    plan: Plan
    snapshot: Snapshot
    stored: StoredPlan
    folder: Path


def make_plan(
    settings: Settings,
    *,
    region: str | None = None,
    period: str | None = None,
    on: str | None = None,
    policy: Path | None = None,
    progress: Progress = silent,
) -> Made:
    """Read the graph, match, verify and keep the plan as a draft; the same data and policy give the same plan again.

    Raises
    ------
    BadDate, BadPeriod, BadPolicy, RegionUnknown
        The call cannot be followed; nothing is read.
    PlanBroken
        The plan does not pass its own verification, and is not kept.
    """
    day = day_of(on)
    month, settled = period_of(period, day), policy_of_file(policy)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        progress("snapshot", 0.05)
        tables, state = read_tables(graph)
        snapshot = assemble(tables, state.revision)
        del tables
        problem = Problem(snapshot, _index(snapshot, scope), month, days(day), settled)
        plan = match(problem, jobs=settings.jobs, progress=lambda step, share: progress(step, 0.3 + 0.55 * share))
        progress("keep", 0.9)
        save_snapshot(snapshot, settings.snapshots)
        folder = store_plan(plan, snapshot, settings.plans)
        stored = save_plan(graph, _draft(plan, snapshot, state.data_version), settings.actor)
    progress("done", 1.0)
    return Made(plan, snapshot, stored, folder)


def all_plans(settings: Settings, progress: Progress = silent) -> list[StoredPlan]:
    """Every plan, the newest first."""
    with opened(settings, progress) as graph:
        return list_plans(graph)


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
        progress("read", 0.02)
        told = kept_plan(stored.id, load_keys(settings.snapshots, stored.snapshot), settings.plans)[0]
        ties = ties_of(*(told.tables[table] for table in ("assignments", "coverage", "responsibilities")))

        def breaches() -> Sequence[Mapping[str, Any]]:
            progress("recheck", 0.1)
            return breaches_now(told, extract(graph))

        return publish(graph, stored.id, ties, settings.actor, breaches, _shares(progress))


def _shares(progress: Progress) -> Callable[[str, int, int], None]:
    return lambda step, done, whole: progress(step, 0.2 + 0.8 * done / max(1, whole))


def _index(snapshot: Snapshot, scope: str | None) -> int:
    """Index of the region of this code; the root where none is named."""
    if scope is None:
        return int((snapshot.regions.parent == NONE).argmax())
    return int(snapshot.regions.key.index(scope).as_py())


def _draft(plan: Plan, snapshot: Snapshot, data_version: int) -> Draft:
    certificate = plan.certificate
    return Draft(
        id=plan.id,
        scope=certificate.scope,
        period=plan.period,
        on=certificate.on,
        base_revision=plan.base_revision,
        base_data=data_version,
        snapshot=snapshot.digest,
        published=snapshot.published.digest,
        verified=certificate.verdict.passed,
        review=plan.policy.review == "required",
        certificate=certificate.as_json(),
    )
