"""Snapshots as Parquet, in coded form: a folder for each digest of tables and each state published above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph import snapshot as shape
from graph.digest import digest_of, digest_of_parts
from graph.errors import GraphError
from graph.folders import sweep_unfinished, whole_folder
from graph.snapshot import KeyColumn, Published, Ragged, RegionKeys, Snapshot, SnapshotKeys, nothing_published

_PUBLISHED = {
    "assigned": ("need", "provider_type", "provider", "quantity", "status"),
    "covers": ("place", "place_caseworker"),
    "responsible": ("household", "household_caseworker"),
    "spent": ("spender_table", "spender", "spent_in", "spent"),
}
"""Files of a published state with its columns."""
NOTHING = nothing_published().digest
"""Digest of the state in which nothing was ever published."""


class SnapshotMissing(GraphError):
    """No snapshot of this digest is kept, or not with the published state asked for."""

    code = "snapshot_missing"
    en = "There is no snapshot {digest} in {where}, or not with the state published above it."
    zh = "{where} 中没有快照 {digest}，或缺少其上的发布状态。"
    repair_en = (
        "Bring it back from a backup, or match and publish a new plan. Only as long as nothing was loaded or published "
        "since does matching again keep the same snapshot."
    )
    repair_zh = "请从备份恢复，或重新匹配并发布新方案。仅当此后未曾导入或发布时，重新匹配才会保存同一快照。"


class SnapshotDamaged(GraphError):
    """The files of a snapshot do not say what their digest says."""

    code = "snapshot_damaged"
    en = "The snapshot in {where} is damaged: {detail}"
    zh = "{where} 中的快照已损坏：{detail_zh}"
    repair_en = (
        "Delete that folder and bring it back from a backup, or match and publish a new plan. Only as long as nothing "
        "was loaded or published since does matching again keep the same snapshot."
    )
    repair_zh = (
        "请删除该文件夹并从备份恢复，或重新匹配并发布新方案。仅当此后未曾导入或发布时，重新匹配才会保存同一快照。"
    )


def save_snapshot(snapshot: Snapshot, store: Path) -> Path:
    """Keep a snapshot under `store`, in a folder named by its digest, and its published state in one named by both.

    A state in which nothing was ever published has no folder. Both appear whole or not at all; what is already there
    stays as it is. What killed writers left is taken away. Returns the folder of the snapshot. Raises DiskFull and NoRights.
    """
    sweep_unfinished(store)
    folder, state = store / snapshot.digest, snapshot.published
    if not folder.exists():
        with whole_folder(folder) as growing:
            for part in fields(snapshot):
                value = getattr(snapshot, part.name)
                if value is not None and part.name != "published":
                    _write({each.name: getattr(value, each.name) for each in fields(value)}, growing / part.name)
    published = _published_folder(folder, state.digest)
    if state.digest != NOTHING and not published.exists():
        with whole_folder(published) as growing:
            for name, columns in _PUBLISHED.items():
                _write({column: getattr(state, column) for column in columns}, growing / name)
    return folder


def load_snapshot(store: Path, digest: str, revision: int = 0, published: str = NOTHING) -> Snapshot:
    """The snapshot of this digest with the state of this digest, published at this revision; its columns are read-only.

    Raises SnapshotMissing, and SnapshotDamaged where the columns are not those of the digests.
    """
    folder = store / digest
    beside = _published_folder(folder, published)
    if not folder.is_dir() or not (published == NOTHING or beside.is_dir()):
        raise SnapshotMissing(digest=digest[:12], where=store)
    parts: dict[str, Any] = {}
    for name, table in _TABLES.items():
        # without roads there is no travel table; every other one is there, empty or not
        absent = name == "travel" and not _file(folder / name).exists()
        parts[name] = None if absent else table(**_read(folder / name, [each.name for each in fields(table)]))
    snapshot = Snapshot(**parts, published=_state(beside, revision, published))
    _hold(folder, snapshot.digest, digest)
    # what reading took beside the columns, about half as much again, goes back to the system
    pa.default_memory_pool().release_unused()
    return snapshot


def load_keys(store: Path, digest: str) -> SnapshotKeys:
    """The keys of the snapshot of this digest; all other columns pass through memory one by one, to be held to it.

    Raises SnapshotMissing, and SnapshotDamaged where the columns are not those of the digest.
    """
    folder = store / digest
    if not folder.is_dir():
        raise SnapshotMissing(digest=digest[:12], where=store)
    kept: dict[str, dict[str, Any]] = {}
    found = digest_of_parts((name, _keep_keys(folder / name, table, kept)) for name, table in _TABLES.items()).hex()
    _hold(folder, found, digest)
    regions = RegionKeys(**kept.pop("regions"))
    return SnapshotKeys(digest, regions, **{name: KeyColumn(**columns) for name, columns in kept.items()})


_KEPT = {"regions": ("key", "level")} | dict.fromkeys(
    ("households", "needs", "offers", "volunteers", "caseworkers"), ("key",)
)
"""Columns by which the rows of a table are named."""


def _keep_keys(path: Path, table: Any, kept: dict[str, dict[str, Any]]) -> bytes:
    """The digest of a table read column by column; those that name its rows are kept."""
    if path.name == "travel" and not _file(path).exists():
        return digest_of(None)
    wanted = _KEPT.get(path.name, ())

    def columns() -> Iterator[tuple[str, bytes]]:
        for column in fields(table):
            values = _read(path, [column.name])[column.name]
            if column.name in wanted:
                kept.setdefault(path.name, {})[column.name] = values
            yield column.name, digest_of(values)

    return digest_of_parts(columns())


def _state(folder: Path, revision: int, digest: str) -> Published:
    """The published state of a folder."""
    if digest == NOTHING:
        return nothing_published()
    columns: dict[str, Any] = {}
    for name, names in _PUBLISHED.items():
        columns |= _read(folder / name, names)
    state = Published(revision, **columns)
    _hold(folder, state.digest, digest)
    return state


def _hold(folder: Path, found: str, named: str) -> None:
    if found != named:
        raise SnapshotDamaged(
            where=folder, detail=f"its content has the digest {found}", detail_zh=f"其内容的摘要为 {found}"
        )


def _published_folder(folder: Path, digest: str) -> Path:
    return folder.parent / f"{folder.name}-{digest}"


def _file(path: Path) -> Path:
    return path.with_suffix(".parquet")


_TABLES: dict[str, Any] = {
    "regions": shape.Regions,
    "travel": shape.Travel,
    "kinds": shape.Kinds,
    "dialects": shape.Dialects,
    "households": shape.Households,
    "persons": shape.Persons,
    "needs": shape.Needs,
    "organizations": shape.Organizations,
    "funds": shape.Funds,
    "offers": shape.Offers,
    "volunteers": shape.Volunteers,
    "caseworkers": shape.Caseworkers,
    "locks": shape.Locks,
    "exclusions": shape.Exclusions,
}


def _write(columns: dict[str, Any], path: Path) -> None:
    table = pa.table({name: _to_arrow(value) for name, value in columns.items()})
    # keys are distinct, so a dictionary of them would only cost time; one row group is read without joining
    pq.write_table(table, _file(path), use_dictionary=False, compression="lz4", row_group_size=max(1, table.num_rows))


def _read(path: Path, names: Sequence[str]) -> dict[str, Any]:
    try:
        table = pq.read_table(_file(path), columns=list(names), memory_map=True)
        return {name: _from_arrow(table[name].combine_chunks()) for name in names}
    except (OSError, KeyError, pa.ArrowException) as error:
        detail = f"{path.name}: {error}"
        raise SnapshotDamaged(where=path.parent, detail=detail, detail_zh=detail) from error


def _to_arrow(value: Any) -> pa.Array:
    if isinstance(value, Ragged):
        return pa.LargeListArray.from_arrays(pa.array(value.offsets), pa.array(value.values))
    return value if isinstance(value, pa.Array) else pa.array(value)


def _from_arrow(column: pa.Array) -> Any:
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_large_list(column.type):
        return Ragged(column.offsets.to_numpy(), column.flatten().to_numpy())
    plain = column.to_numpy(zero_copy_only=False)
    plain.flags.writeable = False
    return np.ascontiguousarray(plain)
