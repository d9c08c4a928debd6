"""Which column of a file is which: English or Chinese headers in any order."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from graph.model import TABLES, Table
from loaders.issues import Found

NOTES = ("问题 issue", "处理办法 repair")
"""Headers of the columns in which a corrected file tells what is wrong; they are not read."""


def match_headers(table: Table, headers: Sequence[str], file: str) -> tuple[dict[str, int], list[Found]]:
    """Position of each known column by its English name, and what is wrong with the header.

    Required columns that are missing are judged by the contract, since a second load may leave them out.
    """
    names = {_plain(name): column.name for column in table.columns for name in (column.name, column.zh)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for at, header in enumerate(headers):
        name = names.get(_plain(header))
        if name is None:
            unknown.append(header)
        elif name in places:
            twice.append(header.strip())
        else:
            places[name] = at
    found = []
    if twice:
        found.append(_on_header("header_twice", table, file, twice, [""] * len(twice)))
    named = [header.strip() for header in unknown if header.strip() and header.strip() not in NOTES]
    if not places:
        found.append(_none_known(table, file, [header.strip() for header in headers if header.strip()]))
    elif named:
        free = [column.name for column in table.columns if column.name not in places]
        likely = [likeliest(each, table, free) for each in named]
        in_chinese = [f"“{each}”（{table.column(each).zh}）" if each else "" for each in likely]
        unknown_columns = _on_header("column_unknown", table, file, named, likely)
        found.append(replace(unknown_columns, hints_zh=pa.array(in_chinese, pa.string())))
    return places, found


def likeliest(header: str, table: Table, names: Sequence[str], cutoff: float = 0.6) -> str:
    """The column, among these English names, that a header misspells; blank when none is near."""
    labels = {_plain(label): name for name in names for label in (name, table.column(name).zh)}
    plain = _plain(header)
    # of two characters, as most Chinese headers have, one must be right
    near = difflib.get_close_matches(plain, labels, n=1, cutoff=0.5 if len(plain) == 2 else cutoff)
    return labels[near[0]] if near else ""


def likeliest_table(stem: str) -> str:
    """The table that a file's name misspells; blank when none is near."""
    near = difflib.get_close_matches(_plain(stem), TABLES, n=1, cutoff=0.7)
    return near[0] if near else ""


def table_named(stem: str) -> str | None:
    """The table of a file's name, English or Chinese."""
    names = {_plain(name): table.name for table in TABLES.values() for name in (table.name, table.zh)}
    return names.get(_plain(stem))


def _plain(text: str) -> str:
    return (
        unicodedata.normalize("NFKC", text).strip().strip("\ufeff*").strip().lower().replace(" ", "_").replace("-", "_")
    )


def _none_known(table: Table, file: str, named: list[str]) -> Found:
    """The fault of a header of something else."""
    columns = ", ".join(column.name for column in table.columns)
    in_chinese = "、".join(column.zh for column in table.columns)
    return Found("header_unknown", file, table.name, "", None, ", ".join(named) or "–", columns, hints_zh=in_chinese)


def _on_header(code: str, table: Table, file: str, values: list[str], hints: list[str]) -> Found:
    rows = np.ones(len(values), np.int64)
    return Found(code, file, table.name, "", rows, pa.array(values, pa.string()), pa.array(hints, pa.string()))
