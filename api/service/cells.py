"""The cells of one row that somebody typed, held against the same rules as a file's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from graph.connect import Graph
from graph.errors import CallError
from graph.existing import InGraph
from graph.model import TABLES
from loaders.contract import check
from loaders.contract.checked import Checked, CheckedTable
from loaders.contract.codes import parted
from loaders.faults import FAULTS
from loaders.issues import Issue
from loaders.read.raw import RawTable, text_type

_LONGEST, _LONGEST_LIST = 200, 10_000
"""Characters of what is typed into one cell, and of a list."""
_LISTS = frozenset(("refs", "codes", "texts"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell, and the repair."""

    column: str
    en: str
    zh: str


class CellsRefused(CallError):
    """Something typed breaks a rule of its table."""

    code = "cells_refused"
    en = "{table} is at fault: {detail}"
    zh = "{table_zh}填写有误：{detail_zh}"
    repair_en = "Correct the fields named."
    repair_zh = "请更正所指字段。"

    @property
    def faults(self) -> tuple[CellFault, ...]:
        """Each cell at fault."""
        found: tuple[CellFault, ...] = self.facts["faults"]  # type: ignore[assignment] # as `refused` gives it
        return found


class ControlCharacter(CallError):
    """A text with characters that no reader sees."""

    code = "control_character"
    en = "{field} holds a control character."
    zh = "{field_zh}含有控制字符。"
    repair_en = "Remove it; typed anew rather than pasted, the text has none."
    repair_zh = "请删除；不要粘贴，重新输入即可。"


def require_printable(field: str, field_zh: str, text: str) -> None:
    """Refuse a text with characters that no reader sees. Raises ControlCharacter."""
    if _CONTROL.search(text):
        raise ControlCharacter(field=field, field_zh=field_zh)


def refused(table: str, *faults: CellFault) -> CellsRefused:
    """A refusal that names these cells."""
    named = {column.name: column.zh for column in TABLES[table].columns}
    return CellsRefused(
        table=table,
        table_zh=TABLES[table].zh,
        detail="; ".join(f"{each.column}: {each.en}" for each in faults),
        detail_zh="；".join(f"{named.get(each.column, each.column)}：{each.zh}" for each in faults),
        faults=faults,
    )


def checked_cells(graph: Graph, table: str, cells: Mapping[str, str], *, but: tuple[str, ...] = ()) -> CheckedTable:
    """The row that these cells are, in the canonical types; blank cells are as a file's.

    Faults of the columns in `but`, and faults of those codes, are none. Raises CellsRefused.
    """
    return judged_cells(graph, table, cells, but=but).parts[table]


def judged_cells(
    graph: Graph, table: str, cells: Mapping[str, str], *, but: tuple[str, ...] = (), bound_to: str | None = None
) -> Checked:
    """The same with what else is found; `bound_to` is the region within which whoever typed them sees what others have."""
    columns = {name: TABLES[table].column(name) for name in cells}
    raw = pa.table(
        {name: pa.array([cells[name].strip() or None], pa.string()).cast(text_type(columns[name])) for name in columns}
    )
    checked = check([RawTable(table, table, raw)], InGraph(graph), bound_to=bound_to)
    wrong = (issue for issue in checked.issues if issue.severity == "error")
    faults = tuple(_fault(issue) for issue in wrong if issue.column not in but and issue.code not in but)
    if faults:
        raise refused(table, *faults)
    return checked


def require_plain(table: str, cells: Mapping[str, str], *required: str) -> None:
    """Refuse cells that hold what no text has or are overlong, and blank ones that must be filled. Raises CellsRefused."""
    faults = plain_faults(table, cells, *required)
    if faults:
        raise refused(table, *faults)


def plain_faults(table: str, cells: Mapping[str, str], *required: str) -> list[CellFault]:
    """What is wrong with cells as texts: what no text has, more than a cell takes, or nothing where something must stand."""
    faults = [
        CellFault(name, "it holds a control character; remove it", "含有控制字符，请删除")
        for name, text in cells.items()
        if _CONTROL.search(text)
    ]
    faults += [fault for name, text in cells.items() if (fault := too_long(table, name, text))]
    faults += [
        CellFault(name, "it is blank; fill it in", "不能为空，请填写") for name in required if not cells[name].strip()
    ]
    return faults


def too_long(table: str, name: str, text: str) -> CellFault | None:
    """The fault of a text that is longer than its cell takes."""
    most = _LONGEST_LIST if TABLES[table].column(name).type in _LISTS else _LONGEST
    if len(text) <= most:
        return None
    return CellFault(
        name,
        f"it has {len(text)} characters, and at most {most} are taken; shorten it",
        f"有 {len(text)} 个字符，最多 {most} 个，请缩短",
    )


def parted_by_commas(column: str, text: str) -> CellFault | None:
    """The fault of one item of a list that commas part into several."""
    repaired = parted(text)
    if repaired is None:
        return None
    en, zh, repair_en, repair_zh = (
        each.format(value=text[:_LONGEST], hint=repaired[:_LONGEST]) for each in FAULTS["list_parted"].texts
    )
    return CellFault(column, f"{en}: {repair_en}", f"{zh}：{repair_zh}")


def _fault(issue: Issue) -> CellFault:
    return CellFault(issue.column, f"{issue.message_en}: {issue.repair_en}", f"{issue.message_zh}：{issue.repair_zh}")
