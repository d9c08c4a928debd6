"""A folder of tables in one format, each file put in its place whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from graph.errors import ZhongfuError
from loaders.shield import shielded
from loaders.write.xlsx_file import MOST_ROWS, write_xlsx

Format = Literal["csv", "xlsx", "parquet"]


class TooManyRows(ZhongfuError):
    """A table is longer than a sheet of a workbook may be."""

    code = "sheet_too_long"
    en = "The table {table} has {rows:,} rows; a sheet of a workbook holds {most:,}."
    zh = "表 {table} 有 {rows:,} 行，超过工作表上限 {most:,} 行。"
    repair_en = "Export as CSV or Parquet, or export a smaller scope."
    repair_zh = "请改用 CSV 或 Parquet 导出，或缩小范围。"


def write_tables(tables: Mapping[str, pa.Table], folder: Path, form: Format) -> None:
    """Write each table as a file of its name into a folder that is there; raises TooManyRows before the first."""
    if form == "xlsx":
        for name, table in tables.items():
            if table.num_rows > MOST_ROWS:
                raise TooManyRows(table=name, rows=table.num_rows, most=MOST_ROWS)
    for name, table in tables.items():
        _WRITERS[form](table, folder / f"{name}.{form}")


def _write_csv(table: pa.Table, path: Path) -> None:
    """UTF-8 without a byte order mark, so that every program reads the first header as it is."""
    columns = {name: _csv_cells(table[name]) for name in table.column_names}
    csv.write_csv(pa.table(columns), path, csv.WriteOptions(quoting_style="needed"))


def _csv_cells(column: Any) -> Any:
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return shielded(plain) if pa.types.is_string(plain.type) else plain


def _write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


_WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "csv": _write_csv,
    "xlsx": write_xlsx,
    "parquet": _write_parquet,
}
