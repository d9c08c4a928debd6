"""TOML, with what is wrong in it told in English and Chinese: its reader says it in English alone."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


TOO_DEEP = ("its lists or tables lie too deep", "列表或表嵌套过深")


class NotToml(ValueError):
    """A text that is no TOML; `zh` says so in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


def read_toml(text: str) -> dict[str, Any]:
    """The tables of a text. Raises NotToml."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise NotToml(*TOO_DEEP) from error
    except ValueError as error:  # numbers too long are not told as TOML's faults
        found = _PLACE.search(str(error))
        where = f"第 {found[1]} 行第 {found[2]} 列有误" if found else "有写法错误，或数字过长"
        raise NotToml(f"it is not TOML: {error}", f"不是 TOML：{where}") from error
