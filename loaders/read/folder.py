"""Which file of a folder is which table."""

from __future__ import annotations

import os
from pathlib import Path

from graph.model import TABLES
from loaders.issues import Found
from loaders.read.csv_file import read_csv
from loaders.read.headers import likeliest_table, table_named
from loaders.read.parquet_file import read_parquet
from loaders.read.raw import RawTable, unreadable
from loaders.read.xlsx_file import read_xlsx

_READERS = {".csv": read_csv, ".xlsx": read_xlsx, ".parquet": read_parquet}
_SPREADSHEETS = {".xls", ".xlsm", ".xlsb", ".ods", ".et", ".tsv", ".txt", ".json", ".feather", ".dbf", ".mdb"}


def find_tables(folder: Path) -> tuple[dict[str, Path], list[Found]]:
    """The file of each table in the vocabulary's order, and what is wrong with the folder."""
    name = str(folder)
    if not folder.exists():
        return {}, [Found("folder_missing", name, values=name)]
    if not folder.is_dir():
        return {}, [Found("folder_is_file", name, values=name)]
    try:
        files = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except PermissionError:
        return {}, [Found("folder_unreadable", name, values=name)]
    if not os.access(folder, os.X_OK):
        return {}, [Found("folder_unreadable", name, values=name)]
    tables: dict[str, list[Path]] = {}
    found: list[Found] = []
    for path in files:
        table, suffix = table_named(path.stem), path.suffix.lower()
        if path.is_dir() or (suffix not in _READERS and suffix not in _SPREADSHEETS):
            continue
        if table is None:
            if suffix in _READERS:
                found.append(Found("file_unknown", path.name, values=path.name, hints=likeliest_table(path.stem)))
        elif suffix in _READERS:
            tables.setdefault(table, []).append(path)
        else:
            found.append(Found("file_format_unknown", path.name, table, values=suffix))
    for table, paths in tables.items():
        if len(paths) > 1:
            found.append(Found("file_twice", paths[0].name, table, values=", ".join(path.name for path in paths)))
    if not tables:
        found.append(Found("folder_without_tables", name, values=name, hints=", ".join(TABLES)))
    return {table: tables[table][0] for table in TABLES if table in tables}, found


def read_file(name: str, path: Path) -> RawTable:
    """One table from one file, whatever its format; a file that cannot be read is told in `found`."""
    try:
        return _READERS[path.suffix.lower()](name, path)
    except OSError as error:
        return unreadable(name, path.name, Found("file_unreadable", path.name, name, values=error.strerror or str(error)))


def read_folder(folder: Path) -> tuple[dict[str, RawTable], list[Found]]:
    """Every table of a folder at once; the check itself reads them one by one, to hold little."""
    files, found = find_tables(folder)
    return {name: read_file(name, path) for name, path in files.items()}, found
