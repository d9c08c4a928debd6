"""A plan's folder: its tables, its policy and its certificate, in any of three formats."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

from graph.errors import ZhongfuError
from graph.folders import flush_file, told_plainly, whole_folder
from graph.model import TABLES
from graph.tables import STATE_SCHEMAS
from loaders.shield import unshielded
from loaders.write.folder import Format, write_tables

CERTIFICATE, POLICY, INPUT, STATE = "certificate.json", "policy.toml", "input", "state"


class PlanFolderFault(ZhongfuError):
    """A folder that should hold a plan does not, or one of its files is at fault."""

    code = "plan_folder"
    en = "The plan's file {file}: {what}"
    zh = "方案文件 {file} 有误：{what_zh}"
    repair_en = "Export the plan again and leave the files as they are."
    repair_zh = "请重新导出方案，不要改动文件。"


class NotOurs(ZhongfuError):
    """The folder that an export would write its input into holds files of somebody else."""

    code = "folder_not_ours"
    en = "{folder} holds tables that no export wrote; they would be overwritten."
    zh = "{folder} 中已有非导出产生的数据表，导出会将其覆盖。"
    repair_en = "Export into another folder, or move those files away."
    repair_zh = "请导出到其他文件夹，或先移走这些文件。"


@dataclass(frozen=True)
class PlanFolder:
    """What a plan's folder says: tables by name, the policy as TOML, the certificate as JSON values."""

    tables: Mapping[str, pa.Table]
    policy: str
    certificate: Mapping[str, Any]


def keep_plan(plan: PlanFolder, folder: Path) -> None:
    """Store a plan under its own name as Parquet, whole or not at all. Raises DiskFull and NoRights."""
    with whole_folder(folder) as growing:
        _write(plan, None, growing, "parquet")


def export_plan(
    plan: PlanFolder, folder: Path, form: Format = "csv", snapshot: Mapping[str, pa.Table] | None = None
) -> None:
    """Write a plan into a folder, and beside it in `input` the tables of its snapshot where they are given.

    Files of an earlier export are replaced, others left alone. The certificate comes last: a folder without one is
    no whole export. Raises TooManyRows, NotOurs, DiskFull and NoRights.
    """
    with told_plainly(folder, setting="DIR"):
        if snapshot is not None and not (folder / INPUT / STATE).is_dir() and _tables_in(folder / INPUT):
            raise NotOurs(folder=folder / INPUT)
        folder.mkdir(parents=True, exist_ok=True)
        growing = folder / f".{uuid4().hex}"
        try:
            growing.mkdir()
            _write(plan, snapshot, growing, form)
            for earlier in _earlier(folder, plan):
                earlier.unlink(missing_ok=True)
            written = [path for path in sorted(growing.rglob("*")) if path.is_file()]
            for path in sorted(written, key=lambda path: path.name == CERTIFICATE):
                place = folder / path.relative_to(growing)
                place.parent.mkdir(parents=True, exist_ok=True)
                flush_file(path)
                path.rename(place)
        finally:
            shutil.rmtree(growing, ignore_errors=True)


def _write(plan: PlanFolder, snapshot: Mapping[str, pa.Table] | None, folder: Path, form: Format) -> None:
    write_tables(plan.tables, folder, form)
    (folder / POLICY).write_text(plan.policy, "utf-8")
    if snapshot is not None:
        (folder / INPUT / STATE).mkdir(parents=True)
        offers = snapshot["offers"]
        paused = offers.filter(offers["paused"]).select(["offer"])
        files_in = {name: table for name, table in snapshot.items() if name in TABLES}
        state = {name: table for name, table in snapshot.items() if name not in TABLES} | {"paused": paused}
        write_tables(files_in | {"offers": offers.drop_columns(["paused"])}, folder / INPUT, form)
        write_tables(state, folder / INPUT / STATE, form)
    certificate = json.dumps(plan.certificate, ensure_ascii=False, indent=1)
    (folder / CERTIFICATE).write_text(certificate + "\n", "utf-8")


def _earlier(folder: Path, plan: PlanFolder) -> list[Path]:
    """What an earlier export left in a folder, its certificate first."""
    tables = [folder / f"{name}.{form}" for name in plan.tables for form in get_args(Format)]
    own = (folder / INPUT / STATE).is_dir()
    inside = _tables_in(folder / INPUT) + _tables_in(folder / INPUT / STATE) if own else []
    return [folder / CERTIFICATE, folder / POLICY, *tables, *inside]


def _tables_in(folder: Path) -> list[Path]:
    """The tables of an `input` folder, or of what stands beside them, in any format."""
    names = (*TABLES, "paused", *STATE_SCHEMAS)
    paths = (folder / f"{name}.{form}" for name in names for form in get_args(Format))
    return [path for path in paths if path.is_file()]


def read_plan_folder(folder: Path, schemas: Mapping[str, pa.Schema]) -> PlanFolder:
    """The plan that a folder holds, its tables of these schemas. Raises PlanFolderFault naming file, row and column."""
    if not (folder / CERTIFICATE).is_file():
        raise PlanFolderFault(
            file=folder / CERTIFICATE,
            what="there is no such file; the export is not whole",
            what_zh="缺少该文件，导出不完整",
        )
    try:
        certificate = json.loads((folder / CERTIFICATE).read_text("utf-8"))
        policy = _existing(folder, POLICY).read_text("utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise PlanFolderFault(
            file=folder / CERTIFICATE, what=f"not JSON: {error}", what_zh="不是 UTF-8 编码的 JSON"
        ) from error
    if not isinstance(certificate, dict):
        raise PlanFolderFault(file=folder / CERTIFICATE, what="not a JSON object", what_zh="不是 JSON 对象")
    tables = {name: read_table(folder, name, schema) for name, schema in schemas.items()}
    return PlanFolder(tables, policy, certificate)


def read_state(folder: Path) -> dict[str, pa.Table] | None:
    """What stands beside the tables of an `input` folder: pauses, answers' rules, the published state; None without."""
    if not (folder / STATE).is_dir():
        return None
    schemas = STATE_SCHEMAS | {"paused": pa.schema({"offer": pa.string()})}
    return {name: read_table(folder / STATE, name, schema) for name, schema in schemas.items()}


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise PlanFolderFault(file=path, what="there is no such file", what_zh="缺少该文件")
    return path


def read_table(folder: Path, name: str, schema: pa.Schema) -> pa.Table:
    """One table of a folder, in whichever format it is there. Raises PlanFolderFault."""
    paths = [path for form in _READERS if (path := folder / f"{name}.{form}").is_file()]
    if len(paths) != 1:
        what = "is there twice, in two formats" if paths else "there is no such file"
        what_zh = "同时存在两种格式" if paths else "缺少该文件"
        raise PlanFolderFault(file=folder / f"{name}.csv", what=what, what_zh=what_zh)
    path = paths[0]
    try:
        table = _READERS[path.suffix[1:]](path)
    except PlanFolderFault:
        raise
    except Exception as error:  # every library has its own way to say that a file is broken
        raise PlanFolderFault(
            file=path, what=f"cannot be read: {error}", what_zh="无法作为数据表读取，文件可能已损坏"
        ) from error
    missing = [field.name for field in schema if field.name not in table.column_names]
    if missing:
        names = ", ".join(missing)
        raise PlanFolderFault(file=path, what=f"the column {names} is missing", what_zh=f"缺少列 {names}")
    return pa.table({field.name: _cast(path, table[field.name], field) for field in schema})


def _cast(path: Path, column: Any, field: pa.Field) -> Any:
    """A column in the type of its field; the first cell that does not fit is named."""
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        text = column.cast(pa.string())
    for row, cell in enumerate(text.to_pylist(), 2):
        try:
            pa.array([cell], pa.string()).cast(field.type)
        except pa.ArrowInvalid as error:
            facts = {"file": path, "row": row, "column": field.name, "value": cell}
            wanted, wanted_zh = ("a date", "日期") if pa.types.is_date(field.type) else ("a whole number", "整数")
            raise PlanFolderFault(
                what=f"row {row}, column {field.name}: {cell!r} is not {wanted}",
                what_zh=f"第 {row} 行 {field.name} 列：{cell!r} 不是{wanted_zh}",
                **facts,
            ) from error
    return text.cast(field.type)


def _read_csv(path: Path) -> pa.Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    types = dict.fromkeys(header, pa.string())
    try:
        table = arrow_csv.read_csv(
            path,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True),
        )
    except pa.ArrowInvalid as error:
        raise _ragged(path, len(header), str(error)) from error
    return pa.table({name: unshielded(table[name].combine_chunks()) for name in table.column_names})


def _ragged(path: Path, width: int, detail: str) -> PlanFolderFault:
    """The first row of another width than the header."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        for row, cells in enumerate(csv.reader(file), 1):
            if len(cells) != width:
                return PlanFolderFault(
                    file=path,
                    row=row,
                    what=f"row {row} has {len(cells)} cells instead of {width}",
                    what_zh=f"第 {row} 行有 {len(cells)} 格，应为 {width} 格",
                )
    return PlanFolderFault(file=path, what=f"cannot be read: {detail}", what_zh=f"无法读取：{detail}")


def _read_xlsx(path: Path) -> pa.Table:
    rows = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows, ()) if cell is not None]
    columns: list[list[str | None]] = [[] for _ in header]
    for row in rows:
        for at, cells in enumerate(columns):
            cell = row[at] if at < len(row) else None
            cells.append(None if cell is None else str(cell).removesuffix(" 00:00:00"))
    return pa.table(dict(zip(header, (pa.array(cells, pa.string()) for cells in columns), strict=True)))


def _read_parquet(path: Path) -> pa.Table:
    table = pq.read_table(path)
    return pa.table({name: table[name].combine_chunks() for name in table.column_names})


_READERS = {"csv": _read_csv, "xlsx": _read_xlsx, "parquet": _read_parquet}
