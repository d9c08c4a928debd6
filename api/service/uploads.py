"""Files that somebody sends: checked first, shown with what is wrong beside the rows, and written when they say so."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

import structlog

from api import uploaded
from api.outside import told_outside
from api.received import NoRows, UploadRefused, received
from api.service.checking import (
    Sent,
    checked_folder,
    correctable,
    is_hopeless,
    rows_left_out,
    shown_issues,
    tables_of,
    with_dependents,
)
from api.service.offer_file import words_shown
from api.service.opening import opened
from api.service.sending_offers import write_offers
from api.settings import Settings
from api.uploaded import Upload
from graph.errors import GraphError
from graph.sessions import Holder
from loaders.contract.checked import Checked
from loaders.corrected import write_corrected
from loaders.load import load
from loaders.read.raw import RawTable
from loaders.report import totals

Written = tuple[Checked, list[dict[str, Any]]]
"""The check that decided which rows were written, and what became of them by table."""

_log = structlog.get_logger()


class UploadAtFault(GraphError):
    """An upload with errors is not written."""

    code = "upload_at_fault"
    en = "Upload {upload} has {errors} errors; nothing was written."
    zh = "上传 {upload} 有 {errors} 处错误，未写入任何内容。"
    repair_en = "Correct the rows, upload again, or have the rows without fault written alone."
    repair_zh = "请更正后重新上传，或只写入没有错误的行。"


class UploadOutdated(GraphError):
    """What stands changed since the check, so that the rows are doubtful now as they were not then."""

    code = "upload_outdated"
    en = "What stands changed since upload {upload} was checked: there are more warnings now. Nothing was written."
    zh = "检查上传 {upload} 之后已有数据发生变化，出现了新的警告。未写入任何内容。"
    repair_en = "Upload the files again to read them: the rows may stand already."
    repair_zh = "请重新上传以查看新的警告：这些行可能已经写入。"


class UploadWritten(GraphError):
    """It is being written, or was."""

    code = "upload_written"
    en = "Upload {upload} was written, or is being written."
    zh = "上传 {upload} 已写入或正在写入。"
    repair_en = "See what became of it; upload again to change more."
    repair_zh = "请查看结果；如需再次修改请重新上传。"


def take(
    settings: Settings, files: Sequence[tuple[str, BinaryIO]], *, organization: str | None, region: str | None
) -> Upload:
    """Check what was sent and keep it for a day; nothing is written.

    An organisation sends one file of its own offers; a coordinator sends tables of what lies within the region.

    Raises
    ------
    UploadRefused
        A file is no table, or none has a row; nothing is kept.
    """
    uploaded.sweep(settings.home)
    with uploaded.clear_folder(settings.home) as folder:
        name = uploaded.new_name()
        names = received(files, folder, offers=organization is not None)
        raws: dict[str, RawTable] = {}
        with opened(settings) as graph:
            checked = checked_folder(settings, graph, Sent(name, folder, organization, region), raws)
        if not checked.issues.errors and not any(part.rows.num_rows for part in checked.parts.values()):
            raise NoRows(file=", ".join(names))
        upload = Upload(
            upload=name,
            actor=settings.actor,
            organization=organization,
            region=region,
            files=names,
            at=datetime.now(UTC).isoformat(),
            rows={name: part.rows.num_rows for name, part in checked.parts.items()},
            totals=totals(checked.issues),
            blocked=is_hopeless(checked),
            correctable=tuple(file for file in correctable(checked.issues) if _is_read(file, raws)),
            issues=tuple(shown_issues(checked.issues, raws)),
        )
        return uploaded.keep(settings.home, upload, folder)


def upload_named(settings: Settings, upload: str) -> Upload:
    """An upload as it stands; one whose writer died is said to have failed, and the next load finishes it. Raises UploadUnknown."""
    found = uploaded.kept(settings.home, upload)
    if found.state == "writing":
        with uploaded.claimed(settings.home, upload) as free:
            found = uploaded.kept(settings.home, upload)  # it may have come to its end just now
            if free and found.state == "writing":
                found = replace(found, state="failed", fault=_CUT_OFF)
                uploaded.change(settings.home, found)
    return found


def issues_of(settings: Settings, upload: str) -> list[dict[str, Any]]:
    """The first issues, worst first, each with the cells of its row; of one written those of rows left out. Raises UploadUnknown."""
    found = upload_named(settings, upload)
    return [] if _is_gone(found) else uploaded.issues_of(settings.home, upload)


def own_uploads(settings: Settings, holder: Holder) -> list[Upload]:
    """The uploads of an account that are kept, the newest first."""
    return [each for each in uploaded.uploads(settings.home) if is_own(each, holder)]


def is_own(upload: Upload, holder: Holder) -> bool:
    """Whether an account sent it, and for whom it works now: what was checked for another region is not its to write."""
    sender = (upload.actor, upload.organization, upload.region)
    return sender == (holder.name, holder.organization, holder.region)


def corrected(settings: Settings, upload: str, file: str, language: Literal["en", "zh"]) -> bytes:
    """A file of an upload as a workbook: repaired where it could be, and what is wrong beside the rows.

    Of an upload that was written it has the rows left out alone, so that what is there is not sent again.
    Raises UploadUnknown and UploadRefused.
    """
    found = uploaded.kept(settings.home, upload)
    if file not in found.files or _is_gone(found):
        raise UploadRefused(file=file, detail="no file of this upload", detail_zh="不是此次上传的文件")
    raws: dict[str, RawTable] = {}
    home = settings.home
    with uploaded.files_of(home, upload) as folder, uploaded.clear_folder(home) as out, opened(settings) as graph:
        sent = Sent(upload, folder, found.organization, found.region)
        checked = checked_folder(settings, graph, sent, raws)
        only = None
        if found.state == "written":
            only, checked = uploaded.left_of(settings.home, upload).get(file, []), with_dependents(graph, checked)
        if not _is_read(file, raws):
            raise UploadRefused(file=file, detail="it could not be read as a table", detail_zh="无法作为数据表读取")
        path = out / "corrected.xlsx"
        choices, labels = ({}, {}) if found.organization is None else words_shown(settings, language, checked)
        write_corrected(path, raws[file], checked, language, only, choices, labels)
        return path.read_bytes()


def let_go(settings: Settings, upload: str) -> None:
    """Keep an upload no longer. Raises UploadUnknown and UploadWritten."""
    with uploaded.claimed(settings.home, upload) as free:
        if not free:
            raise UploadWritten(upload=upload)
        uploaded.let_go(settings.home, upload)


def write(settings: Settings, upload: str, *, skip_errors: bool = False, patience: float = 10.0) -> Upload:
    """Write an upload, all of it or, with `skip_errors`, the rows without fault; what takes longer goes on while one looks.

    Raises
    ------
    UploadUnknown, UploadWritten, UploadAtFault
        It cannot be written; nothing was.
    """
    claim = uploaded.claim_of(settings.home, upload)
    if claim is None:
        raise UploadWritten(upload=upload)
    try:
        begun = replace(_to_write(settings, upload, skip_errors), state="writing", fault=None)
        uploaded.change(settings.home, begun)
        work = threading.Thread(target=_write, args=(settings, begun, skip_errors, claim))
        work.start()
    except BaseException:
        os.close(claim)
        raise
    work.join(patience)
    return uploaded.of_any_age(settings.home, upload)


def _to_write(settings: Settings, upload: str, skip_errors: bool) -> Upload:
    """An upload that may be written. Raises UploadUnknown, UploadWritten and UploadAtFault."""
    found = uploaded.kept(settings.home, upload)
    if found.state == "written":
        raise UploadWritten(upload=upload)
    if found.blocked or (found.totals["error"] and not skip_errors):
        raise UploadAtFault(upload=upload, errors=found.totals["error"])
    return found


def _write(settings: Settings, upload: Upload, skip_errors: bool, claim: int) -> None:
    """Write and keep what became of it, then let go of the claim; a fault is told there."""
    try:
        with uploaded.files_of(settings.home, upload.upload) as folder:
            write_these = _write_tables if upload.organization is None else _write_offers
            raws: dict[str, RawTable] = {}
            checked, counts = write_these(settings, upload, folder, raws, skip_errors)
        left = rows_left_out(checked.issues)
        if left:
            errors = (issue for issue in checked.issues if issue.severity == "error")
            uploaded.keep_left(settings.home, upload.upload, left, list(shown_issues(errors, raws)))
        done = replace(
            upload, state="written", counts=tuple(counts), left=sum(map(len, left.values())), correctable=tuple(left)
        )
        uploaded.change(settings.home, done)
        if not left:
            uploaded.forget_files(settings.home, upload.upload)
    except Exception as error:  # noqa: BLE001 whatever it was, who looks is to be told
        found = told_outside(error)
        if found is None:
            _log.exception("unforeseen", upload=upload.upload)
        fault = _UNFORESEEN if found is None else _as_fault(found.message, found.repair)
        uploaded.change(settings.home, replace(upload, state="failed", fault=fault))
    finally:
        os.close(claim)


def _write_tables(
    settings: Settings, upload: Upload, folder: Path, raws: dict[str, RawTable], skip_errors: bool
) -> Written:
    loaded = load(
        folder,
        settings.actor,
        home=settings.home,
        address=settings.graph,
        skip_errors=skip_errors,
        rights=Sent(upload.upload, folder, None, upload.region).rules,
        bound_to=upload.region,
    )
    if loaded.load is None:
        raise UploadAtFault(upload=upload.upload, errors=loaded.checked.issues.errors)
    if loaded.checked.issues.errors:
        raws |= tables_of(folder)
    return loaded.checked, [asdict(count) for count in loaded.counts]


def _write_offers(
    settings: Settings, upload: Upload, folder: Path, raws: dict[str, RawTable], skip_errors: bool
) -> Written:
    sent = Sent(upload.upload, folder, upload.organization, None)
    with opened(settings) as graph:
        checked = checked_folder(settings, graph, sent, raws)
        errors = checked.issues.errors
        if checked.issues.blocked or (errors and not skip_errors):
            raise UploadAtFault(upload=upload.upload, errors=errors)
        if checked.issues.count("warning") > upload.totals["warning"]:
            raise UploadOutdated(upload=upload.upload)
        return checked, [asdict(write_offers(graph, checked, settings.actor))]


def _is_read(file: str, raws: Mapping[str, RawTable]) -> bool:
    """Whether a file could be read as a table."""
    return file in raws and raws[file].readable


def _is_gone(upload: Upload) -> bool:
    """Whether it was written whole, so that nothing is kept of what was in it."""
    return upload.state == "written" and not upload.left


def _as_fault(message: Mapping[Any, str], repair: Mapping[Any, str]) -> dict[str, str]:
    return {"message": message["en"], "message_zh": message["zh"], "repair": repair["en"], "repair_zh": repair["zh"]}


_CUT_OFF = _as_fault(
    {"en": "The service ended while it wrote.", "zh": "写入过程中服务中断。"},
    {
        "en": "What was begun is finished by itself; upload the files again to be sure: what is there already changes nothing.",
        "zh": "已开始的写入会自动完成；如需确认，请重新上传，已存在的内容不会改变。",
    },
)
_UNFORESEEN = _as_fault(
    {"en": "A fault of the program; it is in the log.", "zh": "程序内部出错，已记入日志。"},
    {"en": "Upload again; if it stays so, tell an administrator.", "zh": "请重新上传；若依旧如此，请告知管理员。"},
)
