"""What is wrong with a call, in Chinese: the command line's library says it in English alone."""

from __future__ import annotations

import re

from api.errors import WRONG_CALL, Texts, Told

_PATTERNS = (
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?", "没有选项 {0}", "；相近的有 {1}"),
    (r"No such option: (\S+) Did you mean (.+)\?", "没有选项 {0}", "；是否为 {1}"),
    (r"No such command '(.+?)'\.(?: Did you mean (.+)\?)?", "没有命令 {0}", "；是否为 {1}"),
    (r"Missing argument '(.+)'\.", "缺少参数 {0}", ""),
    (r"Missing option '(.+)'\.", "缺少选项 {0}", ""),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多出参数 {0}", ""),
    (r"Option '(.+)' requires an argument\.", "选项 {0} 须带值", ""),
    (r"Option '(.+)' does not take a value\.", "选项 {0} 不带值", ""),
    (r"Invalid value for '(.+?)'(?: / '(?:.+?)')?: (.+)", "{0} 的值无效：{1}", ""),
)
"""What the library says, in Chinese, with what is added where it has a suggestion."""
_VALUES = (
    (r"'(.*)' is not one of (.+)\.", "“{0}”不在可选值之列（{1}）"),
    (r"Input should be a valid integer.*", "须为整数"),
    (r"Input should be a valid number.*", "须为数字"),
    (r"Input should be a valid boolean.*", "须为是或否"),
    (r"Input should be greater than or equal to (.+)", "须不小于 {0}"),
    (r"Input should be less than or equal to (.+)", "须不大于 {0}"),
    (r"Input should be greater than (.+)", "须大于 {0}"),
    (r"Input should be less than (.+)", "须小于 {0}"),
)


def told_of_call(detail: str) -> Told:
    """What is wrong with a call in both languages, and how it is called."""
    plain = detail.replace("Value error, ", "")
    message: Texts = {"en": plain, "zh": f"命令写法有误：{_in_chinese(plain)}"}
    repair: Texts = {
        "en": "`zhongfu COMMAND --help` shows how it is called, with an example.",
        "zh": "`zhongfu 命令 --help` 显示用法与示例。",
    }
    if plain == "No such option: --lang":
        repair = {
            "en": "It stands before the command: `zhongfu --lang zh plans`; or set ZHONGFU_LANG.",
            "zh": "该选项须写在命令之前：`zhongfu --lang zh plans`；也可设置 ZHONGFU_LANG。",
        }
    return Told("wrong_call", message, repair, WRONG_CALL)


def _in_chinese(detail: str) -> str:
    """What no pattern knows stays as it is."""
    for pattern, text, more in _PATTERNS:
        found = re.fullmatch(pattern, detail, re.DOTALL)
        if found:
            groups = [_value(group or "") for group in found.groups()]
            return text.format(*groups) + (more.format(*groups) if groups[1:] and groups[1] else "")
    return detail


def _value(text: str) -> str:
    for pattern, words in _VALUES:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found:
            return words.format(*(group.replace("'", "").replace(", ", "、") for group in found.groups()))
    return text.replace("'", "")
