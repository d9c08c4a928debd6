"""Making a kept plan again from what it was made of, to see that it comes out the same."""

from __future__ import annotations

from api.service.opening import Progress, silent
from api.service.plans import plan_and_snapshot
from api.settings import Settings
from graph.errors import ZhongfuError
from matching.cluster import cluster
from matching.match import match
from matching.problem import Problem
from matching.replay import Replayed, held_against, replayable


class NotReplayable(ZhongfuError):
    """A plan of a run that was stopped: how far it had come by then depends on the machine."""

    code = "not_replayable"
    en = "Plan {plan} is that of a run that was stopped; how far it had come by then is not to be repeated."
    zh = "方案 {plan} 来自提前停止的匹配，停止时的进度无法重现。"
    repair_en = "`zhongfu verify {plan}` rechecks every hard rule of it. A run that is left to its end can be replayed."
    repair_zh = "可用 `zhongfu verify {plan}` 复核其全部硬性规则；完整运行的匹配才可重放。"


def replay_plan(settings: Settings, name: str, progress: Progress = silent) -> Replayed:
    """Match again from a plan's own snapshot, policy and seed, and hold the two against each other; nothing is kept.

    Raises
    ------
    NotReplayable
        Its run was stopped.
    PlanBroken
        What is made today breaks a rule that `verify` keeps.
    PlanMissing, PlanDamaged, SnapshotMissing, SnapshotDamaged
        Its files are not here, or are not those of its id.
    """
    _, plan, snapshot = plan_and_snapshot(settings, name, progress)
    if not replayable(plan):
        raise NotReplayable(plan=plan.id[:12])
    problem = Problem(snapshot, plan.scope, plan.period, plan.on, plan.policy)
    with cluster(settings.dask) as executor:
        again = match(
            problem,
            jobs=settings.jobs,
            executor=executor,
            progress=lambda step, share: progress(step, 0.2 + 0.8 * share),
        )
    return held_against(plan, again)
