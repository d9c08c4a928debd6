"""`approve`, `reject` and `publish`: what becomes of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsFormat, PlanName, surroundings
from api.cli.screen import Format, label, moment, note, progress, said, show

if TYPE_CHECKING:
    from graph.plans import StoredPlan


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="approve", epilog="Example: zhongfu approve 3fa9")(approve)
    app.command(name="reject", epilog='Example: zhongfu reject 3fa9 --reason "too many changes"')(reject)
    app.command(name="publish", epilog="Example: zhongfu publish 3fa9")(publish)


def approve(plan: PlanName, form: AsFormat = Format.table) -> None:
    """Let a draft be published; who approved it and when is kept with the plan."""
    from api.service import plans

    with progress() as told:
        decided = plans.approve(surroundings(), plan, told)
    _show(decided, form)
    if decided.state == "approved":
        note(f"Next: zhongfu publish {decided.id[:8]}", f"下一步：zhongfu publish {decided.id[:8]}")


def reject(
    plan: PlanName,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the plan.")] = None,
    form: AsFormat = Format.table,
) -> None:
    """Put a plan aside before it is published; who rejected it, when and why is kept with the plan."""
    from api.service import plans

    with progress() as told:
        decided = plans.reject(surroundings(), plan, reason, told)
    _show(decided, form)


def publish(plan: PlanName, form: AsFormat = Format.table) -> None:
    """Make a plan what holds within its scope, in one switch that readers see whole or not at all."""
    from api.service.plans import publish_plan

    with progress() as told:
        done = publish_plan(surroundings(), plan, told)
    rows = [
        {
            "what": label(name) if form is Format.table else name,
            "began": done.began.get(name, 0),
            "ended": done.ended.get(name, 0),
        }
        for name in ("assignments", "coverage", "responsibilities")
    ]
    whole = {"plan": done.plan, "revision": done.revision, "began": dict(done.began), "ended": dict(done.ended)}
    title = said(f"plan {done.plan[:12]}, revision {done.revision}", f"方案 {done.plan[:12]}，第 {done.revision} 版")
    show(rows, form, title=title, whole=whole | {"already": done.already})
    if done.already:
        note(
            f"Plan {done.plan[:12]} was published before, as revision {done.revision}; nothing changed.",
            f"方案 {done.plan[:12]} 此前已发布为第 {done.revision} 版，无变化。",
        )
    else:
        note(f"Revision {done.revision} holds now.", f"第 {done.revision} 版现已生效。")


def _show(plan: StoredPlan, form: Format) -> None:
    row = {
        "plan": plan.id[:12] if form is Format.table else plan.id,
        "state": plan.state,
        "by": plan.decided_by,
        "at": moment(plan.decided_at) if form is Format.table else plan.decided_at,
        "reason": plan.decision,
    }
    show([row], form, whole=row)
