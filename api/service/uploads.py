"""Files that somebody sends: checked first, shown with what is wrong beside the rows, and kept until they are written or let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal

from api import uploaded
from api.received import NoRows, UploadRefused, received
from api.service.checking import Sent, checked_folder, correctable, is_hopeless, shown_issues, with_dependents
from api.service.offer_file import words_shown
from api.service.opening import opened
from api.service.unseen import mark_of
from api.service.writing import CUT_OFF, UploadWritten
from api.settings import Settings
from api.uploaded import Upload, UploadUnknown
from graph.sessions import Holder
from loaders.corrected import write_corrected
from loaders.read.raw import RawTable
from loaders.report import totals


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
            warned=mark_of(checked.issues),
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
                found = replace(found, state="failed", fault=CUT_OFF)
                uploaded.change(settings.home, found)
    return found


def issues_of(settings: Settings, upload: str) -> list[dict[str, Any]]:
    """The first issues, worst first, each with the cells of its row; of one written those of rows left out. Raises UploadUnknown."""
    if _is_gone(upload_named(settings, upload)):
        return []
    try:
        return uploaded.issues_of(settings.home, upload)
    except UploadUnknown:
        if _is_gone(uploaded.kept(settings.home, upload)):  # it was written just now
            return []
        raise


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


def _is_read(file: str, raws: Mapping[str, RawTable]) -> bool:
    """Whether a file could be read as a table."""
    return file in raws and raws[file].readable


def _is_gone(upload: Upload) -> bool:
    """Whether it was written whole, so that nothing is kept of what was in it."""
    return upload.state == "written" and not upload.left
