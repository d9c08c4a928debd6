"""The table of gaps as a file for a spreadsheet program, its headers in the reader's language."""

from __future__ import annotations

from io import BytesIO

import pyarrow as pa
from pyarrow import csv

from api.place_words import itself
from api.service.gap_rows import MEASURES, WITHHELD, GapRows
from graph.errors import Language
from graph.model import LEVELS, ServiceKind
from loaders.shield import shielded
from loaders.write.xlsx_file import xlsx_bytes

_HEADERS = {
    "region": ("code", "行政区划代码"),
    "name": ("region", "区划"),
    "level": ("level", "层级"),
    "within": ("within", "所属"),
    "towns": ("towns", "镇街"),
    "towns_part": ("towns covered", "已覆盖镇街"),
    "villages": ("villages", "村居"),
    "villages_part": ("villages covered", "已覆盖村居"),
    "households": ("households", "家庭"),
    "households_part": ("households with a worker", "有责任社工的家庭"),
    "needs": ("needs", "需求"),
    "needs_part": ("needs met", "已满足需求"),
    "red": ("red needs", "红色需求"),
    "red_part": ("red needs met", "已满足红色需求"),
}


def gaps_csv(rows: GapRows, language: Language) -> bytes:
    """CSV in UTF-8 with a byte order mark, by which Excel knows it; no cell runs as a formula."""
    table = gaps_table(rows, language)
    out = BytesIO()
    shown = {
        name: shielded(table[name]) if pa.types.is_string(table[name].type) else table[name]
        for name in table.column_names
    }
    csv.write_csv(pa.table(shown), out)
    return "\ufeff".encode() + out.getvalue()


def gaps_xlsx(rows: GapRows, language: Language) -> bytes:
    """A workbook of one sheet; codes are texts."""
    return xlsx_bytes(gaps_table(rows, language), "缺口" if language == "zh" else "gaps")


def gaps_table(rows: GapRows, language: Language) -> pa.Table:
    """Every row that was asked for, in its order, with its figures, blank where they are withheld; headers and levels in a language."""
    zh = language == "zh"
    levels = {code.code: code.zh if zh else code.en for code in LEVELS}
    found = rows.rows()
    names = (itself(row.name, row.level)[zh] if row.itself else row.name for row in found)
    columns: dict[str, pa.Array] = {
        "region": pa.array([row.region for row in found], pa.string()),
        "name": pa.array(names, pa.string()),
        "level": pa.array([levels[row.level] for row in found], pa.string()),
        "within": pa.array([row.within for row in found], pa.string()),
    }
    for name in (each for each in MEASURES if each in rows.shares):
        part, whole = (each[rows.order] for each in rows.shares[name])
        blank = whole == WITHHELD
        columns |= {name: pa.array(whole, mask=blank), f"{name}_part": pa.array(part, mask=blank)}
    headers = _HEADERS | _headers_of(rows.kind)
    return pa.table({headers[name][zh]: column for name, column in columns.items()})


def _headers_of(kind: ServiceKind | None) -> dict[str, tuple[str, str]]:
    if kind is None:
        return {}
    en, zh = kind.name_en or kind.name_zh, kind.name_zh
    return {"kind": (f"needs: {en}", f"需求：{zh}"), "kind_part": (f"needs met: {en}", f"已满足需求：{zh}")}
