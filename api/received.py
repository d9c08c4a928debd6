"""What a browser sends as files: put into a folder under harmless names, and nothing that is vast when it is opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

from graph.errors import CallError

_OFFERS = "offers"
MOST_BYTES = 64 << 20
"""Bytes that one request with files may bring."""
_CHUNK = 1 << 20
_UNPACKED = 512 << 20
"""Bytes that a workbook may unpack to."""
_MOST_ROWS = 5_000_000
"""Rows of a Parquet file, which may be far longer than it is large."""
_NO_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.+")


class UploadRefused(CallError):
    """Something that is not taken for a table."""

    code = "upload_refused"
    en = "{file}: {detail}."
    zh = "{file}：{detail_zh}。"
    repair_en = "Send tables as CSV, XLSX or Parquet, each named after its table."
    repair_zh = "请上传 CSV、XLSX 或 Parquet 格式的数据表，文件以表名命名。"


def received(files: Sequence[tuple[str, BinaryIO]], folder: Path, *, offers: bool) -> tuple[str, ...]:
    """Put what was sent into a folder under harmless names. Raises UploadRefused."""
    if not files:
        raise UploadRefused(file="–", detail="no file was sent", detail_zh="没有选择文件")
    if offers and len(files) > 1:
        raise UploadRefused(
            file=files[1][0], detail="offers are sent as one file", detail_zh="供给只能作为一个文件上传"
        )
    names = []
    for given, stream in files:
        name = _NO_NAME.sub("_", Path(given.replace("\\", "/")).name)[-100:] or "_"
        path = folder / (f"{_OFFERS}{Path(name).suffix.lower()}" if offers else name)
        if path.exists():
            raise UploadRefused(file=name, detail="two files have this name", detail_zh="有两个同名文件")
        if path.suffix.lower() not in {".csv", ".xlsx", ".parquet"}:
            raise UploadRefused(
                file=name, detail="it is no CSV, XLSX or Parquet file", detail_zh="不是 CSV、XLSX 或 Parquet 文件"
            )
        with path.open("wb") as out:
            while block := stream.read(_CHUNK):
                out.write(block)
        _require_bounded(path, name)
        names.append(path.name)
    return tuple(names)


def _require_bounded(path: Path, name: str) -> None:
    """Refuse what is small as a file and vast as a table; what cannot be opened is the check's to tell."""
    try:
        if path.suffix.lower() == ".xlsx":
            with zipfile.ZipFile(path) as book:
                vast = sum(entry.file_size for entry in book.infolist()) > _UNPACKED
        else:
            vast = path.suffix.lower() == ".parquet" and pq.read_metadata(path).num_rows > _MOST_ROWS
    except Exception:  # noqa: BLE001 a damaged file makes both raise whatever they meet
        return
    if vast:
        raise UploadRefused(
            file=name, detail="it unpacks to more than is taken at once", detail_zh="解压后的内容超过一次上传的上限"
        )
