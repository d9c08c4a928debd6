"""What a command prints: its result on stdout as a table, JSON or CSV; progress and messages on stderr."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.words import COLUMNS, VALUES
from api.step_words import STEPS

if TYPE_CHECKING:
    from api.errors import Told
    from graph.errors import Language

Row = Mapping[str, Any]
_NUMBER = re.compile(r"[+-]?[\d,./]+%?|–|None|")
PLAIN_WIDTH = 100
"""Columns of a table that goes into a file or a pipe."""


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"
    csv = "csv"


@cache
def chinese() -> bool:
    """Whether this command speaks Chinese."""
    from api.settings import language_of

    return language_of() == "zh"


def said(en: str, zh: str) -> str:
    """The text in the language of this command."""
    return zh if chinese() else en


def results() -> Console:
    """The console for the result; as wide as a page where it is no terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def messages() -> Console:
    """The console for everything that is not the result."""
    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PLAIN_WIDTH)


def note(en: str, zh: str) -> None:
    """Say one thing beside the result."""
    messages().print(said(en, zh), markup=False, style="dim")


def show(rows: Sequence[Row], form: Format, *, title: str = "", whole: Any = None) -> None:
    """Print rows as a table or CSV; as JSON print `whole`, or else the rows."""
    if form is Format.json:
        sys.stdout.write(json.dumps(list(rows) if whole is None else whole, ensure_ascii=False, default=str) + "\n")
    elif form is Format.csv:
        if rows:  # without any, nobody knows the columns
            writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    else:
        results().print(table_of(rows, title) if rows else said("nothing yet", "暂无"))


def table_of(rows: Sequence[Row], title: str = "") -> RenderableType:
    """Rows as a table of the terminal below its title: numbers grouped and to the right, the rest to the left."""
    table = Table(header_style="bold cyan", box=None, pad_edge=False)
    for name in rows[0]:
        number = all(isinstance(row[name], int | float) or _NUMBER.fullmatch(str(row[name])) for row in rows)
        table.add_column(label(name), justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell_of(value) for value in row.values()))
    # a title of the table's own would break where a narrow table ends
    return Group(Text(title, "bold"), table) if title else table


def label(name: str) -> str:
    """The heading of a column."""
    return said(name.replace("_", " "), COLUMNS.get(name, name))


def cell_of(value: Any) -> Text:
    """A cell of the terminal: states and alerts in their colours and words, never markup."""
    if isinstance(value, bool):
        return Text("✓", "green") if value else Text("✗", "bold red")
    zh, style = VALUES.get(str(value), ("", ""))
    return Text(said(text_of(value), zh or text_of(value)), style)


def text_of(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def moment(text: str | None) -> str:
    """A moment of the graph in the reader's own time, to the minute; blank for none."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}" if text else ""


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr from the first step on; where stderr is no terminal, nothing."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=messages(), transient=True, disable=not sys.stderr.isatty())
    task = bar.add_task("", total=1.0)

    def told(step: str, share: float) -> None:
        bar.update(task, description=said(*STEPS.get(step, (step, step))), completed=share)
        bar.start()

    try:
        yield told
    finally:
        bar.stop()


def fault(message: str, repair: str, *, first: bool = True) -> None:
    """Say what is wrong, and what to do about it."""
    mark = Text("✗ ", "bold red") if first else Text("  ", "dim")
    text = Text(message, "bold" if first else "dim")
    messages().print(mark + text)
    if repair:
        messages().print(Text("  → ", "cyan" if first else "dim") + Text(repair, "" if first else "dim"))


def end(found: Told) -> NoReturn:
    """Say a fault in both languages, the reader's first, and exit with its code."""
    order: list[Language] = ["zh", "en"] if chinese() else ["en", "zh"]
    for language in order:
        fault(found.message[language], found.repair[language], first=language == order[0])
    sys.exit(found.exit_code)


def leave_quietly() -> None:
    """End after the reader of stdout has gone, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
