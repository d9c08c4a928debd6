"""`gaps`: where coverage and help fall short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.gaps_screen import ROWS, show_summary
from api.cli.options import AsFormat, Region, surroundings
from api.cli.screen import Format, label, note, progress, said, show
from matching.reasons import in_few_words

if TYPE_CHECKING:
    from graph.gaps import Gaps

TABLES = ("summary", "places", "households", "needs", "capacity")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="gaps", epilog="Example: zhongfu gaps --region 441400 --level county")(show_gaps)


def show_gaps(
    region: Region = None,
    level: Annotated[
        Literal["province", "city", "county", "town", "village"] | None,
        typer.Option(help="Level of the rows; by default the next one down."),
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day whose open needs count; by default today.")] = None,
    table: Annotated[
        Literal["summary", "places", "households", "needs", "capacity"],
        typer.Option(help="Which table to print; JSON holds all of them."),
    ] = "summary",
    form: AsFormat = Format.table,
) -> None:
    """Show what is lacking by region: workers, responsible workers, units and needs unmet, capacity unused, and why."""
    from api.service.gaps import find_gaps

    with progress() as told:
        found = find_gaps(surroundings(), region=region, level=level, on=on, progress=told)
    rows = getattr(found, table).to_pylist()
    if form is not Format.table:
        show(rows, form, whole=_whole(found))
    elif table == "summary":
        show_summary(found)
    else:
        show([_readable(row) for row in rows[:ROWS]], form, title=label(table))
        if len(rows) > ROWS:
            note(f"The first {ROWS} of {len(rows):,} rows.", f"共 {len(rows):,} 行，列出前 {ROWS} 行。")


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its causes in words."""
    if "causes" not in row:
        return dict(row)
    causes = json.loads(row["causes"]) if row["causes"] else {}
    words = "; ".join(f"{said(*in_few_words(code))} {count:,}" for code, count in causes.items())
    return {**row, "causes": words}


def _whole(found: Gaps) -> dict[str, Any]:
    """Every table, with the causes as values."""
    whole: dict[str, Any] = {"scope": found.scope, "level": found.level, "revision": found.revision}
    for name in TABLES:
        rows = getattr(found, name).to_pylist()
        whole[name] = [
            row | {"causes": json.loads(row["causes"]) if row["causes"] else None} if "causes" in row else row
            for row in rows
        ]
    return whole
