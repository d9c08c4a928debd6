"""Making a plan: the graph read, matched, verified and kept as a draft.

It stands apart because it loads the solvers, for which no other command is to wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.plan_files import store_plan
from api.service.calls import day_of, days, period_of, region_of
from api.service.opening import Progress, opened, silent
from api.service.plan_regions import keep_figures
from api.settings import Settings
from graph.assemble import assemble
from graph.extract import read_tables
from graph.plans import Draft, StoredPlan, save_plan
from graph.snapshot import NONE, Snapshot
from graph.snapshot_files import save_snapshot
from matching.by_town import by_town
from matching.match import Proven, match
from matching.plan import Plan
from matching.policy import DEFAULT_POLICY, MatchPolicy
from matching.problem import Problem


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
    policy: MatchPolicy = DEFAULT_POLICY,
    progress: Progress = silent,
    proven: Proven | None = None,
) -> Made:
    """Read the graph, match, verify and keep the plan as a draft; the same data and policy give the same plan again.

    Raises
    ------
    BadDate, BadPeriod, RegionUnknown
        The call cannot be followed; nothing is read.
    PlanBroken
        The plan does not pass its own verification, and is not kept.
    """
    day = day_of(on)
    month = period_of(period, day)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        progress("snapshot", 0.05)
        tables, state = read_tables(graph)
        snapshot = assemble(tables, state.revision)
        del tables
        problem = Problem(snapshot, _index(snapshot, scope), month, days(day), policy)
        plan = match(
            problem,
            jobs=settings.jobs,
            progress=lambda step, share: progress(step, 0.3 + 0.55 * share),
            proven=proven,
        )
        progress("keep", 0.9)
        save_snapshot(snapshot, settings.snapshots)
        folder = store_plan(plan, snapshot, settings.plans)
        keep_figures(plan.id, by_town(problem, plan), settings.plans)
        stored = save_plan(graph, _draft(plan, snapshot, state.data_version), settings.actor)
    progress("done", 1.0)
    return Made(plan, snapshot, stored, folder)


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
