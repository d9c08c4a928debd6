"""A whole run: workers, then needs, then the certificate, then the independent verification."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from graph.errors import ZhongfuError
from matching.certificate import STAGES, Certificate, Stage, Verdict
from matching.counts import covered_counts, open_counts, served_counts, stand_in_counts
from matching.cover import Covered, cover
from matching.finishing import finishing
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.policy import policy_digest
from matching.problem import Problem
from matching.serve import Served, serve
from matching.serve.locks import check_locks
from matching.verify import verify
from matching.verify.proof import proven as proof
from matching.versions import versions

Progress = Callable[[str, float], None]
"""Told the name of the step and how much of the whole is done, from 0 to 1."""
Proven = Callable[[tuple[Stage, ...]], None]
"""Told the stages that are decided, each with its value and its bound, whenever there are more."""


class PlanBroken(ZhongfuError):
    """A plan that its own verification refuses; it is not stored, and the breaches say why."""

    code = "plan_broken"
    en = "The plan that was made breaks {checks}; it is not kept. First: {first}"
    zh = "生成的方案未通过核验（{checks}），未保存。首条：{first_zh}"
    repair_en = "This is a fault of the program: report it with the input and the policy."
    repair_zh = "这是程序缺陷，请连同输入与策略一并反馈。"


def match(
    problem: Problem,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    proven: Proven | None = None,
) -> Plan:
    """The plan of a problem, with its certificate and its id; the strict order is that of model (26).

    Workers and offers share nothing, so the two halves are decided one after the other. The result does not depend on
    `jobs`, the number of processes, nor on an `executor` of the caller's that takes their place.

    Raises
    ------
    LockError
        A lock `keep` cannot hold; the message names it, before anything is solved.
    PlanBroken
        `verify` found a breach: a fault of the program, never of the data.
    """
    told = progress or (lambda _step, _share: None)
    prove = proven or (lambda _stages: None)
    check_locks(problem)
    with finishing() as hold:
        told("cover", 0.0)
        covered = cover(problem)
        prove(_in_order(covered.stages))
        told("serve", 0.15)
        served = serve(
            problem,
            spent=covered.changes.free,  # workers come first, so that they spend first of what may change
            jobs=jobs,
            executor=executor,
            progress=lambda step, share: told(step, 0.15 + 0.65 * share),
            hold=hold,
        )
        prove(_in_order(covered.stages + served.stages))
        told("verify", 0.8)
        draft = _draft(problem, covered, served)
        verdict = verify(draft, problem.snapshot)
        while set(verdict.found) == {proof.name}:
            draft = _told_bounded(draft, {breach["subject"]["figure"] for breach in verdict.breaches})
            prove(draft.certificate.stages)
            verdict = verify(draft, problem.snapshot)
    if not verdict.passed:
        first = verdict.breaches[0]
        raise PlanBroken(checks=", ".join(verdict.found), first=first["en"], first_zh=first["zh"])
    checked = replace(draft, certificate=replace(draft.certificate, verdict=verdict))
    name = plan_id(checked, problem.snapshot)
    told("done", 1.0)
    return replace(checked, id=name, certificate=checked.certificate.named(name))


def _draft(problem: Problem, covered: Covered, served: Served) -> Plan:
    return Plan(
        id="",
        scope=problem.scope,
        period=problem.period,
        on=problem.on,
        base_revision=problem.snapshot.published.revision,
        policy=problem.policy,
        assignments=served.assignments,
        coverage=covered.coverage,
        stand_ins=covered.stand_ins,
        responsibilities=covered.responsibilities,
        unmet=served.unmet,
        uncovered=covered.uncovered,
        shortfall=covered.shortfall,
        unused=served.unused.and_others(covered.unused),
        prices=served.prices,
        certificate=_certificate(problem, covered, served),
    )


def _told_bounded(draft: Plan, unproven: set[str]) -> Plan:
    """The plan with some stages told as bounded: its prices do not prove what the solver found (model (15))."""
    stages = tuple(
        replace(stage, exact=False, status="bounded") if stage.stage in unproven else stage
        for stage in draft.certificate.stages
    )
    return replace(draft, certificate=replace(draft.certificate, stages=stages))


def _certificate(problem: Problem, covered: Covered, served: Served) -> Certificate:
    snapshot = problem.snapshot
    return Certificate(
        plan="",
        scope=snapshot.regions.key[problem.scope].as_py(),
        period=problem.period,
        on=str(np.datetime64(problem.on, "D")),
        base_revision=snapshot.published.revision,
        snapshot=snapshot.digest,
        published=snapshot.published.digest,
        policy=policy_digest(problem.policy),
        seed=problem.policy.seed,
        versions=versions(),
        stages=_in_order(covered.stages + served.stages),
        open=open_counts(problem),
        served=served_counts(problem, served.assignments),
        covered=covered_counts(problem, covered.coverage, covered.responsibilities)
        | stand_in_counts(problem, covered.coverage, covered.stand_ins, covered.stand_ins_most),
        changes={"needs": served.changes.counts} | covered.changes.counts,
        baseline={"served": served.baseline if problem.policy.max_changes is None else {}},
        rates=served.rates,
        budgets=served.budgets,
        verdict=Verdict(),
    )


def _in_order(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    return tuple(sorted(stages, key=lambda stage: STAGES.index(stage.stage)))
