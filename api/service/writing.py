"""Uploads are written as they were checked and read; what takes longer than a request goes on while one looks."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from api import uploaded
from api.outside import told_outside
from api.service.checking import Sent, checked_folder, rows_left_out, shown_issues, tables_of
from api.service.opening import opened
from api.service.sending_offers import write_offers
from api.service.unseen import mark_of
from api.settings import Settings
from api.uploaded import Upload
from graph.errors import GraphError
from graph.offers import offer_versions
from loaders.contract.checked import Checked
from loaders.issues import Issues
from loaders.load import load
from loaders.read.raw import RawTable

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
    en = "What stands changed since upload {upload} was checked: its warnings are others now. Nothing was written."
    zh = "检查上传 {upload} 之后已有数据发生变化，现在的警告与当时不同。未写入任何内容。"
    repair_en = "Upload the files again to read them: the rows may stand already."
    repair_zh = "请重新上传以查看新的警告：这些行可能已经写入。"


class UploadWritten(GraphError):
    """It is being written, or was."""

    code = "upload_written"
    en = "Upload {upload} was written, or is being written."
    zh = "上传 {upload} 已写入或正在写入。"
    repair_en = "See what became of it; upload again to change more."
    repair_zh = "请查看结果；如需再次修改请重新上传。"


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
    except Exception as error:  # noqa: BLE001 whatever it was, who looks is to be told
        found = told_outside(error)
        if found is None:
            _log.exception("unforeseen", upload=upload.upload)
        fault = _UNFORESEEN if found is None else _as_fault(found.message, found.repair)
        uploaded.change(settings.home, replace(upload, state="failed", fault=fault))
    else:
        if not left:
            _forget(settings, upload)
    finally:
        os.close(claim)


def _forget(settings: Settings, upload: Upload) -> None:
    """Keep nothing of what was in an upload that is written; where the disk fails, it goes with the upload after its day."""
    try:
        uploaded.forget_files(settings.home, upload.upload)
    except OSError as error:
        _log.warning("files of an upload are not forgotten", upload=upload.upload, detail=str(error))


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
        agreed=partial(_require_read, upload),
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
        # before the check, so that whatever somebody changes after it is not written over
        versions = offer_versions(graph, upload.organization or "")
        checked = checked_folder(settings, graph, sent, raws)
        errors = checked.issues.errors
        if checked.issues.blocked or (errors and not skip_errors):
            raise UploadAtFault(upload=upload.upload, errors=errors)
        _require_read(upload, checked.issues)
        return checked, [asdict(write_offers(graph, checked, versions, settings.actor))]


def _require_read(upload: Upload, issues: Issues) -> None:
    """Refuse what has other warnings than those that its sender was shown. Raises UploadOutdated."""
    if mark_of(issues) not in {"", upload.warned}:
        raise UploadOutdated(upload=upload.upload)


def _as_fault(message: Mapping[Any, str], repair: Mapping[Any, str]) -> dict[str, str]:
    return {"message": message["en"], "message_zh": message["zh"], "repair": repair["en"], "repair_zh": repair["zh"]}


CUT_OFF = _as_fault(
    {"en": "The service ended while it wrote.", "zh": "写入过程中服务中断。"},
    {
        "en": "What was begun is finished by itself; upload the files again to be sure: what is there already changes nothing.",
        "zh": "已开始的写入会自动完成；如需确认，请重新上传，已存在的内容不会改变。",
    },
)
"""Of an upload whose writer died."""
_UNFORESEEN = _as_fault(
    {"en": "A fault of the program; it is in the log.", "zh": "程序内部出错，已记入日志。"},
    {"en": "Upload again; if it stays so, tell an administrator.", "zh": "请重新上传；若依旧如此，请告知管理员。"},
)
