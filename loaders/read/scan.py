"""The bytes of a text file: whether they are text at all, and in which encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = 8 << 20
_BINARY_STARTS = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"PAR1",
    b"\x1f\x8b",
)
_UTF16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Scan:
    """What the bytes say: quotes in all, a mark at the start; or the fault, with the line and the bytes at fault."""

    quotes: int = 0
    bom: bool = False
    fault: str = ""
    line: int | None = None
    value: str = ""


def scan(path: Path) -> Scan:
    """Look through a file for what no text has; raises OSError when it may not be read."""
    with path.open("rb") as file:
        start = file.read(1024)
    if not start:
        return Scan(fault="file_empty")
    if start.startswith(_UTF16_STARTS):
        return Scan(fault="encoding_wrong", value="UTF-16")
    if start.startswith(_BINARY_STARTS) or start.count(b"\0") > 2:
        return Scan(fault="file_binary")
    quotes = 0
    for at, block in _blocks(path):
        nul = block.find(b"\0")
        if nul >= 0:
            return Scan(fault="nul_byte", line=_line(path, at + nul))
        quotes += block.count(b'"')
    return Scan(quotes, start.startswith(codecs.BOM_UTF8))


def encoding_of(path: Path) -> tuple[str, Scan]:
    """The encoding of a text, blank when it is neither UTF-8 nor GB18030; and then the fault."""
    bad = _first_undecodable(path, "utf-8")
    if bad is None:
        return "utf-8", Scan()
    worse = _first_undecodable(path, "gb18030")
    if worse is None:
        return "gb18030", Scan()
    at = max(bad, worse)
    with path.open("rb") as file:
        file.seek(at)
        value = " ".join(f"{byte:02X}" for byte in file.read(4))
    return "", Scan(fault="encoding_wrong", line=_line(path, at), value=value)


def _blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each block; read, not mapped, so that a large file stays out of memory."""
    at = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield at, block
            at += len(block)


def _first_undecodable(path: Path, encoding: str) -> int | None:
    """Offset of the first bytes that the encoding does not know; None when all is well."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size, pending = path.stat().st_size, 0
    for at, block in _blocks(path):
        try:
            decoder.decode(block, final=at + len(block) >= size)
        except UnicodeDecodeError as error:
            return at - pending + error.start
        pending = len(decoder.getstate()[0])
    return None


def _line(path: Path, offset: int) -> int:
    newlines = sum(block[: max(0, offset - at)].count(b"\n") for at, block in _blocks(path) if at < offset)
    return newlines + 1
