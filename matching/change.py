"""One changed cell of the supply, applied to a snapshot: what unlocks, repairs and what-ifs are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from graph.errors import ZhongfuError
from graph.model import CATEGORIES, TABLES, TRAITS, Code
from graph.snapshot import FOREVER, LONG_AGO, NONE, Keys, Ragged, Snapshot


class ChangeError(ZhongfuError):
    """A change that names no cell of the supply, or a text that the cell cannot hold."""

    code = "change_impossible"
    en = "{table}, {key}, {column} cannot be changed: {why}"
    zh = "不能修改 {table} 表 {key} 的 {column}：{why_zh}"
    repair_en = "{repair}"
    repair_zh = "{repair_zh}"


@dataclass(frozen=True)
class Change:
    """The cell of `column` in the row `key` of `table` gets the text `value`; "" is a blank cell."""

    table: str
    key: str
    column: str
    value: str


_NUMBERS: dict[tuple[str, str], bool] = {
    ("offers", "capacity"): True,
    ("offers", "min_age"): True,
    ("offers", "max_age"): True,
    ("organizations", "budget"): True,
    ("funds", "amount"): False,
    ("volunteers", "hours"): False,
    ("volunteers", "minutes_limit"): True,
    ("caseworkers", "capacity"): False,
    ("caseworkers", "villages_limit"): True,
    ("caseworkers", "minutes_limit"): True,
}
"""Columns of whole numbers, and whether they may be blank."""
_DAYS = {"valid_from": LONG_AGO, "valid_to": FOREVER}
_CODES: dict[str, tuple[Code, ...]] = {"categories": CATEGORIES, "traits": TRAITS}
CHANGEABLE = {*_NUMBERS, ("offers", "serves"), ("volunteers", "skills")} | {
    ("offers", column) for column in (*_DAYS, *_CODES)
}
"""Table and column of every cell that a change may name."""


def apply(snapshot: Snapshot, change: Change) -> Snapshot:
    """The snapshot as it would be if the cell of the input had this text. Raises ChangeError."""
    if (change.table, change.column) not in CHANGEABLE:
        columns = sorted(f"{table}.{column}" for table, column in CHANGEABLE)
        raise _wrong(
            change,
            "no cell of the supply that a change may name",
            "不是可更改的供给单元格",
            f"Name one of {', '.join(columns)}.",
            f"可更改：{'、'.join(columns)}。",
        )
    part = getattr(snapshot, change.table)
    row = _find(part.key, change.key)
    if row is None:
        raise _wrong(
            change,
            "there is no such row",
            "没有这一行",
            f"Name a key of {change.table}.",
            f"请使用 {change.table} 中已有的编号。",
        )
    changed = _column(snapshot, change, getattr(part, change.column), row)
    result = replace(part, **{change.column: changed})
    _check_order(change, result, row)
    return replace(snapshot, **{change.table: result})


def _column(snapshot: Snapshot, change: Change, column: Any, row: int) -> Any:
    if (change.table, change.column) in _NUMBERS:
        return _with(column, row, _number(change))
    if change.column in _DAYS:
        return _with(column, row, _day(change))
    if change.column in _CODES:
        return _with(column, row, _bits(change, _CODES[change.column]))
    targets = snapshot.regions.key if change.column == "serves" else snapshot.kinds.key
    return _replaced(column, row, _references(change, targets))


def _with(column: npt.NDArray[Any], row: int, value: int) -> npt.NDArray[Any]:
    changed = column.copy()
    changed[row] = value
    return changed


def _replaced(lists: Ragged, row: int, values: list[int]) -> Ragged:
    low, high = int(lists.offsets[row]), int(lists.offsets[row + 1])
    offsets = lists.offsets.copy()
    offsets[row + 1 :] += len(values) - (high - low)
    return Ragged(offsets, np.concatenate([lists.values[:low], np.array(values, np.int32), lists.values[high:]]))


def _number(change: Change) -> int:
    if not change.value and _NUMBERS[change.table, change.column]:
        return NONE
    most = int(TABLES[change.table].column(change.column).range[1])
    if not re.fullmatch(r"[0-9]{1,19}", change.value) or int(change.value) > most:
        blank = ", or nothing" if _NUMBERS[change.table, change.column] else ""
        raise _wrong(
            change,
            f"{change.value!r} is no whole number from 0 to {most}",
            f"{change.value!r} 不是 0 到 {most} 的整数",
            f"Write a whole number from 0 to {most}{blank}.",
            f"请写 0 到 {most} 的整数{'，或留空' if blank else ''}。",
        )
    return int(change.value)


def _day(change: Change) -> int:
    if not change.value:
        return _DAYS[change.column]
    shaped = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", change.value)
    try:
        day = date.fromisoformat(change.value) if shaped else None
    except ValueError:
        day = None
    if day is None:
        raise _wrong(
            change,
            f"{change.value!r} is no date",
            f"{change.value!r} 不是日期",
            "Write a date such as 2026-12-31, or nothing.",
            "请写 2026-12-31 这样的日期，或留空。",
        )
    return (day - date(1970, 1, 1)).days


def _bits(change: Change, codes: tuple[Code, ...]) -> int:
    position = {code.code: at for at, code in enumerate(codes)}
    return sum({1 << position[name] for name in _names(change, position.__contains__, ", ".join(position))})


def _references(change: Change, targets: Keys) -> list[int]:
    names = _names(change, lambda name: _find(targets, name) is not None, "keys of the input")
    if not names:
        raise _wrong(change, "may not be blank", "不能为空", "Name at least one.", "请至少写一项。")
    return sorted({at for name in names if (at := _find(targets, name)) is not None})


def _names(change: Change, known: Callable[[str], bool], which: str) -> list[str]:
    names = change.value.split(";") if change.value else []
    unknown = [name for name in names if not known(name)]
    if unknown:
        raise _wrong(
            change,
            f"{unknown[0]!r} is not known",
            f"{unknown[0]!r} 未知",
            f"Write {which}, several separated by semicolons.",
            f"请写 {which}，多项以分号分隔。",
        )
    return names


def _check_order(change: Change, part: Any, row: int) -> None:
    """A range may not end before it starts."""
    ranges = {"min_age": ("min_age", "max_age"), "valid_from": ("valid_from", "valid_to")}
    ranges |= {end: pair for pair in tuple(ranges.values()) for end in pair[1:]}
    if change.table != "offers" or change.column not in ranges:
        return
    first, last = (int(getattr(part, name)[row]) for name in ranges[change.column])
    if last < first and not (change.column.endswith("age") and last == NONE):
        low, high = ranges[change.column]
        raise _wrong(
            change,
            f"{high} would lie before {low}",
            f"{high} 将早于 {low}",
            f"Keep {low} ≤ {high}.",
            f"应满足 {low} ≤ {high}。",
        )


def _find(keys: Keys, key: str) -> int | None:
    at = int(pc.index(keys, key).as_py())
    return at if at >= 0 else None


def _wrong(change: Change, why: str, why_zh: str, repair: str, repair_zh: str) -> ChangeError:
    return ChangeError(
        table=change.table,
        key=change.key,
        column=change.column,
        why=why,
        why_zh=why_zh,
        repair=repair,
        repair_zh=repair_zh,
    )
