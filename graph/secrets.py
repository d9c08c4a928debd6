"""What no reader may see: names, phones and addresses are sealed, identity numbers become keyed hashes."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from graph.connect import Graph
from graph.errors import GraphError
from graph.folders import told_plainly
from graph.local.home import write_private
from graph.model import TABLES
from graph.queries import query
from graph.schema import ID_HASH, key_of

_BYTES = 64
_MANY = 200_000
"""Cells from which on more than one process seals."""
_PART = 100_000
_PROCESSES = 2


class BadKey(GraphError):
    """The key of the secrets is missing or none."""

    code = "secrets_bad_key"
    en = "The key that opens names, phones and addresses is not right: {where}: {detail}"
    zh = "用于解密姓名、电话、住址的密钥不正确：{where}：{detail}"
    repair_en = "Bring the file `key` back from a backup of the folder; without it what is sealed stays sealed."
    repair_zh = "请从备份恢复文件 `key`；没有它，已加密的内容无法解开。"


@dataclass(frozen=True)
class Vault:
    """Seals and opens texts of one installation; two keys, one for sealing and one for hashes."""

    _sealing: AESSIV
    _hashing: bytes
    where: Path

    def seal(self, text: str, place: str) -> str:
        """The text sealed for one place (table, column, row): the same text there gives the same seal, elsewhere another.

        AES-SIV (RFC 5297): a second load sees that nothing changed without opening anything.
        """
        return base64.b64encode(self._sealing.encrypt(text.encode(), [place.encode()])).decode("ascii")

    def open(self, sealed: str, place: str) -> str:
        """The text sealed for this place.

        Raises
        ------
        BadKey
            It was sealed with another key, for another place, or is damaged.
        """
        try:
            return self._sealing.decrypt(base64.b64decode(sealed), [place.encode()]).decode()
        except (InvalidTag, ValueError) as error:
            raise BadKey(where=self.where, detail="it does not open what the graph holds") from error

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """The content of a file sealed for one place, at most 2 GiB."""
        return self._sealing.encrypt(content, [place.encode()])

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content that was sealed for this place. Raises BadKey."""
        try:
            return self._sealing.decrypt(sealed, [place.encode()])
        except InvalidTag as error:
            raise BadKey(where=self.where, detail=f"it does not open {place}") from error

    def digest(self, number: str) -> str:
        """The keyed hash (HMAC-SHA-256) of an identity number; the check letter x counts as X."""
        found = hmac.digest(self._hashing, number.strip().upper().encode(), "sha256")
        return base64.b64encode(found).decode("ascii")

    def fingerprint(self) -> str:
        """What tells this key from others, without giving it away; the graph keeps it."""
        return self.digest("zhongfu")


def vault_of(graph: Graph | None, home: Path) -> Vault:
    """The vault of this home, whose key must be the one that sealed what the graph holds.

    Raises
    ------
    BadKey
        It is another one, or its file is missing or holds none.
    """
    found = [] if graph is None else graph.read(query("sealed_by"))
    sealed_by = found[0]["key"] if found else None
    path = home / "key"
    if sealed_by is not None and not path.exists():
        raise BadKey(where=path, detail="it is missing, and the graph holds what it sealed")
    vault = open_vault(home)
    if sealed_by not in {None, vault.fingerprint()}:
        raise BadKey(where=path, detail="another one sealed what the graph holds")
    return vault


def seal_graph(graph: Graph, vault: Vault) -> None:
    """Keep the fingerprint of the key with a graph that has none yet."""
    graph.write(query("seal_graph"), key=vault.fingerprint())


def open_vault(home: Path) -> Vault:
    """The vault of this home; its key, for its owner's eyes alone, is made up when there is none yet.

    Raises
    ------
    BadKey
        The file of the key holds none.
    """
    path = home / "key"
    with told_plainly(home):
        if not path.exists():
            home.mkdir(parents=True, exist_ok=True)
            write_private(path, base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii"))
        text = path.read_text(encoding="ascii", errors="replace")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise BadKey(where=path, detail=f"it holds {len(key)} bytes, not {_BYTES}")
    return Vault(AESSIV(key[:32]), key[32:], path)


def place_of(table: str, column: str, key: str) -> str:
    """What a seal is bound to."""
    return f"{table}/{column}/{key}"


def seal_tables(vault: Vault, tables: dict[str, pa.Table]) -> None:
    """Seal every secret column of the tables, in place; `id_number` makes room for its hash under another name."""
    secrets_of = {name: [column.name for column in TABLES[name].columns if column.secret] for name in tables}
    many = sum(len(tables[name]) * len(columns) for name, columns in secrets_of.items()) > _MANY
    # each seal is a call of its own, so only processes make it faster
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) if many else ThreadPoolExecutor(1) as pool:
        for name, columns in secrets_of.items():
            tables[name] = _sealed(vault.where.parent, name, tables[name], columns, pool)


def _sealed(home: Path, table: str, rows: pa.Table, columns: list[str], pool: Executor) -> pa.Table:
    for name in columns:
        if name in rows.column_names:
            blank = rows[name].null_count == len(rows)
            parts = [] if blank else _parts(rows.select([key_of(table), name]))
            hidden = pa.chunked_array(
                [_array(found) for found in pool.map(partial(_seal, home, table, name), parts)], pa.string()
            )
            at = rows.column_names.index(name)
            stored = ID_HASH if name == "id_number" else name
            rows = rows.set_column(at, stored, pa.nulls(len(rows), pa.string()) if blank else hidden)
    return rows


def _seal(home: Path, table: str, column: str, part: bytes) -> bytes:
    """Seal one stretch of a column, bound to its row's key; a job for a process of its own."""
    vault = open_vault(home)
    with pa.ipc.open_stream(part) as stream:
        keys, texts = (cells.to_pylist() for cells in stream.read_all().columns)
    if column == "id_number":
        hidden = [None if text is None else vault.digest(text) for text in texts]
    else:
        before = place_of(table, column, "")
        hidden = [
            None if text is None else vault.seal(text, before + key) for key, text in zip(keys, texts, strict=True)
        ]
    return _stream(pa.table({"hidden": pa.array(hidden, pa.string())}))


def _parts(rows: pa.Table) -> Iterator[bytes]:
    """Stretches of rows for other processes; a slice that is pickled would bring the whole column along."""
    for start in range(0, len(rows), _PART):
        yield _stream(rows.slice(start, _PART))


def _stream(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return bytes(sink.getvalue())


def _array(part: bytes) -> pa.Array:
    with pa.ipc.open_stream(part) as stream:
        return stream.read_all()["hidden"].combine_chunks()
