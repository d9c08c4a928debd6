"""`python -m bench list`, `python -m bench run NAME… | --group county|city|province [--json]`, `python -m bench draw LINES PICTURE`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.scenario import Figures, Scenario
from bench.scenarios import SCENARIOS

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
GROUPS = ("county", "city", "province")


@app.command("list")
def list_scenarios() -> None:
    """Every scenario with its targets."""
    table = Table("scenario", "group", "what it measures", "targets")
    for scenario in SCENARIOS.values():
        table.add_row(scenario.name, scenario.group, scenario.about, "\n".join(map(str, scenario.targets)))
    Console().print(table)


@app.command()
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Scenarios; all of a group without names.")] = None,
    group: Annotated[str | None, typer.Option(help="One of county, city, province.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON, one line a scenario.")] = False,
) -> None:
    """Run scenarios, each in a process of its own; exit 1 when one misses a target."""
    chosen = _chosen(names or [], group)
    missed = False
    for scenario in chosen:
        figures = _figures_of(scenario)
        broken = [str(target) for target in scenario.targets if not target.moonshot and not target.held(figures)]
        missed |= bool(broken) or not figures
        if as_json:
            sys.stdout.write(json.dumps({"scenario": scenario.name, "figures": figures, "missed": broken}) + "\n")
            sys.stdout.flush()
        else:
            _show(scenario, figures)
    raise typer.Exit(int(missed))


@app.command("draw")
def draw_runs(
    lines: Annotated[
        typer.FileText, typer.Argument(help="What `run --json` wrote; the last run of a scenario counts.")
    ],
    picture: Annotated[Path, typer.Argument(help="An SVG, PNG or PDF.")],
) -> None:
    """Draw how cost grows, and ours beside its peers, from runs of `growth` and of scenarios with peers."""
    from bench.picture import draw  # noqa: PLC0415  drawing is slow to import

    runs = {told["scenario"]: told["figures"] for told in map(json.loads, lines) if told["figures"]}
    try:
        draw(runs, picture)
    except ValueError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from fault


@app.command(hidden=True)
def alone(name: str) -> None:
    """Run one scenario in this process and print its figures."""
    figures = {figure: float(value) for figure, value in SCENARIOS[name].run().items()}
    sys.stdout.write(json.dumps(figures) + "\n")


def _chosen(names: list[str], group: str | None) -> list[Scenario]:
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown or (group is not None and group not in GROUPS):
        typer.echo(f"unknown: {', '.join(unknown) or group}; `python -m bench list` shows what there is", err=True)
        raise typer.Exit(2)
    return [each for each in SCENARIOS.values() if each.name in names or (not names and group in (None, each.group))]


def _figures_of(scenario: Scenario) -> Figures:
    # a process of its own, so that one scenario's memory and warm caches are not another's
    done = subprocess.run(
        [sys.executable, "-m", "bench", "alone", scenario.name], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        typer.echo(f"{scenario.name}: ended with {done.returncode}", err=True)
        return {}
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _show(scenario: Scenario, figures: Figures) -> None:
    table = Table("figure", "measured", "target", title=f"{scenario.name}: {scenario.about}", title_justify="left")
    for name, value in figures.items():
        marks = [
            f"[{'green' if target.held(figures) else 'yellow' if target.moonshot else 'red'}]{target.sign} "
            f"{target.value:g}{' moonshot' if target.moonshot else ''}[/]"
            for target in scenario.targets
            if target.figure == name
        ]
        table.add_row(name, f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}", "  ".join(marks))
    for target in scenario.targets:
        if target.figure not in figures:
            table.add_row(target.figure, "[red]not measured[/]", str(target))
    Console().print(table)


if __name__ == "__main__":
    app()
