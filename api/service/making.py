"""Making a plan: the graph read, matched, verified and kept as a draft.

It stands apart because it loads the solvers, for which no other command is to wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.plan_files import store_plan
from api.service.calls import day_of, days, period_of, region_of
from api.service.opening import Progress, opened, silent
from api.service.plan_regions import keep_figures
from api.service.plan_worth import keep_worth
from api.settings import Settings
from graph.assemble import assemble
from graph.connect import Graph
from graph.extract import read_tables
from graph.plans import Draft, StoredPlan, save_plan
from graph.snapshot import NONE, Snapshot
from graph.snapshot_files import save_snapshot
from graph.stored import READERS
from matching.by_town import by_town
from matching.cluster import cluster
from matching.match import Proven, match
from matching.plan import Plan
from matching.policy import DEFAULT_POLICY, MatchPolicy
from matching.problem import Problem
from matching.worth import worth_by_town


@dataclass(frozen=True)
class Made:
    """A plan just made: itself, the problem that it solves, and how the graph keeps it."""

    plan: Plan
    problem: Problem
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
    readers: int = READERS,
) -> Made:
    """Read the graph, match, verify and keep the plan as a draft; the same data and policy give the same plan again.

    Raises
    ------
    BadDate, BadPeriod, RegionUnknown
        The call cannot be followed; nothing is read.
    PlanBroken
        The plan does not pass its own verification, and is not kept.
    """
    policies = (policy,)
    [made] = make_plans(
        settings, policies, region=region, period=period, on=on, progress=progress, proven=proven, readers=readers
    )
    return made


def make_plans(
    settings: Settings,
    policies: Sequence[MatchPolicy],
    *,
    region: str | None = None,
    period: str | None = None,
    on: str | None = None,
    progress: Progress = silent,
    proven: Proven | None = None,
    readers: int = READERS,
) -> list[Made]:
    """Read the graph once and make a plan by each policy, likewise; none is kept unless all are made."""
    day = day_of(on)
    month = period_of(period, day)
    with opened(settings, progress) as graph:
        scope = region_of(graph, region)
        progress("snapshot", 0.05)
        tables, state = read_tables(graph, readers)
        snapshot = assemble(tables, state.revision)
        del tables
        first = Problem(snapshot, _index(snapshot, scope), month, days(day), policies[0])
        problems = [replace(first, policy=policy) for policy in policies]
        share = 0.55 / len(problems)
        with cluster(settings.dask) as executor:
            plans = [
                match(
                    problem,
                    jobs=settings.jobs,
                    executor=executor,
                    progress=_within(progress, 0.3 + at * share, share),
                    proven=proven,
                )
                for at, problem in enumerate(problems)
            ]
        progress("keep", 0.9)
        save_snapshot(snapshot, settings.snapshots)
        made = [
            _kept(settings, graph, problem, plan, state.data_version)
            for problem, plan in zip(problems, plans, strict=True)
        ]
    progress("done", 1.0)
    return made


def _kept(settings: Settings, graph: Graph, problem: Problem, plan: Plan, data_version: int) -> Made:
    """A plan in its files and in the graph."""
    folder = store_plan(plan, problem.snapshot, settings.plans)
    keep_figures(plan.id, by_town(problem, plan), settings.plans)
    keep_worth(plan.id, worth_by_town(problem, plan), settings.plans)
    stored = save_plan(graph, _draft(plan, problem.snapshot, data_version), settings.actor)
    return Made(plan, problem, stored, folder)


def _within(progress: Progress, start: float, share: float) -> Progress:
    """The progress of a part that begins at `start` and is `share` of the whole."""
    return lambda step, done: progress(step, start + share * done)


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
