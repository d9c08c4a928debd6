"""A folder of files straight to a snapshot, with no graph."""

from __future__ import annotations

from pathlib import Path

from graph.assemble import assemble
from graph.errors import ZhongfuError
from graph.snapshot import Snapshot
from loaders.contract import check
from loaders.issues import Issues


class FaultyInput(ZhongfuError):
    """The files in a folder break the contract; `issues` lists every fault."""

    code = "faulty_input"
    en = "{errors} errors in the files of {folder}; the first: {first}"
    zh = "{folder} 中的文件有 {errors} 处错误；第一处：{first_zh}"
    repair_en = "repair the rows listed and try again"
    repair_zh = "请更正所列各行后重试"

    def __init__(self, issues: Issues, **facts: object) -> None:
        super().__init__(**facts)
        self.issues = issues


def snapshot_of_folder(folder: Path) -> Snapshot:
    """The snapshot of checked files; raises FaultyInput when there is an error in them."""
    checked = check(folder)
    if not checked.ok:
        raise faulty(folder, checked.issues)
    return assemble(checked.tables)


def faulty(folder: Path, issues: Issues) -> FaultyInput:
    """The fault that tells of a folder's errors."""
    first = next(iter(issues))
    column = f", {first.column}" if first.column else ""
    row, row_zh = (f", row {first.row}", f"第 {first.row} 行") if first.row else ("", "")
    return FaultyInput(
        issues,
        folder=str(folder),
        errors=issues.errors,
        first=f"{first.file}{row}{column}: {first.message_en}",
        first_zh=f"{first.file}{row_zh}{column}：{first.message_zh}",
    )
