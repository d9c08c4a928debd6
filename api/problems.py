"""Faults as answers to a program: RFC 9457 problems in both languages, from one table of exceptions to statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
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
from matching.wrong_settings import what_is_wrong

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
"""Seconds after which a request is worth trying again when the graph is away, or the first of its kind at work."""

STATUS: Mapping[str, int] = {
    "account_waits": 401,
    "last_administrator": 409,
    "cells_refused": 422,
    "csrf_missing": 403,
    "forbidden": 403,
    "not_signed_in": 401,
    "offer_unknown": 404,
    "organization_unknown": 404,
    "outside_scope": 403,
    "place_unclear": 422,
    "plan_ambiguous": 404,
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
    "still_counting": 503,
    "token_unknown": 404,
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

_BY_CLASS: tuple[tuple[type[Exception], int], ...] = (
    (ServerUnreachable, 503),
    (WrongPassword, 503),
    (OutOfMemory, 503),
    (DiskFull, 507),
    (GraphError, 409),
    (CallError, 422),
)

_log = structlog.get_logger()


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str
    message_zh: str


class Problem(BaseModel):
    """A fault: what is wrong, where, and the repair, in the reader's language and in both."""

    type: str = Field(description="name of the kind of fault, as a relative address")
    title: str
    status: int
    code: str
    detail: str = Field(description="what is wrong and where, in the reader's language")
    repair: str = Field(description="what to do about it, in the reader's language")
    messages: dict[Language, str] = Field(description="`detail` in `en` and `zh`")
    repairs: dict[Language, str] = Field(description="`repair` in `en` and `zh`")
    errors: list[FieldProblem] = []


class NotSignedIn(CallError):
    """A stranger."""

    code = "not_signed_in"
    en = "Nobody is signed in, or the session or token is over."
    zh = "尚未登录，或登录、令牌已过期。"
    repair_en = "Sign in, or send a token: `Authorization: Bearer …`."
    repair_zh = "请登录，或发送令牌：`Authorization: Bearer …`。"


class Forbidden(CallError):
    """Signed in, but without the right."""

    code = "forbidden"
    en = "{name} ({role}) may not do this: {act}."
    zh = "{name}（{role}）无权进行此操作：{act}。"
    repair_en = "Ask an administrator for a role that may."
    repair_zh = "请向管理员申请有此权限的角色。"


class OutsideScope(CallError):
    """With the right, but not there."""

    code = "outside_scope"
    en = "{place} lies outside {scope}, within which {name} works."
    zh = "{place_zh}不在 {name} 的负责范围 {scope} 之内。"
    repair_en = "Choose a region within it, or ask an administrator for a wider one."
    repair_zh = "请选择范围内的区划，或向管理员申请更大的范围。"


class CsrfMissing(CallError):
    """A change by session without the mark that shows that our own page sent it."""

    code = "csrf_missing"
    en = "The form is too old, or was not sent from a page of this service."
    zh = "表单已过期，或并非由本服务的页面提交。"
    repair_en = (
        "Load the page again and send it once more; programs use a token, or send `X-CSRF-Token` of `/api/v1/me`."
    )
    repair_zh = "请刷新页面后重新提交；程序请使用令牌，或发送 `/api/v1/me` 给出的 `X-CSRF-Token`。"


def problem_of(error: BaseException, language: Language) -> Problem | None:
    """An exception as a problem; None for one that nobody foresaw."""
    found = told_outside(error)
    if found is None:
        return None
    status = STATUS.get(found.code) or next((status for kind, status in _BY_CLASS if isinstance(error, kind)), 400)
    fields = error.faults if isinstance(error, CellsRefused) else ()
    return _problem(
        found,
        status,
        language,
        [FieldProblem(field=each.column, message=each.en, message_zh=each.zh) for each in fields],
    )


def answer(problem: Problem) -> Response:
    """A problem as an answer."""
    headers = {}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or problem.code == UnderWay.code:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.model_dump(), problem.status, headers, PROBLEM)


def language_of(request: Request) -> Language:
    """The reader's language: of the cookie `lang`, else of the browser's list, else English."""
    chosen = request.cookies.get("lang") or request.headers.get("accept-language", "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says in the OpenAPI document of these statuses."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": _SCHEMA}}}
        for status in statuses
    }


_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def register(app: FastAPI, page: Callable[[Request, Problem], Response]) -> None:
    """Let every fault of the app be told: as a problem under /api and to programs, else as a page."""

    def said(request: Request, problem: Problem) -> Response:
        path = request.url.path
        return (
            answer(problem) if path.startswith(("/api/", "/healthz", "/readyz", "/openapi")) else page(request, problem)
        )

    def foreseen(request: Request, error: Exception) -> Response:
        problem = problem_of(error, language_of(request))
        if problem is None:
            _log.error("unforeseen", path=request.url.path, exc_info=error)
            problem = plain(500, language_of(request))
        return said(request, problem)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 as it is registered below
        return said(request, _invalid(error.errors(), language_of(request)))

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 as it is registered below
        return said(request, plain(error.status_code, language_of(request)))

    for kind in (ZhongfuError, OSError, Exception):
        app.add_exception_handler(kind, foreseen)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)
    _describe(app)


def _describe(app: FastAPI) -> None:
    """Put the form of a problem into the OpenAPI document, where the answers of the routes name it."""
    plainly = app.openapi

    def described() -> dict[str, Any]:
        document = plainly()
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= own.pop("$defs", {}) | {"Problem": own}
        return document

    app.openapi = described  # type: ignore[method-assign] # as FastAPI has it


def _problem(found: Told, status: int, language: Language, errors: Sequence[FieldProblem] = ()) -> Problem:
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


def _invalid(errors: Sequence[Any], language: Language) -> Problem:
    """What does not fit the form of a request, field by field."""
    fields = []
    for error in errors:
        where = ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path"})
        en, zh = what_is_wrong(error["type"], error.get("ctx", {}), error["msg"])
        fields.append(FieldProblem(field=where or "body", message=en, message_zh=zh))
    message: Mapping[Language, str] = {
        "en": "The request is at fault: " + "; ".join(f"{each.field}: {each.message}" for each in fields),
        "zh": "请求有误：" + "；".join(f"{each.field}：{each.message_zh}" for each in fields),
    }
    repair: Mapping[Language, str] = {
        "en": "Correct the fields named; /openapi.json describes each.",
        "zh": "请更正所指字段；/openapi.json 有各字段的说明。",
    }
    return _problem(Told("invalid_request", message, repair, 2), 422, language, fields)


_PLAIN: Mapping[int, tuple[str, str, str, str]] = {
    400: (
        "The request cannot be read.",
        "无法读取该请求。",
        "Send it as /openapi.json describes it.",
        "请按 /openapi.json 的说明发送。",
    ),
    404: ("There is nothing at this address.", "没有这个地址。", "Check the address.", "请检查地址。"),
    405: (
        "This address does not take this method.",
        "该地址不支持此方法。",
        "See /openapi.json.",
        "请参见 /openapi.json。",
    ),
    413: ("The request is too large.", "请求过大。", "Send less at once.", "请减少一次发送的内容。"),
    500: (
        "A fault of the service; it is in its log.",
        "服务内部出错，已记入日志。",
        "Try again; if it stays so, tell an administrator when it happened.",
        "请重试；若依旧如此，请告知管理员发生时间。",
    ),
}


def plain(status: int, language: Language) -> Problem:
    """What to say of a status alone."""
    en, zh, repair_en, repair_zh = _PLAIN.get(status) or (
        f"The request is not answered: {HTTPStatus(status).phrase}.",
        f"该请求未予处理（状态码 {status}）。",
        "Compare it with /openapi.json; if it is as described there, tell an administrator.",
        "请与 /openapi.json 对照；若与说明相符，请告知管理员。",
    )
    found = Told(f"http_{status}", {"en": en, "zh": zh}, {"en": repair_en, "zh": repair_zh}, 1)
    return _problem(found, status, language)
