"""Rows as people may see them: every column that is no secret, by its name in the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.connect import Graph, Row
from graph.model import TABLES
from graph.queries import query
from graph.schema import edges_of, key_of, statement

_BESIDE = {"offers": ("paused",)}
"""Marks beside the columns that are shown as well, false where they are blank."""


def shown_rows(graph: Graph, table: str, keys: Sequence[str]) -> list[Row]:
    """The open rows with these keys, in their order: lists as lists, days and moments as ISO texts, and the row's `version`."""
    form = _Form(table)
    columns = graph.columns(form.statement, keys=list(keys), **form.asked)
    rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    found = {row["key"]: form.shown(row) for row in rows}
    return [found[key] for key in keys if key in found]


def responsible_for(graph: Graph, households: Sequence[str], revision: int) -> dict[str, str]:
    """The caseworkers responsible for these households at a revision, as far as they have one."""
    rows = graph.read(query("responsible_for"), households=list(households), revision=revision)
    return {row["household"]: row["caseworker"] for row in rows}


@dataclass
class _Form:
    """How the columns of a table are asked for and come back."""

    table: str
    plain: list[str] = field(init=False)
    dated: list[str] = field(init=False)

    def __post_init__(self) -> None:
        columns = [column for column in TABLES[self.table].columns if not column.secret]
        self.edges = edges_of(self.table)
        self.refers = {edge.column for edge in self.edges}
        self.dated = [each.name for each in columns if each.type in {"date", "moment"}]
        apart = {*self.refers, *self.dated, key_of(self.table)}
        self.plain = [each.name for each in columns if each.name not in apart] + [*_BESIDE.get(self.table, ())]
        self.lists = {each.name for each in columns if each.type in {"refs", "codes", "texts"}}

    @property
    def statement(self) -> str:
        types = "|".join(dict.fromkeys(edge.type for edge in self.edges))
        return statement("show_rows", label=TABLES[self.table].label, key=key_of(self.table), types=types)

    @property
    def asked(self) -> dict[str, list[str]]:
        targets = dict.fromkeys(key_of(edge.target) for edge in self.edges)
        return {"plain": self.plain, "dated": self.dated, "targets": list(targets)}

    def shown(self, row: Row) -> dict[str, Any]:
        cells = {key_of(self.table): row["key"], "version": row["version"]}
        cells |= zip(self.plain, row["plain"], strict=True)
        cells |= zip(self.dated, row["dated"], strict=True)
        for name in _BESIDE.get(self.table, ()):
            cells[name] = bool(cells[name])
        for name in self.lists - self.refers:
            cells[name] = cells[name].split(";") if cells[name] else []
        for name in self.refers:
            types = {edge.type for edge in self.edges if edge.column == name}
            found = sorted(key for kind, key in row["links"] if kind in types)
            cells[name] = found if name in self.lists else next(iter(found), None)
        return cells
