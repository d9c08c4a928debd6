"""What the vocabulary says of columns, told in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graph.model import TABLES, Code, Column


def described(table: str) -> Callable[[dict[str, Any]], None]:
    """Puts into a model's schema what the columns of a table are, in both languages, and the codes that they may hold."""

    def describe(schema: dict[str, Any]) -> None:
        columns = {column.name: column for column in TABLES[table].columns}
        for name in schema["properties"].keys() & columns.keys():
            schema["properties"][name]["description"] = _words(columns[name])
            if columns[name].codes:
                _text_in(schema["properties"][name])["enum"] = [code.code for code in columns[name].codes]

    return describe


def coded(codes: Sequence[Code]) -> Callable[[dict[str, Any]], None]:
    """Puts into a field's schema the codes that it may hold, with their names in both languages."""

    def describe(schema: dict[str, Any]) -> None:
        schema["description"] = "; ".join(f"{code.code}: {code.zh}, {code.en}" for code in codes)
        _text_in(schema)["enum"] = [code.code for code in codes]

    return describe


def _words(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    blank = f"; null: {column.blank}" if column.blank else ""
    return f"{column.zh}: {column.en}{unit}{blank}"


def _text_in(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of a field's schema that describes its text, or each text of its list."""
    inner = schema.get("items") or next(iter(schema.get("anyOf", ())), schema)
    return inner if inner is schema else _text_in(inner)
