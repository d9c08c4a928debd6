"""Files of tables: sent and checked, then written or let go."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response, UploadFile
from pydantic import BaseModel, Field

from api.addresses import quoted
from api.problems import answers
from api.received import MOST_BYTES
from api.repeats import Repeatable
from api.service import uploads, writing
from api.uploaded import Upload as Stored
from api.uploaded import UploadUnknown
from api.who import Caller, allowed

router = APIRouter(tags=["uploads"], max_body_size=MOST_BYTES, route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("uploads.read"))]
Writer = Annotated[Caller, Depends(allowed("uploads.write"))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Upload(BaseModel):
    upload: str
    actor: str
    organization: str | None
    region: str | None
    files: list[str] = Field(description="names as they were sent")
    correctable: list[str] = Field(
        description="those of them that have rows to be corrected, and are given as workbooks for that"
    )
    at: str = Field(description="moment they were sent")
    rows: dict[str, int] = Field(description="rows of each table")
    totals: dict[str, int] = Field(description="number of errors, warnings and notices")
    blocked: bool = Field(description="whether leaving rows out does not help: a whole file is at fault, or every row")
    state: str = Field(description="checked, writing, written or failed")
    counts: list[dict[str, Any]] = Field(description="what became of the rows, by table")
    left: int = Field(description="number of rows that were left out when it was written")
    fault: dict[str, str] | None


class Checked(Upload):
    issues: list[dict[str, Any]] = Field(
        description="the first ones, worst first, each with the cells of its row; once written, of the rows left out"
    )


@router.post("/uploads", status_code=201, responses=answers(401, 403, 413))
def send_files(caller: Writer, files: list[UploadFile], response: Response) -> Checked:
    """Check files; nothing is written.

    A provider sends one file of offers, a coordinator tables of what lies in the region, each named after its table.
    """
    made = taken(caller, files)
    response.headers["Location"] = f"/api/v1/uploads/{made.upload}"
    return _checked(caller, made)


@router.get("/uploads", responses=answers(401, 403))
def list_uploads(caller: Reader) -> list[Upload]:
    """One's own uploads of the last day."""
    return [Upload(**_facts(each)) for each in uploads.own_uploads(caller.settings, caller.holder)]


@router.get("/uploads/{upload}", responses=answers(401, 403, 404))
def show_upload(upload: str, caller: Reader) -> Checked:
    """One's own upload with what was found in it."""
    return _checked(caller, mine(caller, upload))


@router.post("/uploads/{upload}/write", responses=answers(401, 403, 404, 409))
def write_upload(
    upload: str,
    caller: Writer,
    skip_errors: Annotated[bool, Query(description="whether to leave rows at fault out")] = False,
) -> Upload:
    """Write an upload, all of it or the rows without fault; what takes longer goes on after the answer, state `writing`."""
    mine(caller, upload)
    return Upload(**_facts(writing.write(caller.settings, upload, skip_errors=skip_errors)))


@router.delete("/uploads/{upload}", status_code=204, responses=answers(401, 403, 404, 409))
def let_upload_go(upload: str, caller: Writer) -> None:
    """Keep an upload no longer."""
    mine(caller, upload)
    uploads.let_go(caller.settings, upload)


@router.get("/uploads/{upload}/corrected/{file:key}", response_class=Response, responses=answers(401, 403, 404))
def show_corrected_file(
    upload: str,
    file: str,
    caller: Reader,
    language: Annotated[Literal["en", "zh"], Query(description="of what is said beside the rows")] = "en",
) -> Response:
    """A file as a workbook: repaired where it could be, what is wrong beside the rows; once written, the rows left out."""
    mine(caller, upload)
    return workbook(uploads.corrected(caller.settings, upload, file, language), "corrected.xlsx")


def taken(caller: Caller, files: list[UploadFile]) -> Stored:
    """What the caller sends, checked and kept. Raises UploadRefused."""
    sent = [(file.filename or "", file.file) for file in files if file.filename]
    holder = caller.holder
    return uploads.take(caller.settings, sent, organization=holder.organization, region=holder.region)


def mine(caller: Caller, upload: str) -> Stored:
    """An upload of the caller's own, sent for whom the caller still works. Raises UploadUnknown."""
    found = uploads.upload_named(caller.settings, upload)
    if not uploads.is_own(found, caller.holder):
        raise UploadUnknown(upload=upload)
    return found


def workbook(content: bytes, name: str) -> Response:
    """A workbook to be saved under a name, which RFC 6266 spells twice where it is not ASCII."""
    plain = re.sub(r'[^ -~]|["\\]', "_", name)
    saved = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quoted(name)}"
    return Response(content, headers={"Content-Disposition": saved}, media_type=XLSX)


def _checked(caller: Caller, upload: Stored) -> Checked:
    return Checked(**_facts(upload), issues=uploads.issues_of(caller.settings, upload.upload))


def _facts(upload: Stored) -> dict[str, Any]:
    return {name: getattr(upload, name) for name in Upload.model_fields}
