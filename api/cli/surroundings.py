"""`graph` and `settings`: the local Neo4j, and what a command knows of its surroundings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import AsFormat, surroundings
from api.cli.screen import Format, moment, note, progress, said, show

if TYPE_CHECKING:
    from graph.local import Running

graph = typer.Typer(no_args_is_help=True, help="The local Neo4j: start it, stop it, see it.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(graph, name="graph")
    app.command(name="settings", epilog="Example: zhongfu settings --format json")(show_settings)


@graph.command(epilog="Example: zhongfu graph start --idle-minutes 0 --size large")
def start(
    idle_minutes: Annotated[
        float, typer.Option(min=0, help="Minutes without use after which it stops; 0 for never.")
    ] = 10,
    size: Annotated[
        Literal["auto", "small", "medium", "large"], typer.Option(help="Memory; auto goes by the size of the data.")
    ] = "auto",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the loopback; by default a free one.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="Release of Neo4j, for a new database.")] = None,
    form: AsFormat = Format.table,
) -> None:
    """Start the local Neo4j, or find the one that runs."""
    from api.service.opening import start_local

    with progress() as told:
        running = start_local(
            surroundings(), release=release, size=size, port=port, idle_seconds=idle_minutes * 60 or None, progress=told
        )
    _show(running, form)


@graph.command(epilog="Example: zhongfu graph stop")
def stop(form: AsFormat = Format.table) -> None:
    """Stop the local Neo4j cleanly."""
    from graph import local

    with progress() as told:
        told("stop", 0.0)
        stopped = local.stop(surroundings().home)
    show([{"stopped": stopped}], form, whole={"stopped": stopped})
    if not stopped:
        note("It was not running.", "本就没有运行。")


@graph.command(epilog="Example: zhongfu graph status --format json")
def status(form: AsFormat = Format.table) -> None:
    """Say whether the local Neo4j runs, and where; exit 1 when it does not run."""
    from graph import local

    running = local.status(surroundings().home)
    if running is None:
        show([{"running": False}], form, whole={"running": False})
        raise typer.Exit(1)
    _show(running, form)


def show_settings(form: AsFormat = Format.table) -> None:
    """Show every setting with its value, where it comes from and what it means; passwords are never shown."""
    from api.settings import FILE, SOURCES, settings_shown

    surroundings()
    shown = settings_shown()
    rows = [
        {
            "setting": each.setting,
            "value": each.value,
            "source": said(each.source, SOURCES.get(each.source, each.source)),
            "meaning": said(each.meaning, each.meaning_zh),
        }
        for each in shown
    ]
    show(rows if form is Format.table else [asdict(each) for each in shown], form)
    note(
        f"Each is set as ZHONGFU_NAME in the environment, or by its name in {FILE} in the home.",
        f"各项可用环境变量 ZHONGFU_NAME 设置，或按名称写入文件夹 home 中的 {FILE}。",
    )


def _show(running: Running, form: Format) -> None:
    facts: dict[str, Any] = {"running": True} | asdict(running)
    if form is Format.table:
        idle = facts.pop("idle_seconds")
        facts["idle_minutes"] = None if idle is None else round(idle / 60, 1)
        # names, not numbers to be grouped; the port stands in the address
        del facts["port"]
        facts |= {"pid": str(facts["pid"]), "started": moment(facts["started"])}
    show([facts], form, whole=facts)
