"""Writes the pages that follow from the program itself: `make docs`."""

from collections.abc import Callable, Iterable
from pathlib import Path

import typer.main
from typer.cli import get_docs_for_click

from api.cli import app
from graph.model import SERVICE_KINDS, TABLES, Code, Column, Table

HERE = Path(__file__).parent

INTRODUCTION = """# Data

One table a file, in one folder: CSV (UTF-8 or GB18030), XLSX or Parquet. Headers in English or Chinese as below.
Written by `make docs` from `graph/model.py`.

Types: `key` is the number of a row and `ref` that of another, both text; `int` are whole numbers, `date` days, `moment` times;
`refs`, `codes` and `texts` are lists joined by `;`."""


def rows(cells: Iterable[Iterable[str]]) -> str:
    """Lines of a Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in cells]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in range(lines[0].count(" | ") + 1)) + " |", *lines[1:]])


def bounds(column: Column) -> str:
    """The numbers a column may hold; empty where it holds none."""
    if column.type not in ("int", "float"):
        return ""
    low, high = column.range
    return f"{low:g} to {high:g}" if high < 10_000 else f"{low:g} to {high:,.0f}"


def meaning(column: Column) -> str:
    """What a column says, refers to and may hold."""
    refers = f"in {', '.join(f'`{table}`' for table in column.refers)}" if column.refers else ""
    levels = f"a {' or '.join(column.levels)}" if column.levels else ""
    codes = "one of " + ", ".join(f"`{code.code}` {code.zh}" for code in column.codes) if column.codes else ""
    secret = "never shown" if column.secret else ""
    return "; ".join(part for part in (column.en, levels, refers, codes, bounds(column), secret) if part)


def column_row(table: Table, column: Column) -> tuple[str, ...]:
    """A column as a row of its table's description."""
    name = f"**`{column.name}`**" if column.name == table.key else f"`{column.name}`"
    blank = "required" if column.required or column.name == table.key else column.blank
    return name, column.zh, column.type, column.unit, meaning(column), blank


def table_section(table: Table) -> str:
    """One table: what it is, and its columns."""
    head = ("column", "zh", "type", "unit", "meaning", "blank means")
    columns = rows([head, *(column_row(table, column) for column in table.columns)])
    return f"## {table.name} {table.zh}\n\n{table.en} Label in the graph: `{table.label}`.\n\n{columns}"


def aliases_section() -> str:
    """The words that files may use in place of a code."""
    lists: dict[tuple[Code, ...], list[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            if any(code.aliases for code in column.codes):
                lists.setdefault(column.codes, []).append(f"`{table.name}.{column.name}`")
    cells = [
        (", ".join(users) if code is codes[0] else "", f"`{code.code}`", code.zh, ", ".join(code.aliases))
        for codes, users in lists.items()
        for code in codes
    ]
    return "## Codes and their aliases\n\n" + rows([("columns", "code", "zh", "also met in files"), *cells])


def kinds_section() -> str:
    """The service kinds that hold when no file replaces them."""
    head = ("kind", "zh", "en", "class", "unit", "minutes per unit", "divisible", "recurring", "broader")
    cells = [
        (
            f"`{kind.kind}`",
            kind.name_zh,
            kind.name_en,
            kind.kind_class,
            kind.unit,
            str(kind.minutes_per_unit),
            "yes" if kind.divisible else "",
            "yes" if kind.recurring else "",
            ", ".join(f"`{broader}`" for broader in kind.broader),
        )
        for kind in SERVICE_KINDS
    ]
    return "## Service kinds as shipped\n\n" + rows([head, *cells])


def data_page() -> str:
    """Every table, column, code and shipped service kind of the vocabulary."""
    return "\n\n".join([INTRODUCTION, *map(table_section, TABLES.values()), aliases_section(), kinds_section()]) + "\n"


def commands_page() -> str:
    """Every command with its options, as its help says."""
    command = typer.main.get_command(app)
    return get_docs_for_click(obj=command, ctx=typer.Context(command), name="zhongfu")


PAGES: dict[str, Callable[[], str]] = {"data.md": data_page, "commands.md": commands_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")
