"""Files of tables in a browser: sent, shown with what is wrong beside the rows, corrected, written."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from api.language import language_of
from api.pages.rendering import page
from api.received import MOST_BYTES, UploadRefused
from api.routes.uploads import mine, taken, workbook
from api.service import uploads, writing
from api.service.checking import SHOWN
from api.service.offer_file import offers_form
from api.service.sending_offers import OFFERS
from api.service.unseen import WarningsUnseen
from api.uploaded import Upload
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError, GraphError
from graph.model import TABLES
from loaders.read.headers import table_named

router = APIRouter(prefix="/uploads", max_body_size=MOST_BYTES)
Reader = Annotated[Caller, Depends(allowed("uploads.read"))]
Sender = Annotated[Caller, Depends(allowed_form("uploads.write", "/uploads"))]
Writer = Annotated[Caller, Depends(allowed_form("uploads.write", "/uploads/{upload}"))]


@router.get("")
def ask_files(request: Request, caller: Reader) -> Response:
    return _form(request, caller, None)


@router.post("")
def send_files(request: Request, caller: Sender, files: Annotated[list[UploadFile] | None, File()] = None) -> Response:
    try:
        made = taken(caller, files or [])
    except UploadRefused as fault:
        return _form(request, caller, fault)
    return RedirectResponse(f"/uploads/{made.upload}", 303)


@router.get("/form.xlsx")
def empty_form(request: Request, caller: Reader, mine: bool = False) -> Response:
    content = offers_form(caller.settings, caller.holder.organization if mine else None, language_of(request))
    return workbook(content, "offers.xlsx")


@router.get("/{upload}")
def show_upload(request: Request, upload: str, caller: Reader) -> Response:
    return _show(request, caller, upload, None)


@router.get("/{upload}/corrected/{file:key}")
def corrected(request: Request, upload: str, file: str, caller: Reader) -> Response:
    mine(caller, upload)
    return workbook(
        uploads.corrected(caller.settings, upload, file, language_of(request)), f"{file.rpartition('.')[0]}.xlsx"
    )


@router.post("/{upload}/write")
def write(
    request: Request,
    upload: str,
    caller: Writer,
    skip_errors: Annotated[bool, Form()] = False,
    seen: Annotated[bool, Form()] = False,
) -> Response:
    found = mine(caller, upload)
    if found.state in {"checked", "failed"} and found.totals["warning"] and not seen:
        return _show(request, caller, upload, WarningsUnseen(warnings=found.totals["warning"]))
    try:
        writing.write(caller.settings, upload, skip_errors=skip_errors)
    except writing.UploadWritten:
        pass  # sent twice: the page tells what became of it
    except GraphError as fault:
        return _show(request, caller, upload, fault)
    return RedirectResponse(f"/uploads/{upload}", 303)


@router.post("/{upload}/let-go")
def let_go(upload: str, caller: Writer) -> Response:
    mine(caller, upload)
    uploads.let_go(caller.settings, upload)
    return RedirectResponse("/uploads", 303)


def _form(request: Request, caller: Caller, fault: CallError | None) -> Response:
    facts: dict[str, Any] = {
        "fault": fault,
        "uploads": uploads.own_uploads(caller.settings, caller.holder),
        "tables": TABLES,
    }
    return page(request, "uploads.html", caller, 422 if fault else 200, **facts)


def _show(request: Request, caller: Caller, upload: str, fault: CallError | GraphError | None) -> Response:
    found = mine(caller, upload)
    by_row: dict[tuple[str, int | None], list[dict[str, Any]]] = defaultdict(list)
    for issue in uploads.issues_of(caller.settings, upload):
        by_row[issue["file"], issue["row"]].append(issue)
    facts: dict[str, Any] = {
        "upload": found,
        "by_row": by_row,
        "labels": {file: _labels(found, file) for file in found.files},
        "fault": fault,
        "shown": SHOWN,
        "tables": TABLES,
    }
    return page(request, "upload.html", caller, 409 if fault else 200, **facts)


def _labels(upload: Upload, file: str) -> dict[str, str]:
    """The Chinese names of a file's columns."""
    table = table_named(PurePath(file).stem) if upload.organization is None else OFFERS
    return {column.name: column.zh for column in TABLES[table].columns} if table else {}
