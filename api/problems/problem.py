"""Faults as answers to a program: RFC 9457 problems in both languages, from one table of exceptions to statuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.errors import Told
from api.outside import told_outside
from api.service.cells import CellsRefused
from graph.errors import (
    CallError,
    DiskFull,
    GraphError,
    Language,
    OutOfMemory,
    ServerUnreachable,
    WrongPassword,
    ZhongfuError,
)
from graph.repeats import UnderWay

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
"""Seconds after which a request is worth trying again when the graph is away, or the first of its kind at work."""

STATUS: Mapping[str, int] = {
    "account_changed": 401,
    "account_undecided": 409,
    "account_waits": 401,
    "last_administrator": 409,
    "cells_refused": 422,
    "credit_code_twice": 409,
    "csrf_missing": 403,
    "few_behind": 403,
    "forbidden": 403,
    "form_sent_before": 409,
    "token_reads": 403,
    "not_signed_in": 401,
    "offer_unknown": 404,
    "organization_unknown": 404,
    "outside_scope": 403,
    "place_unclear": 422,
    "plan_ambiguous": 404,
    "plan_damaged": 410,
    "plan_missing": 410,
    "plan_unknown": 404,
    "region_unknown": 404,
    "registration_unknown": 404,
    "registration_waits": 409,
    "row_changed": 412,
    "row_unknown": 404,
    "run_unknown": 404,
    "session_needed": 403,
    "sign_in_refused": 401,
    "sign_ins_crowded": 503,
    "still_counting": 503,
    "token_unknown": 404,
    "too_many_from_here": 429,
    "too_many_wait": 429,
    "upload_at_fault": 409,
    "upload_refused": 422,
    "upload_unknown": 404,
    "upload_written": 409,
    "user_changed": 412,
    "user_taken": 409,
    "user_unknown": 404,
    "version_missing": 428,
}
"""Statuses of faults by their code, where their class does not tell."""

FIELD: Mapping[str, str] = {
    "bad_cursor": "cursor",
    "bad_date": "on",
    "bad_password": "password",
    "bad_period": "period",
    "bad_policy": "policy",
    "bad_role": "role",
    "bad_user_name": "{field}",
    "control_character": "{field}",
    "credit_code_twice": "credit_code",
    "filter_unknown": "{name}",
    "label_missing": "label",
    "parameter_twice": "{name}",
    "parameter_unknown": "{name}",
    "place_unclear": "region",
    "present_password_wrong": "present",
    "region_unknown": "region",
    "registration_waits": "credit_code",
    "user_taken": "{field}",
    "version_missing": "If-Match",
}
"""Field of the request that a fault is about by its code, where it is always the same or a fact of the fault names it."""

_BY_CLASS: tuple[tuple[type[Exception], int], ...] = (
    (ServerUnreachable, 503),
    (WrongPassword, 503),
    (OutOfMemory, 503),
    (DiskFull, 507),
    (GraphError, 409),
    (CallError, 422),
)


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str = Field(description="name of a field, a parameter or a header; dots lead into what is nested")
    message: str = Field(description="what is wrong with it")
    message_zh: str = Field(description="the same in Chinese")


class Problem(BaseModel):
    """A fault: what is wrong, where, and the repair, in the reader's language and in both."""

    type: str = Field(description="name of the kind of fault, as a relative address")
    title: str = Field(description="phrase of the status")
    status: int = Field(description="status of the answer")
    code: str = Field(description="kind of fault, for programs; it stays the same")
    detail: str = Field(description="what is wrong and where, in the reader's language")
    repair: str = Field(description="what to do about it, in the reader's language")
    messages: dict[Language, str] = Field(description="`detail` in `en` and `zh`")
    repairs: dict[Language, str] = Field(description="`repair` in `en` and `zh`")
    errors: list[FieldProblem] = Field([], description="field by field, where single fields are at fault")
    sent_version: Annotated[int | None, Field(description="with 412: the version that If-Match named")] = None
    present_version: Annotated[int | None, Field(description="with 412: the version of now, as in ETag")] = None
    present: Annotated[
        dict[str, Any] | None, Field(description="with 412: what was to be changed, as it stands now")
    ] = None


def problem_of(error: BaseException, language: Language) -> Problem | None:
    """An exception as a problem; None for one that nobody foresaw."""
    found = told_outside(error)
    if found is None:
        return None
    status = STATUS.get(found.code) or next((status for kind, status in _BY_CLASS if isinstance(error, kind)), 400)
    return as_problem(found, status, language, list(_fields(error, found)))


def _fields(error: BaseException, found: Told) -> Iterator[FieldProblem]:
    """What is wrong with which field, where the fault tells."""
    if isinstance(error, CellsRefused):
        for each in error.faults:
            yield FieldProblem(field=each.column, message=each.en, message_zh=each.zh)
    elif isinstance(error, ZhongfuError) and (field := field_of(error)) is not None:
        yield FieldProblem(field=field, message=found.message["en"], message_zh=found.message["zh"])


def field_of(fault: ZhongfuError) -> str | None:
    """The field of the request that a fault is about, where it is of one."""
    named = FIELD.get(fault.code)
    return None if named is None else named.format_map(fault.facts)


def answer(problem: Problem) -> Response:
    """A problem as an answer."""
    headers = {}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or problem.code == UnderWay.code:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.present_version is not None:
        headers["ETag"] = f'"{problem.present_version}"'
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, headers, PROBLEM)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says in the OpenAPI document of these statuses."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": _SCHEMA}}}
        for status in statuses
    }


_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def as_problem(found: Told, status: int, language: Language, errors: Sequence[FieldProblem] = ()) -> Problem:
    """What is told of a fault as a problem of a status."""
    return Problem(
        type=f"/problems/{found.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=found.code,
        detail=found.message[language],
        repair=found.repair[language],
        messages=dict(found.message),
        repairs=dict(found.repair),
        errors=list(errors),
    )
