"""Requests that do not fit the form of their route, told field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData

from api.errors import Told
from api.problems.plain import plain
from api.problems.problem import FieldProblem, Problem, as_problem
from graph.errors import Language
from matching.wrong_settings import what_is_wrong

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def wrong_request(request: Request, error: RequestValidationError, language: Language) -> Problem:
    """What does not fit the form of a request; where its body is of another form than the route takes, that alone."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    unread = isinstance(error.body, bytes) or (isinstance(error.body, FormData) and kind and kind not in _FORMS)
    return plain(415, language) if unread else _told(error.errors(), language)


def _told(errors: Sequence[Any], language: Language) -> Problem:
    fields = [_field(error) for error in errors]
    message: Mapping[Language, str] = {
        "en": "The request is at fault: " + "; ".join(f"{each.field}: {each.message}" for each in fields),
        "zh": "请求有误：" + "；".join(f"{each.field}：{each.message_zh}" for each in fields),
    }
    repair: Mapping[Language, str] = {
        "en": "Correct the fields named; /openapi.json describes each.",
        "zh": "请更正所指字段；/openapi.json 有各字段的说明。",
    }
    return as_problem(Told("invalid_request", message, repair, 2), 422, language, fields)


def _field(error: Any) -> FieldProblem:
    """One finding; the value is named where it stands in the address, for a body may hold a password."""
    unread = error["type"] == "json_invalid"  # its place is a byte of the text, and no field
    where = "" if unread else ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path"})
    en, zh = what_is_wrong(error["type"], error.get("ctx", {}), error["msg"])
    if error["loc"][0] in {"query", "path"}:
        en, zh = f"{error['input']!r}: {en}", f"“{error['input']}”：{zh}"
    return FieldProblem(field=where or "body", message=en, message_zh=zh)
