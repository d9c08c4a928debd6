"""`gaps`: where coverage and help fall short."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.gaps_screen import ROWS, show_summary
from api.cli.options import AsFormat, Region, surroundings
from api.cli.screen import Format, label, note, progress, said, show
from graph.model import SERVICE_KINDS
from matching.reasons import in_few_words

if TYPE_CHECKING:
    from graph.gaps import Gaps

TABLES = ("summary", "places", "households", "needs", "workers", "worth", "capacity")


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
        Literal["summary", "places", "households", "needs", "workers", "worth", "capacity"],
        typer.Option(help="Which table to print; JSON holds all of them."),
    ] = "summary",
    form: AsFormat = Format.table,
) -> None:
    """Show what is lacking by region, why, and what one more would be worth: workers, needs unmet, capacity unused."""
    from api.service.gaps import find_gaps

    with progress() as told:
        answer = find_gaps(surroundings(), region=region, level=level, on=on, progress=told)
    found = answer.gaps
    rows = getattr(found, table).to_pylist()
    if form is not Format.table:
        show(rows, form, whole=_whole(found))
    elif table == "summary":
        show_summary(found)
    else:
        names = _names(found)
        show([_readable(row, names) for row in rows[:ROWS]], form, title=label(table))
        if len(rows) > ROWS:
            note(f"The first {ROWS} of {len(rows):,} rows.", f"共 {len(rows):,} 行，列出前 {ROWS} 行。")
    for fault in answer.untold:
        note(f"Without its causes: {fault.message('en')}", f"未列其原因：{fault.message('zh')}")


def _names(found: Gaps) -> dict[str, str]:
    """Regions by name, with the code where a name repeats; service kinds as shipped."""
    named = dict(zip(*(found.summary[name].to_pylist() for name in ("region", "name")), strict=True))
    times = Counter(named.values())
    regions = {code: name if times[name] == 1 else f"{name} {code}" for code, name in named.items()}
    return regions | {kind.kind: said(kind.name_en, kind.name_zh) for kind in SERVICE_KINDS}


def _readable(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A row with its region, its kind and its causes in words."""
    words = {name: names.get(value, value) if name in {"region", "kind"} else value for name, value in row.items()}
    if "causes" in row:
        causes = json.loads(row["causes"]) if row["causes"] else {}
        told = (f"{said(*in_few_words(code))} {count:,}" for code, count in causes.items())
        words["causes"] = said("; ", "；").join(told)
    for unit in ("needs", "units"):
        if f"{unit}_met" in words:  # how many of how many, which leaves room for the causes
            words[unit] = f"{words.pop(f'{unit}_met'):,}/{words[unit]:,}"
            del words[f"{unit}_unmet"]
    return words


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
