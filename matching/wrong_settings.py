"""What is wrong with settings, in English and Chinese: their check says it in English alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

_WHOLE, _NUMBER = ("it must be a whole number", "须为整数"), ("it must be a number", "须为数字")
_DAY = ("it must be a day like 2026-01-05", "须为日期，例如 2026-01-05")
_LIST, _TABLE = ("it must be a list", "须为列表"), ("it must be a table", "须为表")
_UNFIT = "取值不符合要求"
_WORDS = {
    "extra_forbidden": ("there is no such setting", "没有这项设置"),
    "greater_than_equal": ("it must be at least {ge}", "须不小于 {ge}"),
    "greater_than": ("it must be above {gt}", "须大于 {gt}"),
    "less_than_equal": ("it must be at most {le}", "须不大于 {le}"),
    "literal_error": ("it must be {expected}", "须为 {expected_zh}"),
    "string_too_short": ("it must not be empty", "不能为空"),
    "string_type": ("it must be text", "须为文字"),
    "string_too_long": ("it must have at most {max_length} characters", "须不超过 {max_length} 个字符"),
    "string_pattern_mismatch": ("it must look like {pattern}", "须符合 {pattern}"),
    "less_than": ("it must be below {lt}", "须小于 {lt}"),
    "too_long": ("it must have at most {max_length} entries", "须不超过 {max_length} 项"),
    "too_short": ("it must have at least {min_length} entries", "须不少于 {min_length} 项"),
    "list_type": _LIST,
    "missing": ("it is missing", "缺少此项"),
    "json_invalid": ("it is not JSON", "不是 JSON"),
    "bool_type": ("it must be true or false", "须为 true 或 false"),
    "string_unicode": ("it must be text in UTF-8", "须为 UTF-8 编码的文字"),
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "int_parsing_size": ("the number is too long", "数字过长"),
    "bool_parsing": ("it must be true or false", "须为 true 或 false"),
    "model_attributes_type": _TABLE,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "tuple_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
}


@dataclass(frozen=True)
class Wrong:
    """One setting with its value, and what it must be, in both languages."""

    setting: str
    en: str
    zh: str


def wrong_settings(error: ValidationError, model: type[BaseModel] | None = None) -> Iterator[Wrong]:
    """What a check of settings found, one by one; a check of ours says it in two texts, English first.

    The `model` names the settings that there are, where one is not among them.
    """
    for each in error.errors():
        setting = ".".join(map(str, each["loc"]))
        en, zh = what_is_wrong(each["type"], each.get("ctx", {}), each["msg"])
        if each["type"] == "extra_forbidden" and model is not None:
            known = ", ".join(_settings_beside(model, each["loc"]))
            en, zh = f"{en}; there are {known}", f"{zh}；可用的设置为 {known}"
        said = f"{setting} = {each['input']!r}"
        yield Wrong(setting, f"{said}: {en}", f"{said}：{zh}")


def _settings_beside(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names of the settings of a table of a model, that which holds the setting at a place."""
    for name in place[:-1]:
        inner = model.model_fields[str(name)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)


def what_is_wrong(kind: str, facts: Mapping[str, Any], message: str) -> tuple[str, str]:
    """A finding of the check in English and Chinese, from its type, its facts and its own English message."""
    if kind == "value_error":
        told = facts["error"].args
        return told if len(told) == 2 else (message, _UNFIT)  # a check of a library's has its own words alone
    expected = str(facts.get("expected", "")).replace(" or ", " 或 ").replace(", ", "、")
    en, zh = _WORDS.get(kind, ("", _UNFIT))
    return en.format(**facts) or message, zh.format(**facts, expected_zh=expected)
