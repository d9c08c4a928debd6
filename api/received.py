"""What a browser sends as files: put into a folder under harmless names, and nothing that is vast when it is opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import CallError
from graph.model import TABLES
from loaders.read.headers import likeliest_table, table_named

MOST_BYTES = 64 << 20
"""Bytes that one request with files may bring."""
_CHUNK = 1 << 20
_BATCH = 4096
_UNPACKED = 512 << 20
"""Bytes that a workbook may unpack to."""
_MOST_ROWS, _MOST_CELLS = 5_000_000, 50_000_000
"""Rows and cells of a Parquet file, which may be far longer than it is large."""
_LONGEST_NAME, _LONGEST_SUFFIX = 200, 16
"""Bytes of a file's name, of which most systems take 255, and characters of its suffix."""
_NO_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.+")


class UploadRefused(CallError):
    """Something that is not taken for a table."""

    code = "upload_refused"
    en = "{file}: {detail}."
    zh = "文件 {file}：{detail_zh}。"
    repair_en = "Send tables as CSV, XLSX or Parquet, each named after its table."
    repair_zh = "请上传 CSV、XLSX 或 Parquet 格式的数据表，文件以表名命名。"


class FileOfNoTable(UploadRefused):
    """A file whose name does not say which table it is."""

    code = "upload_no_table"
    en = "{file}: no table is called so{perhaps}."
    zh = "文件 {file}：没有叫这个名字的数据表{perhaps_zh}。"
    repair_en = "Nothing was taken. Name the file after its table ({tables}) and send all of them again."
    repair_zh = "未接收任何文件。请以表名（{tables_zh}）命名该文件，然后重新上传全部文件。"


class TableTwice(UploadRefused):
    """Two files of the same table."""

    code = "upload_table_twice"
    en = "{file} and {other} are both the table {table}."
    zh = "{other} 与 {file} 是同一张表（{table_zh}）。"
    repair_en = (
        "Nothing was taken. Send one file of each table: leave one of the two out, or put the rows of both into one."
    )
    repair_zh = "未接收任何文件。每张表只能上传一个文件：请去掉其中一个，或将两者的行合并到一个文件。"


class NoRows(UploadRefused):
    """Tables that say nothing below their headers."""

    code = "upload_no_rows"
    en = "{file} has a header and no rows, so that there is nothing to write."
    zh = "文件 {file} 只有表头，没有数据行，因此没有可写入的内容。"
    repair_en = "Fill in a row for each thing, save the file, and send it again."
    repair_zh = "请在表头下逐行填写，保存后重新上传。"


def received(files: Sequence[tuple[str, BinaryIO]], folder: Path, *, offers: bool) -> tuple[str, ...]:
    """Put what was sent into a folder under harmless names: one file of offers, or tables that are named after theirs.

    Raises UploadRefused.
    """
    if not files:
        raise UploadRefused(file="–", detail="no file was sent", detail_zh="没有选择文件")
    if offers and len(files) > 1:
        raise UploadRefused(
            file=files[1][0], detail="offers are sent as one file", detail_zh="供给只能作为一个文件上传"
        )
    names: list[str] = []
    for given, stream in files:
        name = _short(_NO_NAME.sub("_", Path(given.replace("\\", "/")).name)) or "_"
        path = folder / name
        if path.exists():
            raise UploadRefused(file=name, detail="two files have this name", detail_zh="有两个同名文件")
        if path.suffix.lower() not in {".csv", ".xlsx", ".parquet"}:
            raise UploadRefused(
                file=name, detail="it is no CSV, XLSX or Parquet file", detail_zh="不是 CSV、XLSX 或 Parquet 文件"
            )
        if not offers:
            _require_table(path, names)
        with path.open("wb") as out:
            while block := stream.read(_CHUNK):
                out.write(block)
        _require_bounded(path, name)
        names.append(path.name)
    return tuple(names)


def _require_table(path: Path, names: Sequence[str]) -> None:
    """Refuse a file whose name is no table's, or that of one among those taken before it. Raises UploadRefused."""
    table = table_named(path.stem)
    if table is None:
        likely = likeliest_table(path.stem)
        raise FileOfNoTable(
            file=path.name,
            perhaps=f"; perhaps {likely} is meant" if likely else "",
            perhaps_zh=f"，可能是“{TABLES[likely].zh}”（{likely}）" if likely else "",
            tables=", ".join(TABLES),
            tables_zh="、".join(each.zh for each in TABLES.values()),
        )
    for other in names:
        if table_named(Path(other).stem) == table:
            raise TableTwice(file=path.name, other=other, table=table, table_zh=TABLES[table].zh)


def _short(name: str) -> str:
    """A name that fits a file system, its suffix kept."""
    suffix = Path(name).suffix[:_LONGEST_SUFFIX]
    stem = name.removesuffix(Path(name).suffix).encode(errors="replace")
    return stem[: _LONGEST_NAME - len(suffix.encode(errors="replace"))].decode(errors="ignore") + suffix


def _require_bounded(path: Path, name: str) -> None:
    """Refuse what is small as a file and vast as a table; what cannot be opened is the check's to tell."""
    try:
        if path.suffix.lower() == ".xlsx":
            with zipfile.ZipFile(path) as book:
                vast = sum(entry.file_size for entry in book.infolist()) > _UNPACKED
        else:
            vast = path.suffix.lower() == ".parquet" and _is_vast(path)
    except Exception:  # noqa: BLE001 a damaged file makes both raise whatever they meet
        return
    if vast:
        raise UploadRefused(
            file=name, detail="it unpacks to more than is taken at once", detail_zh="解压后的内容超过一次上传的上限"
        )


def _is_vast(path: Path) -> bool:
    """Whether a Parquet file holds more than is taken; a text that stands in many rows counts in each."""
    facts = pq.read_metadata(path)
    groups = [facts.row_group(at) for at in range(facts.num_row_groups)]
    columns = [group.column(at) for group in groups for at in range(group.num_columns)]
    if facts.num_rows > _MOST_ROWS or sum(each.num_values for each in columns) > _MOST_CELLS:
        return True
    unpacked: int = sum(each.total_uncompressed_size for each in columns)
    texts = sorted({each.path_in_schema for each in columns if each.physical_type == "BYTE_ARRAY"})
    for name in texts:
        if unpacked > _UNPACKED:
            break
        unpacked += _text_bytes(path, name)
    return unpacked > _UNPACKED


def _text_bytes(path: Path, name: str) -> int:
    """Bytes of a column's texts, were each cell to hold its own."""
    with pq.ParquetFile(path, read_dictionary=[name]) as file:
        found = 0
        for batch in file.iter_batches(_BATCH, columns=[name]):
            cells = batch.column(0)
            while pa.types.is_nested(cells.type):
                cells = cells.flatten() if pa.types.is_list(cells.type) else cells.field(0)
            coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
            found += pc.sum(pc.binary_length(coded.dictionary).take(coded.indices)).as_py() or 0
    return found
