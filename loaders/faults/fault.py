"""One kind of fault: its code, its severity, and its message and repair in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `whole` marks a fault of a whole file or folder, which no leaving out of rows repairs.

    The texts may name `{value}`, `{hint}`, `{column}` (with `{label}`, its Chinese name) and `{count}`; what stands
    in square brackets is said only when there is a hint.
    """

    code: str
    severity: Severity
    en: str
    zh: str
    repair_en: str
    repair_zh: str
    whole: bool = False

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Message and repair in English and Chinese: message, 问题, repair, 处理办法."""
        return self.en, self.zh, self.repair_en, self.repair_zh


def whole(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    """An error of a whole file or folder."""
    return Fault(code, "error", en, zh, repair_en, repair_zh, whole=True)


def error(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    """An error of rows, which may be left out."""
    return Fault(code, "error", en, zh, repair_en, repair_zh)


def warning(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    """Something kept out or doubtful, which hinders nothing."""
    return Fault(code, "warning", en, zh, repair_en, repair_zh)


def notice(code: str, en: str, zh: str) -> Fault:
    """A repair that was made."""
    return Fault(code, "notice", en, zh, "nothing to do", "无需处理")
