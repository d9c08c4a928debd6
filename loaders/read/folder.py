"""Which file of a folder is which table."""

from __future__ import annotations

import os
from pathlib import Path

from graph.model import TABLES
from loaders.issues import Found
from loaders.read.blank_rows import without_blank_rows
from loaders.read.csv_file import read_csv
from loaders.read.headers import likeliest_table, table_named
from loaders.read.parquet_file import read_parquet
from loaders.read.raw import RawTable, unreadable
from loaders.read.xlsx_file import read_xlsx

_READERS = {".csv": read_csv, ".xlsx": read_xlsx, ".parquet": read_parquet}


def find_tables(folder: Path) -> tuple[dict[str, Path], list[Found]]:
    """The file of each table in the vocabulary's order, and what is wrong with the folder."""
    fault = _of_folder(folder)
    if fault:
        return {}, [Found(fault, str(folder), values=str(folder))]
    tables: dict[str, list[Path]] = {}
    found: list[Found] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.is_dir():
            continue
        table, suffix = table_named(path.stem), path.suffix.lower()
        if suffix in _READERS and table is None:
            found.append(Found("file_unknown", path.name, values=path.name, hints=likeliest_table(path.stem)))
        elif suffix in _READERS and table is not None:
            tables.setdefault(table, []).append(path)
        elif table is not None:
            found.append(Found("file_format_unknown", path.name, table, values=suffix or path.name))
    for table, paths in tables.items():
        if len(paths) > 1:
            found.append(Found("file_twice", paths[0].name, table, values=", ".join(path.name for path in paths)))
    if not tables:
        found.append(Found("folder_without_tables", str(folder), values=str(folder), hints=", ".join(TABLES)))
    return {table: tables[table][0] for table in TABLES if table in tables}, found


def _of_folder(folder: Path) -> str:
    """The fault of the folder itself; blank when it can be read."""
    if not folder.exists():
        return "folder_missing"
    if not folder.is_dir():
        return "folder_is_file"
    return "" if os.access(folder, os.R_OK | os.X_OK) else "folder_unreadable"


def read_file(name: str, path: Path) -> RawTable:
    """One table from one file, whatever its format; a file that cannot be read is told in `found`."""
    try:
        return without_blank_rows(_READERS[path.suffix.lower()](name, path))
    except OSError as error:
        return unreadable(
            name, path.name, Found("file_unreadable", path.name, name, values=error.strerror or str(error))
        )
