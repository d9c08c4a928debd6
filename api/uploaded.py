"""Files that were sent and checked, kept sealed in the home for a day, until they are written or let go."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from graph.errors import CallError
from graph.folders import passing_folder, sweep_unfinished, whole_folder
from graph.local.home import write_private
from graph.secrets import open_vault

KEPT = timedelta(days=1)
_NAME = re.compile("[0-9a-f]{32}")
_FOLDER, _FACTS, _FILES, _ISSUES, _LEFT = "uploads", "upload.json", "files", "issues", "left"


class UploadUnknown(CallError):
    """No upload of this number is kept."""

    code = "upload_unknown"
    en = "There is no upload {upload}; uploads are kept for a day."
    zh = "没有上传 {upload}；上传的文件只保留一天。"
    repair_en = "Upload the files again."
    repair_zh = "请重新上传文件。"


@dataclass(frozen=True)
class Upload:
    """An upload as it was checked: whose it is, its files, what was found, and what became of it."""

    upload: str
    actor: str
    organization: str | None
    region: str | None
    files: tuple[str, ...]
    at: str
    rows: Mapping[str, int]
    totals: Mapping[str, int]
    """Number of errors, warnings and notices."""
    blocked: bool
    """Whether leaving rows out does not help, since a whole file is at fault or every row."""
    state: str = "checked"
    """checked, writing, written or failed."""
    counts: tuple[Mapping[str, Any], ...] = ()
    left: int = 0
    """Number of rows that were left out when it was written."""
    fault: Mapping[str, str] | None = None
    correctable: tuple[str, ...] = ()
    """Files with rows to be corrected: read as tables, with errors or warnings; once written, those with rows left out."""
    warned: str = ""
    """Mark of the warnings that its sender was shown."""
    issues: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)
    """The first issues, with the cells of their rows; not read with the rest."""


def keep(home: Path, upload: Upload, folder: Path) -> Upload:
    """Keep an upload with the files of a folder, sealed."""
    vault, place = open_vault(home), f"{_FOLDER}/{upload.upload}"
    with whole_folder(_store(home) / upload.upload) as growing:
        (growing / _FILES).write_bytes(vault.seal_bytes(_packed(folder), f"{place}/{_FILES}"))
        (growing / _ISSUES).write_bytes(_sealed(home, upload.upload, _ISSUES, list(upload.issues)))
        write_private(growing / _FACTS, _facts(upload))
    return upload


def change(home: Path, upload: Upload) -> None:
    """Keep what became of an upload."""
    write_private(_place(home, upload.upload) / _FACTS, _facts(upload))


def keep_left(home: Path, upload: str, rows: Mapping[str, list[int]], issues: list[dict[str, Any]]) -> None:
    """Keep which rows of each file are left out, and why, sealed."""
    for name, content in ((_LEFT, rows), (_ISSUES, issues)):
        (_place(home, upload) / name).write_bytes(_sealed(home, upload, name, content))


def kept(home: Path, upload: str) -> Upload:
    """An upload by its number, without its issues; one more than a day old is known only while it is written. Raises UploadUnknown."""
    found = of_any_age(home, upload)
    if found.state != "writing" and _moment(found) < _oldest():
        raise UploadUnknown(upload=upload)
    return found


def of_any_age(home: Path, upload: str) -> Upload:
    """The same, also where it waits to be swept; one that is damaged, or that other code wrote, is not known. Raises UploadUnknown."""
    try:
        facts = json.loads((_place(home, upload) / _FACTS).read_text("utf-8"))
        found = Upload(**facts | {name: tuple(facts[name]) for name in ("files", "counts", "correctable")})
        _moment(found)
    except (FileNotFoundError, KeyError, TypeError, ValueError) as fault:
        raise UploadUnknown(upload=upload) from fault
    return found


def issues_of(home: Path, upload: str) -> list[dict[str, Any]]:
    """The first issues of an upload with the cells of their rows. Raises UploadUnknown."""
    found: list[dict[str, Any]] = _unsealed(home, upload, _ISSUES)
    return found


def left_of(home: Path, upload: str) -> dict[str, list[int]]:
    """The rows of each file that were left out when it was written. Raises UploadUnknown."""
    found: dict[str, list[int]] = _unsealed(home, upload, _LEFT)
    return found


@contextmanager
def files_of(home: Path, upload: str) -> Iterator[Path]:
    """The files of an upload in a folder that is gone when the block ends. Raises UploadUnknown."""
    sealed = _read(home, upload, _FILES)
    content = open_vault(home).open_bytes(sealed, f"{_FOLDER}/{upload}/{_FILES}")
    with clear_folder(home) as folder, tarfile.open(fileobj=io.BytesIO(content)) as packed:
        packed.extractall(folder, filter="data")
        yield folder


@contextmanager
def clear_folder(home: Path) -> Iterator[Path]:
    """A folder for what is not sealed, gone when the block ends; what a killed process left in one goes by `sweep`."""
    with passing_folder(_store(home), "clear") as folder:
        yield folder


@contextmanager
def claimed(home: Path, upload: str) -> Iterator[bool]:
    """Have an upload for oneself while the block lasts; false while another has it. Raises UploadUnknown.

    The kernel lets go of what a dead process claimed.
    """
    claim = claim_of(home, upload)
    try:
        yield claim is not None
    finally:
        if claim is not None:
            os.close(claim)


def claim_of(home: Path, upload: str) -> int | None:
    """The descriptor that claims an upload until it is closed; None while another has it. Raises UploadUnknown."""
    try:
        claim = os.open(_place(home, upload), os.O_RDONLY)
    except FileNotFoundError as gone:
        raise UploadUnknown(upload=upload) from gone
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return None
    return claim


def let_go(home: Path, upload: str) -> None:
    """Keep an upload no longer, whoever else lets go of it. Raises UploadUnknown."""
    shutil.rmtree(_place(home, upload), ignore_errors=True)


def forget_files(home: Path, upload: str) -> None:
    """Keep only what became of an upload, not what was in it."""
    for name in (_FILES, _ISSUES):
        (_place(home, upload) / name).unlink(missing_ok=True)


def uploads(home: Path) -> list[Upload]:
    """All that are kept, the newest first."""
    found = []
    for path in (home / _FOLDER).glob("[0-9a-f]*"):
        with suppress(UploadUnknown):  # somebody lets go of it meanwhile
            found.append(kept(home, path.name))
    return sorted(found, key=lambda each: each.at, reverse=True)


def sweep(home: Path) -> None:
    """Let go of what was kept for more than a day, of what nobody can read that long after its last change, and of what the killed left."""
    sweep_unfinished(home / _FOLDER)
    oldest = _oldest()
    for path in (home / _FOLDER).glob("[0-9a-f]*"):
        with suppress(UploadUnknown, FileNotFoundError):
            if not (path / _FACTS).exists():  # whoever let go of it died
                if _last_change(path) < oldest:
                    shutil.rmtree(path, ignore_errors=True)
                continue
            with claimed(home, path.name) as free:
                if free and _since(home, path) < oldest:
                    let_go(home, path.name)


def _since(home: Path, path: Path) -> datetime:
    try:
        return _moment(of_any_age(home, path.name))
    except UploadUnknown:
        return _last_change(path)


def _last_change(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _moment(upload: Upload) -> datetime:
    """When it was sent. Raises TypeError and ValueError where the facts were damaged."""
    return datetime.fromisoformat(upload.at).astimezone(UTC)


def _oldest() -> datetime:
    """The moment of which the oldest uploads are that are kept."""
    return datetime.now(UTC) - KEPT


def _store(home: Path) -> Path:
    """The folder of uploads, which only the service reads."""
    store = home / _FOLDER
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    return store


def new_name() -> str:
    """A number for an upload that nobody guesses."""
    return uuid4().hex


def _place(home: Path, upload: str) -> Path:
    folder = home / _FOLDER / upload
    if not _NAME.fullmatch(upload) or not (folder / _FACTS).is_file():
        raise UploadUnknown(upload=upload)
    return folder


def _sealed(home: Path, upload: str, name: str, content: Any) -> bytes:
    text = json.dumps(content, ensure_ascii=False).encode()
    return open_vault(home).seal_bytes(text, f"{_FOLDER}/{upload}/{name}")


def _unsealed(home: Path, upload: str, name: str) -> Any:
    return json.loads(open_vault(home).open_bytes(_read(home, upload, name), f"{_FOLDER}/{upload}/{name}"))


def _read(home: Path, upload: str, name: str) -> bytes:
    """A file of an upload, sealed as it lies there; one that is forgotten or let go of meanwhile is not known. Raises UploadUnknown."""
    try:
        return (_place(home, upload) / name).read_bytes()
    except FileNotFoundError as gone:
        raise UploadUnknown(upload=upload) from gone


def _facts(upload: Upload) -> str:
    facts = asdict(upload)
    del facts["issues"]
    return json.dumps(facts, ensure_ascii=False)


def _packed(folder: Path) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as packed:
        for path in sorted(folder.iterdir()):
            packed.add(path, path.name)
    return archive.getvalue()
