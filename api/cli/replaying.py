"""`replay`: a plan made again from what it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli.options import AsFormat, PlanName, surroundings
from api.cli.screen import Format, progress, results, said, show, table_of

if TYPE_CHECKING:
    from matching.replay import Replayed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="replay", epilog="Example: zhongfu replay 3fa9")(replay)


def replay(
    plan: PlanName,
    jobs: Annotated[int | None, typer.Option(help="Processes to use; the plan does not depend on it.")] = None,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask cluster to match on in their place.")] = None,
    form: AsFormat = Format.table,
) -> None:
    """Match again from a plan's own snapshot and policy, and see whether it comes out the same, bit for bit."""
    from api.service.replaying import replay_plan

    with progress() as told:
        replayed = replay_plan(surroundings(jobs=jobs, dask=dask), plan, told)
    _show(replayed, form)
    if not replayed.same:
        raise typer.Exit(1)


def _show(replayed: Replayed, form: Format) -> None:
    versions = [{"version": name, "then": then, "now": now} for name, then, now in replayed.versions]
    if form is not Format.table:
        rows = [{"what": "version", **row} for row in versions]
        rows += [{"what": "part", "version": part, "then": None, "now": None} for part in replayed.parts]
        show(rows, form, whole=replayed.as_json())
        return
    screen = results()
    name, again = replayed.plan[:12], replayed.again[:12]
    if replayed.same:
        same = said(f"Plan {name} comes out the same, bit for bit.", f"方案 {name} 重放结果逐位一致。")
        screen.print(Text("✓ ", "bold green") + Text(same))
        return
    other = said(f"Plan {name} comes out as {again}, another plan.", f"方案 {name} 重放得到另一方案 {again}。")
    screen.print(Text("✗ ", "bold red") + Text(other))
    if versions:
        screen.print(table_of(versions, said("versions that differ", "不同的版本")))
    if replayed.parts:
        parts = ", ".join(replayed.parts)
        screen.print(said(f"What differs: {parts}", f"不同之处：{parts}"))
    else:
        screen.print(said("Every decision and figure is the same.", "所有决定与数值均相同。"))
    if not versions:
        screen.print(
            said(
                "No version differs: this is a fault of the program or of the machine; report it with both plans.",
                "各版本均相同：这是程序或机器的故障，请连同两个方案一并反馈。",
            )
        )
