"""Problems of a status alone, which no exception of ours tells: there is no such address, method or form."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.errors import Told
from api.problems.problem import Problem, as_problem
from graph.errors import Language

_TEXTS: Mapping[int, tuple[str, str, str, str]] = {
    400: (
        "The request cannot be read.",
        "无法读取该请求。",
        "Send it as /openapi.json describes it.",
        "请按 /openapi.json 的说明发送。",
    ),
    404: (
        "There is nothing at this address.",
        "没有这个地址。",
        "Check the address; /openapi.json names all there are.",
        "请检查地址；全部地址见 /openapi.json。",
    ),
    405: (
        "This address does not take this method.",
        "该地址不支持此方法。",
        "Use one of those that the header Allow names.",
        "请使用应答头 Allow 所列的方法。",
    ),
    406: (
        "Nothing here comes in a form that the header Accept allows.",
        "无法按请求头 Accept 所列的格式应答。",
        "Allow application/json, or leave the header out.",
        "请接受 application/json，或不写该请求头。",
    ),
    413: ("The request is too large.", "请求过大。", "Send less at once.", "请减少一次发送的内容。"),
    415: (
        "The body is not of the form that its header Content-Type should name.",
        "请求体的格式（Content-Type）不受支持。",
        "Send application/json, and files as multipart/form-data, and say so in Content-Type.",
        "请发送 application/json（文件用 multipart/form-data），并在 Content-Type 中注明。",
    ),
    500: (
        "A fault of the service; it is in its log.",
        "服务内部出错，已记入日志。",
        "Try again; if it stays so, tell an administrator when it happened.",
        "请重试；若依旧如此，请告知管理员发生时间。",
    ),
}


def plain(status: int, language: Language) -> Problem:
    """What to say of a status alone."""
    en, zh, repair_en, repair_zh = _TEXTS.get(status) or (
        f"The request is not answered: {HTTPStatus(status).phrase}.",
        f"该请求未予处理（状态码 {status}）。",
        "Compare it with /openapi.json; if it is as described there, tell an administrator.",
        "请与 /openapi.json 对照；若与说明相符，请告知管理员。",
    )
    found = Told(f"http_{status}", {"en": en, "zh": zh}, {"en": repair_en, "zh": repair_zh}, 1)
    return as_problem(found, status, language)
