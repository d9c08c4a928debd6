"""`match`, `plans`, `show`, `export`, `verify` and `publish`: plans from the graph, checked, and back into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.options import AsFormat, PlanName, Region, surroundings
from api.cli.plan_screen import show_certificate
from api.cli.screen import Format, note, progress, show


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="match", epilog="Example: zhongfu match --region 441402 --period 2026-12 --format json")(match)
    app.command(name="plans", epilog="Example: zhongfu plans --format csv")(list_plans)
    app.command(name="show", epilog="Example: zhongfu show 3fa9")(show_plan)
    app.command(name="export", epilog="Example: zhongfu export 3fa9 out --with-input")(export)
    app.command(name="verify", epilog="Example: zhongfu verify out --input out/input")(verify)
    app.command(name="publish", epilog="Example: zhongfu publish 3fa9")(publish)


def match(
    region: Region = None,
    period: Annotated[str | None, typer.Option(help="Calendar month, as 2026-12; by default that of --on.")] = None,
    on: Annotated[str | None, typer.Option(help="The day that the plan is of; by default today.")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML file of the match policy.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes to use; the plan does not depend on it.")] = None,
    form: AsFormat = Format.table,
) -> None:
    """Match a region: assign services and caseworkers, with a proof; the plan is kept as a draft."""
    from api.service.plans import make_plan

    with progress() as told:
        made = make_plan(surroundings(jobs=jobs), region=region, period=period, on=on, policy=policy, progress=told)
    show_certificate(made.plan.certificate.as_json(), made.stored, form)
    if made.stored.state == "draft":
        short = made.plan.id[:8]
        note(f"Next: zhongfu publish {short}", f"下一步：zhongfu publish {short}")


def list_plans(form: AsFormat = Format.table) -> None:
    """List every plan with its state, the newest first."""
    from api.service.plans import all_plans

    rows = [
        {
            "plan": plan.id[:12] if form is Format.table else plan.id,
            "scope": plan.scope,
            "name": plan.scope_name,
            "period": plan.period,
            "on": plan.on,
            "state": plan.state,
            "revision": plan.revision,
            "by": plan.actor,
            "at": plan.created_at[:16].replace("T", " ") if form is Format.table else plan.created_at,
        }
        for plan in all_plans(surroundings())
    ]
    show(rows, form)
    if not rows:
        note("Make one: zhongfu match", "先匹配：zhongfu match")


def show_plan(plan: PlanName, form: AsFormat = Format.table) -> None:
    """Show a plan's certificate: what was reached, what is proven, what was checked."""
    from api.service.plans import shown_plan

    stored, certificate = shown_plan(surroundings(), plan)
    show_certificate(certificate, stored, form)


def export(
    plan: PlanName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.")],
    with_input: Annotated[
        bool, typer.Option("--with-input", help="Also the snapshot it was made from, in the folder `input`.")
    ] = False,
    form: Annotated[Literal["csv", "xlsx", "parquet"], typer.Option("--format", help="Format of the files.")] = "csv",
) -> None:
    """Write what a plan says into a folder: assignments, coverage, reasons, certificate."""
    from api.service.plans import export_plan

    written = export_plan(surroundings(), plan, folder, form, with_input=with_input)
    rows = [{"file": str(path.relative_to(folder)), "bytes": path.stat().st_size} for path in written]
    show(rows, Format.table, title=str(folder))


def verify(
    plan: Annotated[
        str, typer.Argument(metavar="DIR|PLAN", help="Folder of an exported plan, or the id of a kept one.")
    ],
    given: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="FOLDER", help="Tables that the exported plan was made from; by default DIR/input."
        ),
    ] = None,
    form: AsFormat = Format.table,
) -> None:
    """Recheck every hard rule of a plan by a program that makes none; exit 1 on any breach."""
    from api.cli.plan_screen import show_verdict
    from api.service.verifying import verify_plan

    checked, verdict = verify_plan(surroundings(), plan, given)
    show_verdict(checked.certificate.plan, verdict, form)
    if not verdict.passed:
        raise typer.Exit(1)


def publish(plan: PlanName, form: AsFormat = Format.table) -> None:
    """Make a plan what holds within its scope, in one switch that readers see whole or not at all."""
    from api.service.plans import publish_plan

    with progress() as told:
        done = publish_plan(surroundings(), plan, told)
    rows = [{"what": name, "began": began, "ended": done.ended.get(name, 0)} for name, began in done.began.items()] or [
        {"what": "nothing", "began": 0, "ended": 0}
    ]
    whole = {"plan": done.plan, "revision": done.revision, "began": dict(done.began), "ended": dict(done.ended)}
    show(rows, form, title=f"{done.plan[:12]} → {done.revision}", whole=whole | {"already": done.already})
    if done.already:
        note(
            f"Plan {done.plan[:12]} was published before, as revision {done.revision}; nothing changed.",
            f"方案 {done.plan[:12]} 此前已发布为第 {done.revision} 版，无变化。",
        )
    else:
        note(f"Revision {done.revision} holds now.", f"第 {done.revision} 版现已生效。")
