"""Writes the pages that follow from the program itself: `make docs`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.main
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from api.cli.app import app
from graph.model import SERVICE_KINDS, TABLES, Code, Column, Table
from matching.policy import DEFAULT_POLICY, MatchPolicy, policy_toml

HERE = Path(__file__).parent

INTRODUCTION = """# Data

One table a file, in one folder: CSV (UTF-8 or GB18030), XLSX or Parquet. Headers in English or Chinese as below.
Written by `make docs` from `graph/model.py`.

Types: `key` is the number of a row and `ref` that of another, both text; `int` are whole numbers, `date` days, `moment` times;
`refs`, `codes` and `texts` are lists joined by `;`."""
POLICY_INTRODUCTION = """# Match policy

The settings of a match, a TOML file for `zhongfu match --policy FILE` or the form of a run. What is left out keeps its default;
an unknown setting or an impossible value is refused by name. Every export of a plan holds its whole `policy.toml`, and the plan's id
depends on it. `zhongfu match --policy a.toml --compare b.toml` shows what another policy would change.
Written by `make docs` from `matching/policy.py`."""


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


def policy_page() -> str:
    """Every setting of the match policy with what it takes and its default, and a whole policy to begin from."""
    return (
        "\n\n".join(
            [
                POLICY_INTRODUCTION,
                rows([("setting", "takes", "default", "meaning"), *setting_rows(MatchPolicy)]),
                "## Order of the providers",
                "Ranks from 0 to 7, by provider: "
                + ", ".join(f"`{name}`" for name in DEFAULT_POLICY.provider_order)
                + ".",
                "## The defaults, whole",
                f"```toml\n{policy_toml(DEFAULT_POLICY)}```",
            ]
        )
        + "\n"
    )


def setting_rows(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, ...]]:
    """A row for each setting of a model, those of an inner table with its name before them."""
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from setting_rows(type(field.default), f"{name}.")
        else:
            takes = takes_of(model.model_json_schema()["properties"][name])
            blank = isinstance(field.default, dict) or field.default is None
            default = "" if blank else json.dumps(field.default)
            yield f"`{above}{name}`", takes, f"`{default}`" if default else "", field.description or ""


def takes_of(schema: Mapping[str, Any]) -> str:
    """What a setting takes, from its JSON schema."""
    if "anyOf" in schema:
        return f"{takes_of(schema['anyOf'][0])}, or nothing"
    if schema.get("type") == "boolean":
        return "`true` or `false`"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        return f"list, each {takes_of(schema['items'])}"
    if schema["type"] == "object":
        return f"table, each {takes_of(schema['additionalProperties'])}"
    noun = {"integer": "whole number", "number": "number"}[schema["type"]]
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return f"{noun}, {least} to {schema['maximum']}" if "maximum" in schema else f"{noun}, {least} or more"


PAGES: dict[str, Callable[[], str]] = {"data.md": data_page, "commands.md": commands_page, "policy.md": policy_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")
