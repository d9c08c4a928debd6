"""`match`, `plans`, `show`, `export` and `verify`: plans from the graph, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.cli.options import AsFormat, PlanName, Region, surroundings
from api.cli.plan_screen import next_step, show_certificate
from api.cli.screen import Format, moment, note, progress, said, show


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="match", epilog="Example: zhongfu match --region 441402 --period 2026-12 --format json")(match)
    app.command(name="plans", epilog="Example: zhongfu plans --format csv")(list_plans)
    app.command(name="show", epilog="Example: zhongfu show 3fa9")(show_plan)
    app.command(name="export", epilog="Example: zhongfu export 3fa9 out --with-input")(export)
    app.command(name="verify", epilog="Example: zhongfu verify out --input out/input")(verify)


def match(
    region: Region = None,
    period: Annotated[str | None, typer.Option(help="Calendar month, as 2026-12; by default that of --on.")] = None,
    on: Annotated[str | None, typer.Option(help="The day that the plan is of; by default today.")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML file of the match policy.")] = None,
    max_changes: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            help="Most changes of what is published, where it could be kept; a larger share counts too, even if the need asks"
            " for more by now. In place of the policy's max_changes.",
        ),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(help="A second policy; both plans are kept, and what it changes is shown."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes to use; the plan does not depend on it.")] = None,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask cluster to match on in their place.")] = None,
    form: AsFormat = Format.table,
) -> None:
    """Match a region: assign services and caseworkers, with a proof; the plan is kept as a draft."""
    from api.service.calls import limited, policy_of_file
    from api.service.making import make_plan

    settings, settled = surroundings(jobs=jobs, dask=dask), limited(policy_of_file(policy), max_changes)
    if compare is not None:
        from api.cli.comparing_screen import show_compared
        from api.service.comparing import compare_policies

        other = limited(policy_of_file(compare), max_changes)
        with progress() as told:
            compared = compare_policies(settings, settled, other, region=region, period=period, on=on, progress=told)
        called = (policy.name if policy else said("the default policy", "默认策略"), compare.name)
        show_compared(compared, called, form)
        return
    with progress() as told:
        made = make_plan(settings, region=region, period=period, on=on, policy=settled, progress=told)
    show_certificate(made.plan.certificate.as_json(), made.stored, form)
    if step := next_step(made.stored):
        note(*step)


def list_plans(form: AsFormat = Format.table) -> None:
    """List every plan with its state, the newest first."""
    from api.service.plans import all_plans

    with progress() as told:
        plans = all_plans(surroundings(), told)
    rows = [
        {
            "plan": plan.id,
            "scope": plan.scope,
            "name": plan.scope_name,
            "period": plan.period,
            "on": plan.on,
            "state": plan.state,
            "revision": plan.revision,
            "by": plan.actor,
            "at": plan.created_at,
        }
        for plan in plans
    ]
    show([_short(row) for row in rows] if form is Format.table else rows, form)
    if not rows:
        note("Make one: zhongfu match", "先匹配：zhongfu match")


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """A plan in eighty columns: the beginning of its id, and its scope by name."""
    scope = {"scope": row["name"] or row["scope"]}
    rest = {name: value for name, value in row.items() if name not in {"plan", "scope", "name", "at"}}
    return {"plan": row["plan"][:8], **scope, **rest, "at": moment(row["at"])}


def show_plan(plan: PlanName, form: AsFormat = Format.table) -> None:
    """Show a plan: what was reached, what is proven, what was checked, and why something is left."""
    from api.cli.reasons_screen import show_reasons
    from api.plan_files import PlanDamaged, PlanMissing
    from api.service.plans import shown_plan
    from api.service.reasons import reasons_of

    settings = surroundings()
    with progress() as told:
        stored, certificate = shown_plan(settings, plan, told)
    facts = ("state", "revision", "actor", "created_at", "decided_by", "decided_at", "decision")
    show_certificate(certificate, stored, form, {name: getattr(stored, name) for name in facts})
    if form is Format.table:
        try:
            show_reasons(reasons_of(settings, stored.id))
        except (PlanMissing, PlanDamaged) as fault:
            note(f"No reasons: {fault.message('en')}", f"无法列出原因：{fault.message('zh')}")


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

    with progress() as told:
        written = export_plan(surroundings(), plan, folder, form, with_input=with_input, progress=told)
    rows = [{"file": str(path.relative_to(folder)), "bytes": path.stat().st_size} for path in written]
    show(rows, Format.table, title=str(folder))
    if with_input:
        note(f"Recheck it anywhere: zhongfu verify {folder}", f"可随处复核：zhongfu verify {folder}")


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

    with progress() as told:
        checked, verdict = verify_plan(surroundings(), plan, given, told)
    show_verdict(checked.certificate.plan, verdict, form)
    if not verdict.passed:
        raise typer.Exit(1)
