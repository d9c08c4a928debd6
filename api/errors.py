"""From exceptions of every layer to what a person is told and the exit code; the one table of it."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DiskFull, Language, NoRights, ZhongfuError

Texts = Mapping[Language, str]

DONE, AT_FAULT, WRONG_CALL, STOPPED = 0, 1, 2, 130
"""Exit codes: done; the data or the plan is at fault; the call is; stopped from the keyboard."""

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)
_OF_A_PATH = {
    errno.ENOENT: ("there is no such file or folder", "没有这个文件或文件夹"),
    errno.EISDIR: ("it is a folder, not a file", "这是文件夹，不是文件"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "路径中有一段是文件，不是文件夹"),
    errno.EEXIST: ("there is already something of this name", "已有同名文件"),
    errno.ENAMETOOLONG: ("the name is too long", "名称过长"),
}


@dataclass(frozen=True)
class Told:
    """A fault in a person's words, in both languages, with a code for programs and the exit code of the command."""

    code: str
    message: Texts
    repair: Texts
    exit_code: int

    @staticmethod
    def stopped() -> Told:
        """Stopped from the keyboard."""
        message: Texts = {"en": "Stopped.", "zh": "已停止。"}
        repair: Texts = {
            "en": "What was acknowledged is kept; the same command goes on where it stopped or begins anew.",
            "zh": "已确认的内容不会丢失；再次运行同一命令即可继续或重新开始。",
        }
        return Told("stopped", message, repair, STOPPED)


def told(error: BaseException) -> Told | None:
    """What to say of an exception; None for one that nobody foresaw, which is a fault of the program."""
    if isinstance(error, ZhongfuError):
        message: Texts = {"en": error.message("en"), "zh": error.message("zh")}
        repair: Texts = {"en": error.repair("en"), "zh": error.repair("zh")}
        return Told(error.code, message, repair, error.exit_code)
    if isinstance(error, OSError):
        return _of_the_system(error)
    return None


def _of_the_system(error: OSError) -> Told | None:
    """What the operating system says of a path."""
    where = error.filename or Path.cwd()
    if error.errno in _DISK_FULL:
        return told(DiskFull(where=where, setting="ZHONGFU_HOME"))
    if error.errno in _NO_RIGHTS:
        return told(NoRights(where=where, setting="ZHONGFU_HOME"))
    if error.errno not in _OF_A_PATH or not error.filename:
        return None
    en, zh = _OF_A_PATH[error.errno]
    message: Texts = {"en": f"{where}: {en}.", "zh": f"{where}：{zh}。"}
    repair: Texts = {"en": "Check the path.", "zh": "请检查路径。"}
    return Told("wrong_path", message, repair, WRONG_CALL)
